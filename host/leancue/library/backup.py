"""A backup: the database as of one moment, and every run's file, read and checked on the way.

It is a library itself: a folder that ``Library`` opens. A library on a server is backed up into
the same form, so a backup of one comes back as the other.
"""

from __future__ import annotations

import os
import shutil
import sqlite3
import tempfile
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import delete, func, insert, select, text

from leancue.errors import LibraryError, OutputError
from leancue.library import places, schema
from leancue.library.database import Database
from leancue.library.models import Base, PatientRecord, RunRecord
from leancue.library.vault import Vault


def back_up(database: Database, vault: Vault, folder: Path, now_s: int) -> Path:
    """Write a backup into a new folder under ``folder``; return it.

    Raises:
        OutputError: where it cannot be written; then nothing is left behind.
        LogError: where a run's file is lost or not what it was; no backup without it.
    """
    out = folder / f"leancue-{datetime.fromtimestamp(now_s):%Y%m%d-%H%M%S}"
    if out.exists():
        raise OutputError(f"{out} is there already.", way_out="Try again in a second.")
    try:
        folder.mkdir(parents=True, exist_ok=True)
        stage = Path(tempfile.mkdtemp(prefix=f".{out.name}.", suffix=".part", dir=folder))
    except OSError as error:
        raise _cannot_write(out, error) from error
    try:
        _copy(database, vault, stage)
        os.replace(stage, out)
    except OSError as error:
        raise _cannot_write(out, error) from error
    finally:
        shutil.rmtree(stage, ignore_errors=True)
    return out


def _copy(database: Database, vault: Vault, stage: Path) -> None:
    place = places.find(stage)
    if database.is_sqlite:
        _copy_file(database, stage / places.DATABASE)
    else:
        _copy_rows(database, _made(place))
    copy = Vault(place.files)
    there = Database(place)
    with there.read() as db:
        for sha256 in db.scalars(select(RunRecord.log_sha256)):
            copy.put(vault.get(sha256))
    there.compact()
    there.close()


def _copy_file(database: Database, path: Path) -> None:
    os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))
    with database.connect() as connection:
        source = connection.connection.driver_connection
        target = sqlite3.connect(path)
        try:
            source.backup(target)  # type: ignore[union-attr]
        finally:
            target.close()


def _made(place: places.Place) -> Database:
    database = Database(place)
    schema.bring_up_to_date(database)
    return database


def _copy_rows(source: Database, target: Database) -> None:
    """Copy every row; on a server the counters of the keys go on behind the last one."""
    with source.read() as old, target.write() as new:
        for table in Base.metadata.sorted_tables:
            rows: list[Any] = [dict(row) for row in old.execute(select(table)).mappings()]
            if rows:
                new.execute(insert(table), rows)
        if not target.is_sqlite:
            _set_counters(new)
    target.close()


def _set_counters(db: Any) -> None:
    for table in Base.metadata.sorted_tables:
        if "id" in table.columns:
            name = table.name
            db.execute(text(
                f"SELECT setval(pg_get_serial_sequence('{name}', 'id'), "  # noqa: S608
                f"(SELECT coalesce(max(id), 0) + 1 FROM {name}), false)"
            ))  # fmt: skip


def restore(backup: Path, place: places.Place, now_s: int) -> Path | None:
    """Make the library at ``place`` what ``backup`` holds.

    A library that is there is put aside first; the answer says where, None where there was none.

    Raises:
        LibraryError: where ``backup`` is none, or a server's database is not empty.
        LogError: where a file in the backup is not what it was; nothing is changed then.
    """
    if not (backup / places.DATABASE).is_file():
        raise LibraryError(
            f"{backup} is no backup of a library.",
            f"There is no {places.DATABASE} in it.",
            "Name the folder that `leancue library backup` wrote.",
        )
    source = places.find(backup)
    if place.folder is None:
        _restore_to_server(source, place)
        return None
    try:
        return _restore_to_folder(source, place.folder, now_s)
    except OSError as error:
        raise _cannot_write(place.folder, error) from error


def _restore_to_folder(source: places.Place, folder: Path, now_s: int) -> Path | None:
    folder.parent.mkdir(parents=True, exist_ok=True)
    stage = Path(tempfile.mkdtemp(prefix=f".{folder.name}.", suffix=".part", dir=folder.parent))
    aside = None
    try:
        database = Database(source)
        _copy(database, Vault(source.files), stage)
        database.close()
        if folder.exists():
            stamp = f"{datetime.fromtimestamp(now_s):%Y%m%d-%H%M%S}"
            aside = folder.with_name(f"{folder.name}-before-{stamp}")
            os.replace(folder, aside)
        os.replace(stage, folder)
    finally:
        shutil.rmtree(stage, ignore_errors=True)
    return aside


def _restore_to_server(source: places.Place, place: places.Place) -> None:
    target, database = _made(place), _made(source)
    with target.write() as db:
        counts = [select(func.count()).select_from(table) for table in (PatientRecord, RunRecord)]
        if any(db.scalar(count) for count in counts):
            raise LibraryError(
                f"The library {place.name} is not empty.",
                "A backup comes back into an empty database only, so that nothing is mixed up.",
                "Make a new database and name it in LEANCUE_LIBRARY.",
            )
        for table in reversed(Base.metadata.sorted_tables):
            db.execute(delete(table))
    old, new = Vault(source.files), Vault(place.files)
    with database.read() as db:
        for sha256 in db.scalars(select(RunRecord.log_sha256)):
            new.put(old.get(sha256))
    _copy_rows(database, target)
    database.close()


def _cannot_write(path: Path, error: OSError) -> OutputError:
    return OutputError(
        f"Cannot write {path}: {error.strerror or error}.",
        "The disk may be full or the folder read-only.",
        "Choose another place.",
    )
