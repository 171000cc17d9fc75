"""Segments other than gait: sitting, bending, lying, cycling, driving."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from boards.sim.motion.curves import ease, ring, wander
from boards.sim.motion.moves import G_MPS2, Moves, Scene
from boards.sim.motion.quaternion import Floats
from boards.sim.motion.segments import Segment, sway


@dataclass(frozen=True)
class SitDown(Segment):
    """Sitting down, sitting, standing up; the pelvis rolls back on the seat."""

    s: float = 12.0
    seat_deg: float = -15.0

    def moves(self, scene: Scene) -> Moves:
        """The trunk goes forward on the way down and on the way up."""
        keys = ((0.2, 0.0), (1.0, 32.0), (2.0, self.seat_deg), (-2.0, self.seat_deg),
                (-1.0, 34.0), (-0.1, 0.0))  # fmt: skip
        quiet = sway(scene, 0.7)
        quiet["up_mps2"] = quiet["up_mps2"] + _drops(scene, (1.9,), 0.8)
        return Moves(held_deg=ease(scene.t_s, self.s, keys), **quiet)


@dataclass(frozen=True)
class Bend(Segment):
    """Bending down to tie a shoe, with the restless hands felt at the back."""

    s: float = 8.0
    peak_deg: float = 75.0
    lateral_deg: float = -9.0

    def moves(self, scene: Scene) -> Moves:
        """Down, fiddle, up."""
        t_s, s = scene.t_s, self.s
        fiddle = wander(len(t_s), scene.rate_hz, 0.25, 1.5, scene.rng)
        down = ease(t_s, s, ((0.1, 0.0), (1.4, 1.0), (-1.6, 1.0), (-0.2, 0.0)))
        quiet = sway(scene, 2.0)
        quiet["swing_deg"] = quiet["swing_deg"] + fiddle * down
        return Moves(held_deg=self.peak_deg * down, lateral_deg=self.lateral_deg * down, **quiet)


@dataclass(frozen=True)
class Lie(Segment):
    """Lying down on the back, turning on a side, getting up."""

    s: float = 15.0

    def moves(self, scene: Scene) -> Moves:
        """Backwards to the horizontal and over to the side."""
        back = ((0.3, 0.0), (1.2, 25.0), (3.2, -82.0), (-3.0, -82.0), (-1.2, 30.0), (-0.2, 0.0))
        side = ((3.5, 0.0), (5.5, 50.0), (-4.5, 50.0), (-3.0, 0.0))
        return Moves(
            held_deg=ease(scene.t_s, self.s, back),
            lateral_deg=ease(scene.t_s, self.s, side),
            **sway(scene, 0.3),
        )


@dataclass(frozen=True)
class Ride(Segment):
    """Cycling: leaned far forward, rocking with the pedals, shaken by the road."""

    activity: ClassVar[str] = "other"

    s: float = 30.0
    lean_deg: float = 42.0
    pedal_rpm: float = 85.0
    road_g: float = 0.15

    def moves(self, scene: Scene) -> Moves:
        """Pedal rhythm, road and bends."""
        pedal = 2 * np.pi * self.pedal_rpm / 60 * scene.t_s
        turn_dps = wander(len(scene.t_s), scene.rate_hz, 3.0, 6.0, scene.rng)
        return Moves(
            held_deg=scene.flat(self.lean_deg),
            swing_deg=0.8 * np.sin(2 * pedal),
            lateral_deg=3 * np.sin(pedal),
            axial_deg=2 * np.sin(pedal + 1),
            turn_dps=turn_dps,
            right_mps2=0.6 * np.sin(pedal + 0.5),
            forward_mps2=0.3 * np.sin(2 * pedal),
            up_mps2=0.5 * np.sin(2 * pedal + 1) + _road(scene, self.road_g, 1.5),
        )


@dataclass(frozen=True)
class Drive(Segment):
    """Sitting in a car: accelerations without steps, engine, bumps, bends."""

    activity: ClassVar[str] = "other"

    s: float = 30.0
    seat_deg: float = -20.0
    speed_mps: float = 12.0

    def moves(self, scene: Scene) -> Moves:
        """Bends pull sideways as their speed and turn rate say."""
        n, rate_hz, rng = len(scene.t_s), scene.rate_hz, scene.rng
        turn_dps = wander(n, rate_hz, 4.0, 8.0, rng)
        engine = 0.25 * np.sin(2 * np.pi * 27.0 * scene.t_s)
        return Moves(
            held_deg=scene.flat(self.seat_deg),
            swing_deg=wander(n, rate_hz, 0.8, 0.5, rng),
            turn_dps=turn_dps,
            right_mps2=-self.speed_mps * np.radians(turn_dps),
            forward_mps2=wander(n, rate_hz, 3.0, 1.2, rng),
            up_mps2=_road(scene, 0.06, 0.5) + engine,
        )


def _road(scene: Scene, rough_g: float, bump_g: float) -> Floats:
    """Broadband shaking and a bump every few seconds, m/s2."""
    shake = wander(len(scene.t_s), scene.rate_hz, 0.015, 1.3 * rough_g * G_MPS2, scene.rng)
    bumps_s = np.cumsum(scene.rng.exponential(4.0, int(scene.t_s[-1] / 4) + 2))
    return shake + _drops(scene, tuple(bumps_s), bump_g)


def _drops(scene: Scene, times_s: tuple[float, ...], size_g: float) -> Floats:
    """Ringing blows, m/s2."""
    curve = np.zeros(len(scene.t_s))
    for at_s in times_s:
        curve += size_g * G_MPS2 * ring(scene.t_s - at_s, 9.0, 0.08)
    return curve
