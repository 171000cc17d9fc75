"""The position of a file on its drive, as far as the system reports it: fragments and offsets.

Offsets are relative to the start of the volume, which on a CircuitPython board is the start of a
flash sector.
"""

from __future__ import annotations

import array
import struct
import sys
from pathlib import Path

_FIBMAP, _FIGETBSZ, _FIEMAP = 1, 2, 0xC020660B
_EXTENTS_MAX = 64

Pieces = list[tuple[int, int]]


def of(file: Path) -> Pieces:
    """Return (byte on the drive, length) of each fragment; [] if unknown."""
    for ask in (_by_extents, _by_blocks):
        try:
            found = ask(file)
        except (OSError, ImportError):  # another system, another file system, or not allowed
            continue
        if found:
            return found
    return []


def _by_extents(file: Path) -> Pieces:
    """By FIEMAP (Linux; not on FAT)."""
    import fcntl

    if sys.platform != "linux":
        return []
    head = struct.pack("=QQIIII", 0, (1 << 64) - 1, 0, 0, _EXTENTS_MAX, 0)
    answer = bytearray(head + bytes(56 * _EXTENTS_MAX))
    with file.open("rb") as handle:
        fcntl.ioctl(handle.fileno(), _FIEMAP, answer)
    count = struct.unpack_from("=QQIIII", answer)[3]
    found = [struct.unpack_from("=QQQ", answer, 32 + 56 * i) for i in range(count)]
    return joined([(physical, length) for _logical, physical, length in found])


def _by_blocks(file: Path) -> Pieces:
    """Block by block, by FIBMAP (Linux, also FAT; superuser only)."""
    import fcntl

    if sys.platform != "linux":
        return []
    with file.open("rb") as handle:
        word = array.array("i", [0])
        fcntl.ioctl(handle.fileno(), _FIGETBSZ, word)
        block_bytes = word[0]
        found = []
        for number in range(-(-file.stat().st_size // block_bytes)):
            word[0] = number
            fcntl.ioctl(handle.fileno(), _FIBMAP, word)
            found.append((word[0] * block_bytes, block_bytes))
    return joined(found)


def joined(pieces: Pieces) -> Pieces:
    """Join adjacent fragments."""
    found: Pieces = []
    for at, length in pieces:
        if found and sum(found[-1]) == at:
            found[-1] = (found[-1][0], found[-1][1] + length)
        else:
            found.append((at, length))
    return found
