"""What a vibration motor does to the case, as the sensor on it feels it.

A coin motor swings an eccentric mass: its force grows with the square of its speed, and its speed
about with the voltage; below some voltage it does not start. A linear motor (LRA) swings along one
axis at one frequency, with a force in proportion. The shape is physics; the sizes are chosen.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

from boards.sim.parts import Motor
from boards.sim.sensor.reference_sensors import Sample


@dataclass
class Shaker:
    """A motor glued to the case.

    ``full_mps2``: amplitude of the case's acceleration at full strength. ``starts_percent``: below
    it the motor stands. ``linear``: an LRA. Knobs: ``connected``, ``health_percent`` (worn, or its
    glue gone: what is left of the shake), ``follows`` (False = full strength whenever it is on).
    """

    full_mps2: float = 9.0
    full_hz: float = 187.0
    starts_percent: float = 22.0
    spin_up_ms: float = 40.0
    linear: bool = False
    connected: bool = True
    health_percent: float = 100.0
    follows: bool = True

    def amplitude_mps2(self, percent: float) -> float:
        """Of the case, once the motor has its speed."""
        if not self.connected or percent < max(self.starts_percent, 1.0):
            return 0.0
        share = percent / 100 if self.follows else 1.0
        return self.full_mps2 * self.health_percent / 100 * (share if self.linear else share**2)

    def hz(self, percent: float) -> float:
        """How often it goes round, or to and fro."""
        return self.full_hz if self.linear or not self.follows else self.full_hz * percent / 100

    def shaking(self, motor: Motor) -> Callable[[Sample, int], Sample]:
        """Return what ``motor`` makes of a sample at a time in us."""

        def shaken(sample: Sample, at_us: int) -> Sample:
            percent, since_ms = motor.driven_at(at_us / 1000)
            size = self.amplitude_mps2(percent)
            if not size:
                return sample
            size *= 1 - math.exp(-since_ms / self.spin_up_ms)
            angle = 2 * math.pi * self.hz(percent) * at_us * 1e-6
            w, i, j, k, x, y, z, *turning = sample
            if self.linear:
                z += size * math.sin(angle)
            else:
                x, y = x + size * math.cos(angle), y + size * math.sin(angle)
            return (w, i, j, k, x, y, z, *turning)  # type: ignore[return-value]

        return shaken
