"""Part E: remounting the clip, and a clip that moves on its belt during a run."""

from __future__ import annotations

from functools import partial

import numpy as np
from leancore.schema import faults

from boards.sim.motion.segments import Hinge, Run, Segment, Stand, Walk
from boards.sim.motion.wearer import Plan, Slip, synthesise
from tools.accuracy import people, statistics
from tools.accuracy.case import Case
from tools.accuracy.feed import listen, new_trainer, sampled
from tools.accuracy.figures import Result, Sheet
from tools.accuracy.jobs import Jobs
from tools.accuracy.sensor_errors import worn

_MOUNTS = 8
_WITHIN_S = 10.0
_LIMIT = {"at_most": 0.5}


def mean_lean_deg(job: tuple[int, int]) -> float:
    """Mean logged lean of run `job[0]` when the clip was put on in way `job[1]`.

    The same run; another mount, another stand and another bow, none of them quite straight.
    """
    rng, wear = np.random.default_rng([job[0], 12]), np.random.default_rng([*job, 13])
    runner = people.random_runner(rng)
    run = Run(60.0, float(rng.uniform(2, 18)), people.random_cadence_spm(rng))
    hinge = Hinge(4.0, float(wear.uniform(25, 50)), *wear.uniform(-4, 4, 2).tolist())
    track, _ = synthesise((Stand(5.0), hinge, Stand(3.0), run), runner, job[0])
    track = worn(track.rotated(people.random_mount(wear)), 97 * job[0] + job[1])
    samples = sampled(track, 100.0, float(wear.uniform(0, 0.01)))
    steps = listen(new_trainer(), samples, (people.CALIBRATE_S,)).steps
    return float(np.mean(steps[:, 1])) if len(steps) else float("nan")


def sideways_case(seed: int) -> tuple[Case, float]:
    """A clip that turns to the side in the middle of a run; and the time of the turn."""
    rng = np.random.default_rng([seed, 14])
    at_s, slip_deg = float(rng.uniform(50, 90)), _slip_deg(rng)
    plan = Plan(
        (*people.OPENING, _run(rng, 110.0), Stand(2.0)), slips=(Slip(at_s, z_deg=slip_deg),)
    )
    return _case(seed, rng, plan), at_s


def posture_case(seed: int) -> tuple[Case, float]:
    """A clip that tips forward or back in the middle of a run; and when the wearer next stands."""
    rng = np.random.default_rng([seed, 15])
    run, walk = _run(rng, 45.0), Walk(6.0)
    segments = (*people.OPENING, run, walk, Stand(14.0), run)
    plan = Plan(segments, slips=(Slip(40.0, x_deg=_slip_deg(rng)),))
    return _case(seed, rng, plan), people.OPENING_S + run.s + walk.s


def still_case(seed: int, spells: int) -> Case:
    """Ten minutes times `spells`, with breaks, in which the clip never moves."""
    rng = np.random.default_rng([seed, 16])
    segments: list[Segment] = [*people.OPENING]
    for _ in range(spells):
        walk = Walk(40.0, float(rng.uniform(90, 130)))
        segments += [_run(rng, 535.0), walk, Stand(float(rng.uniform(3, 20)))]
    return _case(seed, rng, Plan(tuple(segments)), 200.0)


def _slip_deg(rng: np.random.Generator) -> float:
    return float(rng.uniform(3, 8) * rng.choice((-1, 1)))


def _run(rng: np.random.Generator, s: float) -> Run:
    lean_deg = float(rng.uniform(4, 16))
    end_deg = lean_deg + float(rng.uniform(-3, 3))
    slope_deg = float(rng.uniform(-5, 5))
    return Run(s, lean_deg, people.random_cadence_spm(rng), end_deg, slope_deg)


def _case(seed: int, rng: np.random.Generator, plan: Plan, rate_hz: float = 400.0) -> Case:
    track, truth = synthesise(plan, people.random_runner(rng), seed, rate_hz)
    track = worn(track, seed)
    heard = listen(new_trainer(), sampled(track, 100.0), (people.CALIBRATE_S,))
    return Case.synthetic(track, truth, heard)


