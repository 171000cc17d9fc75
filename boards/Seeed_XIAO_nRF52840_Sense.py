"""Seeed Studio XIAO nRF52840 Sense: sensor on D4 and D5, motor on D1, button on D2.

Its own inertial sensor is not used. The cell's divider must be switched on by another pin and can
damage the chip if left off while charging, so the battery is not measured.
"""

BOARDS = ("Seeed_XIAO_nRF52840_Sense",)
# ruff: noqa: N999 (the name is CircuitPython's board_id)
SDA, SCL, I2C_HZ = "SDA", "SCL", 400_000
SENSOR, SENSOR_ADDRESS = "bno08x", 0x4A
SENSOR_PLUG = None
SENSOR_RESET = None
HAPTIC = "pwm"  # or "drv2605" on the same bus
MOTOR, MOTOR_KIND = "D1", "coin"
BUTTON = "D2"
LIGHT, LIGHT_KIND, LIGHT_POWER = "LED_GREEN", "active_low", None
BATTERY, BATTERY_RATIO_PERCENT = None, 100
CELL = "pads"
WATCHDOG_S = 8
