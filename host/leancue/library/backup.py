"""A backup: a snapshot of the database, and every run's file, checked while copying.

It is itself a library: a folder that ``Library`` can open. A library on a server is backed up in
the same form, so a backup of one can be restored as the other (``restore.py``).
"""

from __future__ import annotations

import os
import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import delete, exc, insert, select, text
from sqlalchemy.orm import Session as Db

from leancue.basis.errors import OutputError
from leancue.language.words import _
from leancue.library import identity, locations, migration_runner
from leancue.library.database import Database, file_of, make_private
from leancue.library.models import WHOLE, Base, IdentityRecord, RunRecord, SuperfluousRecord
from leancue.library.run_files import RunFiles, sync_folder

Note = Callable[[Path], None]


def back_up(database: Database, run_files: RunFiles, folder: Path, now_s: int, note: Note) -> Path:
    """Write a backup into a new folder under ``folder``; return it.

    ``note``: called beforehand, since an interrupted copy also holds health data (``stage_of``).

    Raises:
        OutputError: where it cannot be written; then nothing is left behind.
        LogError: where a run's file is lost or not what it was; no backup without it.
        LibraryError: where the database cannot be read or written.
    """
    out = folder / f"leancue-{datetime.fromtimestamp(now_s):%Y%m%d-%H%M%S}"
    stage = stage_of(out)
    if out.exists() or stage.exists():
        raise OutputError(_("{out} already exists.", out=out), way_out=_("Try again in a second."))
    try:
        stage.mkdir(parents=True, mode=0o700)
    except OSError as error:
        raise cannot_write(out, error) from error
    try:
        note(out)
        copy(database, run_files, stage)
        os.replace(stage, out)
        sync_folder(folder)
    except OSError as error:
        raise cannot_write(out, error) from error
    finally:
        shutil.rmtree(stage, ignore_errors=True)
    return out


def stage_of(out: Path) -> Path:
    """Temporary path of a backup until it is complete."""
    return out.with_name(f".{out.name}.part")


def copy(database: Database, run_files: RunFiles, folder: Path) -> None:
    """Turn the empty ``folder`` into a copy of this library, checking every file."""
    place = locations.find(folder)
    copy_database(database, place)
    target = RunFiles(place, "copy")
    place.files.mkdir(mode=0o700)
    with closing(Database(place)) as there:
        with there.write() as db:
            row = db.scalars(select(IdentityRecord)).one_or_none()
            if row is None:
                row = IdentityRecord(library_id=identity.new_id())
                db.add(row)
            row.state = WHOLE
            db.flush()
            library_id = row.library_id
            for sha256 in list(db.scalars(select(RunRecord.log_sha256))):
                target.settle(target.put(run_files.get(sha256)))
        there.compact()
    identity.write(place.files, library_id)


def copy_database(database: Database, place: locations.LibraryLocation) -> None:
    """Copy the database into the folder of ``place``, without the content of the bin."""
    if database.is_sqlite:
        make_private(place)
        try:
            with closing(sqlite3.connect(file_of(place))) as target:
                database.copy_to(target)
                target.execute("PRAGMA journal_mode=DELETE")
        except (sqlite3.Error, exc.DBAPIError) as error:
            raise OutputError(
                _(
                    "The database cannot be copied to {place}: {error}.",
                    place=file_of(place),
                    error=error,
                ),
                _("The disk there may be full, or the database is damaged."),
                "Choose another place; `leancue library check` checks the library.",
            ) from error
    with closing(Database(place)) as there:
        migration_runner.bring_up_to_date(there)
        if not database.is_sqlite:
            copy_rows(database, there)
        with there.write() as db:
            db.execute(delete(SuperfluousRecord))


def copy_rows(source: Database, target: Database) -> None:
    """Copy every row into empty tables."""
    with source.read() as old, target.write() as new:
        put_rows(old, new)
        if not target.is_sqlite:
            set_counters(new)


def put_rows(old: Db, new: Db) -> None:
    """Copy every row within the caller's transactions, except files waiting for the bin."""
    for table in Base.metadata.sorted_tables:
        if table.name == SuperfluousRecord.__tablename__:
            continue
        rows: list[Any] = [dict(row) for row in old.execute(select(table)).mappings()]
        if rows:
            new.execute(insert(table), rows)


def set_counters(db: Db) -> None:
    """On a server, set the key sequences after the last key."""
    for table in Base.metadata.sorted_tables:
        if "id" in table.columns:
            name = table.name
            db.execute(text(
                f"SELECT setval(pg_get_serial_sequence('{name}', 'id'), "  # noqa: S608
                f"(SELECT coalesce(max(id), 0) + 1 FROM {name}), false)"
            ))  # fmt: skip


def cannot_write(path: Path, error: OSError) -> OutputError:
    """Return the error for a place that cannot be written."""
    return OutputError(
        _("Cannot write {path}: {reason}.", path=path, reason=error.strerror or error),
        _("The disk may be full or the folder read-only."),
        _("Choose another place."),
    )
