"""The library before a restore, put aside next to its folder as a complete copy.

Its files are shared with the restored one by hard links if the disk supports them: files of runs
are never rewritten.
"""

from __future__ import annotations

import os
import shutil
from datetime import datetime
from itertools import count
from pathlib import Path

from leancue.library import identity, library_condition, locations, sqlite_snapshot
from leancue.library.database import file_of
from leancue.library.run_files import RunFiles, sync_folder


def stage_of(folder: Path, of: str = "aside") -> Path:
    """Temporary path of a library put ``aside`` or ``restored``, until it is complete."""
    return folder.with_name(f".{folder.name}.{of}.part")


def database_of(folder: Path) -> Path:
    """Temporary path of the restored database until it replaces the current one."""
    return folder / ".restored.db.part"


def clear_leftovers(place: locations.LibraryLocation) -> None:
    """Delete incomplete copies left by an interrupted restore.

    Only while the lock is held, so that no other restore is running. OSError.
    """
    if place.folder is None:
        return
    for stage in (stage_of(place.folder), stage_of(place.folder, "restored")):
        if stage.exists():
            shutil.rmtree(stage)
    for path in sqlite_snapshot.files_of(database_of(place.folder)):
        path.unlink(missing_ok=True)


def put_aside(place: locations.LibraryLocation, now_s: int) -> Path | None:
    """Copy the existing library, damaged or not; return the path, None if there is none.

    Only while this program has exclusive access. OSError.
    """
    folder = place.folder
    assert folder is not None
    parts = list(_parts(place))
    if not parts:
        return None
    stage = stage_of(folder)
    try:
        for path in parts:
            to = stage / path.relative_to(folder)
            to.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            (_share if path.parent.parent == place.files else shutil.copy2)(path, to)
        os.chmod(stage, 0o700)
        aside = _name(folder, now_s)
        os.replace(stage, aside)
        sync_folder(folder.parent)
    finally:
        shutil.rmtree(stage, ignore_errors=True)
    return aside


def _parts(place: locations.LibraryLocation) -> list[Path]:
    """The parts of a library: the database, the mark, the runs' files."""
    file = file_of(place)
    database = [
        path for path in sqlite_snapshot.files_of(file) if path.exists() and path.stat().st_size
    ]
    mark = place.files / identity.NAME
    return [*database, *([mark] if mark.exists() else []), *_runs(place)]


def _runs(place: locations.LibraryLocation) -> list[Path]:
    return [path for _, path in RunFiles(place).runs()]


def _share(path: Path, to: Path) -> None:
    try:
        os.link(path, to)
    except OSError:  # a disk without hard links (FAT), or without space for another name
        shutil.copy2(path, to)


def _name(folder: Path, now_s: int) -> Path:
    name = f"{folder.name}{library_condition.ASIDE}{datetime.fromtimestamp(now_s):%Y%m%d-%H%M%S}"
    names = (folder.with_name(name + (f"-{i}" if i else "")) for i in count())
    return next(path for path in names if not path.exists())
