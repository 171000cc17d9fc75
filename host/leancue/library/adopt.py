"""Adopts the files of a folder into a library whose database was lost or replaced.

The files are imported like pulled runs: each log names its patient. Patients, prescriptions, notes
and pain scores were only in the database; they come back from a backup. Nothing is moved, and an
unreadable file stays in place.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sqlalchemy import select

from leancue.basis.errors import LibraryError, LogError, PatientError
from leancue.library import (
    identity,
    incoming_log,
    locations,
    locks,
    migration_runner,
    mismatch_messages,
    sqlite_snapshot,
)
from leancue.library.database import Database, file_of
from leancue.library.library_condition import NEW, PUT_ASIDE
from leancue.library.models import ADOPTING, MAKING, WHOLE, IdentityRecord, RunRecord
from leancue.library.patients import Patients
from leancue.library.repository import Clock
from leancue.library.run_files import RunFiles
from leancue.library.stored_records import Filing
from leancue.library.stored_runs import StoredRuns

Progress = Callable[[int, int], None]


@dataclass(frozen=True)
class Adopted:
    """The result. ``unread``: files that are not runs; ``aside``: path of a damaged database."""

    filings: tuple[Filing, ...]
    patients: tuple[str, ...]
    unread: tuple[Path, ...]
    aside: Path | None


def adopt(
    place: locations.LibraryLocation, add_patients: bool, progress: Progress | None, clock: Clock
) -> Adopted:
    """Adopt the files; repeated, it resumes after an interruption. See ``Library.adopt``."""
    found = mismatch_messages.replaceable(place)
    if found is not None and found.what in (NEW, PUT_ASIDE):
        raise mismatch_messages.error(found)
    server = Database(place) if place.folder is None else None
    let_go = locks.alone(place, server.engine if server else None)
    try:
        aside = _put_damaged_aside(place, clock()) if found is None else None
        with closing(server or Database(place)) as database:
            migration_runner.bring_up_to_date(database)
            library_id = _begin(database, place)
            made = _take_in(database, RunFiles(place, library_id), add_patients, progress, clock)
            identity.write(place.files, library_id)
            identity.set_state(database, WHOLE)
        return Adopted(*made, aside)
    finally:
        let_go()


def _put_damaged_aside(place: locations.LibraryLocation, now_s: int) -> Path:
    """Rename a damaged database. OutputError."""
    file = file_of(place)
    aside = file.with_name(f"{file.name}.damaged-{datetime.fromtimestamp(now_s):%Y%m%d-%H%M%S}")
    try:
        for path in (*sqlite_snapshot.files_of(file)[1:], file):  # the database last
            path.rename(path.with_name(aside.name + path.name.removeprefix(file.name)))
    except OSError as error:
        raise LibraryError(
            f"The damaged database {file} cannot be put aside: {error.strerror or error}."
        ) from error
    return aside


def _begin(database: Database, place: locations.LibraryLocation) -> str:
    """Mark the database as incomplete, and return its id; a new one takes the folder's."""
    mark = identity.read(place.files)
    with database.write() as db:
        row = db.scalars(select(IdentityRecord)).one_or_none()
        if row is None:
            known = "" if mark == identity.UNREADABLE else mark
            row = IdentityRecord(library_id=known or identity.new_id(), state=MAKING)
        row.state = ADOPTING
        db.add(row)
        db.flush()
        library_id = row.library_id
    place.files.mkdir(parents=True, exist_ok=True, mode=0o700)
    return library_id


def _take_in(
    database: Database,
    run_files: RunFiles,
    add_patients: bool,
    progress: Progress | None,
    clock: Clock,
) -> tuple[tuple[Filing, ...], tuple[str, ...], tuple[Path, ...]]:
    runs, patients = StoredRuns(database, run_files, clock), Patients(database, run_files, clock)
    filings: list[Filing] = []
    added: list[str] = []
    unread: list[Path] = []
    waiting = list(_unknown(database, run_files))
    for i, path in enumerate(waiting):
        try:
            data = path.read_bytes()
            if add_patients:
                added += _add(patients, data)
            filings += runs.file(data)
        except (LogError, OSError):  # not a run, or damaged: it stays, and is reported
            unread.append(path)
        if progress:
            progress(i + 1, len(waiting))
    return tuple(filings), tuple(dict.fromkeys(added)), tuple(unread)


def _unknown(database: Database, run_files: RunFiles) -> Iterator[Path]:
    with database.read() as db:
        known = set(db.scalars(select(RunRecord.log_sha256)))
    for sha256, path in list(run_files.runs()):
        if sha256 not in known:
            yield path


def _add(patients: Patients, data: bytes) -> Iterator[str]:
    """Add the patients named in the logs, and yield their codes."""
    for came in incoming_log.read(data):
        if came.named and not patients.has(came.named):
            try:
                yield patients.add(came.named).code
            except PatientError:  # not a valid code: the run waits in the inbox
                continue
