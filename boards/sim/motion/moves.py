"""The motion curves of a plan's segment, which add up and blend."""

from __future__ import annotations

from dataclasses import dataclass, fields

import numpy as np

from boards.sim.motion.quaternion import Floats
from boards.sim.motion.runner_model import Runner
from boards.sim.motion.step_motion import Steps

G_MPS2 = 9.81


@dataclass(frozen=True)
class Scene:
    """Input of a segment: its time (n,) from its start, its steps, the runner."""

    t_s: Floats
    rate_hz: float
    steps: Steps
    runner: Runner
    rng: np.random.Generator

    def flat(self, value: float = 0.0) -> Floats:
        """A constant curve."""
        return np.full(len(self.t_s), value)


@dataclass
class Moves:
    """Curves (n,) of one spell. Left out means zero.

    Lean: `held_deg` by intention, `step_deg` from step to step, `swing_deg` within the step.
    `lateral_deg` to the right, `axial_deg` to the left about the vertical, `turn_dps` change of
    the way's direction. Acceleration of the pelvis along the way's right, forward and up, m/s2.
    `wobble_deg`: rotation of the clip on the belt, not of the pelvis.
    """

    held_deg: Floats | float = 0.0
    step_deg: Floats | float = 0.0
    swing_deg: Floats | float = 0.0
    lateral_deg: Floats | float = 0.0
    axial_deg: Floats | float = 0.0
    turn_dps: Floats | float = 0.0
    right_mps2: Floats | float = 0.0
    forward_mps2: Floats | float = 0.0
    up_mps2: Floats | float = 0.0
    wobble_deg: Floats | float = 0.0


@dataclass
class Course:
    """The blended curves (N,) of a whole plan; the names are those of Moves."""

    held_deg: Floats
    step_deg: Floats
    swing_deg: Floats
    lateral_deg: Floats
    axial_deg: Floats
    turn_dps: Floats
    right_mps2: Floats
    forward_mps2: Floats
    up_mps2: Floats
    wobble_deg: Floats

    @classmethod
    def still(cls, n: int) -> Course:
        """A course of n samples on which nothing moves yet."""
        return cls(*(np.zeros(n) for _ in fields(cls)))

    def add(self, cut: slice, weight: Floats, moves: Moves) -> None:
        """Add one segment's curves, faded in and out by `weight`."""
        for curve in fields(Moves):
            getattr(self, curve.name)[cut] += weight * getattr(moves, curve.name)
