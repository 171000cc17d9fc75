"""Part B: delay against false alarms: whole chain, step level, and theory."""

from __future__ import annotations

from functools import partial
from itertools import product
from typing import Any

import numpy as np
from leancore.schema import settings

from tools.accuracy import cusum, exits, statistics, step_coach
from tools.accuracy.case import Case
from tools.accuracy.figures import Result, Sheet
from tools.accuracy.jobs import Jobs

_THRESHOLDS_CDEG = (100, 150, 200, 225, 250, 275, 300, 350, 400, 500)
_GOALS: dict[float, dict[int, float | None]] = {2.0: {50: 1.2, 95: 2.0}, 4.0: {50: None, 95: 1.2}}
_SOURCES = {
    exits.TRUE: ("true", "true orientation"),
    exits.POINT: ("clip", "as the clip does, own baseline, readings of a moment"),
    exits.MEAN: ("clip_mean", "as the clip does, own baseline, readings that are means"),
}
_RUN_S = 600.0
_CURVE_SEEDS = 10
# Correlation of one step with the next, key, goal.
_MEMORIES: tuple[tuple[float, str, dict[str, float]], ...] = (
    (0.0, "steps", {"at_most": 1.0}),
    (0.3, "steps_correlated", {}),
)


def part(jobs: Jobs, seeds: int, quick: bool) -> Result:
    """All figures of coaching."""
    sheet = Sheet("B")
    run_s = _RUN_S / 3 if quick else _RUN_S
    _exits(sheet, jobs, max(seeds // 5, 3), run_s)
    _caps(sheet, jobs, max(seeds // 3, 3), run_s / 2)
    _steady(sheet, jobs, 4 if quick else 3 * seeds, run_s)  # 20 hours: false cues are few
    latency_s = exits.latency_s(0)
    _steps(sheet, jobs, quick, latency_s)
    if not quick:
        sheet.result.details["delay_curve"] = _curve(jobs, latency_s)
    return sheet.result


def _exits(sheet: Sheet, jobs: Jobs, seeds: int, run_s: float) -> None:
    for out_deg, source in product(_GOALS, _SOURCES):
        work = [(seed, out_deg, run_s, source) for seed in range(seeds)]
        found = jobs.map(exits.exit_delays_s, work)
        key, how = _SOURCES[source]
        note = f"{sum(map(len, found))} exits, {how}"
        for share, goal in _GOALS[out_deg].items():
            sheet.over_seeds(
                f"exit_{out_deg:.0f}_{share}_{key}", _exit_name(out_deg, share), found,
                statistics.percentile(share), "s", at_most=goal, note=note,
            )  # fmt: skip
        sheet.result.details[f"exit_{out_deg:.0f}_{key}_s"] = sum(found, [])
        worst = work[int(np.argmax([max(delays_s) for delays_s in found]))]
        title = f"slowest {out_deg:.0f} deg exit, {how}, seed {worst[0]}"
        sheet.worst(title, partial(_exit_case, *worst), exits.slowest(*worst))


def _exit_name(out_deg: float, share: int) -> str:
    return f"{out_deg:.0f} deg exit to cue, {'median' if share == 50 else f'{share} %'}"


def _exit_case(seed: int, out_deg: float, run_s: float, source: exits.Sensing) -> Case:
    return exits.exit_case(seed, out_deg, run_s, source)[0]


def _cap_case(seed: int, run_s: float) -> Case:
    return exits.cap_case(seed, run_s)[0]


def _caps(sheet: Sheet, jobs: Jobs, seeds: int, run_s: float) -> None:
    found = jobs.map(exits.cap_delays_s, [(seed, run_s) for seed in range(seeds)])
    sudden, slow = [one for one, _ in found], [other for _, other in found]
    missed = [np.isinf(one + other).sum() for one, other in found]
    count = sum(len(one + other) for one, other in found)
    sheet.total("cap_missed", "cap exits missed", missed, "exits", note=f"of {count}")
    worst = int(np.argmax([max(one + other) for one, other in found]))
    case, overs = exits.cap_case(worst, run_s)
    at_s = overs[int(np.argmax(exits.delays_s(case, overs)))].at_s
    sheet.worst(f"slowest cap exit, seed {worst}", partial(_cap_case, worst, run_s), at_s, 8.0)
    for key, delays_s in (("sudden", sudden), ("slow", slow)):
        sheet.over_seeds(
            f"cap_{key}_95", f"{key} cap exit to cap cue, 95 %", delays_s,
            statistics.percentile(95), "s",
        )  # fmt: skip


def _steady(sheet: Sheet, jobs: Jobs, seeds: int, run_s: float) -> None:
    for source, (key, how) in _SOURCES.items():
        found = jobs.map(exits.false_cues, [(seed, run_s, source) for seed in range(seeds)])
        count, hours = sum(cues for cues, _ in found), sum(hours for _, hours in found)
        name, note = "false cues 1 deg inside", f"{hours:.1f} h, {how}"
        sheet.rate(f"false_{key}", name, count, hours, "per h", at_most=1.0, note=note)
        if count:
            seed = int(np.argmax([cues for cues, _ in found]))
            case = partial(exits.steady_case, seed, run_s, source)
            cues = case().heard.cues
            first_s = cues[np.isin(cues[:, 1], exits.WARNINGS)][0, 0]
            sheet.worst(f"false cue, {how}", case, float(first_s), 6.0)


def _steps(sheet: Sheet, jobs: Jobs, quick: bool, latency_s: float) -> None:
    """False cues with independent and with correlated steps, and delays."""
    hours, count = (50, 400) if quick else (200, 2000)
    nothing: dict[str, int] = {}
    for memory, key, goal in _MEMORIES[: 1 if quick else 2]:
        work = [(seed, 5.0, nothing, memory) for seed in range(hours // 5)]
        cues = sum(cues for cues, _ in jobs.map(step_coach.false_cues, work))
        note = f"{hours} h, steps" + (f" correlated by {memory}" if memory else "")
        sheet.rate(
            f"false_{key}", "false cues 1 deg inside", cues, hours, "per h", note=note, **goal
        )
        if not memory:
            _delays(sheet, jobs, count, latency_s, max(cues, 1) / hours)


def _delays(sheet: Sheet, jobs: Jobs, count: int, latency_s: float, false_per_h: float) -> None:
    nothing: dict[str, int] = {}
    for out_deg in _GOALS:
        work = [(seed, count // 8, out_deg, nothing, latency_s) for seed in range(8)]
        found = jobs.map(step_coach.delays_s, work)
        key = f"steps_{out_deg:.0f}"
        for share in (50, 95):
            name = f"{_exit_name(out_deg, share)}, steps"
            sheet.over_seeds(f"{key}_{share}", name, found, statistics.percentile(share), "s")
        name = f"{out_deg:.0f} deg exit to cue, mean"
        sheet.over_seeds(f"{key}_mean", f"{name}, steps", found, statistics.mean, "s")
        best_s = cusum.delay_s(out_deg, false_per_h, step_coach.SD_DEG) + latency_s
        note = f"of a test with {false_per_h:.2f} false alarms an hour"
        sheet.plain(f"theory_{out_deg:.0f}_mean", f"{name}, theory", best_s, "s", note=note)


def _curve(jobs: Jobs, latency_s: float) -> dict[str, Any]:
    """Our coach over thresholds, and the best tests."""
    theory = {
        f"{out_deg:.0f}": [
            cusum.point(out_deg, threshold / 100, step_coach.SD_DEG)
            for threshold in range(50, 1001, 25)
        ]
        for out_deg in _GOALS
    }
    return {
        "ours": jobs.map(_point, [(threshold, latency_s) for threshold in _THRESHOLDS_CDEG]),
        "theory": theory, "latency_s": latency_s,
        "threshold_cdeg": settings.checked({})["exit_threshold_cdeg"],
    }  # fmt: skip


def _point(job: tuple[int, float]) -> dict[str, float]:
    """One threshold: false cues an hour over 50 h, and the delays of 400 exits."""
    threshold_cdeg, latency_s = job
    values = {"exit_threshold_cdeg": threshold_cdeg}
    alarms = [step_coach.false_cues((seed, 5.0, values, 0.0)) for seed in range(_CURVE_SEEDS)]
    count, hours = sum(cues for cues, _ in alarms), sum(hours for _, hours in alarms)
    point = {"threshold_cdeg": float(threshold_cdeg), "false_per_h": count / hours}
    for out_deg in _GOALS:
        delays_s = [step_coach.delays_s((1, 400, out_deg, values, latency_s))]
        for share in (50, 95):
            point[f"delay_{out_deg:.0f}_{share}_s"] = statistics.percentile(share)(delays_s)
        point[f"delay_{out_deg:.0f}_mean_s"] = statistics.mean(delays_s)
    return point
