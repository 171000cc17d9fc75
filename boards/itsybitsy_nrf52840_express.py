"""Adafruit ItsyBitsy nRF52840 Express (product 4481): sensor on SDA and SCL, motor D9, button D10.

It has no charger: the LiPo needs its own, connected to BAT, which has a diode. D5 cannot drive the
motor, because it is shifted to 5 V. The colour light is a DotStar, so the red one is used.
"""

BOARDS = ("itsybitsy_nrf52840_express",)
SDA, SCL, I2C_HZ = "SDA", "SCL", 400_000
SENSOR, SENSOR_ADDRESS = "bno08x", 0x4A
SENSOR_PLUG = None
SENSOR_RESET = None
HAPTIC = "pwm"  # or "drv2605" on the same bus
MOTOR, MOTOR_KIND = "D9", "coin"
BUTTON = "D10"
LIGHT, LIGHT_KIND, LIGHT_POWER = "LED", "active_high", None
BATTERY, BATTERY_RATIO_PERCENT = None, 100  # no divider on this board
CELL = "charger"
WATCHDOG_S = 8
