# mypy: ignore-errors
"""Replaces the modules that only a board has, so that whatever imports them can be loaded."""

import sys


class Anything:
    """A module in which every name exists."""

    def __getattr__(self, name):
        return self

    def __call__(self, *arguments):
        """Do nothing."""
        return self


NAMES = (
    "__future__", "adafruit_bus_device", "adafruit_bus_device.i2c_device", "board", "busio",
    "digitalio", "microcontroller", "os", "pwmio", "storage", "supervisor", "time", "traceback",
    "usb_cdc",
    "watchdog",
)  # fmt: skip
for name in NAMES:
    sys.modules[name] = Anything()
