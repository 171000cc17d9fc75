"""The sensor's reports: their ids, their lengths, and their flag in a sample.

Source: CEVA "SH-2 Reference Manual" 1000-3625, section 6.5.
"""

from leancore.hints import TYPE_CHECKING
from leancore.numeric.const import const
from leancore.sensor.sample import HAS_A, HAS_G, HAS_Q

if TYPE_CHECKING:
    from leancore.hints import Buffer

ACCELEROMETER = const(0x01)
GYROSCOPE = const(0x02)
GAME_ROTATION_VECTOR = const(0x08)

BASE_TIMESTAMP = const(0xFB)
TIMESTAMP_REBASE = const(0xFA)
FEATURE_RESPONSE = const(0xFC)
COMMAND_RESPONSE = const(0xF1)
CALIBRATION = const(0x07)  # the command that sets what the sensor calibrates by itself
# In no manual, but users have reported it with this length (Adafruit_CircuitPython_BNO08x, issue
# 16). It is checked first, because the same bytes may look like an accelerometer report.
UNDOCUMENTED = const(0x7B)
UNDOCUMENTED_BYTES = const(15)

_KNOWN = {
    0x01: 10, 0x02: 10, 0x03: 10, 0x04: 10, 0x05: 14, 0x06: 10, 0x07: 16, 0x08: 12, 0x09: 14,
    0x0A: 8, 0x0B: 8, 0x0C: 6, 0x0D: 6, 0x0E: 6, 0x0F: 16, 0x10: 5, 0x11: 12, 0x12: 6, 0x13: 6,
    0x14: 16, 0x15: 16, 0x16: 16, 0x17: 6, 0x18: 8, 0x19: 6, 0x1A: 6, 0x1B: 8, 0x1C: 6,
    0x1E: 16, 0x1F: 6, 0x20: 6, 0x21: 6, 0x22: 6, 0x23: 6, 0x28: 14, 0x29: 12, 0x2A: 14,
    0x2B: 6, TIMESTAMP_REBASE: 5, BASE_TIMESTAMP: 5,
}  # fmt: skip
LENGTH_BYTES = bytes([_KNOWN.get(i, 0) for i in range(256)])  # of a report by its id; 0 = unknown
del _KNOWN
BIT = bytearray(256)  # the flag of a report, by its id; 0 = not requested
BIT[ACCELEROMETER] = HAS_A
BIT[GYROSCOPE] = HAS_G
BIT[GAME_ROTATION_VECTOR] = HAS_Q


def are_known(buf: "Buffer", pos: int, end: int, due: list[int]) -> bool:
    """Whether ``pos`` to ``end`` holds only known reports with the expected sequence numbers.

    ``due``: the expected sequence number by id, for the requested kinds.
    """
    accelerometer = due[ACCELEROMETER]
    gyroscope = due[GYROSCOPE]
    rotation = due[GAME_ROTATION_VECTOR]
    while pos < end:
        kind = buf[pos]
        sequence = buf[pos + 1] if pos + 1 < end else -1
        if kind == ACCELEROMETER:
            if sequence != accelerometer:
                return False
            accelerometer = (accelerometer + 1) & 0xFF
        elif kind == GYROSCOPE:
            if sequence != gyroscope:
                return False
            gyroscope = (gyroscope + 1) & 0xFF
        elif kind == GAME_ROTATION_VECTOR:
            if sequence != rotation:
                return False
            rotation = (rotation + 1) & 0xFF
        elif LENGTH_BYTES[kind] == 0:
            return False
        pos += LENGTH_BYTES[kind]
    return pos == end
