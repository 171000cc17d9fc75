"""Who has the library open: any number at a time, or one alone that replaces it.

Every program that may write holds the lock together with the others as long as the library is open
(the clinic's page for hours); bringing a backup back and adopting files need it alone. Besides it
each write takes the writers' lock for the time of its transaction (``database.py``).

A folder's lock is SQLite's own, on a file of its own beside the database: it can be shared, ends
with the process whatever ends it, and is the same on every system. A server's is an advisory lock.
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
SHARED_WAIT_S = 30.0  # a restore goes on meanwhile
ALONE_WAIT_S = 5.0  # a command beside it ends meanwhile; the clinic's page does not
_POLL_S = 0.1
_KEY = 0x1EA4C0F  # of the server's advisory locks


def share(place: LibraryLocation, engine: Any = None) -> Callable[[], None]:
    """Take the lock together with others; return what lets it go.

    Args:
        place: of the library; its folder is there.
        engine: of a server's database.

    Raises:
        LibraryError: where the library is being replaced just now.
    """
    return _take(place, engine, False, SHARED_WAIT_S)


def alone(place: LibraryLocation, engine: Any = None) -> Callable[[], None]:
    """Take the lock alone; return what lets it go.

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
    """Make the file where it is not there, and never open it where it is.

    Closing a file gives up all locks that this process has on it, SQLite's too
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
    """An advisory lock lasts as long as the connection, which is kept for it alone."""
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
            "What that program keeps meanwhile would be lost: the clinic's page, or another "
            "`leancue`, on this computer or on another desk.",
            "End it, then type the command again.",
        )
    return LibraryError(
        _("The library {name} is being replaced just now.", name=place.name),
        _("Another program brings a backup back or adopts files."),
        _("Wait until it is done, then try again."),
    )


def _cannot(place: LibraryLocation, why: str) -> LibraryError:
    return LibraryError(
        _("The library {name} cannot be opened: {why}.", name=place.name, why=why),
        _("The disk may be full, the folder another user's, or read-only."),
        _(
            "Commands that only read work all the same; else name another folder in "
            "LEANCUE_LIBRARY."
        ),
    )
