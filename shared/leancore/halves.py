"""Signed 16-bit numbers in a buffer, by index: two bytes each, the lower one first.

Several times faster than putting them together from bytes, which is what the sensor's reports
are made of.
"""


def halves_of(buf):
    """Return what gives the numbers of ``buf`` (bytearray) by index, in place."""
    view = memoryview(buf)
    if hasattr(view, "cast") and memoryview(b"\1\0").cast("h")[0] == 1:
        return view.cast("h")  # CircuitPython and CPython
    return Halves(buf)


class Halves:
    """The same where there is no such view: MicroPython, and processors that begin at the top."""

    def __init__(self, buf):
        self._buf = buf

    def __getitem__(self, i):
        """Number ``i``, -32768 to 32767."""
        buf = self._buf
        return ((buf[2 * i] | buf[2 * i + 1] << 8) ^ 0x8000) - 0x8000
