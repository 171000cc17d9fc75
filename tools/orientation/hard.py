"""Part C: the hard synthetic set with three sources: the chip with its errors, ours, the selector.

Random runners with any mount and any granted rate, on a workout with hills, a walking break, turns
and corners; the chip's tilt drifts, it freezes, restarts and misses reports; the gyroscope has a
bias, both sensors have noise and saturate at ±8 g.
"""

from __future__ import annotations

from functools import partial

import numpy as np

from boards.sim.motion.quaternion import Floats
from tools.accuracy import lean, statistics
from tools.accuracy.case import Case
from tools.accuracy.feed import BOTH, CHIP, OWN
from tools.accuracy.figures import Result, Sheet
from tools.accuracy.jobs import Jobs

WAYS = {CHIP: "chip", OWN: "ours", BOTH: "selector"}
_MOST_DEG, _BETTER_BY_DEG = 1.0, 0.1


def errors_deg(job: tuple[int, int]) -> Floats:
    """Return the stride-mean lean errors of one runner; `job`: seed, source."""
    return hard_case(*job).lean_errors_deg()[1]


def hard_case(seed: int, source: int) -> Case:
    """Simulate one runner."""
    return lean.synthetic_case(seed, source, trouble=True)


def part(jobs: Jobs, seeds: int, quick: bool) -> Result:
    """Return all figures of the hard set."""
    sheet = Sheet("C")
    flat = jobs.map(errors_deg, [(seed, source) for seed in range(seeds) for source in WAYS])
    found = {source: flat[i :: len(WAYS)] for i, source in enumerate(WAYS)}
    heard = [seed for seed in range(seeds) if all(len(found[source][seed]) for source in WAYS)]
    for source, who in WAYS.items():
        errors = [found[source][seed] for seed in heard]
        goal = {"at_most": _MOST_DEG} if source == BOTH else {}
        key, name = f"hard_{who}", f"stride-mean lean RMSE, {who}"
        note = f"{len(heard)} runners"
        sheet.over_seeds(key, name, errors, statistics.rms, "deg", **goal, note=note)
    _each(sheet, {source: [found[source][seed] for seed in heard] for source in WAYS})
    sheet.total("hard_lost", "runners never found", [seeds - len(heard)], "runners")
    _mark(sheet, heard, found[BOTH])
    return sheet.result


def _each(sheet: Sheet, found: dict[int, list[Floats]]) -> None:
    """Add the figures of each runner."""
    rms = {source: [statistics.rms([one]) for one in errors] for source, errors in found.items()}
    over = [
        both - min(chip, own)
        for chip, own, both in zip(rms[CHIP], rms[OWN], rms[BOTH], strict=True)
    ]
    level = statistics.rms(found[BOTH]) - min(statistics.rms(found[s]) for s in (CHIP, OWN))
    goal = {"at_most": _BETTER_BY_DEG}
    sheet.plain("hard_over", "selector over the better of the two, set", level, "deg", **goal)
    late = statistics.percentile(100)(over)
    within = 100 * float(np.mean(np.array(over) <= _BETTER_BY_DEG))
    share = {"note": "of the runners, by 0.1 deg at most"}
    sheet.plain("hard_over_share", "selector no worse than the better", within, "%", **share)
    sheet.plain("hard_over_worst", "same, worst runner", late, "deg")
    for source, who in WAYS.items():
        sheet.plain(f"hard_{who}_worst", f"worst runner, {who}", max(rms[source]), "deg")
    sheet.result.details["hard_rmse_deg"] = {WAYS[source]: rms[source] for source in WAYS}


def _mark(sheet: Sheet, heard: list[int], errors: list[Floats]) -> None:
    rms = [statistics.rms([errors[seed]]) for seed in heard]
    seed = heard[int(np.argmax(rms))]
    case = partial(hard_case, seed, BOTH)
    t_s, error_deg = case().lean_errors_deg()
    at_s = float(t_s[np.argmax(np.abs(error_deg))])
    sheet.worst(f"hard set, worst runner of the selector, seed {seed}", case, at_s, 8.0)
