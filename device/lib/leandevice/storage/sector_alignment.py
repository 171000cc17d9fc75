"""A file's offset within a flash sector, measured by the duration of writes.

The drive caches one sector of 4096 bytes and writes it, in some 50 ms, when another one is
accessed. So of many consecutive blocks every eighth takes long: the first of a sector. In a
fragmented file each fragment may have another offset, so it is measured at several places.
"""

from leancore.hints import TYPE_CHECKING
from leancore.numeric.const import const
from leancore.numeric.ticks import ticks_diff

if TYPE_CHECKING:
    from collections.abc import Callable

    from leandevice.interfaces import LogFile

_BLOCK_BYTES = const(512)
_BLOCKS = const(8)  # per sector
# The first block to write: earlier ones may share a sector with another file.
_FIRST = const(8)
_SPAN = const(18)  # blocks written per attempt
_LONG_MS = const(15)
_TRIES = const(3)
_AGREE = const(2)
_PLACES = const(2)  # besides the first: each adds 0.15 s to the first start


def measure(file: "LogFile", ticks_ms: "Callable[[], int]") -> "int | None":
    """Return the offset (bytes) of the first whole sector in ``file``, or None.

    Writes zeros over the file from block 8 on: for an empty log only. None if the times are
    inconclusive or differ further on; a write-through drive takes long for every block.
    """
    last = (file.seek(0, 2) // _BLOCK_BYTES - _SPAN) // _BLOCKS * _BLOCKS
    found = _voted(file, ticks_ms, _FIRST)
    for i in range(1, _PLACES + 1):
        block = _FIRST + (last - _FIRST) * i // _PLACES // _BLOCKS * _BLOCKS
        if found is None or block <= _FIRST:
            break
        if _first_of_sector(file, ticks_ms, block) != found:  # once more, more carefully
            found = found if _voted(file, ticks_ms, block) == found else None
    return None if found is None else found * _BLOCK_BYTES


def _voted(file: "LogFile", ticks_ms: "Callable[[], int]", start: int) -> "int | None":
    """Index (0 to 7) of a sector's first block; None if it is unclear."""
    votes = [0] * _BLOCKS
    for _ in range(_TRIES):
        block = _first_of_sector(file, ticks_ms, start)
        if block is not None:
            votes[block] += 1
            if votes[block] >= _AGREE:
                return block
    return None


def _first_of_sector(file: "LogFile", ticks_ms: "Callable[[], int]", start: int) -> "int | None":
    """The same from one attempt, in the blocks from ``start`` on (a multiple of eight)."""
    blank = bytes(_BLOCK_BYTES)
    found = []
    file.seek(start * _BLOCK_BYTES)
    file.write(blank)  # its duration is meaningless: other data may have been cached
    for block in range(start + 1, start + 1 + 2 * _BLOCKS):
        before_ms = ticks_ms()
        file.write(blank)
        if ticks_diff(ticks_ms(), before_ms) >= _LONG_MS:
            found.append(block)
    if len(found) != 2 or found[1] - found[0] != _BLOCKS:
        return None
    return found[0] % _BLOCKS
