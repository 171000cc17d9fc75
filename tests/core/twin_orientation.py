"""The float64 twin of `leancore.orientation`: the same filter as the paper's equations have it."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]

TAU_S = 3.0597  # the integer form's w² = 0.2136 rad²/s²
SETTLE_S = 3.0
BIAS_MAX_RADPS = np.radians(2.0)
REST_G_RADPS = 4 / 512
REST_A_MPS2 = 40 / 256


def verticals(a: Array, g: Array, dt_s: float) -> tuple[Array, Array]:
    """Return (vertical (N, 3) unit, bias (3,) rad/s) for force m/s² and rate rad/s, each (N, 3)."""
    twin = Twin(a[0])
    return np.array([twin.step(x, w, dt_s) for x, w in zip(a, g, strict=True)]), twin.bias


class Twin:
    """State as in the integer form: low-passed force and its rate, in the sensor frame."""

    def __init__(self, force: Array) -> None:
        self.force = force.copy()
        self.rate = np.zeros(3)
        self.bias = np.zeros(3)
        self.steady_g = np.zeros(3)
        self.steady_a = np.zeros(3)
        self.rest_s = 0.0
        self.settled_s = 0.0
        self.mean = np.zeros(3)
        self.variance = 2500.0  # (0.01 °/s)²

    def step(self, a: Array, g: Array, dt_s: float) -> Array:
        """Take a sample; return the vertical."""
        turn = rotation(-(g - self.bias) * dt_s)
        self.force, self.rate = turn @ self.force, turn @ self.rate
        if self.settled_s < SETTLE_S:
            self.settled_s += dt_s
            self.force = self.force + (a - self.force) * dt_s / self.settled_s
        else:
            w = np.sqrt(2) / TAU_S
            self.rate = self.rate + dt_s * (w * w * (a - self.force) - np.sqrt(2) * w * self.rate)
            self.force = self.force + dt_s * self.rate
        up: Array = self.force / np.linalg.norm(self.force)
        self._learn(a, g, dt_s, up)
        return up

    def _learn(self, a: Array, g: Array, dt_s: float, up: Array) -> None:
        self.variance = min(self.variance + dt_s, 2500.0)
        self.mean = self.mean + (9.81 * up - self.mean) * dt_s / 3.0
        if self._resting(a, g, dt_s):
            gain = min(self.variance / (self.variance + 1296 / dt_s), 0.25)
            error, seen = self.steady_g - self.bias, 1.0
        elif self.settled_s >= SETTLE_S:
            seen = min(float(self.mean @ self.mean) / 9.81**2, 1.0)
            gain = min(self.variance * dt_s / 1e4, 0.01)
            error = np.cross(up, self.rate) / 9.81
        else:
            return
        error = np.clip(error, -BIAS_MAX_RADPS, BIAS_MAX_RADPS)
        self.bias = np.clip(self.bias + gain * error, -BIAS_MAX_RADPS, BIAS_MAX_RADPS)
        self.variance -= gain * seen * self.variance

    def _resting(self, a: Array, g: Array, dt_s: float) -> bool:
        off_g, off_a = g - self.steady_g, a - self.steady_a
        self.steady_g = self.steady_g + off_g * dt_s / 0.5
        self.steady_a = self.steady_a + off_a * dt_s / 0.5
        quiet = np.abs(off_g).max() < REST_G_RADPS and np.abs(off_a).max() < REST_A_MPS2
        slow = np.abs(self.steady_g).max() <= BIAS_MAX_RADPS
        self.rest_s = self.rest_s + dt_s if quiet and slow else 0.0
        return self.rest_s >= 1.5


def rotation(vector: Array) -> Array:
    """Return the rotation matrix of a rotation vector (Rodrigues)."""
    angle = np.linalg.norm(vector)
    if angle < 1e-12:
        return np.eye(3)
    x, y, z = vector / angle
    k = np.array([[0, -z, y], [z, 0, -x], [-y, x, 0]])
    turn: Array = np.eye(3) + np.sin(angle) * k + (1 - np.cos(angle)) * (k @ k)
    return turn
