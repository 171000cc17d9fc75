"""Assignment of a run to a patient and a session: evidence for and against."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import UTC, datetime

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session as Db

from leancue.basis import times
from leancue.library.incoming_log import IncomingRun
from leancue.library.known_devices import owner_at
from leancue.library.models import (
    DeviceRecord,
    NoteRecord,
    PatientRecord,
    RunRecord,
    SessionRecord,
    SummaryRecord,
)
from leancue.library.session_points import refigure
from leancue.library.visits import give_pain
from leancue.runs.run_summary import VERSION, RunSummary

_APART_S = 6 * 3600  # runs closer than this are not on different nights
Question = tuple[str, str]  # key of QUESTIONS, code of the other patient


def keep_summary(db: Db, run_id: int, summary: RunSummary | None) -> None:
    """Store a run's figures, with the version of the code that computed them."""
    db.execute(delete(SummaryRecord).where(SummaryRecord.run_id == run_id))
    if summary is not None:
        text = json.dumps(summary.as_values())
        db.add(SummaryRecord(run_id=run_id, version=VERSION, figures_json=text))
        db.flush()


def whose(
    db: Db, device: DeviceRecord, came: IncomingRun, began_s: int | None, expected: str | None
) -> tuple[PatientRecord | None, Question]:
    """Return the patient named in the log, and objections to filing it there.

    ``began_s``: when the run began, None if uncertain.
    """
    if not came.named:
        return None, ("unreadable" if not came.run.state else "no_patient", "")
    patient = db.scalar(select(PatientRecord).where(PatientRecord.code == came.named))
    if expected is not None and expected != came.named:
        return patient, ("other_expected", expected)
    if patient is None:
        return None, ("unknown_patient", "")
    owner = owner_at(db, device.id, began_s)
    if owner is not None and owner.patient_id not in (None, patient.id):
        return patient, ("other_owner", db.get_one(PatientRecord, owner.patient_id).code)
    return patient, ("archived" if patient.archived_s is not None else "", "")


def settle(db: Db, row: RunRecord, summary: RunSummary | None, day: str | None = None) -> None:
    """Put a run into its session, created if necessary.

    ``day``: of the session, if known; else the local day on which the run began.
    """
    if summary is None:
        return
    offset_s = times.utc_offset_s(row.began_s) if day is None else None
    day = times.said(row.began_s, "%Y-%m-%d", "") if day is None else day
    found = _session(db, row, summary.session, day)
    if found is None:
        found = SessionRecord(
            patient_id=row.patient_id, number=summary.session, day=day, utc_offset_s=offset_s
        )
        db.add(found)
        db.flush()
    row.session_id = found.id
    db.flush()
    give_pain(db, row.patient_id, found.day)
    refigure(db, found.id)


def _session(db: Db, row: RunRecord, number: int, day: str) -> SessionRecord | None:
    """Return the session of a run: that of a run shortly before or after it, else of its day.

    A day is that of the desk that filed the session's first run. Another desk's clock, daylight
    saving time or midnight must not split a session.
    """
    its = select(SessionRecord).where(
        SessionRecord.patient_id == row.patient_id, SessionRecord.number == number
    )
    if row.began_s is not None:
        apart_s = func.abs(RunRecord.began_s - row.began_s)
        near = its.join(RunRecord, RunRecord.session_id == SessionRecord.id)
        found = db.scalar(near.where(apart_s < _APART_S).order_by(apart_s).limit(1))
        if found is not None:
            return found
    same_day: SessionRecord | None = db.scalar(its.where(SessionRecord.day == day))
    return same_day or _by_its_own_clock(db.scalars(its), row.began_s)


def _by_its_own_clock(
    sessions: Iterable[SessionRecord], began_s: int | None
) -> SessionRecord | None:
    """Return the session of the same day, by the clock of the desk that created it."""
    if began_s is None:
        return None
    for session in sessions:
        if session.utc_offset_s is not None:
            there = datetime.fromtimestamp(began_s + session.utc_offset_s, UTC)
            if session.day == f"{there:%Y-%m-%d}":
                return session
    return None


def undate(db: Db, row: RunRecord, summary: RunSummary | None) -> None:
    """Treat a run as undated: later runs contradict its date."""
    before = row.session_id
    row.began_s, row.doubted_s, row.session_id = None, row.began_s, None
    db.flush()
    if row.patient_id is not None:
        settle(db, row, summary)
        drop_if_empty(db, before)


def drop_if_empty(db: Db, session_id: int | None) -> None:
    """Remove a session without runs, unless it has notes or a pain score."""
    if session_id is None:
        return
    runs = db.scalar(select(func.count()).where(RunRecord.session_id == session_id))
    notes = db.scalar(select(func.count()).where(NoteRecord.session_id == session_id))
    session = db.get(SessionRecord, session_id)
    if session is not None and not runs and not notes and session.pain is None:
        db.delete(session)
        db.flush()
    else:
        refigure(db, session_id)
