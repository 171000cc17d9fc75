"""Restores a backup into the folder of an existing library: one rename exchanges the databases.

The backup's files are copied first, not yet part of a run; if killed before the rename, the
previous library stays and `tidy` finds those files. Other files of the previous library become
superfluous and go to the bin. The folder keeps its id, so that it matches both databases.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Set
from contextlib import closing
from dataclasses import replace
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session as Db

from leancue.library import (
    backup,
    identity,
    locations,
    locks,
    migration_runner,
    mismatch_messages,
    previous_library,
    sqlite_snapshot,
)
from leancue.library.database import Database, file_of
from leancue.library.library_condition import UNMARKED, look
from leancue.library.models import (
    WHOLE,
    BackupRecord,
    IdentityRecord,
    RunRecord,
    SuperfluousRecord,
)
from leancue.library.opening import OpenedLibrary
from leancue.library.run_files import RunFiles, sync_folder


def to_folder(
    source: OpenedLibrary, saved: Path, place: locations.LibraryLocation, now_s: int
) -> Path | None:
    """Put the current library aside and the backup in its place; return the path aside.

    Raises:
        LibraryError: where another program has the library open.
        LogError, OutputError, OSError: where something cannot be read or written.
    """
    let_go = locks.alone(place)
    try:
        previous_library.clear_leftovers(place)
        has_database = _mend(place)
        left = _left_over(place, now_s) if has_database else []
        library_id = _id(place, has_database) or source.library_id or identity.new_id()
        runs = _bring_files(source, RunFiles(place, library_id))
        before = previous_library.put_aside(
            place, now_s
        )  # after everything that may fail, so that nothing is left behind
        part = previous_library.database_of(file_of(place).parent)
        new = replace(place, url=f"sqlite+pysqlite:///{part}")
        backup.copy_database(source.database, new)
        with closing(Database(new)) as made, made.write() as db:
            _make_ours(db, library_id, [row for row in left if row.sha256 not in runs])
            for copy in filter(None, (saved, before)):
                db.add(BackupRecord(made_s=now_s, place=str(copy)))
        _exchange(place, new, library_id)
        for sha256 in runs:
            RunFiles(place, library_id).settle(sha256)
        return before
    finally:
        let_go()


def _mend(place: locations.LibraryLocation) -> bool:
    """Let SQLite recover from a kill; return whether there is a database.

    Afterwards the file alone is the database, and a rename exchanges all of it. A damaged one is
    left unchanged.
    """
    found = mismatch_messages.replaceable(place)
    if found is None or not found.tables:
        return False
    with closing(Database(place)) as database:
        migration_runner.bring_up_to_date(database)
        if found.what == UNMARKED:
            identity.claim(database, place.files)
    return True


def _id(place: locations.LibraryLocation, has_database: bool) -> str:
    """Return the id that the folder has, else that of the database."""
    mark = identity.read(place.files)
    if not mark and has_database:
        return look(place).library_id
    return "" if mark == identity.UNREADABLE else mark


def _left_over(place: locations.LibraryLocation, now_s: int) -> list[SuperfluousRecord]:
    """Return the files of the current library as superfluous."""
    with closing(Database(place, reading=True)) as database, database.read() as db:
        rows = {sha256: _row(sha256, now_s) for sha256 in db.scalars(select(RunRecord.log_sha256))}
        rows |= {row.sha256: _same(row) for row in db.scalars(select(SuperfluousRecord))}
    return list(rows.values())


def _same(row: SuperfluousRecord) -> SuperfluousRecord:
    """Drop references to run numbers of the previous library."""
    return _row(row.sha256, row.since_s, row.erased, row.in_bin)


def _row(
    sha256: str, since_s: int, erased: bool = False, in_bin: bool = False
) -> SuperfluousRecord:
    return SuperfluousRecord(
        sha256=sha256, since_s=since_s, run_id=None, erased=erased, in_bin=in_bin
    )


def _bring_files(source: OpenedLibrary, run_files: RunFiles) -> Set[str]:
    """Copy the backup's runs next to the current ones, checking each; return their hashes."""
    run_files.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    with source.database.read() as db:
        runs = set(db.scalars(select(RunRecord.log_sha256)))
    for sha256 in runs:
        run_files.put(source.run_files.get(sha256))
    return runs


def _make_ours(db: Db, library_id: str, left: Iterable[SuperfluousRecord]) -> None:
    row = db.scalars(select(IdentityRecord)).one_or_none() or IdentityRecord()
    row.library_id, row.state = library_id, WHOLE
    db.add(row)
    db.add_all(left)


def _exchange(
    place: locations.LibraryLocation, new: locations.LibraryLocation, library_id: str
) -> None:
    """Replace the old database by the new one. OSError, OutputError."""
    if identity.read(place.files) != library_id:
        identity.write(place.files, library_id)
    file = file_of(place)
    for path in _sidecars(file):  # of a damaged database; put aside with it
        path.unlink()
    os.replace(file_of(new), file)
    sync_folder(file.parent)


def _sidecars(file: Path) -> Iterator[Path]:
    endings = (*sqlite_snapshot.SIDECARS, sqlite_snapshot.INDEX)
    yield from (p for p in (file.with_name(file.name + ending) for ending in endings) if p.exists())
