"""Part G: other motions, rates, starts, losses, courses, and a run of an hour.

Tilt RMSE over every sample for each source, from one pass of the pipeline in which chip, our filter
and selector get the same input; VQF gets the same, or all reports where some are missing.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
from leancore.attitude.sensor_orientation import SensorOrientation
from leancore.sensor.sample import Sample

from boards.sim.motion.motion_errors import chip_view
from boards.sim.motion.quaternion import Floats
from boards.sim.motion.segments import Run, Segment, Stand, Walk
from boards.sim.motion.track import Track
from boards.sim.motion.wearer import synthesise
from tools.accuracy import people, statistics
from tools.accuracy.feed import Samples, new_trainer, sampled
from tools.accuracy.figures import Result, Sheet
from tools.accuracy.jobs import Jobs
from tools.accuracy.sensor_errors import CHIP_TILT_DEG
from tools.orientation import courses, motions, sources

_RATIO_MOST = 1.1
_FROM_S = 8.0  # the filters have settled
_MOTION_S, _RUN_S, _HOUR_S = 60.0, 60.0, 3600.0
_LOST_S = 40.0  # when reports go missing
_WAYS = ("chip", "own", "selector", "vqf")


@dataclass(frozen=True)
class Scene:
    """Input and truth: `seen` by the chip, `true`; `samples` that arrive; the time evaluated."""

    seen: Track
    true: Track
    samples: Samples
    press_s: float | None
    from_s: float = _FROM_S
    to_s: float = np.inf


def tilts_deg(scene: Scene) -> dict[str, Floats]:
    """Return the tilt error of every sample that arrived, by source; and their times."""
    t_s, truth = scene.samples.t_s, sources.true_up_at(scene.true, scene.samples.t_s)
    chip, own, selector = heard_up(scene)
    whole = sampled(scene.seen, _rate_hz(scene.samples), float(t_s[0] - scene.seen.t0_s))
    vqf = sources.vqf_up(whole.rows[:, 6:9] / 256, whole.rows[:, 9:12] / 512,
                         _rate_hz(scene.samples))  # fmt: skip
    place = np.clip(np.searchsorted(whole.t_s, t_s - 1e-6), 0, len(vqf) - 1)
    ups = {"chip": chip, "own": own, "selector": selector, "vqf": vqf[place]}
    return {"t_s": t_s, **{way: sources.apart_deg(up, truth) for way, up in ups.items()}}


def _rate_hz(samples: Samples) -> float:
    return 1 / float(np.median(np.diff(samples.t_s)))


def heard_up(scene: Scene) -> tuple[Floats, Floats, Floats]:
    """Return the verticals of the chip, our filter and the selector, from one pipeline."""
    pipeline, sample, chip = new_trainer(nominal=True), Sample(), SensorOrientation()
    vertical, ups = pipeline.vertical, []
    press_s = scene.press_s
    for t_s, row in zip(scene.samples.t_s.tolist(), scene.samples.rows.tolist(), strict=True):
        sources.fill(sample, row)
        if press_s is not None and t_s >= press_s:
            pipeline.calibrate()
            press_s = None
        pipeline.step(sample)
        chip.step(sample)
        chip_up = [chip.ux, chip.uy, chip.uz]
        ups.append([chip_up, list(vertical.own.now()), list(vertical.now())])
    columns = np.array(ups, float)
    return columns[:, 0], columns[:, 1], columns[:, 2]


def _motion(kind: str, rest: bool) -> Callable[[int], Scene]:
    def scene(seed: int) -> Scene:
        true = motions.moved(kind, seed, _MOTION_S, rest=rest)
        seen = chip_view(true, seed, CHIP_TILT_DEG)
        return Scene(seen, true, sampled(seen), None)

    return scene


def _runner(
    segments: Callable[[np.random.Generator], tuple[Segment, ...]], rate_hz: float = 100.0,
    from_s: float = 26.0, drawn_hz: float = 400.0, **fixed: float,
) -> Callable[[int], Scene]:  # fmt: skip
    """Return a scene of a random runner on a course, evaluated while running."""

    def scene(seed: int) -> Scene:
        rng = np.random.default_rng([seed, 33])
        runner = people.random_runner(rng, **fixed)
        true, _ = synthesise(segments(rng), runner, seed, drawn_hz)
        seen = chip_view(true, seed, CHIP_TILT_DEG)
        stands = from_s > people.OPENING_S
        press_s = people.CALIBRATE_S if stands else None
        return Scene(seen, true, sampled(seen, rate_hz), press_s, from_s)

    return scene


def _plain(rng: np.random.Generator) -> tuple[Segment, ...]:
    return (*people.OPENING, Walk(6.0), _run(rng, _RUN_S))


def _run(rng: np.random.Generator, s: float) -> Run:
    return Run(s, float(rng.uniform(4, 16)), people.random_cadence_spm(rng))


def _at_once(rng: np.random.Generator) -> tuple[Segment, ...]:
    return (_run(rng, _RUN_S),)


def _hour(rng: np.random.Generator) -> tuple[Segment, ...]:
    return (*people.OPENING, Walk(6.0), _run(rng, _HOUR_S))


def _laps(rng: np.random.Generator) -> tuple[Segment, ...]:
    run = _run(rng, 100.0)
    return (*people.OPENING, Walk(6.0), courses.Laps(run.s, run.lean_deg, run.cadence_spm))


def _surges(rng: np.random.Generator) -> tuple[Segment, ...]:
    run, hard = _run(rng, 20.0), float(rng.uniform(1.0, 1.5))
    surge = courses.Surge(run.s, run.lean_deg, run.cadence_spm, surge_mps2=hard)
    return (*people.OPENING, *(3 * (surge, Stand(5.0))))


def _without_gyro(lost_s: float) -> Callable[[int], Scene]:
    whole = _runner(_plain, from_s=_LOST_S, corners_per_min=0.0)

    def scene(seed: int) -> Scene:
        made = whole(seed)
        samples = sources.without_gyro(made.samples, _LOST_S, _LOST_S + lost_s)
        return replace(made, samples=samples, to_s=_LOST_S + lost_s + 10)

    return scene


def _with_gap(lost_s: float) -> Callable[[int], Scene]:
    whole = _runner(_plain, from_s=_LOST_S, corners_per_min=0.0)

    def scene(seed: int) -> Scene:
        made, gap = whole(seed), (_LOST_S, _LOST_S + lost_s)
        seen = Track(made.seen.rate_hz, made.seen.q, made.seen.a, made.seen.g, 0.0, (gap,))
        return replace(made, samples=sampled(seen, 100.0), to_s=gap[1] + 10)

    return scene


_STRAIGHT = {**people.STRAIGHT}
MOTIONS = {
    **{f"hand: {kind}": _motion(kind, True) for kind in motions.KINDS},
    **{f"hand, no rest: {kind}": _motion(kind, False) for kind in motions.KINDS},
}
RUNS: dict[str, Callable[[int], Scene]] = {
    "run, treadmill": _runner(_plain, **_STRAIGHT),
    "run, road with corners": _runner(_plain, corners_per_min=2.0),
    "run at 80 Hz": _runner(_plain, 80.0, **_STRAIGHT),
    "run at 112 Hz": _runner(_plain, 112.0, **_STRAIGHT),
    "run at 125 Hz": _runner(_plain, 125.0, **_STRAIGHT),
    "run from the first sample": _runner(_at_once, from_s=_FROM_S, **_STRAIGHT),
    "run on a track of 36 m": _runner(_laps, corners_per_min=0.0, speed_mps=4.0),
    "starts and stops, 1 to 1.5 m/s2": _runner(_surges, from_s=12.0, **_STRAIGHT),
    "gap of 0.06 s": _with_gap(0.06), "gap of 0.3 s": _with_gap(0.3), "gap of 2 s": _with_gap(2.0),
    "no gyroscope for 0.1 s": _without_gyro(0.1), "no gyroscope for 1 s": _without_gyro(1.0),
    "no gyroscope for 10 s": _without_gyro(10.0),
}  # fmt: skip
HOUR = "run of an hour, last ten minutes"
CASES = {**MOTIONS, **RUNS, HOUR: _runner(_hour, drawn_hz=200.0, from_s=_HOUR_S - 600)}


def rms_deg(job: tuple[str, int]) -> dict[str, float]:
    """Return the tilt RMSE of one case and seed, by source."""
    name, seed = job
    scene = CASES[name](seed)
    found = tilts_deg(scene)
    looked = (found["t_s"] >= scene.from_s) & (found["t_s"] < scene.to_s)
    return {way: statistics.rms([found[way][looked]]) for way in _WAYS}


def part(jobs: Jobs, seeds: int, quick: bool) -> Result:
    """Return all figures of the other conditions."""
    sheet = Sheet("G")
    count = max(seeds // 4, 2)
    names = [name for name in CASES if not (quick and name == HOUR)]
    work = [(name, seed) for name in names for seed in range(2 if name == HOUR else count)]
    flat = dict(zip(work, jobs.map(rms_deg, work), strict=True))
    for name in names:
        _case(sheet, name, [found for (case, _), found in flat.items() if case == name])
    return sheet.result


def _case(sheet: Sheet, name: str, found: list[dict[str, float]]) -> None:
    """Add the ratio to VQF if both had the same input, else only the errors."""
    rms = {way: statistics.rms([one[way] for one in found]) for way in _WAYS}
    ratio = rms["own"] / rms["vqf"]
    worst = max(one["own"] / one["vqf"] for one in found)
    fair = not name.startswith(("gap", "no gyro"))
    note = ", ".join(f"{way} {rms[way]:.2f}" for way in ("own", "vqf", "chip", "selector"))
    note += f" deg; worst of {len(found)}: {worst:.2f}"
    key = "tough_" + "".join(letter if letter.isalnum() else "_" for letter in name)
    goal = {"at_most": _RATIO_MOST} if fair else {}
    sheet.plain(key, f"{name}, ours over VQF", ratio, note=note, **goal)
    for way in _WAYS:
        sheet.plain(f"{key}_{way}", f"{name}, {way}", rms[way], "deg")
    sheet.result.details[key] = {"name": name, "fair": fair, "seeds": len(found), **rms,
                                 "worst_ratio": worst}  # fmt: skip
