"""What the page and the lists show: all patients at a glance, one patient whole."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session as Db

from leancue import trend
from leancue.library.models import PatientRecord, PrescriptionRecord, RunRecord, SessionRecord
from leancue.library.rows import Device, Note, Patient, Prescription, RunRow, Session
from leancue.library.run_rows import RUNS, rows_of
from leancue.trend import Flag, Point, Progress


@dataclass(frozen=True)
class Glance:
    """A patient as a line of the list. ``points``: the sessions in order of time."""

    patient: Patient
    progress: Progress
    points: tuple[Point, ...]
    flags: tuple[Flag, ...]


@dataclass(frozen=True)
class Chart:
    """A patient whole: everything the patient's page and report need.

    ``prescription``: the present one, or None; ``history``: all, newest first. ``sessions`` in
    order of time, each with the point of the same place in ``points``. ``runs``, ``notes``:
    newest first. ``devices``: the clips that are the patient's now.
    """

    patient: Patient
    prescription: Prescription | None
    history: tuple[Prescription, ...]
    sessions: tuple[Session, ...]
    points: tuple[Point, ...]
    progress: Progress
    flags: tuple[Flag, ...]
    runs: tuple[RunRow, ...]
    notes: tuple[Note, ...]
    devices: tuple[Device, ...]


def in_order(sessions: Iterable[Session], runs: Sequence[RunRow]) -> list[tuple[Session, Point]]:
    """Return the sessions that have figures, each with its point, in order of time."""
    by_session: dict[int, list[RunRow]] = {}
    for run in runs:
        if run.session_id is not None and run.summary is not None:
            by_session.setdefault(run.session_id, []).append(run)
    found = []
    for session in sessions:
        own = by_session.get(session.id)
        if own:
            figures = [(run.when_s, run.summary) for run in own if run.summary is not None]
            found.append((session, trend.point(figures, session.pain)))
    return sorted(found, key=lambda pair: pair[1].began_s)


def glances(
    db: Db, now_s: int, sessions_per_week: int, planned: int, *, archived: bool
) -> list[Glance]:
    """Return all patients; a few reads, however many there are.

    ``planned``: sessions of a patient without a prescription.
    """
    wanted = select(PatientRecord).order_by(PatientRecord.code)
    if not archived:
        wanted = wanted.where(PatientRecord.archived_s.is_(None))
    patients = list(db.scalars(wanted))
    plans = _plans(db)
    runs: dict[str, list[RunRow]] = {}
    for run in rows_of(db, RUNS.where(RunRecord.patient_id.is_not(None))):
        runs.setdefault(str(run.patient), []).append(run)
    sessions: dict[int, list[Session]] = {}
    for one in db.scalars(select(SessionRecord)):
        session = Session(one.id, one.number, one.day, one.pain)
        sessions.setdefault(one.patient_id, []).append(session)
    found = []
    for row in patients:
        patient = Patient(row.id, row.code, row.created_s, row.archived_s, row.example)
        pairs = in_order(sessions.get(row.id, ()), runs.get(row.code, ()))
        points = tuple(pair[1] for pair in pairs)
        way = trend.progress(points, plans.get(row.id, planned), sessions_per_week, now_s)
        found.append(Glance(patient, way, points, tuple(trend.flags(points, way, now_s))))
    return found


def _plans(db: Db) -> dict[int, int]:
    """Return the sessions of each patient's present plan."""
    newest = select(func.max(PrescriptionRecord.id)).group_by(PrescriptionRecord.patient_id)
    wanted = select(PrescriptionRecord.patient_id, PrescriptionRecord.values_json).where(
        PrescriptionRecord.id.in_(newest)
    )
    return {
        patient_id: int(json.loads(text)["sessions"]) for patient_id, text in db.execute(wanted)
    }
