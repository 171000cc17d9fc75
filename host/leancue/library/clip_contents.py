"""The content of each clip as it reported it, since when, and unconfirmed sends."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from leancore.coaching.session_plan import UNMEASURED
from sqlalchemy import Select, select
from sqlalchemy.orm import Session as Db

from leancue.library.known_devices import device_of
from leancue.library.models import DeviceRecord, PatientRecord, PrescriptionRecord
from leancue.library.repository import Repository, patient_of
from leancue.library.stored_records import OnClip
from leancue.library.visit_models import ReadingRecord, SendRecord


class ClipContents(Repository):
    """``library.on_clips``."""

    def read(
        self, uid: str, values: Mapping[str, Any], own_lean_cdeg: int | None, sessions: int
    ) -> OnClip:
        """Record a clip's own report, which settles what was sent to it.

        Args:
            uid: the clip's.
            values: its prescription, as ``prescription.checked`` gives it.
            own_lean_cdeg: the own lean that it uses; None or ``UNMEASURED`` where it has none.
            sessions: how many it has counted.
        """
        own = None if own_lean_cdeg == UNMEASURED else own_lean_cdeg
        with self._database.write() as db:
            now_s, device = self._now_s(), device_of(db, uid, self._now_s())
            patient = db.scalar(
                select(PatientRecord).where(PatientRecord.code == str(values["patient"]))
            )
            text = _text(values) if patient else ""
            row = db.scalar(select(ReadingRecord).where(ReadingRecord.device_id == device.id))
            if row is None:
                row = ReadingRecord(device_id=device.id, values_json="-")
                db.add(row)
            if (row.values_json, row.own_lean_cdeg) != (text, own):
                row.values_json, row.own_lean_cdeg, row.since_s = text, own, now_s
            row.patient_id = patient.id if patient else None
            row.read_s, row.sessions = now_s, sessions
            for send in db.scalars(_open_sends(device.id)):
                if _text(_values_of(db, send.prescription_id)) == text:
                    send.ended_s = now_s
                else:
                    db.delete(send)
            db.flush()
            return _on_clip(db, device)

    def sending(self, uid: str, prescription_id: int) -> None:
        """Record that a prescription is about to be sent."""
        with self._database.write() as db:
            device = device_of(db, uid, self._now_s())
            db.add(SendRecord(
                device_id=device.id, prescription_id=prescription_id, began_s=self._now_s()
            ))  # fmt: skip

    def get(self, uid: str) -> OnClip | None:
        """Return the clip's last report, None if it is unknown."""
        with self._database.read() as db:
            device = db.scalar(select(DeviceRecord).where(DeviceRecord.uid == uid))
            return _on_clip(db, device) if device else None

    def of(self, code: str) -> list[OnClip]:
        """Return the clips whose last report has a prescription of this patient.

        Including those with an unconfirmed send. PatientError.
        """
        with self._database.read() as db:
            patient_id = patient_of(db, code).id
            holding = select(ReadingRecord.device_id).where(ReadingRecord.patient_id == patient_id)
            asked = (
                select(SendRecord.device_id)
                .join(PrescriptionRecord, PrescriptionRecord.id == SendRecord.prescription_id)
                .where(PrescriptionRecord.patient_id == patient_id, SendRecord.ended_s.is_(None))
            )
            rows = db.scalars(
                select(DeviceRecord)
                .where(DeviceRecord.id.in_(holding.union(asked)))
                .order_by(DeviceRecord.seen_s.desc())
            )
            return [_on_clip(db, row) for row in rows]


def _open_sends(device_id: int) -> Select[SendRecord]:
    found = select(SendRecord).where(SendRecord.device_id == device_id)
    return found.where(SendRecord.ended_s.is_(None)).order_by(SendRecord.id.desc())


def _values_of(db: Db, prescription_id: int) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(db.get_one(PrescriptionRecord, prescription_id).values_json)
    return found


def _text(values: Mapping[str, Any]) -> str:
    return json.dumps(dict(values), sort_keys=True, separators=(",", ":"))


def _on_clip(db: Db, device: DeviceRecord) -> OnClip:
    row = db.scalar(select(ReadingRecord).where(ReadingRecord.device_id == device.id))
    send = db.scalar(_open_sends(device.id).limit(1))
    sending = (send.began_s, send.prescription_id) if send else (None, None)
    if row is None:
        return OnClip(device.uid, None, None, None, None, None, 0, *sending)
    patient = db.get(PatientRecord, row.patient_id) if row.patient_id else None
    return OnClip(
        device.uid, patient.code if patient else None, row.read_s, row.since_s,
        json.loads(row.values_json) if row.values_json else None, row.own_lean_cdeg,
        row.sessions, *sending,
    )  # fmt: skip
