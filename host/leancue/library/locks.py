"""The lock of an open library: shared by any number of programs, or exclusive to replace it.

Every program that may write holds a shared lock while the library is open (the clinic's page for
hours); restoring a backup and adopting files need an exclusive one. In addition each write takes
the writers' lock during its transaction (``database.py``).

A folder's lock is SQLite's own, on a separate file next to the database: it can be shared, ends
with the process in any case, and works on every system. A server's is an advisory lock.
"""

from __future__ import annotations

import os
import sqlite3
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from leancue.basis.errors import LibraryError
from leancue.language.words import _
from leancue.library.locations import LibraryLocation

NAME = "library.lock"
SHARED_WAIT_S = 30.0  # time for a restore to finish
ALONE_WAIT_S = 5.0  # time for another command to finish; the clinic's page does not
_POLL_S = 0.1
_KEY = 0x1EA4C0F  # of the server's advisory locks


def share(place: LibraryLocation, engine: Any = None) -> Callable[[], None]:
    """Take the lock shared; return the function that releases it.

    Args:
        place: of the library; its folder is there.
        engine: of a server's database.

    Raises:
        LibraryError: where the library is being replaced just now.
    """
    return _take(place, engine, False, SHARED_WAIT_S)


def alone(place: LibraryLocation, engine: Any = None) -> Callable[[], None]:
    """Take the lock exclusively; return the function that releases it.

    Raises:
        LibraryError: where another program has the library open.
    """
    return _take(place, engine, True, ALONE_WAIT_S)


def _take(
    place: LibraryLocation, engine: Any, exclusive: bool, wait_s: float
) -> Callable[[], None]:
    if place.folder is None:
        return _of_server(place, engine, exclusive, wait_s)
    return _of_folder(place, place.folder / NAME, exclusive, wait_s)


def _of_folder(
    place: LibraryLocation, file: Path, exclusive: bool, wait_s: float
) -> Callable[[], None]:
    try:
        _make(file)
        connection = sqlite3.connect(
            f"{file.as_uri()}?mode=rw", uri=True, timeout=wait_s, isolation_level=None,
            check_same_thread=False,
        )  # fmt: skip
        try:
            connection.execute("BEGIN EXCLUSIVE" if exclusive else "BEGIN")
            connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
        except sqlite3.Error:
            connection.close()
            raise
    except sqlite3.Error as error:
        if "locked" in str(error):
            raise _taken(place, exclusive) from error
        raise _cannot(place, str(error)) from error
    except OSError as error:
        raise _cannot(place, error.strerror or str(error)) from error
    return connection.close


def _make(file: Path) -> None:
    """Create the file if it is missing, and never open an existing one.

    Closing a file releases all locks of this process on it, including SQLite's
    (https://sqlite.org/howtocorrupt.html, 2.2).
    """
    if file.exists():
        return
    try:
        os.close(os.open(file, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600))
    except FileExistsError:  # another program was first
        return


def _of_server(
    place: LibraryLocation, engine: Any, exclusive: bool, wait_s: float
) -> Callable[[], None]:
    """An advisory lock lasts as long as its connection, which is kept only for it."""
    connection = engine.connect().execution_options(isolation_level="AUTOCOMMIT")
    ask = f"SELECT pg_try_advisory_lock{'' if exclusive else '_shared'}({_KEY})"
    until_s = time.monotonic() + wait_s
    while not connection.exec_driver_sql(ask).scalar():
        if time.monotonic() > until_s:
            connection.close()
            raise _taken(place, exclusive)
        time.sleep(_POLL_S)

    def let_go() -> None:
        if not connection.closed:
            connection.invalidate()  # back in the pool it would hold the lock
            connection.close()

    return let_go


def _taken(place: LibraryLocation, exclusive: bool) -> LibraryError:
    if exclusive:
        return LibraryError(
            _(
                "The library {name} is open in another program; nothing was changed.",
                name=place.name,
            ),
            "Changes made in that program would be lost. It is the clinic's page or another "
            "`leancue`, on this computer or on another desk.",
            "End it, then type the command again.",
        )
    return LibraryError(
        _("The library {name} is being replaced just now.", name=place.name),
        _("Another program is restoring a backup or adopting files."),
        _("Wait until it is done, then try again."),
    )


def _cannot(place: LibraryLocation, why: str) -> LibraryError:
    return LibraryError(
        _("The library {name} cannot be opened: {why}.", name=place.name, why=why),
        _("The disk may be full, or the folder may be read-only or belong to another user."),
        _("Commands that only read still work. To write, name another folder in LEANCUE_LIBRARY."),
    )
