"""Audit list: every prescription, send, note, erasure and backup, with the user.

An action is recorded in the transaction that performs it, so neither exists without the other.
``Database.who`` is the current user: initials chosen at the page's start, without a password.
"""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select

from leancue.language.words import N_, _
from leancue.library.models import AuditRecord, PatientRecord
from leancue.library.repository import Repository

ACTIONS = {
    "added": N_("patient added"),
    "archived": N_("archived"),
    "restored": N_("brought back from the archive"),
    "erased": N_("a patient permanently erased"),
    "prescribed": N_("prescription saved"),
    "sent": N_("prescription sent to the clip {detail}"),
    "noted": N_("note written"),
    "changed_note": N_("note changed"),
    "removed_note": N_("note removed"),
    "comment": N_("comment for the patient changed"),
    "pain": N_("pain score saved"),
    "printed": N_("printed: {detail}"),
    "backup": N_("safety copy made"),
}
SHOWN_MOST = 500
WHO_MOST = 8  # letters of initials


@dataclass(frozen=True)
class AuditEntry:
    """An entry. ``who``: initials or ""; ``patient``: a code or ""; ``words``: the action."""

    at_s: int
    who: str
    patient: str
    words: str


class Audit(Repository):
    """``library.audit``."""

    @property
    def who(self) -> str:
        """Initials of the current user, or ""."""
        return self._database.who

    @who.setter
    def who(self, initials: str) -> None:
        self._database.who = initials.strip()[:WHO_MOST]

    def note(self, action: str, code: str = "", detail: str = "") -> None:
        """Record an action without its own transaction, such as printing. LibraryError."""
        with self._database.write() as db:
            patient = db.scalar(select(PatientRecord).where(PatientRecord.code == code))
            self._note_action(db, action, patient, detail)

    def newest(self, most: int = SHOWN_MOST) -> list[AuditEntry]:
        """Return the last ``most`` entries, the newest first."""
        wanted = (
            select(AuditRecord, PatientRecord.code)
            .outerjoin(PatientRecord, PatientRecord.id == AuditRecord.patient_id)
            .order_by(AuditRecord.at_s.desc(), AuditRecord.id.desc())
            .limit(most)
        )
        with self._database.read() as db:
            return [
                AuditEntry(row.at_s, row.who, code or "", _(ACTIONS[row.action], detail=row.detail))
                for row, code in db.execute(wanted)
            ]
