"""Summary of a replay: counts, means, time in band, calibration, faults, versions."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt
from leancore import __version__
from leancore.coaching.coach import CUES
from leancore.coaching.session_plan import UNMEASURED, SessionPlan
from leancore.gait.activity import ACTIVITIES
from leancore.runlog import records
from leancore.schema import faults
from leancore.schema.settings import fingerprint

if TYPE_CHECKING:
    from leancue.decoding.decisions import Decisions
    from leancue.recordings.replay import Replay

_GAP_MS = 100  # a longer gap belongs to no activity; the core restarts there

Booleans = npt.NDArray[np.bool_]
Floats = npt.NDArray[np.float64]


def as_json(values: dict[str, Any]) -> str:
    """Return ``values`` as text for people and programs; the same values give the same bytes."""
    return json.dumps(values, indent=2, ensure_ascii=False, allow_nan=False) + "\n"


def summarise(replayed: Replay) -> dict[str, Any]:
    """Return the summary of a replay; units are in the names."""
    decisions = replayed.decisions
    spent_s = _activity_s(replayed)
    measured = replayed.prescription["baseline_cdeg"] != UNMEASURED
    return {
        "recording": replayed.recording.path.name,
        "samples": len(replayed.recording),
        "duration_s": replayed.recording.seconds,
        "steps": len(decisions.step_t_ms),
        "cues": cue_counts(decisions),
        "running_s": spent_s["run"],
        "activity_s": spent_s,
        "mean_lean_deg": _mean(decisions.stride_lean_cdeg),
        "mean_cadence_spm": _mean(decisions.cadence_cspm[decisions.cadence_cspm > 0]),
        "time_in_band": _time_in_band(decisions) if measured else None,
        "baseline_deg": baseline_deg(decisions),
        "prescription": replayed.prescription,
        "band": _band(replayed) if measured else None,
        "wearing": _wearing(replayed),
        "faults": _faults(replayed),
        "versions": {"core": __version__},
        "settings": fingerprint(replayed.settings),
    }


def cue_counts(decisions: Decisions) -> dict[str, int]:
    """Return the number of cues of each kind, and in total."""
    kinds = [cue.kind for cue in decisions.cues]
    counts = {name: kinds.count(kind) for kind, name in enumerate(CUES) if name}
    return {"all": len(kinds), **counts}


def step_s(decisions: Decisions) -> Floats:
    """Return the duration of each step [n], from the cadence of its stride."""
    cadence = decisions.cadence_cspm.astype(np.float64)
    return np.divide(6000.0, cadence, out=np.zeros_like(cadence), where=cadence > 0)


def baseline_deg(decisions: Decisions) -> float | None:
    """Return the mean running lean as the clip measures it at the end of its last run."""
    ends = [event.a for event in decisions.events if event.code == records.RUN_ENDED]
    return ends[-1] / 100 if ends and len(decisions.step_t_ms) else None


def share(part: Booleans, of: Booleans, weight: Floats) -> float | None:
    """Return the share of time in ``part`` within ``of``; None if ``of`` is empty."""
    whole = float(weight[of].sum())
    return round(float(weight[of & part].sum()) / whole, 4) if whole else None


def _mean(values: npt.NDArray[np.int64]) -> float | None:
    return round(float(values.mean()) / 100, 2) if len(values) else None


def _activity_s(replayed: Replay) -> dict[str, float]:
    dt_ms = np.diff(replayed.recording.t_ms, prepend=replayed.recording.t_ms[0])
    dt_ms[dt_ms > _GAP_MS] = 0
    spent = np.bincount(replayed.activity, dt_ms, len(ACTIVITIES))
    return {name: round(float(spent[i]) / 1000, 3) for i, name in enumerate(ACTIVITIES)}


def _time_in_band(decisions: Decisions) -> dict[str, float | None]:
    seconds = step_s(decisions)
    inside, judged, feedback = decisions.in_band, decisions.judged, decisions.feedback
    return {
        "seconds": round(float(seconds[inside].sum()), 2),
        "share": share(inside, judged, seconds),
        "share_with_cues": share(inside, judged & feedback, seconds),
        "share_without_cues": share(inside, judged & ~feedback, seconds),
    }


def plan_of(prescription: dict[str, Any], settings: dict[str, int], session: int) -> SessionPlan:
    """Return the band and cap of a session, as on the clip."""
    plan = SessionPlan()
    plan.begin(prescription, session, settings["window_ms"], settings["slope_allowance_cdeg"])
    return plan


def _band(replayed: Replay) -> dict[str, float]:
    """Return the band and cap as lean at the lower back."""
    plan = plan_of(replayed.prescription, replayed.settings, replayed.session)
    return {
        "low_deg": plan.low_cdeg / 100,
        "high_deg": plan.high_cdeg / 100,
        "cap_deg": plan.cap_cdeg / 100,
    }


def _wearing(replayed: Replay) -> dict[str, Any]:
    worn = replayed.wearing
    return {
        "frame": worn.source,
        "stand_end_s": worn.stand_end_s,
        "bow_straightness": worn.quality_permille / 1000,
        "bow_depth_deg": worn.depth_cdeg / 100,
        "note": worn.note,
    }


def _faults(replayed: Replay) -> list[dict[str, Any]]:
    """Return the pipeline's faults, with the texts for the therapist."""
    counts: dict[int, int] = {}
    for event in replayed.decisions.events:
        if event.code == records.FAULT:
            counts[event.a] = counts.get(event.a, 0) + 1
    if replayed.refused:
        counts[faults.ORIENTATION_REFUSED] = replayed.refused
    rows = [(count, faults.row(number)) for number, count in sorted(counts.items())]
    return [
        {"number": row[0], "key": row[1], "count": count, "words": row[3]}
        for count, row in rows
        if row
    ]
