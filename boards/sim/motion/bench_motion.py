"""A clip on a bench: flat, on its side or upright, turned by the person who checks it."""

from __future__ import annotations

import math
from random import Random

from boards.sim.sensor.sensor_reports import STANDARD_GRAVITY_M_S2, Sample

Vector = tuple[float, float, float]

# Up in the axes of the case, whose x is the wearer's right, y up, z backwards.
POSTURES: dict[str, Vector] = {
    "flat": (0.0, 0.0, 1.0),  # on the wall that touches the back
    "side": (1.0, 0.0, 0.0),  # on the wearer's left side
    "upright": (0.0, 1.0, 0.0),
}


class OnTheBench:
    """A motion for `SimBoard`.

    Knobs: ``posture``; ``axes`` (the case's axis, 0 to 2, and sign that each axis of the sensor
    lies along: a sensor that was put in turned); ``noise_mps2``, ``bias_rad_s``, ``scale`` (of the
    accelerometer), ``tilt_deg`` (of the sensor on its seat, about its x), ``frozen`` (always the
    same values).
    """

    def __init__(self, seed: int = 1) -> None:
        self.posture = "flat"
        self.axes: tuple[tuple[int, int], ...] = ((0, 1), (1, 1), (2, 1))
        self.noise_mps2 = 0.02
        self.bias_rad_s = 0.002
        self.scale = 1.0
        self.tilt_deg = 0.0
        self.frozen = False
        self._random = Random(seed)

    def reseed(self, seed: int) -> None:
        """Use a different noise."""
        self._random = Random(seed)

    def at(self, t_s: float) -> Sample:
        """Like `Motion`; the noise differs at each call."""
        case = POSTURES[self.posture]
        x, y, z = (sign * case[axis] for axis, sign in self.axes)
        cos, sin = math.cos(math.radians(self.tilt_deg)), math.sin(math.radians(self.tilt_deg))
        up = [x, cos * y + sin * z, cos * z - sin * y]
        noise = 0.0 if self.frozen else self.noise_mps2
        force = [
            part * STANDARD_GRAVITY_M_S2 * self.scale + self._random.gauss(0, noise) for part in up
        ]
        turn = [self.bias_rad_s + self._random.gauss(0, noise / 4) for _ in range(3)]
        return (*_level(up[0], up[1], up[2]), *force, *turn)  # type: ignore[return-value]


def _level(x: float, y: float, z: float) -> tuple[float, float, float, float]:
    """The shortest rotation that turns the sensor's (x, y, z) up."""
    if z < -0.999999:
        return (0.0, 1.0, 0.0, 0.0)
    w = math.sqrt((1 + z) / 2)
    return (w, y / (2 * w), -x / (2 * w), 0.0)
