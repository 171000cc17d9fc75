"""Reads a SQLite database without a trace: nothing in its folder is created, changed or removed.

A clean file is opened read-only. If it needs recovery first (after a killed program, or with the
write-ahead log of an earlier release), its files are copied and the copy is recovered. So this
works in a folder without write access, and on a read-only disk.
"""

from __future__ import annotations

import os
import shutil
import sqlite3
import tempfile
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

SIDECARS = ("-journal", "-wal")  # without these the file may hold half of a change
INDEX = "-shm"  # of a write-ahead log; recreated from it
_MODE_AT = 18  # of the header: 2 = write-ahead log (https://sqlite.org/fileformat.html, 1.3)
_WAL = b"\x02"
_WAIT_S = 30.0
_TRIES = 3
_IN_USE: Counter[str] = Counter()
_GATE = threading.Lock()


@contextmanager
def opened(file: Path) -> Iterator[sqlite3.Connection]:
    """Yield a read-only connection to the database in ``file``. sqlite3.Error, OSError."""
    with closing(_at_rest(file) or memory(file)) as connection:
        yield connection


def memory(file: Path) -> sqlite3.Connection:
    """Return a snapshot of the database in memory. sqlite3.Error, OSError."""
    source = _at_rest(file)
    if source is None:
        return _mended(file)
    with closing(source):
        return _into_memory(source)


def _at_rest(file: Path) -> sqlite3.Connection | None:
    """Return a read-only connection, None if the database needs recovery first."""
    if _header(file)[_MODE_AT : _MODE_AT + 1] == _WAL:
        return None
    connection = _connect(f"{file.as_uri()}?mode=ro")
    try:
        connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
    except sqlite3.OperationalError:
        connection.close()
        if any(_has_content(_beside(file, ending)) for ending in SIDECARS):
            return None
        raise
    except BaseException:
        connection.close()
        raise
    return connection


def _connect(address: str) -> sqlite3.Connection:
    return sqlite3.connect(
        address, uri=True, timeout=_WAIT_S, isolation_level=None, check_same_thread=False
    )


def _into_memory(source: sqlite3.Connection) -> sqlite3.Connection:
    copy = _connect("file::memory:")
    try:
        source.backup(copy)
    except BaseException:
        copy.close()
        raise
    return copy


def _mended(file: Path) -> sqlite3.Connection:
    """Copy the files, let SQLite recover the copy, and return it."""
    if _in_use(file):  # never copied by hand: see ``_header``
        raise sqlite3.OperationalError("another part of this program is changing it")
    for _ in range(_TRIES):
        with tempfile.TemporaryDirectory(prefix="leancue-look-") as folder:  # mode 0700
            before = _stamps(file)
            for path in files_of(file):
                shutil.copyfile(path, Path(folder) / path.name)
            if _stamps(file) != before:
                continue
            copy = Path(folder) / file.name
            with closing(_connect(f"{copy.as_uri()}?mode=rw")) as source:
                source.execute("PRAGMA journal_mode=DELETE")
                return _into_memory(source)
    raise sqlite3.OperationalError("another program is changing it all the time")


def files_of(file: Path) -> list[Path]:
    """Return the database's file and the sidecar files that belong to it."""
    return [file, *(p for p in (_beside(file, end) for end in SIDECARS) if p.exists())]


def _stamps(file: Path) -> list[tuple[str, int, int]]:
    """Values that change when another program writes in the meantime."""
    found = [(path.name, path.stat()) for path in files_of(file)]
    return [(name, stat.st_size, stat.st_mtime_ns) for name, stat in found]


def _beside(file: Path, ending: str) -> Path:
    return file.with_name(file.name + ending)


def _has_content(path: Path) -> bool:
    return path.exists() and path.stat().st_size > 0


def _header(file: Path) -> bytes:
    """Return the first bytes; b"" if this program itself has the database open.

    Reading the file directly would, on closing, release all locks that SQLite has on it in this
    process (https://sqlite.org/howtocorrupt.html, 2.2). A database that we have open is clean.
    """
    with _GATE:
        if _in_use(file):
            return b""
        with file.open("rb") as source:
            return source.read(100)


def _in_use(file: Path) -> bool:
    return _IN_USE[os.path.realpath(file)] > 0


def use(file: Path) -> Callable[[], None]:
    """Record that this program has the database open for writing; return the undo function."""
    key = os.path.realpath(file)
    with _GATE:
        _IN_USE[key] += 1

    def leave() -> None:
        with _GATE:
            _IN_USE[key] -= 1

    return leave
