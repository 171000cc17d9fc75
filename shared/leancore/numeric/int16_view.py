"""Signed 16-bit numbers in a buffer, by index, where ``memoryview.cast`` is missing."""

from leancore.hints import TYPE_CHECKING

if TYPE_CHECKING:
    from leancore.hints import Buffer


class Int16View:
    """Like ``memoryview(buf).cast("h")``: two bytes per number, little endian.

    For MicroPython and for big-endian processors.
    """

    def __init__(self, buf: "Buffer") -> None:
        self._buf = buf

    def __getitem__(self, i: int) -> int:
        """Number ``i``, -32768 to 32767."""
        buf = self._buf
        return ((buf[2 * i] | buf[2 * i + 1] << 8) ^ 0x8000) - 0x8000
