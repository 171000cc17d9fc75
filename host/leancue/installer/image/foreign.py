"""Foreign attributes, whose names must not change.

Those of Python's own types come from Python; those of CircuitPython and of the clip's libraries are
listed here, and a test compares them with CircuitPython's stubs.
"""

from __future__ import annotations

import array
import io

_TYPES = (
    str, bytes, bytearray, memoryview, list, tuple, dict, int, bool, OSError, io.FileIO,
    array.array,
)  # fmt: skip

# By owner.
_CIRCUITPYTHON = {
    "busio.SPI": "configure",
    "busio.I2C": "deinit probe scan try_lock unlock writeto readfrom_into",
    "adafruit_bus_device.I2CDevice": "readinto write",
    "digitalio.DigitalInOut": "deinit switch_to_input switch_to_output value pull drive_mode",
    "pwmio.PWMOut": "duty_cycle frequency deinit",
    "analogio.AnalogIn": "value reference_voltage",
    "usb_cdc.Serial": "connected in_waiting read readinto timeout write write_timeout",
    "watchdog.WatchDogTimer": "feed mode timeout",
    "storage.VfsFat": "readonly open",
    "adafruit_bno08x.BNO08X": "bus_device_obj",
    "adafruit_drv2605.DRV2605": "sequence play stop mode realtime_value library use_ERM use_LRA",
    "hashlib.Hash": "digest update",
}
# The interface between the program and a simulated board (``parts.Parts``, ``app.App``).
BOARD = (
    "motor clock uid name drive sensor light button gauge plugged ports watchdog "
    "memory reset writable ticks_ms idle show read_mv set cut begin_test test_result end_test "
    "feed bring_up bus_device clear_bus prepare reader granted start once describe"
)


def names() -> set[str]:
    """Attributes that must not be renamed."""
    found = {name for one in _TYPES for name in dir(one)}
    for listed in (*_CIRCUITPYTHON.values(), BOARD):
        found |= set(listed.split())
    return found
