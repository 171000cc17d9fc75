"""The effect of a vibration motor on the case, as measured by the sensor.

A coin motor rotates an eccentric mass: its force grows with the square of its speed, and its speed
roughly with the voltage; below some voltage it does not start. A linear motor (LRA) vibrates along
one axis at one frequency, with proportional force. The form is physics; the magnitudes are chosen.
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
    it the motor does not turn. ``linear``: an LRA. Knobs: ``connected``, ``health_percent``
    (remaining shake if worn or poorly glued), ``follows`` (False = full strength whenever it is
    on).
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
        """Amplitude of the case once the motor is up to speed."""
        if not self.connected or percent < max(self.starts_percent, 1.0):
            return 0.0
        share = percent / 100 if self.follows else 1.0
        return self.full_mps2 * self.health_percent / 100 * (share if self.linear else share**2)

    def hz(self, percent: float) -> float:
        """Its frequency."""
        return self.full_hz if self.linear or not self.follows else self.full_hz * percent / 100

    def shaking(self, motor: Motor) -> Callable[[Sample, int], Sample]:
        """Return the function that applies ``motor``'s shake to a sample at a time in us."""

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
