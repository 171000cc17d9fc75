"""Checks, without writing, that database and files belong together before anything is done.

A missing library is different from a new one. If the two do not match, the library reports it with
the ways out (``mismatch_messages.py``) and touches nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from sqlalchemy import inspect

from leancue.library import identity, locations, locks, sqlite_snapshot
from leancue.library.database import Database, file_of, in_words
from leancue.library.models import ADOPTING, MAKING
from leancue.library.run_files import SHELF, RunFiles

# Conditions of a location: these can be opened,
NEW, UNMARKED, FITS = "new", "unmarked", "fits"
# and these cannot; their texts are in ``mismatch_messages.MISFITS``.
NOT_EMPTY, PUT_ASIDE, NO_DATABASE, FOREIGN = "not_empty", "put_aside", "no_database", "foreign"
NO_FILES, NO_MARK, OTHER_FILES, STRANGE = "no_files", "no_mark", "other_files", "strange"
CUT_OFF = "cut_off"

ASIDE = "-before-"  # in the name of a library put aside by a restore
_LAYOUT = {"alembic_version", "patients", "runs"}  # tables of every release
_IDENTITY = "identity"
_IGNORED = {"desktop.ini", "Thumbs.db", "lost+found"}  # files that systems create in empty folders
Ask = Callable[[str], list[Any]]


@dataclass(frozen=True)
class Found:
    """The content of a location. ``tables``: of the database, empty if there is none.

    ``library_id``, ``state``: as the database says, "" where it does not; ``mark``: the id in the
    files' folder, "" without. ``runs``: content of the runs' files that the database speaks of,
    asked for only where the two ids do not tell.
    """

    place: locations.LibraryLocation
    tables: frozenset[str]
    library_id: str
    state: str
    runs: frozenset[str]
    mark: str

    @cached_property
    def files(self) -> frozenset[str]:
        """Content hashes of the existing runs' files."""
        return frozenset(sha256 for sha256, _ in RunFiles(self.place).runs())

    @cached_property
    def what(self) -> str:
        """One of the above."""
        if not self.tables:
            return self._without_database()
        if not self.tables >= _LAYOUT:
            return FOREIGN
        if self.state == ADOPTING:
            return CUT_OFF
        if not self.library_id:
            return self._without_id()
        if self.mark:
            return FITS if self.mark == self.library_id else OTHER_FILES
        if self.state == MAKING and not self.files:
            return UNMARKED
        return NO_MARK if self.files else NO_FILES

    def _without_database(self) -> str:
        if self.mark or self.files:
            return NO_DATABASE
        if any(_strangers(self.place)):
            return NOT_EMPTY
        return PUT_ASIDE if any(put_aside(self.place)) else NEW

    def _without_id(self) -> str:
        """An earlier release made it, or the making was cut off: the files must be its own."""
        if self.mark:
            return OTHER_FILES
        fits = self.runs & self.files if self.runs else not self.files
        if fits:
            return UNMARKED
        return STRANGE if self.files else NO_FILES


def look(place: locations.LibraryLocation) -> Found:
    """Return the content of ``place``; nothing is changed.

    Raises:
        LibraryError: where it cannot be looked at, or the database is damaged.
    """
    with in_words(place):
        mark = identity.read(place.files)
        with _asking(place) as (tables, ask):
            library_id, state = "", ""
            if _IDENTITY in tables:
                rows = ask("SELECT library_id, state FROM identity")
                library_id, state = rows[0] if rows else ("", "")
            told = not tables >= _LAYOUT or (mark and mark == library_id)
            rows = [] if told else ask("SELECT log_sha256 FROM runs")
            runs = frozenset(row[0] for row in rows)
    return Found(place, tables, library_id, state, runs, mark)


@contextmanager
def _asking(place: locations.LibraryLocation) -> Iterator[tuple[frozenset[str], Ask]]:
    """Return the names of the tables, and a query function."""
    if place.folder is None:
        with closing(Database(place, reading=True)) as server, server.connect() as connection:
            names = inspect(connection).get_table_names()
            yield frozenset(names), lambda words: list(connection.exec_driver_sql(words))
        return
    file = file_of(place)
    if not file.exists() or not file.stat().st_size:
        yield frozenset(), lambda _words: []
        return
    with sqlite_snapshot.opened(file) as sqlite:
        rows = sqlite.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall()
        yield frozenset(row[0] for row in rows), lambda words: sqlite.execute(words).fetchall()


def put_aside(place: locations.LibraryLocation) -> Iterator[Path]:
    """Yield the previous libraries that restores have left next to a folder."""
    folder = place.folder
    if folder is None or not folder.parent.is_dir():
        return
    for path in sorted(folder.parent.iterdir()):
        if path.name.startswith(f"{folder.name}{ASIDE}") and path.is_dir():
            yield path


def _strangers(place: locations.LibraryLocation) -> Iterator[Path]:
    """Yield files that are not part of a library: the folder belongs to something else."""
    ours = {locations.DATABASE, locations.SAMPLES, locations.BIN, locks.NAME}
    ours |= {locations.DATABASE + ending for ending in sqlite_snapshot.SIDECARS}
    if place.folder is not None and place.folder.is_dir():
        yield from (path for path in place.folder.iterdir() if not _is_ours(path, ours))
    if place.files.is_dir():
        ours = {locations.BIN, identity.NAME}
        yield from (path for path in place.files.iterdir() if not _is_ours(path, ours))
        yield from (path for path in RunFiles(place).strangers() if not _is_hidden(path))


def _is_ours(path: Path, names: set[str]) -> bool:
    return path.name in names or _is_hidden(path) or bool(SHELF.fullmatch(path.name))


def _is_hidden(path: Path) -> bool:
    return path.name.startswith(".") or path.name in _IGNORED
