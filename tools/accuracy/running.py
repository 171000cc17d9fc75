"""Part D: running is detected quickly, and other activities are not mistaken for it."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from functools import partial

import numpy as np
import numpy.typing as npt
from leancore.gait.activity import RUN

from boards.sim.motion.track import Truth
from tools.accuracy import people, recordings, statistics
from tools.accuracy.case import Case
from tools.accuracy.feed import PipelineOutput
from tools.accuracy.figures import Result, Sheet
from tools.accuracy.jobs import Jobs
from tools.accuracy.sessions import (
    FAR,
    RUNS,
    alike_case,
    hopping_case,
    mixed_case,
    recorded_far_off,
)

_GRACE_S = 0.4  # half the time in which one activity blends into the next
_JOGS = 4
_NO_RUNS = ("lower_back_walk", "optical_05", "optical_07", "optical_15", "optical_24")
_LATE_S = 0.4  # steps reported later than this after their strike were held until a run was certain
Bools = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Found:
    """One session: seconds [hits, wrong, missed] live and as logged; delays; cues outside runs."""

    live: list[int]
    logged: list[int]
    starts_s: list[float]
    stops_s: list[float]
    cues_outside: list[str]
    worst_s: float


def measure(job: tuple[int, int]) -> Found:
    """Results of one session; `job`: seed, number of runs."""
    return _found(mixed_case(*job))


def measure_alike(job: tuple[int, int]) -> Found:
    """The same for walks and jogs that are similar; `job`: seed, number of jogs."""
    return _found(alike_case(*job))


def off_run(job: tuple[str, int]) -> tuple[float, int]:
    """Share of a recording without running that was classified as running, percent; and cues."""
    heard = recorded_far_off(*job)
    return float(100 * np.mean(heard.activity == RUN)), len(heard.cues)


def _found(case: Case) -> Found:
    assert case.truth is not None
    heard, truth = case.heard, case.truth
    ours = heard.activity == RUN
    true = _true_runs(truth, heard)
    starts_s, stops_s = _delays(truth, heard, ours)
    return Found(
        _seconds(heard, true, ours), _seconds(heard, true, ours | _opening(heard)),
        starts_s, stops_s, _cues_outside(truth, heard),
        float(heard.t_s[statistics.longest(true != ours)]),
    )  # fmt: skip


def f1(items: statistics.Items) -> float:
    """F1 of items [hits, wrong, missed]."""
    hits, wrong, missed = np.sum(np.array(items), axis=0)
    return float(2 * hits / max(2 * hits + wrong + missed, 1))


def hopping(seed: int) -> tuple[float, int]:
    """Share of the time in which hopping was classified as running, percent; and cues."""
    case = hopping_case(seed)
    assert case.truth is not None
    hops = (case.heard.t_s > people.OPENING_S) & (case.heard.t_s < people.OPENING_S + 40)
    return float(100 * np.mean(case.heard.activity[hops] == RUN)), len(case.heard.cues)


def part(jobs: Jobs, seeds: int, quick: bool) -> Result:
    """All figures of activity."""
    sheet = Sheet("D")
    runs = 3 if quick else RUNS
    found = jobs.map(measure, [(seed, runs) for seed in range(max(seeds // 2, 3))])
    live, each = [one.live for one in found], [f1([one.live]) for one in found]
    worst = int(np.argmin(each))
    note = f"worst session, seed {worst}: {each[worst]:.4f}"
    sheet.over_seeds("run_f1", "running F1 per second", live, f1, at_least=0.99, note=note)
    logged = [one.logged for one in found]
    sheet.over_seeds("run_f1_logged", "same, with the steps logged afterwards", logged, f1)
    outside = Counter(name for one in found for name in one.cues_outside)
    count = [len(one.cues_outside) for one in found]
    note = ", ".join(f"{name} {times}" for name, times in outside.items())
    sheet.total("cues_outside", "cues while not running", count, "cues", note=note)
    _delay_figures(sheet, "start", "run", [one.starts_s for one in found], 3.0)
    _delay_figures(sheet, "stop", "run", [one.stops_s for one in found], 2.0)
    hops = jobs.map(hopping, range(len(found)))
    taken = [share for share, _ in hops]
    sheet.over_seeds("hops_taken", "hopping taken for running", taken, statistics.mean, "%")
    sheet.total("cues_hopping", "cues while hopping", [cues for _, cues in hops], "cues")
    sheet.worst("longest mistake", partial(mixed_case, worst, runs), found[worst].worst_s, 8.0)
    _alike(sheet, jobs, len(found), 2 if quick else _JOGS)
    _recorded(sheet, jobs)
    return sheet.result


def _alike(sheet: Sheet, jobs: Jobs, seeds: int, jogs: int) -> None:
    """Brisk walks and slow jogs."""
    found = jobs.map(measure_alike, [(seed, jogs) for seed in range(seeds)])
    live, each = [one.live for one in found], [f1([one.live]) for one in found]
    worst = int(np.argmin(each))
    note = f"{sum(map(sum, live)) / 3600:.1f} h, worst session, seed {worst}: {each[worst]:.4f}"
    name = "slow jog against brisk walk, F1 per second"
    sheet.over_seeds("alike_f1", name, live, f1, at_least=0.98, note=note)
    count = [len(one.cues_outside) for one in found]
    sheet.total("alike_cues", "cues in brisk walks", count, "cues")
    _delay_figures(sheet, "start", "jog", [one.starts_s for one in found], 3.0)
    _delay_figures(sheet, "stop", "jog", [one.stops_s for one in found], 2.0)
    case = partial(alike_case, worst, jogs)
    sheet.worst("longest mistake, near alike", case, found[worst].worst_s, 8.0)


def _recorded(sheet: Sheet, jobs: Jobs) -> None:
    """Recordings of walking and of movements by hand."""
    if not recordings.present():
        sheet.plain("cues_recorded", "cues in recordings", None, note="no recordings here")
        return
    found = jobs.map(off_run, [(name, side) for name in _NO_RUNS for side in range(len(FAR))])
    note = f"{len(_NO_RUNS)} of walking and movement by hand, each side"
    name = "cues in recordings without a run"
    sheet.total("cues_recorded", name, [cues for _, cues in found], "cues", note=note)
    taken = [share for share, _ in found]
    sheet.over_seeds("recorded_taken", "the same, taken for running", taken, statistics.mean, "%")


def _delay_figures(
    sheet: Sheet, what: str, of: str, delays_s: list[list[float]], goal_s: float
) -> None:
    doing = {"run": "running", "jog": "a slow jog"}[of]
    for key, name, share in (("_95", "95 %", 95), ("_worst", "worst", 100)):
        sheet.over_seeds(
            f"{of}_{what}{key}", f"{what} of {doing} found, {name}", delays_s,
            statistics.percentile(share), "s", at_most=goal_s,
        )  # fmt: skip


def _true_runs(truth: Truth, heard: PipelineOutput) -> Bools:
    place = np.rint((heard.t_s - truth.t0_s) * truth.rate_hz).astype(int)
    inside: Bools = truth.activity[np.minimum(place, len(truth.activity) - 1)] == "run"
    return inside


def _seconds(heard: PipelineOutput, true: Bools, ours: Bools) -> list[int]:
    """Seconds correctly found, wrongly found and missed, by the majority of the samples in each."""
    second = heard.t_s.astype(int)
    size = np.bincount(second)
    run = 2 * np.bincount(second, true) > size
    said = 2 * np.bincount(second, ours) > size
    return [int((run & said).sum()), int((said & ~run).sum()), int((run & ~said).sum())]


def _opening(heard: PipelineOutput) -> Bools:
    """Samples of the steps that were logged only when a run was certain."""
    inside = np.zeros(len(heard.t_s), bool)
    for strike_s, _, _, seen_s in heard.steps[heard.steps[:, 3] - heard.steps[:, 0] > _LATE_S]:
        inside |= (heard.t_s >= strike_s) & (heard.t_s <= seen_s)
    return inside


def _delays(truth: Truth, heard: PipelineOutput, ours: Bools) -> tuple[list[float], list[float]]:
    """From the start and the end of each true run to their detection."""
    starts_s, stops_s = [], []
    for start_s, end_s in truth.spells("run"):
        told = heard.t_s[ours & (heard.t_s >= start_s) & (heard.t_s < end_s)]
        over = heard.t_s[~ours & (heard.t_s >= end_s)]
        starts_s.append(float(told[0] - start_s) if len(told) else np.inf)
        stops_s.append(float(over[0] - end_s) if len(over) else np.inf)
    return starts_s, stops_s


def _cues_outside(truth: Truth, heard: PipelineOutput) -> list[str]:
    """The wearer's activity at each cue outside of running."""
    doing = [(truth.activity_at(t), truth.activity_at(t - _GRACE_S)) for t in heard.cues[:, 0]]
    return [now for now, before in doing if now != "run" and before != "run"]
