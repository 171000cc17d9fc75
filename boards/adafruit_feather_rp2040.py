"""Adafruit Feather RP2040 (product 4884), RP2350 (6000): STEMMA QT, motor D5, button D6."""

BOARDS = ("adafruit_feather_rp2040", "adafruit_feather_rp2350")
SDA, SCL, I2C_HZ = "SDA", "SCL", 400_000
SENSOR, SENSOR_ADDRESS = "bno08x", 0x4A
SENSOR_PLUG = "STEMMA QT"
SENSOR_RESET = None
HAPTIC = "pwm"  # or "drv2605" on the same bus
MOTOR, MOTOR_KIND = "D5", "coin"
BUTTON = "D6"
LIGHT, LIGHT_KIND, LIGHT_POWER = "NEOPIXEL", "neopixel", None
BATTERY, BATTERY_RATIO_PERCENT = None, 100  # no divider on this board
CELL = "socket"
WATCHDOG_S = 8
