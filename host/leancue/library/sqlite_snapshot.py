"""A SQLite database looked at without a trace: nothing in its folder is made, changed or removed.

At rest the file is opened read-only. Where that would have to mend something first (what a killed
program left half done, the write-ahead log of an earlier release), its files are copied and the
copy is mended. So it works in a folder that this user may not write to, on a read-only disk too.
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

SIDECARS = ("-journal", "-wal")  # without them the file alone may be half of a change
INDEX = "-shm"  # of a write-ahead log; made anew from it
_MODE_AT = 18  # of the header: 2 = write-ahead log (https://sqlite.org/fileformat.html, 1.3)
_WAL = b"\x02"
_WAIT_S = 30.0
_TRIES = 3
_IN_USE: Counter[str] = Counter()
_GATE = threading.Lock()


@contextmanager
def opened(file: Path) -> Iterator[sqlite3.Connection]:
    """Give a connection to the database in ``file`` that writes nothing. sqlite3.Error, OSError."""
    with closing(_at_rest(file) or memory(file)) as connection:
        yield connection


def memory(file: Path) -> sqlite3.Connection:
    """Return a private copy of the database in memory, as of one moment. sqlite3.Error, OSError."""
    source = _at_rest(file)
    if source is None:
        return _mended(file)
    with closing(source):
        return _into_memory(source)


def _at_rest(file: Path) -> sqlite3.Connection | None:
    """Return a read-only connection, None where the database must be mended first."""
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
    """Copy the files, let SQLite mend the copy, return that."""
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
    """Return the database's file and those beside it without which it is not whole."""
    return [file, *(p for p in (_beside(file, end) for end in SIDECARS) if p.exists())]


def _stamps(file: Path) -> list[tuple[str, int, int]]:
    """What changes when another program writes meanwhile."""
    found = [(path.name, path.stat()) for path in files_of(file)]
    return [(name, stat.st_size, stat.st_mtime_ns) for name, stat in found]


def _beside(file: Path, ending: str) -> Path:
    return file.with_name(file.name + ending)


def _has_content(path: Path) -> bool:
    return path.exists() and path.stat().st_size > 0


def _header(file: Path) -> bytes:
    """Return the first bytes; b"" where this program itself has the database open.

    Reading it by hand would, on closing, give up all locks that SQLite has on it in this process
    (https://sqlite.org/howtocorrupt.html, 2.2). What we have open is at rest in our sense.
    """
    with _GATE:
        if _in_use(file):
            return b""
        with file.open("rb") as source:
            return source.read(100)


def _in_use(file: Path) -> bool:
    return _IN_USE[os.path.realpath(file)] > 0


def use(file: Path) -> Callable[[], None]:
    """Note that this program has the database open to write; return what takes it back."""
    key = os.path.realpath(file)
    with _GATE:
        _IN_USE[key] += 1

    def leave() -> None:
        with _GATE:
            _IN_USE[key] -= 1

    return leave
