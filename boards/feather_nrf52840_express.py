"""Adafruit Feather nRF52840 Express (product 4062): motor on D5, button on D6.

It has no STEMMA QT socket: the sensor goes to SDA and SCL. The cell is measured on board.
"""

BOARDS = ("feather_nrf52840_express",)
SDA, SCL, I2C_HZ = "SDA", "SCL", 400_000
SENSOR, SENSOR_ADDRESS = "bno08x", 0x4A
SENSOR_PLUG = None
SENSOR_RESET = None
HAPTIC = "pwm"  # or "drv2605" on the same bus
MOTOR, MOTOR_KIND = "D5", "coin"
BUTTON = "D6"
LIGHT, LIGHT_KIND, LIGHT_POWER = "NEOPIXEL", "neopixel", "NEOPIXEL_POWER"
BATTERY, BATTERY_RATIO_PERCENT = "VOLTAGE_MONITOR", 200
CELL = "socket"
WATCHDOG_S = 8
