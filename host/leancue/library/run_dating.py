"""Plausibility of a run's date: a clip accepts the time of any desk.

If that desk's clock was wrong by months, runs get plausible but wrong dates. One such date would
start a plan months ago, and raw samples would be erased at once as too old. So a date is doubted if
it contradicts known facts: when the clip received the run's prescription, and the order of the
clip's run numbers. The run then counts as undated.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any, NamedTuple

from leancore.coaching import prescription
from leancore.coaching.session_plan import UNMEASURED
from sqlalchemy import func, select
from sqlalchemy.orm import Session as Db

from leancue.library.incoming_log import NO_CLIP, IncomingRun
from leancue.library.models import (
    DeviceRecord,
    HandoverRecord,
    PatientRecord,
    PrescriptionRecord,
    RunRecord,
)
from leancue.runs.trend import DAY_S

# A smaller error shifts a plan by less than a week's sessions, and a clock off by days would cast
# doubt on a correct date.
_OFF_S = 7 * DAY_S


class Dated(NamedTuple):
    """A run of one clip: its number there, its start by its log, when it was filed.

    ``id``: of its row; 0 for a new one.
    """

    number: int
    filed_s: int
    began_s: int
    id: int


def doubted(db: Db, device: DeviceRecord, came: IncomingRun, now_s: int) -> set[int]:
    """Return the ids of this clip's runs whose dates are doubtful given ``came`` (id 0)."""
    if came.began_s is None:
        return set()
    if _before_its_prescription(db, device, came, came.began_s, now_s):
        return {0}
    known = [] if came.uid == NO_CLIP else _runs_of(db, device)
    return out_of_order(Dated(came.run.run_id, now_s, came.began_s, 0), known)


def _runs_of(db: Db, device: DeviceRecord) -> list[Dated]:
    wanted = select(RunRecord.number, RunRecord.filed_s, RunRecord.began_s, RunRecord.id)
    found = db.execute(wanted.where(RunRecord.device_id == device.id))
    return [Dated(number, filed_s, began_s, i) for number, filed_s, began_s, i in found if began_s]


def _before_its_prescription(
    db: Db, device: DeviceRecord, came: IncomingRun, began_s: int, now_s: int
) -> bool:
    """Whether the clip received the run's prescription from this library only after the run.

    A prescription that was only typed here proves nothing: the clip may have it from another desk.
    Neither does a library with earlier runs, which is younger than the plan.
    """
    patient_id = db.scalar(select(PatientRecord.id).where(PatientRecord.code == came.named))
    if patient_id is None or came.summary is None:
        return False
    ran_with = prescription.checked(came.run.prescription)
    sent = db.execute(
        select(HandoverRecord.at_s, PrescriptionRecord.values_json)
        .join(PrescriptionRecord, PrescriptionRecord.id == HandoverRecord.prescription_id)
        .where(HandoverRecord.device_id == device.id, HandoverRecord.patient_id == patient_id)
        .where(HandoverRecord.at_s <= now_s)
        .order_by(HandoverRecord.at_s)
    ).all()
    same_s = [at_s for at_s, text in sent if _is_same(ran_with, json.loads(text))]
    if not same_s or began_s >= same_s[0] - _OFF_S:
        return False
    first_run = select(func.min(RunRecord.began_s)).where(RunRecord.patient_id == patient_id)
    first_s = db.scalar(first_run)
    return first_s is None or first_s >= sent[0].at_s - _OFF_S


def _is_same(ran_with: dict[str, Any], kept: dict[str, Any]) -> bool:
    """Whether a run's prescription is this one; the clip enters its measured own lean."""
    made = prescription.checked(kept)
    if made["baseline_cdeg"] == UNMEASURED:
        ran_with = {**ran_with, "baseline_cdeg": UNMEASURED}
    return ran_with == made


def out_of_order(new: Dated, known: Sequence[Dated]) -> set[int]:
    """Return the ids of the runs whose dates contradict the order of the clip's numbers.

    Of two runs the earlier date is wrong, since both were filed after they were run. A clip counts
    up and never reuses a number unless it was reset, in which case nothing can be concluded.
    """
    if any(run.number == new.number for run in known):
        return set()
    if any(_contradicts(run, new) for run in known):
        return {new.id}
    return {run.id for run in known if _contradicts(new, run)}


def _contradicts(first: Dated, second: Dated) -> bool:
    """Whether ``first`` was recorded before ``second`` and yet is dated after it."""
    in_order = first.number < second.number and first.filed_s <= second.filed_s + DAY_S
    can_be = first.began_s <= first.filed_s + DAY_S  # else one of the clocks is wrong
    return in_order and can_be and first.began_s > second.began_s + _OFF_S
