"""Prescriptions and their history: date, author, changes."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session as Db

from leancue.basis.errors import PatientError, PrescriptionChanged
from leancue.clip.sending import check_prescription
from leancue.language import formats
from leancue.language.words import N_, SOURCE, _, speaking
from leancue.library.known_devices import hand_over_now
from leancue.library.models import DeviceRecord, HandoverRecord, PatientRecord, PrescriptionRecord
from leancue.library.repository import Repository, patient_of
from leancue.library.stored_records import Prescription
from leancue.prescriptions.differences import changes_in_words

ANY = -1
FIRST = N_("the first prescription")


class Prescriptions(Repository):
    """``library.prescriptions``."""

    def add(
        self, code: str, values: Mapping[str, Any], made_by: str, *, seen: int | None = ANY
    ) -> Prescription:
        """Store a prescription as the patient's current one; an identical one adds nothing.

        Args:
            code: the patient's; ``values`` must name no other.
            values: as ``prescription.checked`` takes them; ``patient`` may be left out.
            made_by: who or what made it, such as ``clinic page``.
            seen: the id of the one that was seen when this one was made, None where there was
                none; without it nobody looks.

        Raises:
            PrescriptionChanged: where another one was made since; nothing is kept.
            PatientError: for an unknown patient, or where ``values`` name another.
            PrescriptionError: where it is not allowed.
        """
        whole = check_prescription({"patient": code.strip(), **values})
        if whole["patient"] != code.strip():
            raise PatientError(
                _(
                    "The prescription is {patient}'s, not {code}'s.",
                    patient=whole["patient"],
                    code=code.strip(),
                ),
                _("Saved under another patient, it would coach the wrong person."),
                _("Correct `patient` in it."),
            )
        text = json.dumps(whole, sort_keys=True, separators=(",", ":"))
        sha256 = hashlib.sha256(text.encode()).hexdigest()
        with self._database.write() as db:
            patient = patient_of(db, code)
            before = _newest(db, patient.id)
            if before is not None and before.sha256 == sha256:
                return _prescription(db, before, patient.code)
            if seen not in (ANY, before.id if before else None):
                raise _changed(db, before, seen, patient.code)
            with speaking(SOURCE):  # stored in the source language; translated when read
                changes = _changes(before, whole)
            row = PrescriptionRecord(
                patient_id=patient.id, made_s=self._now_s(),
                made_by=self._database.who or made_by, values_json=text, sha256=sha256,
                changes=changes,
            )  # fmt: skip
            db.add(row)
            db.flush()
            self._note_action(db, "prescribed", patient)
            return _prescription(db, row, patient.code)

    def current(self, code: str) -> Prescription | None:
        """Return the patient's present prescription, None before the first. PatientError."""
        with self._database.read() as db:
            patient = patient_of(db, code)
            row = _newest(db, patient.id)
            return _prescription(db, row, patient.code) if row else None

    def history(self, code: str) -> list[Prescription]:
        """Return all prescriptions of the patient, newest first. PatientError."""
        with self._database.read() as db:
            patient = patient_of(db, code)
            rows = db.scalars(_newest_first(patient.id))
            return [_prescription(db, row, patient.code) for row in rows]

    def sent(self, prescription_id: int, uid: str) -> None:
        """Record that the clip ``uid`` has read this prescription back, and now belongs to the
        patient.

        Raises:
            PatientError: where the prescription is gone with its patient.
        """
        with self._database.write() as db:
            row = db.get(PrescriptionRecord, prescription_id)
            if row is None:
                raise PatientError(
                    _("The prescription that was sent is not in the library any more.")
                )
            hand_over_now(db, uid, row.patient_id, self._now_s(), row.id)
            self._note_action(db, "sent", db.get(PatientRecord, row.patient_id), uid)


def _changed(
    db: Db, now: PrescriptionRecord | None, seen: int | None, code: str
) -> PrescriptionChanged:
    """The error for a prescription that was changed while another was being written."""
    old = db.get(PrescriptionRecord, seen) if seen is not None else None
    if now is None:
        return PrescriptionChanged(_("{code}'s prescription is gone.", code=code))
    what = _changes(_before(db, now), json.loads(now.values_json))
    if old is not None:
        what = changes_in_words(json.loads(old.values_json), json.loads(now.values_json))
    return PrescriptionChanged(
        _("{code}'s prescription was changed in the meantime, {at}, by {who}: {what}.", code=code,
          at=formats.moment(now.made_s, length=formats.DAY_LONG), who=now.made_by, what=what),
        _("Another tab or desk saved it after this page was opened."),
        _("Nothing was saved here. Check the newer one first."),
    )  # fmt: skip


def _changes(before: PrescriptionRecord | None, values: Mapping[str, Any]) -> str:
    """Return the differences, in the current language."""
    if before is None:
        return _(FIRST)
    return changes_in_words(json.loads(before.values_json), values)


def _before(db: Db, row: PrescriptionRecord) -> PrescriptionRecord | None:
    earlier = _newest_first(row.patient_id).where(PrescriptionRecord.id < row.id).limit(1)
    found: PrescriptionRecord | None = db.scalar(earlier)
    return found


def _newest_first(patient_id: int) -> Any:
    return (
        select(PrescriptionRecord)
        .where(PrescriptionRecord.patient_id == patient_id)
        .order_by(PrescriptionRecord.id.desc())
    )


def _newest(db: Db, patient_id: int) -> PrescriptionRecord | None:
    found: PrescriptionRecord | None = db.scalar(_newest_first(patient_id).limit(1))
    return found


def _prescription(db: Db, row: PrescriptionRecord, code: str) -> Prescription:
    sent = db.execute(
        select(HandoverRecord.at_s, DeviceRecord.uid)
        .join(DeviceRecord, DeviceRecord.id == HandoverRecord.device_id)
        .where(HandoverRecord.prescription_id == row.id)
        .order_by(HandoverRecord.at_s.desc(), HandoverRecord.id.desc())
        .limit(1)
    ).first()
    return Prescription(
        id=row.id, patient=code, made_s=row.made_s, made_by=row.made_by,
        values=json.loads(row.values_json), sha256=row.sha256,
        changes=_changes(_before(db, row), json.loads(row.values_json)),
        sent_s=sent[0] if sent else None, sent_to=sent[1] if sent else None,
    )  # fmt: skip
