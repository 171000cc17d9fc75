"""The log file: its length, its making, and where it lies on the drive.

The clip writes whole pages of 4096 bytes in place. A page that lies on one erase block of the
flash costs one erase and cannot take a neighbour with it at a power cut; so it is told, where the
system can tell, whether the file is in one piece and begins at such a boundary.
"""

from __future__ import annotations

import array
import struct
import sys
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from leancore.pages import PAGE_BYTES

from leancue.installer.disk import NEW, Disk

PATH = "/leancue.log"
MOST_BYTES = 8 << 20
LEAST_BYTES = 64 * PAGE_BYTES
_STEP_BYTES = 256 << 10
_FIBMAP, _FIGETBSZ, _FIEMAP = 1, 2, 0xC020660B
_EXTENTS_MAX = 64

Progress = Callable[[int, int], None]


@dataclass(frozen=True)
class Place:
    """Where the log lies: ``pieces`` on the drive, ``aligned`` to 4096; None = cannot be told."""

    bytes: int
    pieces: int | None = None
    aligned: bool | None = None

    def as_json(self) -> dict[str, Any]:
        """As it stands in the manifest."""
        return asdict(self)

    def __str__(self) -> str:
        size = f"{self.bytes / 1e6:.1f} MB"
        if self.pieces is None:
            return f"{size}, its place on the drive is not told by this system"
        shape = "in one piece" if self.pieces == 1 else f"in {self.pieces} pieces"
        fit = "at a page's boundary" if self.aligned else "NOT at a page's boundary"
        return f"{size}, {shape}, {fit}"


def room_for(free_bytes: int, kept_free_bytes: int, wanted_mb: float | None) -> int:
    """Return how long the log may be, in whole pages; 0 if there is no room for a useful one."""
    most = MOST_BYTES if wanted_mb is None else int(wanted_mb * (1 << 20))
    length = min(most, free_bytes - kept_free_bytes) // PAGE_BYTES * PAGE_BYTES
    return length if length >= min(LEAST_BYTES, most) else 0


def allocate(disk: Disk, length: int, progress: Progress) -> None:
    """Make the log of ``length`` zero bytes, under its name only when it is whole. OSError."""
    beside = PATH + NEW
    disk.remove(beside)
    for done in range(0, length, _STEP_BYTES):
        disk.append_zeros(beside, min(_STEP_BYTES, length - done))
        progress(min(done + _STEP_BYTES, length), length)
    disk.rename(beside, PATH)


def place_of(file: Path) -> Place:
    """Find where a file lies on its drive, as far as this system says."""
    size = file.stat().st_size
    for ask in (_by_extents, _by_blocks):
        try:
            found = ask(file)
        except (OSError, ImportError):  # another system, another file system, or not allowed
            continue
        if found:
            aligned = all(at % PAGE_BYTES == 0 and n % PAGE_BYTES == 0 for at, n in found[:-1])
            return Place(size, len(found), aligned and found[-1][0] % PAGE_BYTES == 0)
    return Place(size)


def _by_extents(file: Path) -> list[tuple[int, int]]:
    """(byte on the drive, length) of each piece, by FIEMAP (Linux; not on FAT)."""
    import fcntl

    if sys.platform != "linux":
        return []
    head = struct.pack("=QQIIII", 0, (1 << 64) - 1, 0, 0, _EXTENTS_MAX, 0)
    answer = bytearray(head + bytes(56 * _EXTENTS_MAX))
    with file.open("rb") as handle:
        fcntl.ioctl(handle.fileno(), _FIEMAP, answer)
    count = struct.unpack_from("=QQIIII", answer)[3]
    found = [struct.unpack_from("=QQQ", answer, 32 + 56 * i) for i in range(count)]
    return _joined([(physical, length) for _logical, physical, length in found])


def _by_blocks(file: Path) -> list[tuple[int, int]]:
    """As ``_by_extents``, block by block, by FIBMAP (Linux, FAT too; the superuser's only)."""
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
    return _joined(found)


def _joined(pieces: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """Join pieces that follow each other."""
    joined: list[tuple[int, int]] = []
    for at, length in pieces:
        if joined and sum(joined[-1]) == at:
            joined[-1] = (joined[-1][0], joined[-1][1] + length)
        else:
            joined.append((at, length))
    return joined
