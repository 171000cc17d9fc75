"""Opens a library: read-only without a trace, or for writing together with others."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from leancue.basis.errors import LibraryError
from leancue.basis.files import keep_from_others
from leancue.library import identity, locations, locks, migration_runner, mismatch_messages
from leancue.library.database import Database
from leancue.library.library_condition import FITS, NEW, UNMARKED, Found, look
from leancue.library.models import WHOLE
from leancue.library.run_files import RunFiles


@dataclass(frozen=True)
class OpenedLibrary:
    """An open library. ``is_new``: it was just created; ``close``: releases everything."""

    database: Database
    run_files: RunFiles
    library_id: str
    is_new: bool
    close: Callable[[], None]


def to_read(place: locations.LibraryLocation) -> OpenedLibrary:
    """Open a library read-only; nothing is created, repaired, cleaned or updated.

    Raises:
        LibraryError: where there is none, or database and files do not fit.
    """
    found = look(place)
    if found.what not in (FITS, UNMARKED):
        raise mismatch_messages.error(found)
    database = Database(place, reading=True)
    try:
        migration_runner.bring_up_to_date(database)
    except BaseException:
        database.close()
        raise
    run_files = RunFiles(place, found.library_id)
    return OpenedLibrary(database, run_files, found.library_id, False, database.close)


def to_write(place: locations.LibraryLocation) -> OpenedLibrary:
    """Open a library for writing, created or updated if necessary.

    Raises:
        LibraryError: where it cannot be opened, or database and files do not fit.
    """
    found = _require(look(place))
    is_new = found.what == NEW
    if is_new:
        _make_folders(place)
    database = None if place.folder is not None else Database(place)
    let_go = locks.share(place, database.engine if database else None)
    try:
        found = _require(look(place))  # it may have been replaced before we got the lock
        database = database or Database(place)
        migration_runner.bring_up_to_date(database)
        library_id = found.library_id
        if found.what != FITS or found.state != WHOLE:
            library_id = identity.claim(database, place.files)
    except BaseException:
        _close(database, let_go)
        raise
    run_files = RunFiles(place, library_id)
    return OpenedLibrary(database, run_files, library_id, is_new, lambda: _close(database, let_go))


def _require(found: Found) -> Found:
    if found.what not in (NEW, FITS, UNMARKED):
        raise mismatch_messages.error(found)
    return found


def _make_folders(place: locations.LibraryLocation) -> None:
    for folder in filter(None, (place.folder, place.files)):
        try:
            folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            if place.folder is not None:  # a shared folder must stay accessible
                keep_from_others(folder)
        except OSError as error:
            raise LibraryError(
                f"The folder {folder} cannot be made: {error.strerror or error}.",
                "The disk may be full, or the folder above it may belong to another user.",
                "Name another folder in LEANCUE_LIBRARY.",
            ) from error


def _close(database: Database | None, let_go: Callable[[], None]) -> None:
    if database is not None:
        database.close()
    let_go()
