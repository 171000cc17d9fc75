# mypy: ignore-errors
"""Stands in for what only a board has, so that whatever imports it can be loaded."""

import sys


class Anything:
    """A module with every name in it."""

    def __getattr__(self, name):
        return self

    def __call__(self, *arguments):
        """Nothing happens."""
        return self


NAMES = (
    "__future__", "adafruit_bus_device", "adafruit_bus_device.i2c_device", "board", "busio",
    "digitalio", "microcontroller", "os", "pwmio", "storage", "supervisor", "time", "traceback",
    "usb_cdc",
    "watchdog",
)  # fmt: skip
for name in NAMES:
    sys.modules[name] = Anything()
