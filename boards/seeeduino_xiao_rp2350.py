"""Seeed Studio XIAO RP2350: sensor on D4 and D5, motor on D1, button on D2.

The cell goes to the BAT pads underneath. Its divider must be switched on by another pin
(BAT_ADC_EN), which the program does not support, so the battery is not measured.
"""

BOARDS = ("seeeduino_xiao_rp2350",)
SDA, SCL, I2C_HZ = "SDA", "SCL", 400_000
SENSOR, SENSOR_ADDRESS = "bno08x", 0x4A
SENSOR_PLUG = None
SENSOR_RESET = None
HAPTIC = "pwm"  # or "drv2605" on the same bus
MOTOR, MOTOR_KIND = "D1", "coin"
BUTTON = "D2"
LIGHT, LIGHT_KIND, LIGHT_POWER = "NEOPIXEL", "neopixel", "NEOPIXEL_POWER"
BATTERY, BATTERY_RATIO_PERCENT = None, 100
CELL = "pads"
WATCHDOG_S = 8