def found_after_s(job: tuple[str, int]) -> float:
    """Seconds to the fault; infinite if it never came. `job`: which slip, seed."""
    case, at_s = SLIPS[job[0]](job[1])
    late_s = [t_s - at_s for t_s in moved_s(case) if t_s >= at_s]
    return late_s[0] if late_s else np.inf


def moved_s(case: Case) -> list[float]:
    """When the pipeline reported that the clip had moved."""
    return [t_s for t_s, code in case.heard.faults if code == faults.CLIP_MOVED]


def false_alarms(job: tuple[int, int]) -> tuple[int, float]:
    """False alarms of a clip that never moved, and hours."""
    case = still_case(*job)
    return len(moved_s(case)), case.track.duration_s / 3600


SLIPS = {"sideways": sideways_case, "posture": posture_case}


def part(jobs: Jobs, seeds: int, quick: bool) -> Result:
    """All figures of wearing."""
    sheet = Sheet("E")
    _remounts(sheet, jobs, max(seeds // 4, 3), 4 if quick else _MOUNTS)
    built = _slips(sheet, jobs, max(seeds // 2, 4))
    _alarms(sheet, jobs, (2, 1) if quick else (20, 6), built)
    return sheet.result


def _remounts(sheet: Sheet, jobs: Jobs, runs: int, mounts: int) -> None:
    work = [(run, mount) for run in range(runs) for mount in range(mounts)]
    leans_deg = np.array(jobs.map(mean_lean_deg, work)).reshape(runs, mounts)
    note = f"worst of {runs} runners in {mounts} mounts"
    for key, name, spread in (
        ("remount_sd", "remounting, SD of the mean lean", np.std(leans_deg, axis=1, ddof=1)),
        ("remount_range", "remounting, range of the mean lean", np.ptp(leans_deg, axis=1)),
    ):
        worst = statistics.percentile(100)
        sheet.over_seeds(key, name, spread, worst, "deg", **_LIMIT, note=note)


def _slips(sheet: Sheet, jobs: Jobs, seeds: int) -> bool:
    """Figures of both slips, and whether the core detects them at all."""
    told = {"sideways": "from the slip", "posture": "from the next stand"}
    found = {
        kind: jobs.map(found_after_s, [(kind, seed) for seed in range(seeds)]) for kind in SLIPS
    }
    built = any(np.isfinite(late_s).any() for late_s in found.values())
    for kind, late_s in found.items():
        key, name = f"slip_{kind}", f"slip {kind}, found within {_WITHIN_S:.0f} s"
        if not built:
            sheet.plain(key, name, None, "%", at_least=100, note="not built")
            continue
        within = statistics.share_within(_WITHIN_S)
        sheet.over_seeds(key, name, late_s, within, "%", at_least=100, note=told[kind])
        worst = int(np.argmax(late_s))
        at_s = SLIPS[kind](worst)[1]
        sheet.worst(f"slip {kind}, slowest", partial(_slip, kind, worst), at_s, 12.0)
    return built


def _slip(kind: str, seed: int) -> Case:
    return SLIPS[kind](seed)[0]


def _alarms(sheet: Sheet, jobs: Jobs, size: tuple[int, int], built: bool) -> None:
    goal = {"at_most": 1.0}
    key, name, unit = "slip_false", "false alarms of a moved clip", "in 20 h"
    if not built:
        sheet.plain(key, name, None, unit, **goal, note="not built")
        return
    found = jobs.map(false_alarms, [(seed, size[1]) for seed in range(size[0])])
    hours = sum(hours for _, hours in found)
    count = sum(alarms for alarms, _ in found)
    sheet.rate(key, name, count, hours / 20, unit, **goal, note=f"{hours:.1f} h")
    for seed in [seed for seed, (alarms, _) in enumerate(found) if alarms][:1]:
        case = partial(still_case, seed, size[1])
        sheet.worst("false alarm of a moved clip", case, moved_s(case())[0], 12.0)
