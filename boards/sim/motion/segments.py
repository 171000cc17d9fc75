"""Upright segments: standing, walking, running, stairs, jumping, stumbling.

Every segment is data; `moves` computes its curves. `activity` is the expected classification
("posture" means: still when the posture rests, other while it changes).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from boards.sim.motion.curves import Key, arch, ease, half_sine, ring, smooth, wander
from boards.sim.motion.gait_motion import running, walking
from boards.sim.motion.moves import G_MPS2, Moves, Scene
from boards.sim.motion.quaternion import Floats
from boards.sim.motion.runner_model import Runner


@dataclass(frozen=True)
class Segment:
    """A segment of `s` seconds. It has steps only if `stepping` is true."""

    activity: ClassVar[str] = "posture"
    stepping: ClassVar[bool] = False

    s: float

    @property
    def rhythm_spm(self) -> float:
        """Target cadence of the step clock in this segment."""
        return 110.0

    def pace_mps(self, runner: Runner) -> float:
        """Speed over ground, m/s; on the spot or carried along: 0."""
        return 0.0

    def moves(self, scene: Scene) -> Moves:
        """Curves of this segment."""
        raise NotImplementedError


def sway(scene: Scene, size: float = 1.0) -> dict[str, Floats]:
    """Quiet standing: a body is never quite still."""
    n, rate_hz, rng = len(scene.t_s), scene.rate_hz, scene.rng
    return {
        "swing_deg": wander(n, rate_hz, 1.5, 0.2 * size, rng),
        "right_mps2": wander(n, rate_hz, 0.5, 0.03 * size, rng),
        "forward_mps2": wander(n, rate_hz, 0.5, 0.03 * size, rng),
        "up_mps2": wander(n, rate_hz, 0.3, 0.02 * size, rng),
    }


@dataclass(frozen=True)
class Stand(Segment):
    """Standing still, upright."""

    def moves(self, scene: Scene) -> Moves:
        """Sway only."""
        return Moves(**sway(scene))


@dataclass(frozen=True)
class Hinge(Segment):
    """Bending at the hip and back, which shows the device the forward direction.

    `lateral_deg`, `axial_deg`: how far it goes to the right and turns to the left at its lowest.
    """

    s: float = 4.0
    peak_deg: float = 35.0
    lateral_deg: float = 0.0
    axial_deg: float = 0.0

    def moves(self, scene: Scene) -> Moves:
        """Down in 40 % of the time, a short rest, up again."""
        keys = ((0.0, 0.0), (0.4 * self.s, self.peak_deg), (0.55 * self.s, self.peak_deg),
                (self.s, 0.0))  # fmt: skip
        down_deg = ease(scene.t_s, self.s, keys)
        crooked = down_deg / self.peak_deg
        return Moves(
            held_deg=down_deg,
            lateral_deg=self.lateral_deg * crooked,
            axial_deg=self.axial_deg * crooked,
            **sway(scene),
        )


@dataclass(frozen=True)
class HeldBow(Segment):
    """A bow held from the first sample until the last 1.5 s, which must not count as a stand."""

    s: float = 5.0
    lean_deg: float = 35.0

    def moves(self, scene: Scene) -> Moves:
        """Still at first, as in standing; then up."""
        keys = ((self.s - 1.5, self.lean_deg), (self.s, 0.0))
        return Moves(held_deg=ease(scene.t_s, self.s, keys), **sway(scene, 0.5))


@dataclass(frozen=True)
class Walk(Segment):
    """Walking on the flat."""

    activity: ClassVar[str] = "walk"
    stepping: ClassVar[bool] = True

    cadence_spm: float = 110.0
    lean_deg: float = 2.5

    @property
    def rhythm_spm(self) -> float:
        """The cadence."""
        return self.cadence_spm

    def pace_mps(self, runner: Runner) -> float:
        """A usual walk."""
        return 1.4

    def moves(self, scene: Scene) -> Moves:
        """Walking at one lean."""
        return walking(scene, scene.flat(self.lean_deg))


@dataclass(frozen=True)
class Run(Segment):
    """Running; `lean_end_deg` lets the lean drift, `slope_deg` is positive uphill.

    `lean_keys`: alternative (time in s, lean in deg) points for the lean, with smooth changes; two
    keys 0.2 s apart are the fastest change.
    """

    activity: ClassVar[str] = "run"
    stepping: ClassVar[bool] = True

    lean_deg: float = 7.0
    cadence_spm: float = 172.0
    lean_end_deg: float | None = None
    slope_deg: float = 0.0
    lean_keys: tuple[Key, ...] = ()

    @property
    def rhythm_spm(self) -> float:
        """The cadence."""
        return self.cadence_spm

    def pace_mps(self, runner: Runner) -> float:
        """The runner's."""
        return runner.speed_mps

    def moves(self, scene: Scene) -> Moves:
        """Running at a lean that is constant, drifts linearly or follows its keys."""
        if self.lean_keys:
            return running(scene, ease(scene.t_s, self.s, self.lean_keys), self.slope_deg)
        end_deg = self.lean_deg if self.lean_end_deg is None else self.lean_end_deg
        share = np.clip(scene.t_s / self.s, 0, 1)
        held_deg = self.lean_deg + (end_deg - self.lean_deg) * share
        return running(scene, held_deg, self.slope_deg)


