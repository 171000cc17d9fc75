"""The connection to the database: one engine, reads and writes as blocks of their own.

A write takes the writers' lock before it reads, so that of two desks one waits for the other; it
is whole or it is not. SQLite keeps a write-ahead log, checks foreign keys and overwrites what is
deleted (``secure_delete``).
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event, exc
from sqlalchemy.orm import Session

from leancue.errors import LibraryError
from leancue.library.places import Place

_WRITES = "leancue_writes"
_LOCK = 0x1EA4C0E  # of the server's advisory locks, ours
_BUSY_S = 30.0
_PRAGMAS = (
    "journal_mode=WAL",
    "foreign_keys=ON",
    "secure_delete=ON",
    "synchronous=FULL",
    "temp_store=MEMORY",
)


class Database:
    """The library's database. Safe to use from several threads."""

    def __init__(self, place: Place) -> None:
        """Open it. LibraryError where it cannot be."""
        self.place = place
        self.is_sqlite = place.folder is not None
        if place.folder is not None:
            _make_private(place)
            options: dict[str, Any] = {"connect_args": {"timeout": _BUSY_S}}
        else:
            options = {"pool_pre_ping": True, "pool_size": 4}
        try:
            self.engine = create_engine(place.url, **options)
        except ImportError as error:
            raise LibraryError(
                f"The library {place.name} cannot be opened: {error}.",
                "PostgreSQL needs a driver that is not installed.",
                "Type `pip install 'leancue[postgresql]'`.",
            ) from error
        (_listen_sqlite if self.is_sqlite else _listen_server)(self.engine)
        self._writing = self.engine.execution_options(**{_WRITES: True})

    @contextmanager
    def read(self) -> Iterator[Session]:
        """Give a session that sees one state of the library."""
        with self._in_words(), Session(self.engine) as session:
            yield session

    @contextmanager
    def write(self) -> Iterator[Session]:
        """Give a session that holds the writers' lock; all it did is kept, or nothing."""
        with self._in_words(), Session(self._writing) as session, session.begin():
            yield session

    @contextmanager
    def connect(self, *, writes: bool = False) -> Iterator[Connection]:
        """Give a bare connection, for migrations and upkeep."""
        with self._in_words(), (self._writing if writes else self.engine).connect() as connection:
            yield connection

    @contextmanager
    def _in_words(self) -> Iterator[None]:
        try:
            yield
        except (exc.OperationalError, exc.DatabaseError) as error:
            if isinstance(error, exc.IntegrityError):
                raise
            raise _unusable(self.place, error) from error

    def compact(self) -> None:
        """Write the database anew, so that nothing deleted is left in its files.

        Raises:
            LibraryError: where another program looks at it just now.
        """
        with self._in_words(), self.engine.connect() as connection:
            if not self.is_sqlite:
                connection.execution_options(isolation_level="AUTOCOMMIT")
                connection.exec_driver_sql("VACUUM FULL")
                return
            sqlite = connection.connection.driver_connection
            assert sqlite is not None
            sqlite.execute("VACUUM")
            (busy, *_) = sqlite.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
        if busy:
            raise LibraryError(
                f"The write-ahead log of {self.place.name} could not be emptied.",
                "Another program reads the library just now; deleted data may still stand in it.",
                "Close it, then type `leancue library tidy`.",
            )

    def close(self) -> None:
        """Let go of the database."""
        self.engine.dispose()


def _make_private(place: Place) -> None:
    """Make folder and file for this user alone before anything is written into them."""
    folder = place.folder
    assert folder is not None
    file = folder / place.url.rpartition("/")[2]
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        os.chmod(folder, 0o700)
        # Only a new file is opened here: to close one gives up every lock that SQLite has on it in
        # this process, and others take the log away (https://sqlite.org/howtocorrupt.html, 2.2).
        if not file.exists():
            os.close(os.open(file, os.O_RDWR | os.O_CREAT, 0o600))
        os.chmod(file, 0o600)
    except OSError as error:
        raise LibraryError(
            f"The library {folder} cannot be opened: {error.strerror or error}.",
            "The disk may be full, the folder another user's, or read-only.",
            "Name another folder in LEANCUE_LIBRARY.",
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


def _listen_server(engine: Engine) -> None:
    @event.listens_for(engine, "begin")
    def _begun(connection: Connection) -> None:
        if connection.get_execution_options().get(_WRITES):
            connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({_LOCK})")


def _unusable(place: Place, error: exc.SQLAlchemyError) -> LibraryError:
    reason = str(getattr(error, "orig", None) or error).strip().splitlines()[0]
    if "locked" in reason:
        return LibraryError(
            f"The library {place.name} is busy.",
            "Another program has been writing to it for half a minute.",
            "Close it, then try again.",
        )
    return LibraryError(
        f"The library {place.name} cannot be used: {reason}.",
        "The disk may be full, the file damaged, or the server away.",
        "Type `leancue library check`; a backup comes back with `leancue library restore`.",
    )
