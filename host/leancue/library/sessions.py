"""Sessions, with pain scores and notes."""

from __future__ import annotations

from sqlalchemy import select

from leancue.basis.errors import LibraryError, PatientError
from leancue.language.words import _
from leancue.library.models import NoteRecord, PatientRecord, SessionRecord
from leancue.library.repository import Repository, patient_of
from leancue.library.stored_records import Note, Session

PAIN_MOST = 10
NOTE_MOST = 4000  # characters


class Sessions(Repository):
    """``library.sessions``. They come and go with the runs that are filed."""

    def of(self, code: str) -> list[Session]:
        """Return the patient's sessions in order of day and number. PatientError."""
        with self._database.read() as db:
            wanted = (
                select(SessionRecord)
                .where(SessionRecord.patient_id == patient_of(db, code).id)
                .order_by(SessionRecord.day, SessionRecord.number)
            )
            return [_session(row) for row in db.scalars(wanted)]

    def set_pain(self, session_id: int, pain: int | None) -> Session:
        """Store the patient's pain score of a session, 0 to 10; None = not asked. LibraryError."""
        checked_pain(pain)
        with self._database.write() as db:
            row = db.get(SessionRecord, session_id)
            if row is None:
                raise LibraryError(
                    _("The session is not in the library any more."),
                    _("Its runs were moved to another patient, or erased."),
                )
            row.pain = pain
            self._note_action(db, "pain", db.get(PatientRecord, row.patient_id))
            db.flush()
            return _session(row)


class Notes(Repository):
    """``library.notes``."""

    def add(self, code: str, text: str, session_id: int | None = None) -> Note:
        """Write a note on a patient, perhaps on one session. PatientError, LibraryError."""
        text = _checked(text)
        with self._database.write() as db:
            patient = patient_of(db, code)
            if session_id is not None:
                session = db.get(SessionRecord, session_id)
                if session is None or session.patient_id != patient.id:
                    raise PatientError(
                        _("That session does not belong to {code}.", code=patient.code)
                    )
            row = NoteRecord(
                patient_id=patient.id, session_id=session_id, written_s=self._now_s(), text=text,
                written_by=self._database.who,
            )  # fmt: skip
            db.add(row)
            db.flush()
            self._note_action(db, "noted", patient)
            return _note(row)

    def change(self, note_id: int, text: str) -> Note:
        """Change a note's text. LibraryError."""
        text = _checked(text)
        with self._database.write() as db:
            row = _note_row(db.get(NoteRecord, note_id))
            row.text = text
            self._note_action(db, "changed_note", db.get(PatientRecord, row.patient_id))
            db.flush()
            return _note(row)

    def remove(self, note_id: int) -> None:
        """Delete a note permanently. LibraryError."""
        with self._database.write() as db:
            row = _note_row(db.get(NoteRecord, note_id))
            self._note_action(db, "removed_note", db.get(PatientRecord, row.patient_id))
            db.delete(row)

    def of(self, code: str) -> list[Note]:
        """Return the patient's notes, newest first. PatientError."""
        with self._database.read() as db:
            wanted = (
                select(NoteRecord)
                .where(NoteRecord.patient_id == patient_of(db, code).id)
                .order_by(NoteRecord.written_s.desc(), NoteRecord.id.desc())
            )
            return [_note(row) for row in db.scalars(wanted)]


def checked_pain(pain: int | None) -> None:
    """Raise LibraryError for an invalid pain score."""
    if pain is not None and (isinstance(pain, bool) or pain not in range(PAIN_MOST + 1)):
        raise LibraryError(
            _("A pain score of {pain} is not accepted.", pain=pain),
            _("It must be a whole number from 0 to 10."),
        )


def _checked(text: str) -> str:
    text = text.strip()
    if not text or len(text) > NOTE_MOST:
        raise LibraryError(
            _("A note of {length} characters is not accepted.", length=len(text)),
            _("It has 1 to {most} characters.", most=NOTE_MOST),
        )
    return text


def _note_row(row: NoteRecord | None) -> NoteRecord:
    if row is None:
        raise LibraryError(_("The note is not in the library any more."))
    return row


def _session(row: SessionRecord) -> Session:
    return Session(row.id, row.number, row.day, row.pain)


def _note(row: NoteRecord) -> Note:
    return Note(row.id, row.session_id, row.written_s, row.text, row.written_by)
