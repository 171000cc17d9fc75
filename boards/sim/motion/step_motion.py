"""The step clock: the time of each foot strike, and the random properties of its step."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from boards.sim.motion.curves import hann_smoothed
from boards.sim.motion.quaternion import Floats
from boards.sim.motion.runner_model import Runner

Integers = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Steps:
    """One clock for the whole plan, so that a change of gait or lean does not break the rhythm.

    Per strike (M): `strikes_s`. Per sample (N): `index` of the step, `phase` 0..1 in it,
    `since_s` after its strike, `step_s` its length, `side` +1 for a left foot and -1 for a
    right one, `lean_noise` (unit variance, constant in a step, smoothed over its change) and
    `lean_side` (+-1, smoothed likewise), `loudness` of its impact (median 1), `ring_hz`,
    `swing_noise` (unit variance, smoothed like the lean's).
    """

    strikes_s: Floats
    index: Integers
    phase: Floats
    since_s: Floats
    step_s: Floats
    side: Floats
    lean_noise: Floats
    lean_side: Floats
    loudness: Floats
    ring_hz: Floats
    swing_noise: Floats

    def part(self, cut: slice) -> Steps:
        """The samples of one slice; strikes stay complete."""
        names = [name for name in vars(self) if name != "strikes_s"]
        return replace(self, **{name: getattr(self, name)[cut] for name in names})


def step_clock(
    cadence_spm: Floats, rate_hz: float, runner: Runner, rng: np.random.Generator
) -> Steps:
    """Steps at a cadence (N,) that may change, with the runner's variation and limp."""
    strikes_s = _strikes(cadence_spm, rate_hz, runner, rng)
    m, t_s = len(strikes_s), np.arange(len(cadence_spm)) / rate_hz
    index = np.searchsorted(strikes_s, t_s, side="right") - 1
    step_s = np.diff(strikes_s, append=strikes_s[-1] + 1.0)[index]
    since_s = t_s - strikes_s[index]
    side = np.where(np.arange(m) % 2, -1.0, 1.0)
    bell = max(int(0.12 * rate_hz), 1)  # about the time of the weight transfer
    spread = runner.impact_spread * rng.standard_normal(m)
    return Steps(
        strikes_s, index, since_s / step_s, since_s, step_s, side[index],
        hann_smoothed(rng.standard_normal(m)[index], bell), hann_smoothed(side[index], bell),
        (np.exp(spread) * (1 + runner.limp_force * side))[index],
        rng.uniform(runner.ring_low_hz, runner.ring_high_hz, m)[index],
        hann_smoothed(rng.standard_normal(m)[index], bell),
    )  # fmt: skip


def _strikes(
    cadence_spm: Floats, rate_hz: float, runner: Runner, rng: np.random.Generator
) -> Floats:
    """Times of the strikes, from one before the first sample to one after the last."""
    end_s, t_s, side = len(cadence_spm) / rate_hz, -0.1, 1.0
    strikes = [t_s]
    while t_s < end_s:
        now = min(max(int(t_s * rate_hz), 0), len(cadence_spm) - 1)
        vary = 1 + runner.step_time_spread * float(np.clip(rng.standard_normal(), -3, 3))
        t_s += 60 / float(cadence_spm[now]) * vary * (1 + runner.limp_time * side)
        side = -side
        strikes.append(t_s)
    return np.array(strikes)
