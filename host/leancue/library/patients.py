"""The patients: adding, archiving and restoring; erasing is in a separate module."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from leancue.basis.errors import PatientError
from leancue.language.words import _
from leancue.library import codes
from leancue.library.models import PatientRecord
from leancue.library.repository import Repository, patient_of
from leancue.library.stored_records import Patient

COMMENT_MOST = 600  # characters: what fits on the home sheet


class Patients(Repository):
    """``library.patients``."""

    def add(self, code: str, *, example: bool = False) -> Patient:
        """Add a patient by code.

        Raises:
            PatientError: for a code that cannot be one, or that is taken.
        """
        code = codes.check(code)
        try:
            with self._database.write() as db:
                row = PatientRecord(code=code, created_s=self._now_s(), example=example)
                db.add(row)
                db.flush()
                self._note_action(db, "added", row)
                return _patient(row)
        except IntegrityError:
            raise PatientError(
                _("A patient {code} already exists.", code=code),
                _("Two patients with one code would be mixed up."),
                _("Choose another code. Archived patients count too."),
            ) from None

    def get(self, code: str) -> Patient:
        """Return the patient. PatientError where there is none."""
        with self._database.read() as db:
            return _patient(patient_of(db, code))

    def has(self, code: str) -> bool:
        """Whether the library has the patient."""
        with self._database.read() as db:
            return db.scalar(select(PatientRecord.id).where(PatientRecord.code == code)) is not None

    def alike(self, code: str) -> list[Patient]:
        """Return the other patients whose codes look like this one, including archived ones."""
        wanted = codes.shape(code)
        return [
            patient
            for patient in self.all(archived=True)
            if patient.code != code.strip() and codes.shape(patient.code) == wanted
        ]

    def all(self, *, archived: bool = False) -> list[Patient]:
        """Return the patients by code; with ``archived`` those out of the lists too."""
        wanted = select(PatientRecord).order_by(PatientRecord.code)
        if not archived:
            wanted = wanted.where(PatientRecord.archived_s.is_(None))
        with self._database.read() as db:
            return [_patient(row) for row in db.scalars(wanted)]

    def archive(self, code: str, *, archived: bool = True) -> Patient:
        """Archive the patient, or undo it; nothing is lost. PatientError."""
        with self._database.write() as db:
            row = patient_of(db, code)
            row.archived_s = self._now_s() if archived else None
            self._note_action(db, "archived" if archived else "restored", row)
            db.flush()
            return _patient(row)

    def set_comment(self, code: str, text: str) -> Patient:
        """Store the comment for the home sheet; "" = none. PatientError."""
        text = text.strip()
        if len(text) > COMMENT_MOST:
            raise PatientError(
                _(
                    "A comment of {length} characters does not fit on the home sheet.",
                    length=len(text),
                ),
                _("It may have {most} characters.", most=COMMENT_MOST),
            )
        with self._database.write() as db:
            row = patient_of(db, code)
            if row.comment != text:
                row.comment = text
                self._note_action(db, "comment", row)
            db.flush()
            return _patient(row)


def _patient(row: PatientRecord) -> Patient:
    return Patient(row.id, row.code, row.created_s, row.archived_s, row.example, row.comment)
