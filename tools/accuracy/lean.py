"""Part A: stride means of the lean against the truth, in any mount, with and without chip error."""

from __future__ import annotations

from functools import partial

import numpy as np

from boards.sim.errors import chip_view, tilt_between_deg
from boards.sim.quaternion import Floats
from boards.sim.wearer import synthesise
from tools.accuracy import people, recordings, statistics
from tools.accuracy.case import Case
from tools.accuracy.feed import listen, new_trainer, sampled
from tools.accuracy.figures import Result, Sheet
from tools.accuracy.jobs import Jobs

SACRAL = "sacral_run_1"
CHIP_TILT_DEG = 1.2  # RMS; it never passes 2.5
Errors = tuple[Floats, Floats]


def sacral_case(mount: int) -> Case:
    """The optical recording in a random mount (0: as it was worn)."""
    track = recordings.track(SACRAL)
    if mount:
        track = track.rotated(people.random_mount(np.random.default_rng([mount, 1])))
    heard = listen(new_trainer(), sampled(track), (float(track.t0_s),))
    return Case(track, recordings.lean(SACRAL), recordings.strikes_s(SACRAL), heard)


def synthetic_case(seed: int, tilt_error_deg: float = 0.0) -> Case:
    """A random runner on a short workout; with `tilt_error_deg` as the chip sees it."""
    rng = np.random.default_rng([seed, 2])
    runner = people.random_runner(rng)
    track, truth = synthesise(people.workout(rng), runner, seed)
    rate_hz, phase_s = people.random_rate_hz(rng), float(rng.uniform(0, 0.01))
    if tilt_error_deg:
        track = chip_view(track, seed, tilt_error_deg)
    heard = listen(new_trainer(), sampled(track, rate_hz, phase_s), (people.CALIBRATE_S,))
    return Case.synthetic(track, truth, heard)


def sacral_errors(mount: int) -> Errors:
    """Errors in one mount."""
    return sacral_case(mount).lean_errors_deg()


def synthetic_errors(seed: int) -> Errors:
    """Errors of one runner, without chip error."""
    return synthetic_case(seed).lean_errors_deg()


def chip_errors(seed: int) -> tuple[float, float, float]:
    """Mean square of the lean error with and without the chip's error, and of its tilt, deg²."""
    plain, seen = synthetic_case(seed), synthetic_case(seed, CHIP_TILT_DEG)
    tilt = tilt_between_deg(plain.track.q, seen.track.q)
    squares = [np.mean(case.lean_errors_deg()[1] ** 2) for case in (seen, plain)]
    return float(squares[0]), float(squares[1]), float(np.mean(tilt**2))


def part(jobs: Jobs, seeds: int, quick: bool) -> Result:
    """All figures of lean."""
    sheet = Sheet("A")
    if recordings.present():
        _sacral(sheet, jobs, 10 if quick else 50)
    else:
        sheet.plain("lean_rmse_sacral", f"lean RMSE {SACRAL}", None, note="no recordings here")
    _synthetic(sheet, jobs, seeds)
    _chip(sheet, jobs, max(seeds // 2, 3))
    return sheet.result


def _sacral(sheet: Sheet, jobs: Jobs, mounts: int) -> None:
    found = jobs.map(sacral_errors, range(mounts))
    errors = [error_deg for _, error_deg in found]
    each = [statistics.rms(error_deg) for error_deg in errors]
    worst = int(np.argmax(each))
    goal, note = {"at_most": 0.2}, f"{mounts} mounts"
    name = f"lean RMSE {SACRAL}"
    sheet.over_seeds("lean_rmse_sacral", name, errors, statistics.rms, "deg", **goal, note=note)
    sheet.plain("lean_rmse_sacral_worst", f"{name}, worst mount", each[worst], "deg", **goal)
    sheet.over_seeds(
        "lean_bias_sacral", f"lean bias {SACRAL}", errors, statistics.mean, "deg",
        note="part of the RMSE: stand and hinge",
    )  # fmt: skip
    _mark(sheet, "largest lean error, recording", partial(sacral_case, worst), found[worst])


def _synthetic(sheet: Sheet, jobs: Jobs, seeds: int) -> None:
    found = jobs.map(synthetic_errors, range(seeds))
    errors = [error_deg for _, error_deg in found]
    each = [statistics.rms(error_deg) if len(error_deg) else np.inf for error_deg in errors]
    worst = int(np.argmax(each))
    name = "lean RMSE synthetic, no chip error"
    kept = [error_deg for error_deg in errors if len(error_deg)]
    sheet.over_seeds(
        "lean_rmse_synthetic", name, kept, statistics.rms, "deg", at_most=0.3,
        note=f"{seeds} runners",
    )  # fmt: skip
    note = f"seed {worst}"
    sheet.plain("lean_rmse_synthetic_worst", "same, worst runner", each[worst], "deg", note=note)
    sheet.total(
        "never_running", "same, runners never found", [np.isinf(one) for one in each], "runners"
    )
    _mark(sheet, "largest lean error, synthetic", partial(synthetic_case, worst), found[worst])


def _chip(sheet: Sheet, jobs: Jobs, seeds: int) -> None:
    squares = jobs.map(chip_errors, range(seeds))
    own = [tilt for *_, tilt in squares]
    added = [max(seen - plain, 0.0) for seen, plain, _ in squares]

    def root_of_mean(items: statistics.Items) -> float:
        return float(np.sqrt(np.mean(items)))

    sheet.over_seeds("chip_tilt", "tilt error of the chip itself", own, root_of_mean, "deg")
    sheet.over_seeds(
        "lean_error_of_chip", "lean error that it adds", added, root_of_mean, "deg",
        at_most=root_of_mean(own), note="stand and run both err",
    )  # fmt: skip


def _mark(sheet: Sheet, title: str, case: partial[Case], found: Errors) -> None:
    t_s, error_deg = found
    if len(t_s):
        sheet.worst(title, case, float(t_s[np.argmax(np.abs(error_deg))]))
