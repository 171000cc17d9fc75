"""Part C: foot strikes and cadence against force plates, measured cycles and the synthetic set."""

from __future__ import annotations

from functools import partial

import numpy as np

from boards.sim.motion.wearer import synthesise
from tools.accuracy import people, recordings, statistics, strikes
from tools.accuracy.case import Case
from tools.accuracy.feed import listen, new_trainer, sampled
from tools.accuracy.figures import Result, Sheet
from tools.accuracy.jobs import Jobs
from tools.accuracy.strikes import Match

_LONG = 10
_GOAL = {"at_most": 0.5}


def recorded_case(name: str) -> Case:
    """A recording without a stand, in the board's own axes."""
    track = recordings.track(name)
    heard = listen(new_trainer(nominal=True), sampled(track))
    return Case(track, recordings.lean(name), recordings.strikes_s(name), heard)


def synthetic_case(seed: int) -> Case:
    """A random runner on a workout."""
    rng = np.random.default_rng([seed, 10])
    runner = people.random_runner(rng)
    track, truth = synthesise(people.workout(rng, 120.0), runner, seed)
    samples = sampled(track, people.random_rate_hz(rng))
    return Case.synthetic(track, truth, listen(new_trainer(), samples, (people.CALIBRATE_S,)))


def plate(name: str) -> Match:
    """One force-plate trial."""
    case = recorded_case(name)
    return strikes.match(case.strikes_s, case.heard.steps[:, 0], float(case.track.t_s[-1]))


def spells(seed: int) -> list[Match]:
    """The running spells of one random runner."""
    case = synthetic_case(seed)
    assert case.truth is not None
    return [
        strikes.match(case.truth.strikes_between(*spell), case.heard.steps[:, 0], spell[1])
        for spell in case.truth.spells("run")
    ]


def logged_cadence_spm(name: str, walks: bool = False) -> float:
    """Cadence over all logged steps of a recording; of all strikes where the wearer walks."""
    heard = recorded_case(name).heard
    t_s = heard.strikes[:, 0] if walks else heard.steps[:, 0]
    return float(60 * (len(t_s) - 1) / (t_s[-1] - t_s[0])) if len(t_s) > 2 else float("nan")


def part(jobs: Jobs, seeds: int, quick: bool) -> Result:
    """All figures of rhythm."""
    sheet = Sheet("C")
    if recordings.present():
        _plates(sheet, jobs)
        _cycles(sheet)
    else:
        sheet.plain("cadence_plates", "cadence, force plates", None, note="no recordings here")
    _runners(sheet, jobs, seeds)
    return sheet.result


def _plates(sheet: Sheet, jobs: Jobs) -> None:
    cadences = recordings.cadences_spm()
    names = [name for name in sorted(cadences) if len(recordings.strikes_s(name)) > _LONG]
    found = jobs.map(plate, names)
    off = [abs(match.cadence_error_percent) for match in found]
    worst = int(np.argmax(off))
    note = f"worst of {len(names)}: {names[worst]}"
    sheet.plain("cadence_plates", "cadence, force plates", off[worst], "%", **_GOAL, note=note)
    sheet.over_seeds("cadence_plates_mean", "same, mean of trials", off, statistics.mean, "%")
    wrong = [[match] for match in found]
    sheet.over_seeds(
        "strikes_plates", "strikes missed or invented, force plates", wrong,
        strikes.wrong_percent, "%", **_GOAL,
    )  # fmt: skip
    sheet.result.details["plates"] = _trials(names, found)
    bad = int(np.argmax([len(match.wrong_s) for match in found]))
    _mark(sheet, f"missed strike, {names[bad]}", partial(recorded_case, names[bad]), [found[bad]])
    lags = found[worst].pairs[:, 1] - found[worst].pairs[:, 0]
    odd = found[worst].pairs[np.argmax(np.abs(lags - np.median(lags))), 1]
    sheet.worst("worst cadence", partial(recorded_case, names[worst]), float(odd), 1.0)


def _trials(names: list[str], found: list[Match]) -> list[dict[str, float | str]]:
    """A row for each force-plate trial; `whole_log`: all logged steps against the plate's own."""
    return [
        {
            "name": name, "cadence_error_percent": match.cadence_error_percent,
            "matched": len(match.pairs), "missed": len(match.missed),
            "invented": len(match.invented),
            "lag_ms_sd": float(1000 * np.std(match.pairs[:, 1] - match.pairs[:, 0])),
            "whole_log_error_percent":
                100 * (logged_cadence_spm(name) / recordings.cadences_spm()[name] - 1),
        }
        for name, match in zip(names, found, strict=True)
    ]  # fmt: skip


def _cycles(sheet: Sheet) -> None:
    for name, walks in (("lower_back_run", False), ("lower_back_walk", True)):
        off = logged_cadence_spm(name, walks) / recordings.cadences_spm()[name] - 1
        sheet.plain(f"cadence_{name}", f"cadence, {name}", 100 * abs(off), "%", **_GOAL)


def _runners(sheet: Sheet, jobs: Jobs, seeds: int) -> None:
    found = jobs.map(spells, range(seeds))
    each = [strikes.wrong_percent([matches]) for matches in found]
    worst = int(np.argmax(each))
    sheet.over_seeds(
        "strikes_synthetic", "strikes missed or invented, synthetic", found,
        strikes.wrong_percent, "%", **_GOAL, note=f"worst runner, seed {worst}: {each[worst]:.2f}",
    )  # fmt: skip
    off = [[abs(match.cadence_error_percent) for match in matches] for matches in found]
    off = [[error for error in errors if not np.isnan(error)] for errors in off]
    sheet.over_seeds(
        "cadence_synthetic", "cadence, synthetic spells, worst", off,
        statistics.percentile(100), "%", **_GOAL,
    )  # fmt: skip
    _mark(sheet, "missed strike, synthetic", partial(synthetic_case, worst), found[worst])


def _mark(sheet: Sheet, title: str, case: partial[Case], found: list[Match]) -> None:
    wrong_s = np.concatenate([match.wrong_s for match in found])
    if len(wrong_s):
        sheet.worst(title, case, float(wrong_s[0]))
