"""The clinic's known clips, with their current and earlier owners."""

from __future__ import annotations

import json
from collections.abc import Mapping

from sqlalchemy import delete, select
from sqlalchemy.orm import Session as Db

from leancue.basis.errors import LibraryError
from leancue.basis.times import known_s
from leancue.language.words import _
from leancue.library.models import DeviceRecord, HandoverRecord, PatientRecord, RunRecord
from leancue.library.repository import Repository, patient_of
from leancue.library.stored_records import Device


class KnownDevices(Repository):
    """``library.devices``."""

    def seen(self, uid: str, board: str = "", version: str = "") -> Device:
        """Record that the clip was seen now; values given as "" are unchanged."""
        with self._database.write() as db:
            row = device_of(db, uid, self._now_s())
            row.seen_s = self._now_s()
            row.board, row.version = board or row.board, version or row.version
            db.flush()
            return _device(db, row)

    def name(self, uid: str, name: str) -> Device:
        """Name the clip, such as by the colour of its band. LibraryError if unknown."""
        with self._database.write() as db:
            row = _known(db, uid)
            row.name = name.strip()
            db.flush()
            return _device(db, row)

    def checked(self, uid: str, values: Mapping[str, object]) -> Device:
        """Store the result of a commissioning. LibraryError if the clip is unknown."""
        with self._database.write() as db:
            row = _known(db, uid)
            row.check_json = json.dumps(values, sort_keys=True)
            db.flush()
            return _device(db, row)

    def give(self, uid: str, code: str | None) -> Device:
        """Assign the clip to this patient, or to nobody, from now on. PatientError."""
        with self._database.write() as db:
            patient_id = patient_of(db, code).id if code else None
            return _device(db, hand_over_now(db, uid, patient_id, self._now_s()))

    def forget(self, uid: str) -> None:
        """Remove a clip without runs from the library. LibraryError."""
        with self._database.write() as db:
            row = _known(db, uid)
            if db.scalar(select(RunRecord.id).where(RunRecord.device_id == row.id).limit(1)):
                raise LibraryError(
                    _("The clip {uid} cannot be removed: the library has runs from it.", uid=uid)
                )
            db.execute(delete(HandoverRecord).where(HandoverRecord.device_id == row.id))
            db.delete(row)

    def get(self, uid: str) -> Device | None:
        """Return the clip, None if unknown."""
        with self._database.read() as db:
            row = db.scalar(select(DeviceRecord).where(DeviceRecord.uid == uid))
            return _device(db, row) if row else None

    def all(self) -> list[Device]:
        """Return all clips, the most recently seen first."""
        with self._database.read() as db:
            owners = _owners(db)
            rows = db.scalars(select(DeviceRecord).order_by(DeviceRecord.seen_s.desc()))
            return [_made(row, *owners.get(row.id, (None, None))) for row in rows]

    def of(self, code: str) -> list[Device]:
        """Return the clips that are this patient's now."""
        return [device for device in self.all() if device.patient == code]


def owner_at(db: Db, device_id: int, at_s: int | None) -> HandoverRecord | None:
    """Return the handover in force at ``at_s``, by default now."""
    wanted = select(HandoverRecord).where(HandoverRecord.device_id == device_id)
    if at_s is not None:
        wanted = wanted.where(HandoverRecord.at_s <= at_s)
    newest = wanted.order_by(HandoverRecord.at_s.desc(), HandoverRecord.id.desc()).limit(1)
    found: HandoverRecord | None = db.scalar(newest)
    return found


def hand_over_now(
    db: Db, uid: str, patient_id: int | None, now_s: int, prescription_id: int | None = None
) -> DeviceRecord:
    """Record the clip's owner from now on.

    A desk clock that was set back, or never set, must not place it before the previous owner.
    """
    now_s = known_s(now_s)
    until_now = owner_at(db, device_of(db, uid, now_s).id, None)
    at_s = max(now_s, until_now.at_s) if until_now else now_s
    return hand_over(db, uid, patient_id, at_s, prescription_id)


def hand_over(
    db: Db, uid: str, patient_id: int | None, at_s: int, prescription_id: int | None = None
) -> DeviceRecord:
    """Record the clip's owner from ``at_s`` on."""
    row = device_of(db, uid, at_s)
    db.add(
        HandoverRecord(
            device_id=row.id, patient_id=patient_id, prescription_id=prescription_id, at_s=at_s
        )
    )
    db.flush()
    return row


def device_of(db: Db, uid: str, seen_s: int) -> DeviceRecord:
    """Return the clip's row, created if necessary."""
    row = db.scalar(select(DeviceRecord).where(DeviceRecord.uid == uid))
    if row is None:
        row = DeviceRecord(uid=uid, seen_s=seen_s)
        db.add(row)
        db.flush()
    return row


def _known(db: Db, uid: str) -> DeviceRecord:
    row = db.scalar(select(DeviceRecord).where(DeviceRecord.uid == uid))
    if row is None:
        raise LibraryError(
            _("The library knows no clip {uid}.", uid=uid),
            _("It was never plugged in here."),
            "See what is plugged in with `leancue devices`.",
        )
    return row


def _device(db: Db, row: DeviceRecord) -> Device:
    now = owner_at(db, row.id, None)
    patient = db.get(PatientRecord, now.patient_id) if now and now.patient_id else None
    return _made(row, patient.code if patient else None, now.at_s if now else None)


def _owners(db: Db) -> dict[int, tuple[str | None, int]]:
    """Return each clip's current owner, and since when, in one read."""
    wanted = (
        select(HandoverRecord.device_id, PatientRecord.code, HandoverRecord.at_s)
        .outerjoin(PatientRecord, PatientRecord.id == HandoverRecord.patient_id)
        .order_by(HandoverRecord.at_s, HandoverRecord.id)
    )
    return {device_id: (code, at_s) for device_id, code, at_s in db.execute(wanted)}


def _made(row: DeviceRecord, patient: str | None, since_s: int | None) -> Device:
    return Device(
        uid=row.uid, board=row.board, version=row.version, name=row.name, seen_s=row.seen_s,
        patient=patient, since_s=since_s, check_json=row.check_json,
    )  # fmt: skip