@dataclass(frozen=True)
class StairsUp(Segment):
    """Climbing stairs: slow steps, some lean, soft."""

    activity: ClassVar[str] = "other"
    stepping: ClassVar[bool] = True

    lean_deg: float = 12.0
    cadence_spm: float = 95.0
    vigour: float = 1.7

    @property
    def rhythm_spm(self) -> float:
        """The cadence."""
        return self.cadence_spm

    def pace_mps(self, runner: Runner) -> float:
        """Two steps of 30 cm in a second or so."""
        return 0.5

    def moves(self, scene: Scene) -> Moves:
        """A vigorous walk."""
        return walking(scene, scene.flat(self.lean_deg), self.vigour)


@dataclass(frozen=True)
class StairsDown(StairsUp):
    """Going down stairs: quicker, upright, landing hard."""

    lean_deg: float = 1.0
    cadence_spm: float = 115.0
    vigour: float = 2.0


@dataclass(frozen=True)
class Jump(Segment):
    """Jumping on the spot. More than 50 a minute become hops with flights as in running."""

    activity: ClassVar[str] = "other"

    per_min: float = 40.0
    flight_s: float = 0.4

    def moves(self, scene: Scene) -> Moves:
        """Countermovement, push, flight, landing; impulses balance."""
        period_s = 60 / self.per_min
        pace = min(1.0, period_s / (0.9 + self.flight_s))
        t_s = np.mod(scene.t_s, period_s)
        lean_deg = 14 * (arch(t_s, 0.0, 0.6 * pace) ** 2 + arch(t_s, 0.9 * pace, 0.4 * pace) ** 2)
        n, rate_hz, rng = len(t_s), scene.rate_hz, scene.rng
        landed_s = t_s - (0.55 + self.flight_s) * pace
        lash = ring(landed_s, 20.0, 0.03)
        up = self._jump_mps2(t_s, pace) + scene.runner.impact_g * G_MPS2 * lash
        return Moves(
            held_deg=lean_deg,
            turn_dps=wander(n, rate_hz, 2.0, 8.0, rng),
            axial_deg=wander(n, rate_hz, 0.3, 1.0, rng),
            lateral_deg=wander(n, rate_hz, 0.3, 1.0, rng),
            up_mps2=up,
            forward_mps2=1.5 * lash,
            wobble_deg=scene.runner.wobble_deg * ring(landed_s, 14.0, 0.05),
        )

    def _jump_mps2(self, t_s: Floats, pace: float) -> Floats:
        """Acceleration of one jump whose parts are shortened by `pace`."""
        flight_s = self.flight_s * pace
        dip_s, push_s, land_s = 0.25 * pace, 0.3 * pace, 0.25 * pace
        take_off_mps, arch_mean = G_MPS2 * flight_s / 2, 2 / np.pi
        dip = 0.4 * G_MPS2
        push = (take_off_mps + dip * dip_s * arch_mean) / (push_s * arch_mean)
        land = take_off_mps / (land_s * arch_mean)
        off_s = dip_s + push_s
        flying = (t_s >= off_s) & (t_s < off_s + flight_s)
        return (push * arch(t_s, dip_s, push_s) - dip * arch(t_s, 0, dip_s)
                - G_MPS2 * flying + land * arch(t_s, off_s + flight_s, land_s))  # fmt: skip


@dataclass(frozen=True)
class Stumble(Segment):
    """A trip while running: the trunk pitches forward, two hard uneven landings."""

    activity: ClassVar[str] = "other"

    s: float = 1.2
    lean_deg: float = 10.0
    pitch_deg: float = 22.0

    @property
    def rhythm_spm(self) -> float:
        """The run's rhythm goes on underneath."""
        return 172.0

    def pace_mps(self, runner: Runner) -> float:
        """As in the run around it."""
        return runner.speed_mps

    def moves(self, scene: Scene) -> Moves:
        """Fall, catch, catch."""
        t, g = scene.t_s, G_MPS2
        first_s, second_s = 0.3 * self.s, 0.65 * self.s
        catches = 2.2 * arch(t, first_s, 0.2) + 1.8 * arch(t, second_s, 0.25)
        falls = 0.9 * arch(t, first_s - 0.32, 0.32) + 0.9 * arch(t, second_s - 0.28, 0.28)
        lash = 1.6 * scene.runner.impact_g * ring(t - first_s, 22.0, 0.04)
        pitch = smooth(t / (0.45 * self.s)) * smooth((self.s - t) / (0.45 * self.s))
        return Moves(
            held_deg=self.lean_deg + self.pitch_deg * pitch,
            lateral_deg=6 * half_sine(t / self.s) * np.sin(9 * t),
            axial_deg=8 * half_sine(t / self.s) * np.sin(7 * t),
            up_mps2=g * (catches - falls + lash),
            forward_mps2=g * (0.5 * falls - 0.8 * catches - 0.3 * lash),
            right_mps2=g * 0.4 * lash,
            wobble_deg=2.0 * ring(t - first_s, 12.0, 0.08),
        )
