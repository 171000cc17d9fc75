"""SparkFun Pro Micro RP2350 (DEV-24870): Qwiic for the sensor, motor on A3, button on A2.

It has no charger: the LiPo needs its own, connected through a diode to RAW.
"""

BOARDS = ("sparkfun_pro_micro_rp2350",)
SDA, SCL, I2C_HZ = "SDA", "SCL", 400_000
SENSOR, SENSOR_ADDRESS = "bno08x", 0x4A
SENSOR_PLUG = "Qwiic"
SENSOR_RESET = None
HAPTIC = "pwm"  # or "drv2605" on the same bus
MOTOR, MOTOR_KIND = "A3", "coin"
BUTTON = "A2"
LIGHT, LIGHT_KIND, LIGHT_POWER = "NEOPIXEL", "neopixel", None
BATTERY, BATTERY_RATIO_PERCENT = None, 100  # no divider on this board
CELL = "charger"
WATCHDOG_S = 8
