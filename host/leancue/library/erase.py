"""Erases a patient in two steps: a description in words, then the erasure from every file.

Deleted rows are overwritten (``secure_delete``) and the database is rewritten (VACUUM). Files are
deleted, including those in the bin. Out of reach are backups, files pulled to other folders, the
clip's own memory, and remains on the disk below the file system.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import ColumnElement, delete, func, or_, select, update
from sqlalchemy.orm import Session as Db

from leancue.basis.errors import LibraryError, LogError
from leancue.language import formats
from leancue.language.words import _, n_
from leancue.library import previous_library
from leancue.library.backup import stage_of
from leancue.library.incoming_log import read
from leancue.library.library_condition import put_aside
from leancue.library.log_rewrite import without_code
from leancue.library.models import (
    BackupRecord,
    Base,
    DeviceRecord,
    NoteRecord,
    PatientRecord,
    PrescriptionRecord,
    RunRecord,
    SessionRecord,
    SummaryRecord,
    SuperfluousRecord,
)
from leancue.library.repository import Repository, patient_of
from leancue.runs.runlog import runs_of


@dataclass(frozen=True)
class Erasure:
    """What will be erased: ``words``, a sentence each. ``state``: the state it was derived from."""

    code: str
    words: tuple[str, ...]
    state: str


class Eraser(Repository):
    """Determines what would be erased, and erases it."""

    def plan(self, code: str) -> Erasure:
        """Return what would be erased. PatientError."""
        with self._database.read() as db:
            return self._plan(db, patient_of(db, code))

    def erase(self, plan: Erasure) -> None:
        """Erase what ``plan`` lists, permanently.

        Raises:
            LibraryError: something changed since; nothing is erased then.
        """
        with self._database.write() as db:
            patient = patient_of(db, plan.code)
            if self._plan(db, patient).state != plan.state:
                raise LibraryError(
                    _(
                        "Nothing was erased: the data of {code} changed after you were asked.",
                        code=plan.code,
                    ),
                    _("A run, a note or a prescription was added or removed."),
                    _("Check again what will be erased."),
                )
            self._erase_earlier(db, patient)
            self._overwrite_elsewhere(db, patient)
            self._delete(db, patient)
            self._note_action(db, "erased", None)
        self._clear()
        self._database.compact()
        previous_library.clear_leftovers(self._database.place)

    def _plan(self, db: Db, patient: PatientRecord) -> Erasure:
        return _plan(db, patient, list(put_aside(self._database.place)))

    def _erase_earlier(self, db: Db, patient: PatientRecord) -> None:
        """Delete earlier files of the patient's runs, in the bin or on the way there."""
        self._find_strays(db)
        runs = set(db.scalars(select(RunRecord.id).where(or_(_own(patient), _others(patient)))))
        for row in db.scalars(select(SuperfluousRecord)):
            if row.run_id in runs if row.run_id is not None else self._names(row.sha256, patient):
                row.erased, row.in_bin = True, False
        db.flush()

    def _names(self, sha256: str, patient: PatientRecord) -> bool:
        """Whether an orphaned file may be the patient's; a partial file may be anyone's.

        It was left by a killed import, or by the library before a restore.
        """
        try:
            return any(run.patient == patient.code for run in runs_of(self._run_files.get(sha256)))
        except LogError:
            return True

    def _delete(self, db: Db, patient: PatientRecord) -> None:
        own = _own(patient)
        for run_id, sha256 in db.execute(select(RunRecord.id, RunRecord.log_sha256).where(own)):
            self._give_up(db, sha256, run_id, erased=True)
        ids = select(RunRecord.id).where(own)
        db.execute(delete(SummaryRecord).where(SummaryRecord.run_id.in_(ids)))
        db.execute(delete(RunRecord).where(own))
        db.execute(update(RunRecord).where(RunRecord.detail == patient.code).values(detail=""))
        named = DeviceRecord.name.contains(patient.code, autoescape=True)
        db.execute(update(DeviceRecord).where(named).values(name=""))
        db.execute(delete(PatientRecord).where(PatientRecord.id == patient.id))

    def _overwrite_elsewhere(self, db: Db, patient: PatientRecord) -> None:
        """Overwrite the code in runs recorded under it that belong to another patient."""
        for row in db.scalars(select(RunRecord).where(_others(patient))):
            (run,) = runs_of(self._run_files.get(row.log_sha256), damaged="skip")
            (now,) = read(without_code(run, patient.code))
            self._give_up(db, row.log_sha256, row.id, erased=True)
            row.log_sha256, row.start_sha256 = self._keep(db, now.pages), now.start_sha256
            row.named = ""
        db.flush()


