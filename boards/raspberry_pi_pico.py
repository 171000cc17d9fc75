"""Raspberry Pi Pico and Pico 2: sensor on GP4 and GP5, motor on GP15, button on GP14.

All pins are on one side. They have no charger: the LiPo needs its own.
"""

BOARDS = ("raspberry_pi_pico", "raspberry_pi_pico2")
SDA, SCL, I2C_HZ = "GP4", "GP5", 400_000
SENSOR, SENSOR_ADDRESS = "bno08x", 0x4A
SENSOR_PLUG = None
SENSOR_RESET = None
HAPTIC = "pwm"  # or "drv2605" on the same bus
MOTOR, MOTOR_KIND = "GP15", "coin"
BUTTON = "GP14"
LIGHT, LIGHT_KIND, LIGHT_POWER = "LED", "active_high", None
BATTERY, BATTERY_RATIO_PERCENT = None, 100  # VSYS is not the cell: a diode or charger lies between
CELL = "charger"
WATCHDOG_S = 8
