"""Part D: a chip that freezes or restarts during a run, while the lean is inside the band.

Every run is simulated twice, with and without the event, to separate its effect from that of the
runner and the sensor's noise.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import partial
from typing import Any

import numpy as np
from leancore.schema import faults

from boards.sim.motion.motion_errors import Freeze, SelfReset, chip_view
from boards.sim.motion.segments import Run, Walk
from boards.sim.motion.wearer import synthesise
from tools.accuracy import people, statistics
from tools.accuracy.case import Case
from tools.accuracy.feed import BOTH, HIGH_DEG, LOW_DEG, listen, new_trainer, sampled
from tools.accuracy.figures import Result, Sheet
from tools.accuracy.jobs import Jobs
from tools.accuracy.sensor_errors import CHIP_TILT_DEG

RUN_S, WALK_S, EVENT_S = 80.0, 6.0, 55.0
HELD_DEG = (LOW_DEG + HIGH_DEG) / 2  # 1.5° inside the band
_MOST_DEG, _TOLD_WITHIN_S = 1.0, 12.0
_IN_FORCE_S = 10.0  # time in which the chip stays distrusted, without a new report
_STEADY = {"corners_per_min": 0.0, "step_lean_sd_deg": 1.0, "left_right_lean_deg": 2.0}
_OUTAGES = ("reset", "reset_hard")  # no samples: the clip reports that itself
_SOURCE = (faults.CHIP_FROZEN, faults.CHIP_JUMPED, faults.CHIP_SILENT)

EVENTS: dict[str, tuple[str, dict[str, Any]]] = {
    "freeze_short": ("frozen for 3 s", {"freezes": (Freeze(EVENT_S, 3.0),)}),
    "freeze_long": ("frozen for 30 s", {"freezes": (Freeze(EVENT_S, 30.0),)}),
    "jump": ("jumped by 8 deg, not silent", {"resets": (SelfReset(EVENT_S, silent_s=0.0),)}),
    "reset": ("reset, 0.3 s silent", {"resets": (SelfReset(EVENT_S),)}),
    "reset_hard": ("reset to 20 deg, 1 s silent", {
        "resets": (SelfReset(EVENT_S, tilt_deg=20.0, silent_s=1.0),)}),
}  # fmt: skip


@dataclass(frozen=True)
class After:
    """Figures from the event on.

    Worst error with and without the event and the change by it, deg; RMSE, deg; cues with and
    without it; faults of the chip that were reported; s until the first.
    """

    worst_deg: float
    worst_without_deg: float
    changed_deg: float
    rms_deg: float
    cues: int
    cues_without: int
    told: list[int]
    told_after_s: float


def event_case(kind: str | None, seed: int, source: int = BOTH) -> Case:
    """Simulate one run; `kind` None: no event."""
    rng = np.random.default_rng([seed, 31])
    runner = people.random_runner(rng, **_STEADY)
    run = Run(RUN_S, HELD_DEG, people.random_cadence_spm(rng))
    track, truth = synthesise((*people.OPENING, Walk(WALK_S), run), runner, seed)
    seen = chip_view(track, seed, CHIP_TILT_DEG, **(EVENTS[kind][1] if kind else {}))
    samples = sampled(seen, people.random_rate_hz(rng))
    heard = listen(new_trainer(orientation=source), samples, (people.CALIBRATE_S,))
    return Case.synthetic(track, truth, heard)


def after(job: tuple[str, int]) -> After:
    """Return the effect of one event."""
    kind, seed = job
    cases = event_case(kind, seed), event_case(None, seed)
    (t_s, error_deg), (u_s, other_deg) = (_late(case) for case in cases)
    cues, without = (int((case.heard.cues[:, 0] >= EVENT_S).sum()) for case in cases)
    told = [(at_s - EVENT_S, code) for at_s, code in cases[0].heard.faults if code in _SOURCE]
    told = [(late_s, code) for late_s, code in told if late_s >= -_IN_FORCE_S]
    return After(
        float(np.abs(error_deg).max()), float(np.abs(other_deg).max()),
        float(np.abs(error_deg - np.interp(t_s, u_s, other_deg)).max()),
        statistics.rms([error_deg]), cues, without, [code for _, code in told],
        told[0][0] if told else float("inf"),
    )  # fmt: skip


def _late(case: Case) -> tuple[Any, Any]:
    t_s, error_deg = case.lean_errors_deg()
    late = t_s >= EVENT_S
    return t_s[late], error_deg[late]


def part(jobs: Jobs, seeds: int, quick: bool) -> Result:
    """Return all figures of a chip that fails during a run."""
    sheet = Sheet("D")
    for kind, (words, _) in EVENTS.items():
        found = jobs.map(after, [(kind, seed) for seed in range(seeds)])
        _errors(sheet, kind, words, found)
        _consequences(sheet, kind, words, found)
        worst = int(np.argmax([one.worst_deg for one in found]))
        case = partial(event_case, kind, worst)
        sheet.worst(f"chip {words}, worst runner, seed {worst}", case, EVENT_S + 4, 12.0)
        key = f"event_{kind}"
        sheet.result.details[key] = [vars(replace(one)) for one in found]
    return sheet.result


def _errors(sheet: Sheet, kind: str, words: str, found: list[After]) -> None:
    name, note = f"chip {words}: ", f"{len(found)} runners"
    worst = [one.worst_deg for one in found]
    most = statistics.percentile(100)
    sheet.plain(
        f"{kind}_worst", f"{name}worst error", most(worst), "deg", at_most=_MOST_DEG, note=note
    )
    middle = statistics.percentile(50)
    sheet.over_seeds(f"{kind}_median", f"{name}median of worst", worst, middle, "deg")
    without = [one.worst_without_deg for one in found]
    sheet.over_seeds(f"{kind}_without", f"{name}same without it", without, middle, "deg")
    changed = [one.changed_deg for one in found]
    sheet.over_seeds(f"{kind}_changed", f"{name}what it changed", changed, middle, "deg")
    sheet.plain(f"{kind}_changed_worst", f"{name}same, worst runner", most(changed), "deg")
    rms = [one.rms_deg for one in found]
    goal = {"at_most": _MOST_DEG}
    sheet.over_seeds(f"{kind}_rms", f"{name}RMSE from then on", rms, statistics.rms, "deg", **goal)


def _consequences(sheet: Sheet, kind: str, words: str, found: list[After]) -> None:
    """Add the cues and the faults reported."""
    name = f"chip {words}: "
    more = [max(one.cues - one.cues_without, 0) for one in found]
    note = f"{sum(one.cues_without for one in found)} without the event"
    sheet.total(f"{kind}_cues", f"{name}cues more than without", more, "cues", note=note)
    if kind not in _OUTAGES:
        silent = [one.told_after_s > _TOLD_WITHIN_S for one in found]
        sheet.total(f"{kind}_untold", f"{name}never told", silent, "runners")
    often = max(len(one.told) for one in found)
    note = "in the 43 s that are left"
    sheet.plain(f"{kind}_told", f"{name}told, most times", often, "times", note=note)
