"""Where in a sector of the flash a file begins: measured by the time that writing takes.

The drive keeps one sector of 4096 bytes in memory and writes it out, some 50 ms, when another
one is touched. So of many blocks written in a row every eighth takes long: the first of a sector.
"""

from leancore.const import const
from leancore.ticks import ticks_diff

_BLOCK_BYTES = const(512)
_BLOCKS = const(8)  # of a sector
# The block from which on is written: those before may share another file's sector.
_FIRST = const(8)
_LONG_MS = const(15)
_TRIES = const(3)
_AGREE = const(2)


def measure(file, ticks_ms):
    """Return the offset (bytes) of the first whole sector in ``file``, or None.

    Writes zeros over blocks 8 to 25 of the file: for an empty log only. None if the times do not
    tell; a drive that writes through takes long for every block.
    """
    votes = [0] * _BLOCKS
    for _ in range(_TRIES):
        block = _first_of_sector(file, ticks_ms)
        if block is not None:
            votes[block] += 1
    most = max(votes)
    return votes.index(most) * _BLOCK_BYTES if most >= _AGREE else None


def _first_of_sector(file, ticks_ms):
    """The place in its eight (0 to 7) of the block that takes long; None if it is not clear."""
    blank = bytes(_BLOCK_BYTES)
    found = []
    file.seek(_FIRST * _BLOCK_BYTES)
    file.write(blank)  # its own time says nothing: something else may have waited to be written
    for block in range(_FIRST + 1, _FIRST + 1 + 2 * _BLOCKS):
        before_ms = ticks_ms()
        file.write(blank)
        if ticks_diff(ticks_ms(), before_ms) >= _LONG_MS:
            found.append(block)
    if len(found) != 2 or found[1] - found[0] != _BLOCKS:
        return None
    return found[0] % _BLOCKS
