"""Part A: stride means of the lean against the truth, in any mount, from every orientation."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import numpy as np

from boards.sim.motion.motion_errors import tilt_between_deg
from boards.sim.motion.quaternion import Floats
from boards.sim.motion.track import Track
from boards.sim.motion.wearer import synthesise
from tools.accuracy import people, recordings, statistics
from tools.accuracy.case import Case
from tools.accuracy.exits import STATED, WARNINGS
from tools.accuracy.feed import (
    BASELINE_CDEG,
    BOTH,
    CHIP,
    HIGH_DEG,
    LOW_DEG,
    OWN,
    listen,
    new_trainer,
    sampled,
)
from tools.accuracy.figures import Result, Sheet
from tools.accuracy.jobs import Jobs
from tools.accuracy.sensor_errors import gyro_late, noisy, offset, troubled, worn

SACRAL = "sacral_run_1"
REAL = (SACRAL, "rbds_s001_25", "rbds_s001_35")  # runs with optical ground truth
LATE_MS = (0.0, 5.0, -5.0)  # tested delays of the gyroscope relative to the accelerometer
SENSED = {CHIP: "true orientation", OWN: "our own orientation", BOTH: "as the clip does"}
Errors = tuple[Floats, Floats]
# Undetected errors of a sensor, by their description.
LIES: dict[str, Callable[[Track], Track]] = {
    "sensor as it should be": lambda track: track,
    "gyroscope 5 ms late": partial(gyro_late, ms=5.0),
    "accelerometer 5 ms late": partial(gyro_late, ms=-5.0),
    "accelerometer off by 0.1 m/s2": partial(offset, size_mps2=0.1),
}


def sacral_case(mount: int, source: int) -> Case:
    """The optical recording in a random mount (0: as it was worn); its orientation is true."""
    track = recordings.track(SACRAL)
    if mount:
        track = track.rotated(people.random_mount(np.random.default_rng([mount, 1])))
    heard = listen(new_trainer(orientation=source), sampled(track), (float(track.t0_s),))
    return Case(track, recordings.lean(SACRAL), recordings.strikes_s(SACRAL), heard)


def real_errors(job: tuple[str, float]) -> Errors:
    """Errors of our own orientation in a real run; `job`: its name, how late the gyroscope is."""
    name, late_ms = job
    track = gyro_late(recordings.track(name), late_ms)
    heard = listen(new_trainer(orientation=OWN), sampled(track), (float(track.t0_s),))
    return Case(track, recordings.lean(name), recordings.strikes_s(name), heard).lean_errors_deg()


def synthetic_case(seed: int, source: int, straight: bool = False, trouble: bool = False) -> Case:
    """A random runner on a short workout, with the part's noise.

    `straight`: without any turns; `trouble`: the chip also has errors, freezes and restarts.
    """
    rng = np.random.default_rng([seed, 2])
    runner = people.random_runner(rng, **(people.STRAIGHT if straight else {}))
    track, truth = synthesise(people.workout(rng), runner, seed)
    track = troubled(track, truth, seed) if trouble else noisy(track, seed)
    samples = sampled(track, people.random_rate_hz(rng), float(rng.uniform(0, 0.01)))
    heard = listen(new_trainer(orientation=source), samples, (people.CALIBRATE_S,))
    return Case.synthetic(track, truth, heard)


def sacral_errors(job: tuple[int, int]) -> Errors:
    """Errors in one mount."""
    return sacral_case(*job).lean_errors_deg()


def synthetic_errors(job: tuple[int, int, bool]) -> Errors:
    """Errors of one runner."""
    return synthetic_case(*job).lean_errors_deg()


def sensed_errors(job: tuple[int, str]) -> Errors:
    """Errors of one runner whose sensor has one of the errors in `LIES`."""
    seed, lie = job
    rng = np.random.default_rng([seed, 2])
    runner = people.random_runner(rng)
    track, truth = synthesise(people.workout(rng), runner, seed)
    samples = sampled(LIES[lie](worn(track, seed)), people.random_rate_hz(rng))
    heard = listen(new_trainer(orientation=BOTH), samples, (people.CALIBRATE_S,))
    return Case.synthetic(track, truth, heard).lean_errors_deg()


def intervals_case(seed: int) -> Case:
    """A runner in the middle of the band who gains and loses speed again and again."""
    rng = np.random.default_rng([seed, 23])
    runner, lean_deg = people.random_runner(rng, **STATED), float(rng.uniform(6, 16))
    track, truth = synthesise(people.intervals(rng, lean_deg), runner, seed)
    middle_deg = lean_deg - (LOW_DEG + HIGH_DEG) / 2
    pipeline = new_trainer(orientation=BOTH, baseline_cdeg=BASELINE_CDEG + round(100 * middle_deg))
    samples = sampled(worn(track, seed), people.random_rate_hz(rng))
    return Case.synthetic(track, truth, listen(pipeline, samples, (people.CALIBRATE_S,)))


def intervals_found(seed: int) -> tuple[Errors, int, float]:
    """Errors of one runner, warnings, and hours of running."""
    case = intervals_case(seed)
    assert case.truth is not None
    hours = sum(end_s - start_s for start_s, end_s in case.truth.spells("run")) / 3600
    return case.lean_errors_deg(), int(np.isin(case.heard.cues[:, 1], WARNINGS).sum()), hours


def chip_errors(job: tuple[int, int]) -> tuple[float, float, float]:
    """Mean square of the lean error with chip error and without, and of the chip's tilt, deg²."""
    plain, seen = synthetic_case(*job), synthetic_case(*job, trouble=True)
    tilt = tilt_between_deg(plain.track.q, seen.track.q)
    squares = [float(np.mean(case.lean_errors_deg()[1] ** 2)) for case in (seen, plain)]
    return squares[0], squares[1], float(np.mean(tilt**2))


