"""The connection to the database: one engine, with read and write blocks.

A write takes the writers' lock before it reads, so that one of two hosts waits for the other; it is
atomic. SQLite uses a rollback journal, so that the closed database is a single file, readable on a
read-only disk; it checks foreign keys and overwrites deleted data (``secure_delete``). Opened for
reading it is a private copy (``sqlite_snapshot.py``).
"""

from __future__ import annotations

import os
import sqlite3
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, StaticPool, create_engine, event, exc
from sqlalchemy.orm import Session

from leancue.basis import program
from leancue.basis.errors import LibraryError
from leancue.basis.files import keep_from_others
from leancue.language.words import N_, _
from leancue.library import sqlite_snapshot
from leancue.library.locations import LibraryLocation

_WRITES = "leancue_writes"
_LOCK = 0x1EA4C0E  # of the server's advisory locks, ours
_BUSY_S = 30.0
_PRAGMAS = (
    "journal_mode=DELETE",
    "foreign_keys=ON",
    "secure_delete=ON",
    "synchronous=EXTRA",
    "temp_store=MEMORY",
)


class Database:
    """The library's database. Safe to use from several threads."""

    def __init__(self, place: LibraryLocation, *, reading: bool = False) -> None:
        """Open it.

        Args:
            place: where it is.
            reading: nothing is written; a server's session is read-only, a file is copied.

        Raises:
            LibraryError: where it cannot be opened.
        """
        self.place = place
        self.reading = reading
        self.who = ""  # initials of the current user, stored with every entry
        self.is_sqlite = place.folder is not None
        self._leave: Callable[[], None] = lambda: None
        self._at_work = threading.RLock()  # only one writer of this program at a time
        self._closed = False
        with in_words(self.place):
            self.engine = self._engine()
        self._writing = self.engine.execution_options(**{_WRITES: True})

    def _engine(self) -> Engine:
        if not self.is_sqlite:
            return _server_engine(self.place, self.reading)
        file = file_of(self.place)
        if self.reading:
            copy = sqlite_snapshot.memory(file)
            engine = create_engine("sqlite+pysqlite://", creator=lambda: copy, poolclass=StaticPool)
        else:
            make_private(self.place)
            self._leave = sqlite_snapshot.use(file)
            engine = create_engine(self.place.url, connect_args={"timeout": _BUSY_S})
        _listen_sqlite(engine)
        return engine

    @contextmanager
    def read(self) -> Iterator[Session]:
        """Yield a session with a consistent snapshot of the library."""
        self._require_open()
        with in_words(self.place), Session(self.engine) as session:
            yield session

    @contextmanager
    def write(self) -> Iterator[Session]:
        """Yield a session with the writers' lock; its changes are saved atomically."""
        if self.reading:
            raise LibraryError(
                _("The library {name} was opened for reading only.", name=self.place.name),
                _("Anything written now would be lost."),
            )
        with self.derive() as session:
            yield session

    @contextmanager
    def derive(self) -> Iterator[Session]:
        """Like ``write``, for derived data: with a private copy it goes there."""
        self.require_derivable()
        with self._at_work:
            self._require_open()
            with in_words(self.place), Session(self._writing) as session, session.begin():
                yield session

    def _require_open(self) -> None:
        """Raise LibraryError after closing, when a write would be lost."""
        if self._closed:
            raise LibraryError(
                _("The library {name} is closed.", name=self.place.name),
                _("It is being replaced by a safety copy, or the program is ending."),
                _("Reload the page."),
            )

    def require_derivable(self) -> None:
        """Raise LibraryError if layout or figures are outdated and cannot be updated."""
        if self.reading and not self.is_sqlite:
            raise LibraryError(
                _("The library {name} is of an earlier version of LeanCue.", name=self.place.name),
                _("It must be updated before it can be read."),
                "Type `leancue library tidy`.",
            )

    @contextmanager
    def connect(self, *, writes: bool = False) -> Iterator[Connection]:
        """Yield a bare connection, for migrations and maintenance."""
        engine = self._writing if writes else self.engine
        with in_words(self.place), engine.connect() as connection:
            yield connection

    def compact(self) -> None:
        """Rewrite the database, so that its files hold no deleted data. LibraryError."""
        with in_words(self.place), self.engine.connect() as connection:
            if not self.is_sqlite:
                connection.execution_options(isolation_level="AUTOCOMMIT")
                connection.exec_driver_sql("VACUUM FULL")
                return
            sqlite = connection.connection.driver_connection
            assert sqlite is not None
            sqlite.execute("VACUUM")

    def copy_to(self, target: sqlite3.Connection) -> None:
        """Copy a snapshot of a file's database; not a server's. sqlite3.Error, DBAPIError."""
        with self.engine.connect() as connection:
            source = connection.connection.driver_connection
            source.backup(target)  # type: ignore[union-attr]

    def close(self) -> None:
        """Close the database, after a current write is finished."""
        with self._at_work:
            self._closed = True
        self.engine.dispose()
        self._leave()
        self._leave = lambda: None


