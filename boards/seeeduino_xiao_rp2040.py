"""Seeed Studio XIAO RP2040: sensor on D4 and D5, motor on D1, button on D2.

It has no charger: the LiPo needs its own, connected through a diode to 5V.
"""

BOARDS = ("seeeduino_xiao_rp2040",)
SDA, SCL, I2C_HZ = "SDA", "SCL", 400_000
SENSOR, SENSOR_ADDRESS = "bno08x", 0x4A
SENSOR_PLUG = None
SENSOR_RESET = None
HAPTIC = "pwm"  # or "drv2605" on the same bus
MOTOR, MOTOR_KIND = "D1", "coin"
BUTTON = "D2"
LIGHT, LIGHT_KIND, LIGHT_POWER = "NEOPIXEL", "neopixel", "NEOPIXEL_POWER"
BATTERY, BATTERY_RATIO_PERCENT = None, 100  # no divider on this board
CELL = "charger"
WATCHDOG_S = 8
