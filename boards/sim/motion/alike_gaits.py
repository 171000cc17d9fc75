"""A brisk walk and a slow jog, similar in cadence, force and fall, as in real people.

The defaults are the hard cases: the walker almost runs, the jogger hardly leaves the ground.
Walking at 2.2 m/s has 130 to 150 steps a minute, and the force in the middle of the stance sinks to
a third of the weight (Nilsson & Thorstensson 1989, doi 10.1111/j.1748-1716.1989.tb08655.x). Many
people who jog at 1.8 m/s have almost no flight: a foot is on the ground for 42 to 50 % of the
stride. The forward force is modelled on the lower backs of walkers and runners, young and old.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from boards.sim.motion.gait_motion import WALK_UP_G, running, walk_size, walking
from boards.sim.motion.moves import Moves, Scene
from boards.sim.motion.runner_model import Runner
from boards.sim.motion.segments import Run, Walk

_JOG_MPS = 1.8


@dataclass(frozen=True)
class BriskWalk(Walk):
    """Walking as fast as possible, about 2.2 m/s.

    `force_g`: vertical force at step frequency, amplitude. `late_share`, `heel_share`: see
    `walking`.
    """

    cadence_spm: float = 138.0
    lean_deg: float = 4.0
    force_g: float = 0.62
    late_share: float = 0.15
    heel_share: float = 0.2

    def pace_mps(self, runner: Runner) -> float:
        """As fast as one walks."""
        return 2.2

    def moves(self, scene: Scene) -> Moves:
        """Walking with large forces."""
        held_deg = scene.flat(self.lean_deg)
        vigour = self.force_g / WALK_UP_G / walk_size(self.cadence_spm)
        return walking(scene, held_deg, vigour, self.late_share, self.heel_share)


@dataclass(frozen=True)
class SlowJog(Run):
    """Running as slowly as possible, about 1.8 m/s.

    `duty_factor`: stance of one foot as a share of the stride; from 0.5 on there is no flight.
    `calm`: braking, ringing and rotations of the pelvis as a share of those at usual speed; there
    is no impact peak. `late_share`: see `running`.
    """

    cadence_spm: float = 152.0
    lean_deg: float = 5.0
    duty_factor: float = 0.47
    calm: float = 0.6
    late_share: float = 0.05

    def pace_mps(self, runner: Runner) -> float:
        """As slowly as one runs."""
        return _JOG_MPS

    def moves(self, scene: Scene) -> Moves:
        """Running with small forces."""
        runner, calm = scene.runner, self.calm
        runner = replace(
            runner, duty_factor=self.duty_factor, flight_dip_g=0.0, speed_mps=_JOG_MPS,
            fore_aft_g=calm * runner.fore_aft_g, impact_g=calm**2 * runner.impact_g,
            axial_deg=calm * runner.axial_deg, swing_deg=calm * runner.swing_deg,
            early_peak_g=0.0,
        )  # fmt: skip
        held_deg = scene.flat(self.lean_deg)
        return running(replace(scene, runner=runner), held_deg, self.slope_deg, self.late_share)