def part(jobs: Jobs, seeds: int, quick: bool) -> Result:
    """All figures of lean."""
    sheet = Sheet("A")
    if recordings.present():
        _sacral(sheet, jobs, 6 if quick else 50)
        _real(sheet, jobs)
    else:
        sheet.plain("lean_sacral_chip", f"lean RMSE {SACRAL}", None, note="no recordings here")
    _synthetic(sheet, jobs, seeds)
    _intervals(sheet, jobs, max(seeds // 2, 2))
    _lies(sheet, jobs, max(seeds // 2, 2))
    _chip(sheet, jobs, max(seeds // 3, 2))
    return sheet.result


def _sacral(sheet: Sheet, jobs: Jobs, mounts: int) -> None:
    for source, goal in ((CHIP, 0.2), (OWN, 0.5), (BOTH, 0.3)):
        found = jobs.map(sacral_errors, [(mount, source) for mount in range(mounts)])
        note = f"{mounts} mounts, {SENSED[source]}"
        _rmse(sheet, f"lean_sacral_{_KEYS[source]}", f"lean {SACRAL}", found, goal, note)
        if source == CHIP:
            _mark(sheet, "largest lean error, recording", partial(_sacral_case, source), found)
    each = [error_deg for _, error_deg in found]
    sheet.over_seeds(
        "lean_sacral_bias", f"lean {SACRAL}, bias", each, statistics.mean, "deg",
        note=f"part of the RMSE, {SENSED[source]}",
    )  # fmt: skip


def _real(sheet: Sheet, jobs: Jobs) -> None:
    """Each run by itself, and the worst; also with one part of the sensor later than the other."""
    rms_deg: dict[float, list[float]] = {}
    for late_ms in LATE_MS:
        for name, (_, error_deg) in zip(
            REAL, jobs.map(real_errors, [(name, late_ms) for name in REAL]), strict=True
        ):
            key, words = f"lean_real_{name}_{late_ms:+.0f}", f"lean {name}, RMSE"
            note = f"{len(error_deg)} strides, {SENSED[OWN]}, gyroscope {late_ms:+.0f} ms late"
            rms_deg.setdefault(abs(late_ms), []).append(statistics.rms([error_deg]))
            sheet.plain(key, words, rms_deg[abs(late_ms)][-1], "deg", note=note)
    for (late_ms, each_deg), goal in zip(rms_deg.items(), (0.3, 0.35), strict=True):
        note = f"{len(REAL)} runs, {SENSED[OWN]}, gyroscope {late_ms:.0f} ms early or late"
        key, words = f"lean_real_worst_{late_ms:.0f}", "lean, real runs, RMSE of the worst"
        sheet.plain(key, words, max(each_deg), "deg", at_most=goal, note=note)


def _synthetic(sheet: Sheet, jobs: Jobs, seeds: int) -> None:
    for source, straight, goal in (
        (CHIP, False, 0.3), (OWN, False, 0.5), (OWN, True, 0.5), (BOTH, False, 0.3),
    ):  # fmt: skip
        work = [(seed, source, straight) for seed in range(seeds)]
        found = jobs.map(synthetic_errors, work)
        heard = [errors for errors in found if len(errors[1])]
        key = f"lean_synthetic_{_KEYS[source]}" + ("_straight" if straight else "")
        note = f"{seeds} runners, {SENSED[source]}" + (", no turns" if straight else "")
        _rmse(sheet, key, "lean synthetic", heard, goal, note)
        lost = [not len(errors[1]) for errors in found]
        sheet.total(f"{key}_lost", "lean synthetic, runners never found", lost, "runners")
        title = f"largest lean error, synthetic, {note}"
        _mark(sheet, title, partial(_synthetic_case, source, straight), found)


def _intervals(sheet: Sheet, jobs: Jobs, seeds: int) -> None:
    """Changes of speed, which tilt the force."""
    found = jobs.map(intervals_found, range(seeds))
    errors = [each for each, _, _ in found]
    cues, hours = sum(cues for _, cues, _ in found), sum(hours for _, _, hours in found)
    what, note = "running and walking in turns", f"{seeds} runners, {SENSED[BOTH]}"
    _rmse(sheet, "lean_intervals", f"lean, {what}", errors, 0.5, note)
    name, note = f"false cues in the middle of the band, {what}", f"{hours:.1f} h, {note}"
    sheet.rate("cues_intervals", name, cues, hours, "per h", at_most=1.0, note=note)
    _mark(sheet, f"largest lean error, {what}", partial(intervals_case), errors)


def _lies(sheet: Sheet, jobs: Jobs, seeds: int) -> None:
    """Errors with a delay between accelerometer and gyroscope, compared with none."""
    for lie in LIES:
        found = jobs.map(sensed_errors, [(seed, lie) for seed in range(seeds)])
        heard = [error_deg for _, error_deg in found if len(error_deg)]
        key = "lean_sensed_" + lie.replace(" ", "_")
        note = f"{len(heard)} runners, {SENSED[BOTH]}"
        for what, name, statistic in (
            ("", "RMSE", statistics.rms),
            ("_bias", "bias", statistics.mean),
        ):
            sheet.over_seeds(key + what, f"lean, {lie}, {name}", heard, statistic, "deg", note=note)


def _rmse(
    sheet: Sheet, key: str, name: str, found: list[Errors], goal: float, note: str
) -> None:  # fmt: skip
    """RMSE over all, and of the worst mount or runner, which may be twice as large."""
    errors = [error_deg for _, error_deg in found]
    rms = statistics.rms
    sheet.over_seeds(key, f"{name}, RMSE", errors, rms, "deg", at_most=goal, note=note)
    worst = max(rms(error_deg) for error_deg in errors)
    more = {"at_most": 2 * goal, "note": note}
    sheet.plain(f"{key}_worst", f"{name}, RMSE of the worst", worst, "deg", **more)


def _chip(sheet: Sheet, jobs: Jobs, seeds: int) -> None:
    for source in (CHIP, BOTH):
        squares = jobs.map(chip_errors, [(seed, source) for seed in range(seeds)])
        own = [tilt for *_, tilt in squares]
        added = [seen - plain for seen, plain, _ in squares]
        limit, key = _root_of_mean(own), f"lean_error_of_chip_{_KEYS[source]}"
        who = "lean error that a faulty chip adds"
        note = f"{'chip alone' if source == CHIP else SENSED[BOTH]}; goal: the chip's own tilt RMS"
        goal = {} if source == CHIP else {"at_most": round(limit, 2)}
        sheet.over_seeds(key, who, added, _root_of_mean, "deg", **goal, note=note)
    sheet.over_seeds("chip_tilt", "tilt error of that chip", own, _root_of_mean, "deg")


_KEYS = {CHIP: "chip", OWN: "own", BOTH: "both"}


def _root_of_mean(squares: statistics.Items) -> float:
    return float(max(statistics.mean(squares), 0.0) ** 0.5)


def _sacral_case(source: int, mount: int) -> Case:
    return sacral_case(mount, source)


def _synthetic_case(source: int, straight: bool, seed: int) -> Case:
    return synthetic_case(seed, source, straight)


def _mark(sheet: Sheet, title: str, case: partial[Case], found: list[Errors]) -> None:
    """The largest single error of all."""
    largest = [np.max(np.abs(error_deg), initial=0.0) for _, error_deg in found]
    seed = int(np.argmax(largest))
    t_s, error_deg = found[seed]
    if len(t_s):
        at_s = float(t_s[np.argmax(np.abs(error_deg))])
        sheet.worst(f"{title}, seed {seed}", partial(case, seed), at_s)
