"""Data for the page and lists: an overview of all patients, and everything about one."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session as Db

from leancue.library.models import PatientRecord, PrescriptionRecord, SessionRecord
from leancue.library.session_points import point_of, read_all
from leancue.library.stored_records import (
    Device,
    Note,
    OnClip,
    Patient,
    Prescription,
    RunRow,
    Session,
    Visit,
)
from leancue.prescriptions.on_clip_words import (
    ClipWords,
    Holding,
    Said,
    history_status,
    on_clip,
)
from leancue.runs import trend
from leancue.runs.own_lean import BaselineRun, OwnLean, effective, own_lean
from leancue.runs.pace import KMH
from leancue.runs.spans import minutes
from leancue.runs.trend import Flag, Point, Progress


@dataclass(frozen=True)
class PatientSummary:
    """A patient as a line of the list. ``points``: the sessions in order of time."""

    patient: Patient
    progress: Progress
    points: tuple[Point, ...]
    flags: tuple[Flag, ...]


@dataclass(frozen=True)
class Chart:
    """Everything about a patient that the page and the report need.

    ``prescription``: the present one, or None; ``history``: all, newest first. ``sessions`` in
    order of time, each with the point of the same place in ``points``. ``runs``, ``notes``:
    newest first. ``devices``: the clips that are the patient's now. ``own_lean``: the one that
    counts. ``on_clips``: what clips said last that they hold of the patient's; ``visits``: what
    the patient said, newest first. ``speed_unit``: in which speeds are shown, of ``pace``.
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
    own_lean: OwnLean = OwnLean()
    on_clips: tuple[OnClip, ...] = ()
    visits: tuple[Visit, ...] = ()
    speed_unit: int = KMH

    def clip_words(self, when: Said) -> list[ClipWords]:
        """Return the reported content of each clip that holds something of the patient."""
        newest = self.prescription.values if self.prescription else None
        return [
            on_clip(
                Holding(clip_name(one.uid), one.values, one.own_lean_cdeg, one.since_s, one.read_s,
                        one.sending_s),
                newest, self.own_lean.measured_cdeg, when,
            )
            for one in self.on_clips
        ]  # fmt: skip

    def status_words(self, made: Prescription, when: Said) -> str:
        """Return the status of an entry of ``history``: current, superseded, on which clip."""
        held = [clip_name(one.uid) for one in self.on_clips
                if one.values == made.values and one.sending_s is None]  # fmt: skip
        newest = self.prescription is not None and made.id == self.prescription.id
        to = clip_name(made.sent_to) if made.sent_to else None
        return history_status(to, made.sent_s, held, newest=newest, when=when)

    @property
    def asked(self) -> dict[str, Any] | None:
        """The present prescription as the clip uses it: with the measured own lean, if any."""
        return effective(self.prescription.values, self.own_lean) if self.prescription else None


def clip_name(uid: str) -> str:
    """Return the end of a clip's UID, which can be compared at a glance."""
    return f"…{uid[-4:]}" if len(uid) > 6 else uid


def own_lean_of(prescription: Prescription | None, runs: Sequence[RunRow]) -> OwnLean:
    """Return the patient's own lean; ``runs``: newest first."""
    tried = [
        BaselineRun(
            run.when_s,
            None if found.own_lean_deg is None else round(100 * found.own_lean_deg),
            found.own_refused, minutes(found.running_s), minutes(found.own_needs_s),
        )
        for run in runs
        if (found := run.summary) is not None and found.is_baseline
    ]  # fmt: skip
    return own_lean(prescription.values if prescription else None, tried)


def in_order(sessions: Iterable[Session], runs: Sequence[RunRow]) -> list[tuple[Session, Point]]:
    """Return the sessions that have figures, each with its point, in order of time."""
    by_session: dict[int | None, list[RunRow]] = {}
    for run in runs:
        by_session.setdefault(run.session_id, []).append(run)
    pairs = ((s, point_of(by_session.get(s.id, []), s.pain, s.day)) for s in sessions)
    found = [(session, point) for session, point in pairs if point is not None]
    return sorted(found, key=lambda pair: pair[1].began_s)


def glances(
    db: Db, now_s: int, sessions_per_week: int, planned: int, *, archived: bool
) -> list[PatientSummary]:
    """Return all patients, in three reads.

    ``planned``: sessions of a patient without a prescription.
    """
    wanted = select(PatientRecord).order_by(PatientRecord.code)
    if not archived:
        wanted = wanted.where(PatientRecord.archived_s.is_(None))
    plans, points = _plans(db), _points(db)
    found = []
    for row in db.scalars(wanted):
        patient = Patient(row.id, row.code, row.created_s, row.archived_s, row.example)
        own = tuple(sorted(points.get(row.id, ()), key=lambda point: point.began_s))
        way = trend.progress(own, plans.get(row.id, planned), sessions_per_week, now_s)
        found.append(PatientSummary(patient, way, own, tuple(trend.flags(own, way, now_s))))
    return found


def _points(db: Db) -> dict[int, list[Point]]:
    """Return the figures of each patient's sessions."""
    wanted = select(SessionRecord.patient_id, SessionRecord.figures_json, SessionRecord.pain)
    rows = list(db.execute(wanted.where(SessionRecord.figures_json != "")))
    found: dict[int, list[Point]] = {}
    for row, point in zip(rows, read_all([(row[1], row[2]) for row in rows]), strict=True):
        found.setdefault(row[0], []).append(point)
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
