"""The space that an installation needs on the drive while it runs, and what remains free.

During an update the new program exists next to the old one until it starts, and each file next to
the one it replaces, so the minimum free space on the way matters. The final free space is reserved
for the next release, which is installed in the same way.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from leancue.installer.drive_files import DriveFiles
from leancue.installer.fat_room import Room, folders_of
from leancue.installer.payload import SLOTS, Payload

_LIB = "/lib"
_GROWTH = 16  # the next release may be larger by 1/16
# Windows and macOS put a folder of their own with two files onto a drive, CircuitPython rewrites
# boot_out.txt; and as much again for what is not foreseen.
SPARE_CLUSTERS = 8


@dataclass(frozen=True)
class Work:
    """The planned changes to a drive: see ``Plan``. ``sizes``: of the files to write."""

    slot: str
    before: str | None
    leftovers: tuple[str, ...]
    stale: tuple[str, ...]
    sizes: tuple[tuple[str, int], ...]


@dataclass(frozen=True)
class Budget:
    """Free bytes: ``least`` on the way, ``end`` when done; both without a new log."""

    least: int
    end: int


def weigh(disk: DriveFiles, work: Work) -> Budget:
    """Return the free space during and after ``work``. OSError."""
    now = disk.free_bytes()
    room = Room(disk.cluster_bytes())
    now += sum(_freed(disk, room, path) for path in work.leftovers if path != work.before)
    least = now
    for change in _changes(disk, room, work):
        now += change
        least = min(least, now)
    return Budget(least, now)


def next_release_bytes(disk: DriveFiles, payload: Payload, manifest_bytes: int) -> int:
    """Return the maximum space that an update to a release of this size needs."""
    room = Room(disk.cluster_bytes())
    sizes = {f"{SLOTS[1]}/{path}": len(data) for path, data in payload.program.items()}
    beside = max(manifest_bytes, *map(len, payload.starters.values()))  # one at a time
    return room.tree_at_most(sizes, SLOTS[1]) + room.of(beside)


def kept_bytes(disk: DriveFiles, next_bytes: int) -> int:
    """Return the space that a new log leaves for that update, which may be somewhat larger."""
    return next_bytes + Room(disk.cluster_bytes()).of(next_bytes // _GROWTH) + spare_bytes(disk)


def spare_bytes(disk: DriveFiles) -> int:
    """Return the space that a new log leaves at the tightest moment of its installation."""
    return SPARE_CLUSTERS * disk.cluster_bytes()


def _changes(disk: DriveFiles, room: Room, work: Work) -> Iterator[int]:
    """Each gain and loss of space in bytes, in order."""
    in_place = work.before == work.slot
    stale = sum(_freed(disk, room, path) for path in work.stale)
    yield 0 if in_place else stale
    yield -_new_folders(disk, room, work)
    for path, size in work.sizes:
        yield -room.of(size)
        yield room.of(disk.size(path) or 0)
    if in_place:
        yield stale
    elif work.before:
        yield _freed(disk, room, work.before)


def _new_folders(disk: DriveFiles, room: Room, work: Work) -> int:
    """What the folders of the program take beyond those that are there."""
    ours = [path for path, _ in work.sizes if path.startswith(work.slot + "/")]
    if not ours:
        return 0
    taken = 0
    for folder, names in folders_of(ours, _LIB).items():
        there = disk.names(folder)
        taken += room.folder_at_most({*names, *there})
        taken -= room.folder_at_least(there) if disk.exists(folder) else 0
    return taken


def _freed(disk: DriveFiles, room: Room, path: str) -> int:
    """The minimum space freed by removing a file or a folder."""
    if path in SLOTS:
        sizes = {file: disk.size(file) or 0 for file in disk.files(path)}
        return room.tree_at_least(sizes, path) if disk.exists(path) else 0
    return room.of(disk.size(path) or 0)
