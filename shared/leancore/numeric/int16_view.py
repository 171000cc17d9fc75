"""Signed 16-bit numbers in a buffer, by index, where Python cannot look at the buffer so."""


class Int16View:
    """As ``memoryview(buf).cast("h")``: two bytes a number, the lower one first.

    For MicroPython, and for processors that begin with the upper one.
    """

    def __init__(self, buf):
        self._buf = buf

    def __getitem__(self, i):
        """Number ``i``, -32768 to 32767."""
        buf = self._buf
        return ((buf[2 * i] | buf[2 * i + 1] << 8) ^ 0x8000) - 0x8000
