# mypy: ignore-errors
"""Print the times in us that CircuitPython's firmware took for some statements, and those here.

Known times: CircuitPython 10.3 on an emulated RP2040 at 125 MHz, including a pass of the loop
around them.
"""

import json

PASSES = 400
MHZ = 125
CASES = (  # what, known us, preparation, statement
    ("empty loop pass", 3.1, "", "pass"),
    ("pack_into of 5 fields", 24, "b = bytearray(64)",
     "struct.pack_into('<IhhhH', b, 0, 9, 1, 2, 3, 4)"),
    ("unpack_from of 4 fields", 52, "b = bytearray(64)", "c = struct.unpack_from('<hhhh', b, 4)"),
    ("crc32 of 64 B", 28, "b = bytearray(64)", "c = binascii.crc32(b)"),
    ("ticks_ms", 6, "", "c = ticks_ms()"),
    ("method call", 22, "o = Thing()", "o.method(7)"),
    ("27 float operations of a quaternion update", 79,
     "w, x, y, z, p, q, r, h = 1.0, 0.1, 0.2, 0.3, 0.01, 0.02, 0.03, 0.005",
     "w -= h * (x * p + y * q + z * r); x += h * (w * p + y * r - z * q); "
     "y += h * (w * q - x * r + z * p); z += h * (w * r + x * q - y * p)"),
)  # fmt: skip
FRAME = """
import struct, binascii
from emulator import cycles, ticks_ms
class Thing:
    def method(self, a):
        pass
def taken():
    %s
    began = cycles()
    for _ in range(%d):
        %s
    return cycles() - began
cycles_taken = taken()
"""


def measured_us(preparation, statement):
    """Return the time in us of one pass."""
    space = {}
    exec(FRAME % (preparation or "pass", PASSES, statement), space)
    return space["cycles_taken"] / PASSES / MHZ


found = []
for what, known_us, preparation, statement in CASES:
    found.append((what, known_us, measured_us(preparation, statement)))
print(json.dumps({"rows": found}))  # noqa: T201 (its answer)
