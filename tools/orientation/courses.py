"""Courses with accelerations: the curves of a track, starts and stops."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from boards.sim.motion.curves import half_sine, smooth
from boards.sim.motion.gait_motion import running
from boards.sim.motion.moves import G_MPS2, Moves, Scene
from boards.sim.motion.runner_model import Runner
from boards.sim.motion.segments import Run


@dataclass(frozen=True)
class Laps(Run):
    """A track: `curve_s` at `radius_m`, then `straight_s`, repeated; turning left."""

    radius_m: float = 36.0
    curve_s: float = 28.0
    straight_s: float = 21.0

    def moves(self, scene: Scene) -> Moves:
        """Return running with the pull to the inside, and part of the lean that balances it."""
        speed_mps = scene.runner.speed_mps
        t_s = np.mod(scene.t_s - 5.0, self.curve_s + self.straight_s)
        inside = smooth(t_s) * (1 - smooth(t_s - self.curve_s)) * (scene.t_s > 5.0)
        turn_radps = speed_mps / self.radius_m * inside
        bank = scene.runner.bank_share * np.arctan(speed_mps * turn_radps / G_MPS2)
        moves = running(scene, scene.flat(self.lean_deg))
        return replace(
            moves, turn_dps=moves.turn_dps + np.degrees(turn_radps),
            right_mps2=moves.right_mps2 - speed_mps * turn_radps,
            lateral_deg=moves.lateral_deg - np.degrees(bank),
        )  # fmt: skip


@dataclass(frozen=True)
class Surge(Run):
    """Running from a start to a stop, with at most `surge_mps2`, up to the runner's speed."""

    surge_mps2: float = 1.2

    def pace_mps(self, runner: Runner) -> float:
        """Return 0: the run starts and ends at rest."""
        return 0.0

    def moves(self, scene: Scene) -> Moves:
        """Return half-sine accelerations at both ends."""
        span_s = scene.runner.speed_mps / self.surge_mps2 * np.pi / 2
        push = half_sine(scene.t_s / span_s) - half_sine((scene.t_s - self.s + span_s) / span_s)
        moves = running(scene, scene.flat(self.lean_deg))
        return replace(moves, forward_mps2=moves.forward_mps2 + self.surge_mps2 * push)
