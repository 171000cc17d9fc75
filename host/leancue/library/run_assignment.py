"""Whose a run is, and in which session: what speaks for a patient, and what against."""

from __future__ import annotations

import json

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session as Db

from leancue.basis import times
from leancue.library.incoming_log import Incoming
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

Question = tuple[str, str]  # key of QUESTIONS, code of the other patient


def keep_summary(db: Db, run_id: int, summary: RunSummary | None) -> None:
    """Write a run's figures down, with the version of the code that worked them out."""
    db.execute(delete(SummaryRecord).where(SummaryRecord.run_id == run_id))
    if summary is not None:
        text = json.dumps(summary.as_values())
        db.add(SummaryRecord(run_id=run_id, version=VERSION, figures_json=text))
        db.flush()


def whose(
    db: Db, device: DeviceRecord, came: Incoming, expected: str | None
) -> tuple[PatientRecord | None, Question]:
    """Return the patient whom the log names, and what speaks against filing it there."""
    if not came.named:
        return None, ("unreadable" if not came.run.state else "no_patient", "")
    patient = db.scalar(select(PatientRecord).where(PatientRecord.code == came.named))
    if expected is not None and expected != came.named:
        return patient, ("other_expected", expected)
    if patient is None:
        return None, ("unknown_patient", "")
    owner = owner_at(db, device.id, came.began_s)
    if owner is not None and owner.patient_id not in (None, patient.id):
        return patient, ("other_owner", db.get_one(PatientRecord, owner.patient_id).code)
    return patient, ("archived" if patient.archived_s is not None else "", "")


def settle(db: Db, row: RunRecord, summary: RunSummary | None) -> None:
    """Put a run into its session, which is made where there is none."""
    if summary is None:
        return
    day = times.said(row.began_s, "%Y-%m-%d", "")
    found = db.scalar(
        select(SessionRecord).where(
            SessionRecord.patient_id == row.patient_id,
            SessionRecord.number == summary.session,
            SessionRecord.day == day,
        )
    )
    if found is None:
        found = SessionRecord(patient_id=row.patient_id, number=summary.session, day=day)
        db.add(found)
        db.flush()
    row.session_id = found.id
    db.flush()
    give_pain(db, row.patient_id, day)
    refigure(db, found.id)


def drop_if_empty(db: Db, session_id: int | None) -> None:
    """Remove a session without runs, unless something was written down about it."""
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
