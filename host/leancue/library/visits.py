"""The patient's answers at a visit: pain, whether the cues were felt, how it went."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Select, select, update
from sqlalchemy.orm import Session as Db

from leancue.basis.errors import LibraryError
from leancue.language.words import N_, _
from leancue.library.models import SessionRecord
from leancue.library.repository import Repository, patient_of
from leancue.library.sessions import checked_pain
from leancue.library.stored_records import Visit
from leancue.library.visit_models import VisitRecord

# key: words; "" = not asked
FELT = {
    "": N_("not asked"), "all": N_("all of them"), "some": N_("some"), "none": N_("none"),
    "noise": N_("too many"),
}  # fmt: skip
WENT = {
    "": N_("not asked"), "easy": N_("easy"), "fair": N_("fair"), "hard": N_("hard"),
    "broke": N_("stopped early"),
}  # fmt: skip


class Visits(Repository):
    """``library.visits``: one for each patient and day."""

    def today(self, code: str) -> Visit:
        """Return today's answers, empty if there are none. PatientError."""
        with self._database.read() as db:
            patient_id, day = patient_of(db, code).id, self._day()
            row = db.scalar(_wanted(patient_id).where(VisitRecord.day == day))
            return _visit(row) if row else Visit(day, None, "", "")

    def of(self, code: str) -> list[Visit]:
        """Return all visits with answers, newest first. PatientError."""
        with self._database.read() as db:
            wanted = _wanted(patient_of(db, code).id).order_by(VisitRecord.day.desc())
            return [_visit(row) for row in db.scalars(wanted)]

    def say(self, code: str, *, pain: int | None, felt: str, went: str) -> Visit:
        """Store today's answers.

        The pain also applies to today's sessions without their own score.

        Raises:
            PatientError, LibraryError: for a pain that is not 0 to 10, or a word not in the list.
        """
        checked_pain(pain)
        for word, words in ((felt, FELT), (went, WENT)):
            if word not in words:
                raise LibraryError(
                    _(
                        "`{word}` is not accepted. Choose one of {names}.",
                        word=word,
                        names=", ".join(words),
                    )
                )
        with self._database.write() as db:
            patient_id, day = patient_of(db, code).id, self._day()
            row = db.scalar(_wanted(patient_id).where(VisitRecord.day == day))
            if row is None:
                row = VisitRecord(patient_id=patient_id, day=day)
                db.add(row)
            row.pain, row.felt, row.went = pain, felt, went
            db.flush()
            give_pain(db, patient_id, day)
            return _visit(row)

    def _day(self) -> str:
        return f"{datetime.fromtimestamp(self._now_s()):%Y-%m-%d}"


def give_pain(db: Db, patient_id: int | None, day: str) -> None:
    """Apply a day's pain score to its sessions without their own."""
    visit = db.scalar(_wanted(patient_id).where(VisitRecord.day == day))
    if visit is None or visit.pain is None:
        return
    those = (SessionRecord.patient_id == patient_id) & (SessionRecord.day == day)
    unasked = those & SessionRecord.pain.is_(None)
    db.execute(update(SessionRecord).where(unasked).values(pain=visit.pain))


def _wanted(patient_id: int | None) -> Select[VisitRecord]:
    return select(VisitRecord).where(VisitRecord.patient_id == patient_id)


def _visit(row: VisitRecord) -> Visit:
    return Visit(row.day, row.pain, row.felt, row.went)