def _own(patient: PatientRecord) -> ColumnElement[bool]:
    """The patient's runs, and those that wait in the inbox with the patient's code in them."""
    waiting = RunRecord.patient_id.is_(None) & (RunRecord.named == patient.code)
    return or_(RunRecord.patient_id == patient.id, waiting)


def _others(patient: PatientRecord) -> ColumnElement[bool]:
    """Runs recorded under the patient's code that a person has filed with another patient."""
    return (RunRecord.named == patient.code) & (RunRecord.patient_id != patient.id)


def _plan(db: Db, patient: PatientRecord, beside: list[Path]) -> Erasure:
    def count(table: type[Base], *conditions: ColumnElement[bool]) -> int:
        return int(db.scalar(select(func.count()).select_from(table).where(*conditions)) or 0)

    prescriptions = count(PrescriptionRecord, PrescriptionRecord.patient_id == patient.id)
    sessions = count(SessionRecord, SessionRecord.patient_id == patient.id)
    runs = count(RunRecord, _own(patient))
    notes = count(NoteRecord, NoteRecord.patient_id == patient.id)
    parts = (
        n_("{number} prescription", "{number} prescriptions", prescriptions),
        n_("{number} session", "{number} sessions", sessions),
        n_("{number} run", "{number} runs", runs),
        n_("{number} note", "{number} notes", notes),
    )
    words = [
        _(
            "{code} will be permanently erased: {parts}, with all raw samples, pain scores and "
            "figures.",
            code=patient.code,
            parts=", ".join(parts),
        )
    ]
    others = count(RunRecord, _others(patient))
    if others:
        words.append(
            n_(
                "{number} run made under this code and filed with another patient will stay "
                "there; the code in it will be overwritten.",
                "{number} runs made under this code and filed with another patient will stay "
                "there; the code in them will be overwritten.",
                others,
            )
        )
    mentions = count(
        NoteRecord,
        NoteRecord.patient_id != patient.id,
        NoteRecord.text.contains(patient.code, autoescape=True),
    )
    if mentions:
        words.append(
            _("Notes on other patients that mention this code stay: {mentions}.", mentions=mentions)
        )
    words += [said for row in db.scalars(select(BackupRecord)) for said in _copies(row)]
    known = set(db.scalars(select(BackupRecord.place)))
    words += [
        _("The former library at {path} is not touched. Delete it yourself.", path=path)
        for path in beside
        if str(path) not in known
    ]
    words.append(
        _("Runs still on a clip and files exported or pulled to other folders are not touched.")
    )
    return Erasure(patient.code, tuple(words), _state(db, patient, words))


def _copies(row: BackupRecord) -> Iterator[str]:
    """Return the existing copies of the library, and remains of an interrupted one."""
    made = formats.moment(row.made_s)
    for place in (Path(row.place), stage_of(Path(row.place))):
        if place.exists():
            yield _(
                "The safety copy of {made} at {place} is not touched. Delete it yourself.",
                made=made,
                place=place,
            )


def _state(db: Db, patient: PatientRecord, words: list[str]) -> str:
    """A fingerprint of everything to be erased."""
    ids = [
        *db.scalars(select(RunRecord.id).where(_own(patient)).order_by(RunRecord.id)),
        *db.scalars(select(NoteRecord.id).where(NoteRecord.patient_id == patient.id)),
    ]
    return hashlib.sha256(repr((patient.id, sorted(ids), words)).encode()).hexdigest()
