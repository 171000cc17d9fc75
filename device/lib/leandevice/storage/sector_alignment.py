"""Where in a sector of the flash a file begins: measured by the time that writing takes.

The drive keeps one sector of 4096 bytes in memory and writes it out, some 50 ms, when another
one is touched. So of many blocks written in a row every eighth takes long: the first of a sector.
A file that lies on the drive in pieces may begin elsewhere in a sector with each: so it is measured
at several places.
"""

from leancore.hints import TYPE_CHECKING
from leancore.numeric.const import const
from leancore.numeric.ticks import ticks_diff

if TYPE_CHECKING:
    from collections.abc import Callable

    from leandevice.interfaces import LogFile

_BLOCK_BYTES = const(512)
_BLOCKS = const(8)  # of a sector
# The block from which on is written: those before may share another file's sector.
_FIRST = const(8)
_SPAN = const(18)  # blocks that a try writes
_LONG_MS = const(15)
_TRIES = const(3)
_AGREE = const(2)
_PLACES = const(2)  # beyond the first: each takes 0.15 s of the first start


def measure(file: "LogFile", ticks_ms: "Callable[[], int]") -> "int | None":
    """Return the offset (bytes) of the first whole sector in ``file``, or None.

    Writes zeros over blocks 8 and on of the file: for an empty log only. None if the times do not
    tell, or tell otherwise further on; a drive that writes through takes long for every block.
    """
    last = (file.seek(0, 2) // _BLOCK_BYTES - _SPAN) // _BLOCKS * _BLOCKS
    found = _voted(file, ticks_ms, _FIRST)
    for i in range(1, _PLACES + 1):
        block = _FIRST + (last - _FIRST) * i // _PLACES // _BLOCKS * _BLOCKS
        if found is None or block <= _FIRST:
            break
        if _first_of_sector(file, ticks_ms, block) != found:  # once more, and with more care
            found = found if _voted(file, ticks_ms, block) == found else None
    return None if found is None else found * _BLOCK_BYTES


def _voted(file: "LogFile", ticks_ms: "Callable[[], int]", start: int) -> "int | None":
    """The place in its eight (0 to 7) of a sector's first block; None if it is not clear."""
    votes = [0] * _BLOCKS
    for _ in range(_TRIES):
        block = _first_of_sector(file, ticks_ms, start)
        if block is not None:
            votes[block] += 1
            if votes[block] >= _AGREE:
                return block
    return None


def _first_of_sector(file: "LogFile", ticks_ms: "Callable[[], int]", start: int) -> "int | None":
    """The same by one try, in the blocks from ``start`` on (a multiple of eight)."""
    blank = bytes(_BLOCK_BYTES)
    found = []
    file.seek(start * _BLOCK_BYTES)
    file.write(blank)  # its own time says nothing: something else may have waited to be written
    for block in range(start + 1, start + 1 + 2 * _BLOCKS):
        before_ms = ticks_ms()
        file.write(blank)
        if ticks_diff(ticks_ms(), before_ms) >= _LONG_MS:
            found.append(block)
    if len(found) != 2 or found[1] - found[0] != _BLOCKS:
        return None
    return found[0] % _BLOCKS
