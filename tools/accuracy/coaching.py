"""Part B: delay against false alarms, by the whole chain, at the speed of steps, in theory."""

from __future__ import annotations

from typing import Any

import numpy as np
from leancore import settings

from tools.accuracy import cusum, exits, step_coach
from tools.accuracy.figures import Figure, Result, Worst, over_seeds, percentile, rate
from tools.accuracy.jobs import Jobs

THRESHOLDS_CDEG = (100, 150, 200, 225, 250, 275, 300, 350, 400, 500)


def part(jobs: Jobs, seeds: int, quick: bool) -> Result:
    """All figures of coaching."""
    result = Result()
    _exits(result, jobs, 3 if quick else max(seeds // 4, 8))
    _caps(result, jobs, 4 if quick else max(seeds // 4, 8))
    _steady(result, jobs, 4 if quick else max(seeds // 2, 8))
    latency_s = float(np.median(exits.latencies_s(0)))
    _long(result, jobs, 50 if quick else 200, latency_s)
    result.curves["delay"] = _curve(jobs, 10 if quick else 50, 100 if quick else 400, latency_s)
    return result


def _exits(result: Result, jobs: Jobs, seeds: int) -> None:
    for out_deg, goals in ((2.0, {50: 1.2, 95: 2.0}), (4.0, {95: 1.2})):
        found = jobs.map(exits.measure, [(seed, out_deg) for seed in range(seeds)])
        count = sum(map(len, found))
        for share, goal in goals.items():
            name = f"{out_deg:.0f} deg exit to cue, {'median' if share == 50 else f'{share} %'}"
            result.figures.append(over_seeds("B", name, found, percentile(share), "s", at_most=goal, note=f"{count} exits"))  # fmt: skip
        worst = max(range(seeds), key=lambda i: max(found[i]))
        result.worst.append(
            Worst(f"slowest {out_deg:.0f} deg exit", *exits.worst_case(worst, out_deg))
        )


def _caps(result: Result, jobs: Jobs, seeds: int) -> None:
    found = jobs.map(exits.cap_delays_s, range(seeds))
    missed = [int(np.isinf(delays).sum()) for delays in found]
    result.figures += [
        over_seeds("B", "cap exits missed", missed, lambda x: float(sum(x)), "exits", at_most=0, note=f"of {sum(map(len, found))}"),
        over_seeds("B", "cap exit to cap cue, 95 %", found, percentile(95), "s"),
    ]  # fmt: skip


def _steady(result: Result, jobs: Jobs, seeds: int) -> None:
    found = jobs.map(exits.false_cues, range(seeds))
    count, hours = sum(c for c, _ in found), sum(h for _, h in found)
    result.figures.append(
        rate("B", "false cues 1 deg inside, whole chain", count, hours, "per h", at_most=1, note=f"{hours:.1f} h")
    )  # fmt: skip


def _long(result: Result, jobs: Jobs, hours: int, latency_s: float) -> None:
    for memory, goal in ((0.0, {"at_most": 1}), (0.3, {})):
        found = jobs.map(step_coach.false_cues, [(seed, 5.0, {}, memory) for seed in range(hours // 5)])
        title = "false cues 1 deg inside, steps" + (f", correlated {memory}" if memory else "")
        count = sum(c for c, _ in found)
        result.figures.append(rate("B", title, count, hours, "per h", note=f"{hours} h", **goal))
    for out_deg in (2.0, 4.0):
        found_s = jobs.map(step_coach.delays_s, [(seed, 50, out_deg, {}, latency_s) for seed in range(8)])
        for share in (50, 95):
            result.figures.append(over_seeds("B", f"{out_deg:.0f} deg exit to cue, steps, {share} %", found_s, percentile(share), "s"))  # fmt: skip


def _curve(jobs: Jobs, hours: int, count: int, latency_s: float) -> dict[str, Any]:
    """Our coach over thresholds, and the ideal test."""
    known = settings.checked({})
    ours = jobs.map(_point, [(t, hours, count, latency_s) for t in THRESHOLDS_CDEG])
    reference_deg = known["exit_reference_cdeg"] / 100
    thresholds_deg = np.arange(50, 501, 25) / 100
    theory = {
        str(out): cusum.curve(out, reference_deg, step_coach.SD_DEG, 172.0, thresholds_deg)
        for out in (2.0, 4.0)
    }
    return {
        "ours": ours, "theory": theory, "latency_s": latency_s,
        "point_cdeg": known["exit_threshold_cdeg"],
    }  # fmt: skip


def _point(job: tuple[int, int, int, float]) -> dict[str, float]:
    threshold_cdeg, hours, count, latency_s = job
    values = {"exit_threshold_cdeg": threshold_cdeg}
    alarms = [step_coach.false_cues((seed, hours / 10, values, 0.0))[0] for seed in range(10)]
    point = {"threshold_cdeg": float(threshold_cdeg), "false_per_h": sum(alarms) / hours}
    for out_deg in (2.0, 4.0):
        delays = step_coach.delays_s((1, count, out_deg, values, latency_s))
        for share in (50, 95):
            point[f"delay_{out_deg:.0f}_{share}_s"] = percentile(share)([delays])
        point[f"delay_{out_deg:.0f}_mean_s"] = float(np.mean(delays))
    return point
