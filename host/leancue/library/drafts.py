"""Unsaved input, which survives a link, a reload, and a crash of page or browser."""

from __future__ import annotations

from sqlalchemy import Select, delete, select

from leancue.library.repository import Repository, patient_of
from leancue.library.stored_records import Draft
from leancue.library.visit_models import DraftRecord

PRESCRIPTION, NOTE = "prescription", "note"  # kinds


class Drafts(Repository):
    """``library.drafts``: at most one of a kind for each patient."""

    def keep(self, code: str, kind: str, text: str, base_id: int | None = None) -> Draft:
        """Store the input in place of an earlier one. PatientError."""
        with self._database.write() as db:
            patient = patient_of(db, code)
            row = db.scalar(_wanted(patient.id, kind))
            if row is None:
                row = DraftRecord(patient_id=patient.id, kind=kind)
                db.add(row)
            row.text, row.base_id, row.written_s = text, base_id, self._now_s()
            db.flush()
            return _draft(row)

    def get(self, code: str, kind: str) -> Draft | None:
        """Return the draft, None if there is none. PatientError."""
        with self._database.read() as db:
            row = db.scalar(_wanted(patient_of(db, code).id, kind))
            return _draft(row) if row else None

    def drop(self, code: str, kind: str) -> None:
        """Delete the draft: saved or discarded. PatientError."""
        if self.get(code, kind) is None:
            return
        with self._database.write() as db:
            patient_id = patient_of(db, code).id
            gone = delete(DraftRecord).where(DraftRecord.patient_id == patient_id)
            db.execute(gone.where(DraftRecord.kind == kind))


def _wanted(patient_id: int, kind: str) -> Select[DraftRecord]:
    found = select(DraftRecord).where(DraftRecord.patient_id == patient_id)
    return found.where(DraftRecord.kind == kind)


def _draft(row: DraftRecord) -> Draft:
    return Draft(row.kind, row.text, row.base_id, row.written_s)
