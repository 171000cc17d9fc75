"""The brisk walk and the slow jog differ only in the sign of the forward force's power."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pytest

from boards.sim.motion import quaternion
from boards.sim.motion.alike_gaits import BriskWalk, SlowJog
from boards.sim.motion.moves import G_MPS2
from boards.sim.motion.quaternion import Floats
from boards.sim.motion.runner_model import Runner
from boards.sim.motion.segments import Run, Segment, Walk
from boards.sim.motion.wearer import synthesise

CALM = Runner(heading_wander_dps=0.0, step_time_spread=0.0)
SKIP_S = 4.0


@dataclass(frozen=True)
class Gait:
    """`step_s`; vertical `velocity_mps` and forward force `forward_mps2` (N,) over whole steps."""

    step_s: float
    up_mps2: Floats
    velocity_mps: Floats
    forward_mps2: Floats

    @property
    def fall(self) -> float:
        """What the velocity loses in a step, of what free fall makes it lose."""
        return float(np.ptp(self.velocity_mps)) / (G_MPS2 * self.step_s)

    @property
    def bounce(self) -> float:
        """Correlation of forward force and vertical velocity."""
        return float(np.corrcoef(self.forward_mps2, self.velocity_mps)[0, 1])


def gait(segment: Segment) -> Gait:
    """The mean step of the segment, in the earth frame."""
    track, truth = synthesise((segment,), CALM, seed=1)
    earth = quaternion.rotate(track.q, track.a)
    strikes = truth.strikes_s[(truth.strikes_s > SKIP_S) & (truth.strikes_s < segment.s - SKIP_S)]
    step_s = float(np.median(np.diff(strikes)))
    n = round(step_s * track.rate_hz)
    first = [round(at_s * track.rate_hz) for at_s in strikes[:-1]]
    mean = np.mean([earth[at : at + n] for at in first], axis=0)
    up = mean[:, 2] - np.mean(mean[:, 2])
    velocity = np.cumsum(up) / track.rate_hz
    return Gait(step_s, mean[:, 2], velocity - np.mean(velocity), mean[:, 1])


def test_the_walker_falls_as_far_as_the_jogger() -> None:
    walk, jog = gait(BriskWalk(20.0)), gait(SlowJog(20.0))
    assert 0.20 < jog.fall < 0.27
    assert 0.20 < walk.fall < 0.30
    assert abs(walk.fall - jog.fall) < 0.04
    assert abs(walk.step_s - jog.step_s) < 0.06


def test_the_walker_keeps_a_foot_on_the_ground_and_the_jogger_hardly_leaves_it() -> None:
    twentieth = np.ones(20) / 20  # 50 ms at 400 Hz
    low = {
        kind: float(np.convolve(np.tile(gait(kind(20.0)).up_mps2, 3), twentieth, "valid").min())
        for kind in (BriskWalk, SlowJog, Run)
    }
    assert 2.0 < low[BriskWalk] < 5.5
    assert low[Run] < low[SlowJog] < low[BriskWalk]


def test_the_walker_vaults_and_the_jogger_bounces() -> None:
    assert gait(BriskWalk(20.0)).bounce < -0.3
    assert gait(SlowJog(20.0)).bounce > 0.3


def test_a_later_forward_force_takes_the_sign_from_it() -> None:
    walk, jog = gait(BriskWalk(20.0, late_share=0.22)), gait(SlowJog(20.0, late_share=0.15))
    assert gait(BriskWalk(20.0, late_share=0.0)).bounce < walk.bounce < 0.0
    assert gait(SlowJog(20.0, late_share=0.0)).bounce > jog.bounce


@pytest.mark.parametrize("brisk", [120.0, 150.0])
def test_the_force_of_the_walker_does_not_hang_on_the_cadence(brisk: float) -> None:
    assert np.ptp(gait(BriskWalk(20.0, brisk)).up_mps2) == pytest.approx(
        np.ptp(gait(BriskWalk(20.0)).up_mps2), rel=0.15
    )


def test_an_ordinary_walk_and_run_lie_farther_apart() -> None:
    walk, run = gait(Walk(20.0)), gait(Run(20.0))
    assert walk.fall < 0.12 and run.fall > 0.33