@contextmanager
def in_words(place: LibraryLocation) -> Iterator[None]:
    """Convert errors of database and disk to LibraryError."""
    try:
        yield
    except exc.IntegrityError:
        raise
    except _UNKEPT as error:
        raise _not_kept(error) from error
    except (exc.DBAPIError, sqlite3.Error, OSError) as error:
        raise _unusable(place, error) from error


def file_of(place: LibraryLocation) -> Path:
    """Return the file of a folder's database."""
    assert place.folder is not None
    return place.folder / place.url.rpartition("/")[2]


def _server_engine(place: LibraryLocation, reading: bool) -> Engine:
    try:
        engine = create_engine(place.url, pool_pre_ping=True, pool_size=4)
    except ImportError as error:
        raise LibraryError(
            _("The library {name} cannot be opened: {error}.", name=place.name, error=error),
            _("PostgreSQL needs a driver that is not installed."),
            program.get_part("postgresql"),
        ) from error
    _listen_server(engine, reading)
    return engine


def make_private(place: LibraryLocation) -> None:
    """Make folder and file private before anything is written."""
    folder, file = place.folder, file_of(place)
    assert folder is not None
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        for private in (folder, place.files):
            if private.exists():
                keep_from_others(private)
        # Only a new file is opened here: closing a file releases every lock that SQLite has on it
        # in this process (https://sqlite.org/howtocorrupt.html, 2.2).
        if not file.exists():
            os.close(os.open(file, os.O_RDWR | os.O_CREAT, 0o600))
        keep_from_others(file)
    except OSError as error:
        raise LibraryError(
            _(
                "The library {folder} cannot be opened: {reason}.",
                folder=folder,
                reason=error.strerror or error,
            ),
            _("The disk may be full, or the folder may be read-only or belong to another user."),
            _(
                "Commands that only read still work. To write, name another folder in "
                "LEANCUE_LIBRARY."
            ),
        ) from error


def _listen_sqlite(engine: Engine) -> None:
    @event.listens_for(engine, "connect")
    def _connected(connection: Any, _record: object) -> None:
        connection.isolation_level = None  # SQLAlchemy begins and ends the transactions
        for pragma in _PRAGMAS:
            connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def _begun(connection: Connection) -> None:
        writes = connection.get_execution_options().get(_WRITES)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


def _listen_server(engine: Engine, reading: bool) -> None:
    if reading:

        @event.listens_for(engine, "connect")
        def _connected(connection: Any, _record: object) -> None:
            connection.read_only = True

    @event.listens_for(engine, "begin")
    def _begun(connection: Connection) -> None:
        if connection.get_execution_options().get(_WRITES):
            connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({_LOCK})")


# Errors of a driver for a value that the database cannot hold: a number of more than 64 bits,
# half of a surrogate pair, NUL in a text.
_UNKEPT = (exc.DataError, OverflowError, UnicodeError)


def _not_kept(error: Exception) -> LibraryError:
    reason = str(getattr(error, "orig", None) or error).strip().splitlines()[0]
    return LibraryError(
        _("The library cannot store this: {reason}.", reason=reason),
        _("A text has characters that a database cannot store, or a number is out of range."),
        _("Nothing was changed. Correct it, then try again."),
    )


# Message, reason and way out by text in the database's error; the first match counts.
_DAMAGED = (
    N_("The database of {name} is damaged: {reason}."),
    N_("The disk may be failing, or another program has written to it."),
    "Restore a backup with `leancue library restore BACKUP`, or build a new database from the "
    "runs' files with `leancue library adopt`.",
)
_SAID = {
    "locked": (
        N_("The library {name} is busy."),
        N_("Another program has been writing to it for half a minute."),
        N_("Close it, then try again."),
    ),
    "is full": (
        N_("{name} cannot be written: {reason}."),
        N_("Existing data is unchanged."),
        N_("Free some space on the disk, or name another place."),
    ),
    "malformed": _DAMAGED,
    "not a database": _DAMAGED,
}
_ELSE = (
    N_("The library {name} cannot be used: {reason}."),
    N_(
        "The disk may be failing or not connected, the folder may belong to another user, or the "
        "server may be down."
    ),
    "Type `leancue library check`, or restore a backup with `leancue library restore BACKUP`.",
)


def _unusable(place: LibraryLocation, error: Exception) -> LibraryError:
    if isinstance(error, OSError):
        return LibraryError(
            _(_ELSE[0]).format(name=place.name, reason=error.strerror or error),
            _("It may belong to another user, or the disk is full or not connected."),
            "Name another folder in LEANCUE_LIBRARY, or type `leancue library check`.",
        )
    reason = (
        str(getattr(error, "orig", None) or error).strip() or _("no reason given")
    ).splitlines()
    said = next((said for words, said in _SAID.items() if words in reason[0]), _ELSE)
    return LibraryError(*(_(part).format(name=place.name, reason=reason[0]) for part in said))
