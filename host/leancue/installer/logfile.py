"""The log file: its length, creation, and position on the drive.

The clip writes whole pages of 4096 bytes in place, each aligned to a flash sector; it measures the
offset once (``sector_alignment``). This is valid for the whole file only if it is not fragmented,
which is reported if the system knows.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import asdict, dataclass
from importlib.resources import files
from typing import Any

from leancore.runlog.pages import PAGE_BYTES

from leancue.installer.drive_files import NEW, DriveFiles

PATH = "/leancue.log"
MOST_BYTES = 8 << 20  # the clip needs three bytes of memory per page
LEAST_BYTES = 32 * PAGE_BYTES  # a session of half an hour takes 20 of them
# Pages that hold no run: origin 2, pulled index 1, spare 2, before a sector 1.
OVERHEAD_PAGES = 6
FILLER = PATH + ".filler" + NEW
_FILL_MOST_BYTES = 1 << 20  # more would take a minute on a large drive
_SPARE_CLUSTERS = 4  # for files that the system may write meanwhile
_STEPS_ALONE_PAGES = 64  # the last pages take no raw samples, nor does the last eighth of a log
_STEP_BYTES = 256 << 10

Progress = Callable[[int, int], None]


@dataclass(frozen=True)
class Place:
    """Position of the log: ``pieces`` on the drive; ``aligned``: they split no flash sector.

    None = unknown.
    """

    bytes: int
    pieces: int | None = None
    aligned: bool | None = None

    def as_json(self) -> dict[str, Any]:
        """The form in the manifest."""
        return asdict(self)

    def __str__(self) -> str:
        size = f"{self.bytes / 1e6:.2f} MB, {holds(self.bytes)}"
        if self.pieces is None:
            return size
        if self.pieces == 1:
            return f"{size}; in one piece"
        fit = "none of which cuts" if self.aligned else "which CUT"
        return f"{size}; in {self.pieces} pieces, {fit} sectors of the flash"


def holds(length_bytes: int) -> str:
    """The capacity of a log, as text."""
    measured = _pages_an_hour()
    pages = max(length_bytes // PAGE_BYTES - OVERHEAD_PAGES, 0)
    raw_pages = pages - min(_STEPS_ALONE_PAGES, pages // 8)
    steps_h = pages / measured["pages_an_hour_steps"]
    raw_min = 60 * raw_pages / measured["pages_an_hour_raw"]
    return f"some {steps_h:.1f} h of steps or {raw_min:.0f} min of raw samples"


def raw_mb_an_hour() -> float:
    """The length of an hour's log with raw samples."""
    return _pages_an_hour()["pages_an_hour_raw"] * PAGE_BYTES / 1e6


def _pages_an_hour() -> dict[str, float]:
    found: dict[str, float] = json.loads(
        (files("leancue.installer") / "measured.json").read_text("utf-8")
    )
    return found


def room_for(free_bytes: int, wanted_mb: float | None) -> int:
    """Return the possible length of the log, in whole pages; 0 if too small to be useful."""
    most = MOST_BYTES if wanted_mb is None else int(wanted_mb * (1 << 20))
    length = min(most, free_bytes) // PAGE_BYTES * PAGE_BYTES
    return length if length >= min(LEAST_BYTES, most) else 0


def allocate(disk: DriveFiles, length: int, progress: Progress) -> None:
    """Create the log of ``length`` zero bytes, under its name only when complete. OSError.

    Systems allocate the first free clusters, so a log in the gaps of removed files would be
    fragmented. So all space before it that it does not need is allocated first, and freed again.
    """
    beside = PATH + NEW
    disk.remove(beside)
    disk.remove(FILLER)
    spare = _SPARE_CLUSTERS * disk.cluster_bytes()
    _grow(disk, FILLER, min(disk.free_bytes() - length - spare, _FILL_MOST_BYTES))
    _grow(disk, beside, length, progress)
    disk.remove(FILLER)
    disk.rename(beside, PATH)


def _grow(disk: DriveFiles, path: str, length: int, progress: Progress | None = None) -> None:
    for done in range(0, length, _STEP_BYTES):
        disk.append_zeros(path, min(_STEP_BYTES, length - done))
        if progress:
            progress(min(done + _STEP_BYTES, length), length)


def place_of(disk: DriveFiles) -> Place:
    """Find the position of the log on its drive, as far as known. OSError without a log."""
    size = disk.size(PATH)
    if size is None:
        raise OSError(2, "No such file", PATH)
    found = disk.pieces(PATH)
    if not found:
        return Place(size)
    return Place(size, len(found), _is_aligned(found))


def _is_aligned(pieces: list[tuple[int, int]]) -> bool:
    """Whether pages aligned to sectors in the first fragment are aligned in all."""
    offset = 0
    phases = set()
    for at, length in pieces:
        phases.add((at - offset) % PAGE_BYTES)
        offset += length
    return len(phases) == 1
