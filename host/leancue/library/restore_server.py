"""Restores a backup into a server's empty database: files first, then all rows at once."""

from __future__ import annotations

from contextlib import closing

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from leancue.basis.errors import LibraryError
from leancue.language.words import _
from leancue.library import backup, identity, locations, locks, migration_runner, mismatch_messages
from leancue.library.database import Database, in_words
from leancue.library.library_condition import OTHER_FILES, Found, look
from leancue.library.models import (
    WHOLE,
    Base,
    IdentityRecord,
    PatientRecord,
    RunRecord,
    SuperfluousRecord,
)
from leancue.library.opening import OpenedLibrary
from leancue.library.run_files import RunFiles


def to_server(source: OpenedLibrary, place: locations.LibraryLocation) -> None:
    """Restore a backup into a server's database, which must be empty.

    If interrupted before the transaction is complete, the database stays empty, next to files that
    it does not know, which is reported on opening.

    Raises:
        LibraryError: where it is not empty, another program has it open, or the folder of the
            files is another library's.
        LogError, OutputError, OSError: where something cannot be read or written.
    """
    with closing(Database(place)) as target:
        let_go = locks.alone(place, target.engine)
        try:
            found = look(place)
            if found.what == OTHER_FILES:
                raise mismatch_messages.error(found)
            _require_empty(target, found)
            library_id = found.library_id or _mark(found) or source.library_id or identity.new_id()
            place.files.mkdir(parents=True, exist_ok=True, mode=0o700)
            run_files = RunFiles(place, library_id)
            with source.database.read() as db:
                runs = set(db.scalars(select(RunRecord.log_sha256)))
            for sha256 in runs:
                run_files.put(source.run_files.get(sha256))
            identity.write(place.files, library_id)
            _put_rows(source.database, target, library_id)
            for sha256 in runs:
                run_files.settle(sha256)
        finally:
            let_go()


def _mark(found: Found) -> str:
    return "" if found.mark == identity.UNREADABLE else found.mark


def _require_empty(target: Database, found: Found) -> None:
    if not found.tables:
        return
    with target.read() as db:
        counts = [select(func.count()).select_from(table) for table in (PatientRecord, RunRecord)]
        if any(db.scalar(count) for count in counts):
            raise LibraryError(
                _("The library {name} is not empty.", name=target.place.name),
                _(
                    "A backup can only be restored into an empty database, so that nothing is "
                    "mixed up."
                ),
                _("Create a new database and name it in LEANCUE_LIBRARY."),
            )


def _put_rows(source: Database, target: Database, library_id: str) -> None:
    """Create and fill the tables, atomically."""
    with (
        in_words(target.place), source.read() as old,
        target.connect(writes=True) as connection, Session(connection) as new,
    ):  # fmt: skip
        migration_runner.upgrade(connection, target)
        for table in reversed(Base.metadata.sorted_tables):
            if table.name != SuperfluousRecord.__tablename__:
                new.execute(delete(table))
        backup.put_rows(old, new)
        row = new.scalars(select(IdentityRecord)).one_or_none() or IdentityRecord()
        row.library_id, row.state = library_id, WHOLE
        new.add(row)
        new.flush()
        backup.set_counters(new)
        new.commit()
        connection.commit()
