"""Part B, the whole chain: lean that leaves the band, from motion to the cue.

With `TRUE` orientation and baseline are the true ones; otherwise everything is as on the clip,
which has measured the baseline itself, with a sensor of either kind.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
from leancore.coaching import coach
from leancore.pipeline import Pipeline

from boards.sim.motion.curves import Key
from boards.sim.motion.quaternion import Floats
from boards.sim.motion.segments import Run, Stand
from boards.sim.motion.track import Track, Truth
from boards.sim.motion.wearer import synthesise
from tools.accuracy import people
from tools.accuracy.case import Case
from tools.accuracy.feed import (
    BASELINE_CDEG,
    BOTH,
    CAP_DEG,
    CHIP,
    HIGH_DEG,
    LOW_DEG,
    PipelineOutput,
    listen,
    new_trainer,
    sampled,
)
from tools.accuracy.sensor_errors import worn

# The goals apply to step means with a standard deviation of 1 degree and 2 degrees between the
# sides. The settings are larger, because the lean does not follow the foot at once.
STATED = {"step_lean_sd_deg": 1.06, "left_right_lean_deg": 2.3}
WARNINGS = (coach.LEAN_MORE, coach.EASE_OFF, coach.CAP)
_CHANGE_S = 0.2  # as sudden as a trunk moves
_OUT_S = 3.6  # shorter than the pause after a cue, so at each exit a cue is possible
_OVER_S = 7.0
_LATE_S = 0.6
_FIRST_S = 15.0


@dataclass(frozen=True)
class Exit:
    """The held lean crosses an edge at `at_s` and returns from `back_s` on.

    `kinds`: the correct cues. `sudden`: the change takes less than a step.
    """

    at_s: float
    back_s: float
    kinds: tuple[int, ...]
    sudden: bool = True


Course = tuple[list[Key], list[Exit]]


@dataclass(frozen=True)
class Sensing:
    """`orientation`: setting; `means`: as `sampled`; `measured`: the clip measured the baseline."""

    orientation: int
    means: bool = False
    measured: bool = True


TRUE = Sensing(CHIP, measured=False)
POINT = Sensing(BOTH)
MEAN = Sensing(BOTH, means=True)
_BASELINE_S = 150.0
_OTHER_DAY = 1000  # to a seed


def exit_case(seed: int, out_deg: float, run_s: float, source: Sensing) -> tuple[Case, list[Exit]]:
    """A random runner who leaves the band by `out_deg` about every 12 s, to either side."""
    return _case(seed, run_s, lambda rng: _exits(rng, run_s, out_deg), source)


def cap_case(seed: int, run_s: float) -> tuple[Case, list[Exit]]:
    """Beyond the cap by 1 to 4 degrees, suddenly or slowly; every other runner has no feedback."""
    percent = [100 * (seed % 2)] * 8
    return _case(seed, run_s, lambda rng: _overs(rng, run_s), POINT, feedback_percent=percent)


def steady_case(seed: int, run_s: float, source: Sensing) -> Case:
    """The held lean stays exactly 1 degree inside one edge: no cue is due."""
    lean_deg = HIGH_DEG - 1 if seed % 2 else LOW_DEG + 1
    keys = [(0.0, lean_deg), (run_s, lean_deg)]
    return _case(seed, run_s, lambda rng: (keys, []), source)[0]


def delays_s(case: Case, exits: list[Exit]) -> list[float]:
    """From each exit to its first cue; infinite if none came in time."""
    delays, cues = [], case.heard.cues
    for out in exits:
        right = np.isin(cues[:, 1], out.kinds)
        right &= (cues[:, 0] >= out.at_s) & (cues[:, 0] < out.back_s + _LATE_S)
        delays.append(float(cues[right][0, 0] - out.at_s) if right.any() else np.inf)
    return delays


def exit_delays_s(job: tuple[int, float, float, Sensing]) -> list[float]:
    """Delays of one runner; `job`: as `exit_case`."""
    return delays_s(*exit_case(*job))


def cap_delays_s(job: tuple[int, float]) -> tuple[list[float], list[float]]:
    """Delays of the cap cue of one runner, after sudden exits and after slow ones."""
    case, exits = cap_case(*job)
    found = list(zip(delays_s(case, exits), exits, strict=True))
    return [d for d, out in found if out.sudden], [d for d, out in found if not out.sudden]


def false_cues(job: tuple[int, float, Sensing]) -> tuple[int, float]:
    """False cues of one steady runner and hours; `job`: as `steady_case`."""
    cues = steady_case(*job).heard.cues
    return int(np.isin(cues[:, 1], WARNINGS).sum()), job[1] / 3600


def latency_s(seed: int) -> float:
    """Median time from a strike to its detection."""
    steps = steady_case(seed, 60.0, TRUE).heard.steps
    return float(np.median(steps[:, 3] - steps[:, 0]))


def slowest(seed: int, out_deg: float, run_s: float, source: Sensing) -> float:
    """Time of the exit with the longest delay in one run."""
    case, exits = exit_case(seed, out_deg, run_s, source)
    return exits[int(np.argmax(delays_s(case, exits)))].at_s


def _case(
    seed: int, run_s: float, course: Callable[[np.random.Generator], Course], source: Sensing,
    **values: Any,
) -> tuple[Case, list[Exit]]:  # fmt: skip
    rng = np.random.default_rng([seed, 5])
    keys, exits = course(rng)
    runner = people.random_runner(rng, **STATED)
    cadence_spm, rate_hz = people.random_cadence_spm(rng), people.random_rate_hz(rng)

    def heard(run: Run, seed: int, **more: Any) -> tuple[Track, Truth, Pipeline, PipelineOutput]:
        track, truth = synthesise((*people.OPENING, run, Stand(2.0)), runner, seed)
        if source.orientation != CHIP:
            track = worn(track, seed, rate_hz if source.means else None)
        pipeline = new_trainer(orientation=source.orientation, **values, **more)
        samples = sampled(track, rate_hz, means=source.means)
        return track, truth, pipeline, listen(pipeline, samples, (people.CALIBRATE_S,))

    baseline_cdeg = BASELINE_CDEG
    if source.measured:
        own = Run(_BASELINE_S, baseline_cdeg / 100, cadence_spm)
        baseline_cdeg = heard(own, seed + _OTHER_DAY)[2].baseline_cdeg
    run = Run(run_s, cadence_spm=cadence_spm, lean_keys=tuple(keys))
    track, truth, _, said = heard(run, seed, baseline_cdeg=baseline_cdeg)
    return Case.synthetic(track, truth, said), [_crossing(truth, out) for out in exits]


def _inside_deg(rng: np.random.Generator) -> float:
    """In the band, by at least 1 degree from both edges."""
    return float(rng.uniform(LOW_DEG + 1, HIGH_DEG - 1))


def _lead(keys: list[Key], start_s: float, rise_s: float, rest_s: float, out_deg: float,
          back_deg: float, kinds: tuple[int, ...]) -> Exit:  # fmt: skip
    """Lead the lean out of the band and back; times count from the start of the run."""
    end_s = start_s + rise_s + rest_s
    keys += [(start_s, keys[-1][1]), (start_s + rise_s, out_deg), (end_s, out_deg),
             (end_s + _CHANGE_S, back_deg)]  # fmt: skip
    moved = people.OPENING_S
    return Exit(start_s + moved, end_s + moved, kinds, rise_s <= _CHANGE_S)


def _exits(rng: np.random.Generator, run_s: float, out_deg: float) -> Course:
    keys: list[Key] = [(0.0, _inside_deg(rng))]
    exits, t_s = [], _FIRST_S + float(rng.uniform(0, 5))
    while t_s < run_s - 8:
        high = rng.random() < 0.5
        lean_deg = HIGH_DEG + out_deg if high else LOW_DEG - out_deg
        kinds = (coach.EASE_OFF, coach.CAP) if high else (coach.LEAN_MORE,)
        exits.append(_lead(keys, t_s, _CHANGE_S, _OUT_S, lean_deg, _inside_deg(rng), kinds))
        t_s += _OUT_S + float(rng.uniform(8, 12))
    return keys, exits


def _overs(rng: np.random.Generator, run_s: float) -> Course:
    keys: list[Key] = [(0.0, _inside_deg(rng))]
    exits, t_s = [], _FIRST_S
    while t_s < run_s - 30:
        rise_s = float(rng.choice((_CHANGE_S, _CHANGE_S, 2.0, 12.0)))
        lean_deg = CAP_DEG + float(rng.uniform(1, 4))
        exits.append(_lead(keys, t_s, rise_s, _OVER_S, lean_deg, _inside_deg(rng), (coach.CAP,)))
        t_s += rise_s + float(rng.uniform(17, 22))
    return keys, exits


def _crossing(truth: Truth, out: Exit) -> Exit:
    """The exit with the moment at which the held lean really crosses the edge."""
    first, last = truth.index(out.at_s), truth.index(out.back_s)
    lean_deg = truth.held_lean_deg[first:last]
    beyond = _beyond(lean_deg, out.kinds)
    at_s = out.at_s + float(np.argmax(beyond)) / truth.rate_hz
    return Exit(at_s, out.back_s, out.kinds, out.sudden)


def _beyond(lean_deg: Floats, kinds: tuple[int, ...]) -> npt.NDArray[np.bool_]:
    if kinds == (coach.CAP,):
        return lean_deg > CAP_DEG
    return lean_deg < LOW_DEG if coach.LEAN_MORE in kinds else lean_deg > HIGH_DEG
