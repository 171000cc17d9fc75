"""Restores a backup: at any moment the library is either the previous one or the backup.

At a free location everything is created next to it and renamed. An existing library is put aside
(``previous_library.py``) and replaced by one rename (``restore_folder.py``). A server takes
everything in one transaction (``restore_server.py``). No other program may have the library open
(``locks.py``).
"""

from __future__ import annotations

import os
import shutil
from contextlib import closing
from pathlib import Path

from leancue.basis.errors import LibraryError
from leancue.language.words import _
from leancue.library import backup, locations, mismatch_messages, previous_library
from leancue.library.database import Database
from leancue.library.library_condition import NEW, PUT_ASIDE
from leancue.library.models import BackupRecord
from leancue.library.opening import OpenedLibrary, to_read
from leancue.library.restore_folder import to_folder
from leancue.library.restore_server import to_server
from leancue.library.run_files import sync_folder


def restore(saved: Path, place: locations.LibraryLocation, now_s: int) -> Path | None:
    """Restore the backup ``saved`` at ``place``.

    An existing library is put aside first; return its path, None if there was none.

    Raises:
        LibraryError: where ``saved`` is no backup, another program has the library open, the place
            is another's, or a server's database is not empty.
        LogError: where a file in the backup is not what it was.
        OutputError: where something cannot be written.
    """
    _require_another(saved, place)
    source = to_read(locations.find(saved))
    try:
        _require_sound(source, saved)
        found = mismatch_messages.replaceable(place)
        if place.folder is None:
            to_server(source, place)
            return None
        if found is not None and found.what in (NEW, PUT_ASIDE) and _is_free(place.folder):
            _to_new_folder(source, saved, place.folder, now_s)
            return None
        return to_folder(source, saved, place, now_s)
    except OSError as error:
        raise backup.cannot_write(place.folder or place.files, error) from error
    finally:
        source.close()


def _require_another(saved: Path, place: locations.LibraryLocation) -> None:
    if not (saved / locations.DATABASE).is_file():
        raise LibraryError(
            _("{saved} is not a backup of a library.", saved=saved),
            _("It contains no {database}.", database=locations.DATABASE),
            "Name the folder that `leancue library backup` wrote.",
        )
    if place.folder is not None and place.folder.exists() and saved.samefile(place.folder):
        raise LibraryError(
            _("{saved} is the library itself.", saved=saved),
            way_out="Name the folder that `leancue library backup` wrote.",
        )


def _require_sound(source: OpenedLibrary, saved: Path) -> None:
    with source.database.connect() as connection:
        (said,) = connection.exec_driver_sql("PRAGMA quick_check(1)").one()
    if said != "ok":
        raise LibraryError(
            _("The database of the backup {saved} is damaged: {said}.", saved=saved, said=said),
            _("The disk that it is on may be failing."),
            _("Nothing was changed. Use another backup."),
        )


def _is_free(folder: Path) -> bool:
    return not folder.exists() or not any(folder.iterdir())


def _to_new_folder(source: OpenedLibrary, saved: Path, folder: Path, now_s: int) -> None:
    previous_library.clear_leftovers(locations.find(folder))
    stage = previous_library.stage_of(folder, "restored")
    try:
        stage.mkdir(parents=True, mode=0o700)
        backup.copy(source.database, source.run_files, stage)
        with closing(Database(locations.find(stage))) as made, made.write() as db:
            db.add(BackupRecord(made_s=now_s, place=str(saved)))
        if folder.exists():
            folder.rmdir()  # it is empty; Windows cannot rename over a folder
        os.replace(stage, folder)
        sync_folder(folder.parent)
    finally:
        shutil.rmtree(stage, ignore_errors=True)
