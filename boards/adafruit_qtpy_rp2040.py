"""Adafruit QT Py RP2040 (product 4900): STEMMA QT for the sensor, motor on A3, button on A2.

The STEMMA QT socket is the second bus, SDA1 and SCL1. The LiPo is connected by the BFF charger
(product 5397): wire only its pins 5V and GND, or cut its jumper on A2, otherwise its divider pulls
at the button's pin.
"""

BOARDS = ("adafruit_qtpy_rp2040",)
SDA, SCL, I2C_HZ = "SDA1", "SCL1", 400_000
SENSOR, SENSOR_ADDRESS = "bno08x", 0x4A
SENSOR_PLUG = "STEMMA QT"
SENSOR_RESET = None
HAPTIC = "pwm"  # or "drv2605" on the same bus
MOTOR, MOTOR_KIND = "A3", "coin"
BUTTON = "A2"
LIGHT, LIGHT_KIND, LIGHT_POWER = "NEOPIXEL", "neopixel", "NEOPIXEL_POWER"
BATTERY, BATTERY_RATIO_PERCENT = None, 100  # no divider on this board
CELL = "charger"
WATCHDOG_S = 8
