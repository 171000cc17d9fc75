"""The float64 twin of `own_orientation`: the same filter by the paper's equations.

Rotations are exact (Rodrigues), nothing but the bias is rounded or clamped. Gaps are not modelled.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]

TAU_S = 3.0597  # the integer form's w² = 0.2136 rad²/s²
SETTLE_S = 2.9999
HELD_DEG, HOLDS_MAX_S = 0.65, 6.0
UPDATE, OBSERVE, REST, UPDATE_AGAIN, LEARN, _IDLE = range(6)  # the deferred work
BIAS_MAX_RADPS = 0.5
_SLOW_RADPS = np.radians(2.0)
ERROR_MAX_RADPS = np.radians(2.0)
REST_G_RADPS = 3200 / 2**17
REST_FULL_S, REST_UNSEEN_S = 2.2, 1.25
REST_A_MPS2 = 0.5
G_MPS2 = 9.81
VARIANCE_START = 2500.0  # (0.01 °/s)²
REST_S = 1.5
MOTION_NOISE = 1e4  # (0.01 °/s)² s
REST_NOISE = 81.0
_CDPS = np.radians(0.01)


def verticals(a: Array, g: Array, dt_s: float) -> tuple[Array, Array]:
    """Return (vertical (N, 3) unit, bias (3,) rad/s) for force m/s² and rate rad/s, each (N, 3)."""
    twin = Twin(a[0])
    rest = [twin.step(x, w, dt_s) for x, w in zip(a[1:], g[1:], strict=True)]
    return np.array([a[0] / np.linalg.norm(a[0]), *rest]), twin.bias.value


class Twin:
    """State as in the integer form: low-passed force and its rate, in the sensor frame."""

    def __init__(self, force: Array) -> None:
        self.force = force.copy()
        self.rate = np.zeros(3)
        self.bias = TwinBias()
        self.settled_s = self.update_s = self.since_s = 0.0
        self.since_rest_s, self.regain_s = 0.0, 1e-9  # full weight
        self.part, self.pending = 0, False
        self.force_sum = np.zeros(3)  # force × time since the last update
        self.turned = np.zeros(3)

    def step(self, a: Array, g: Array, dt_s: float) -> Array:
        """Process a sample; return the vertical."""
        self.pending, seen = not self.pending, self.force
        if self.pending:  # before this sample, as in the integer form; takes effect with the next
            self._do_deferred(a)
        turned = (g - self.bias.value) * dt_s
        turn = rotation(-turned)
        self.force, self.force_sum = turn @ self.force, turn @ self.force_sum + a * dt_s
        self.turned += turned
        self.update_s += dt_s
        seen = turn @ seen if self.pending else self.force
        return np.asarray(seen / np.linalg.norm(seen))

    def _do_deferred(self, a: Array) -> None:
        part, self.part = self.part, (self.part + 1) % 6
        if part in (UPDATE, UPDATE_AGAIN) and self.update_s:
            self._update(self.update_s)
        elif part == OBSERVE:
            self.bias.observe(self.force / np.linalg.norm(self.force), self.rate, self.since_s)
            self.since_s = 0.0
        elif part == REST and self.bias.dt_s:
            self.bias.rest(a)
        elif part == LEARN and self.bias.dt_s:
            self.bias.learn(self.settled_s >= SETTLE_S)

    def _update(self, update_s: float) -> None:
        force = self.force_sum / update_s
        self.rate = rotation(-self.turned) @ self.rate
        self.bias.turned += self.turned
        if self.settled_s < SETTLE_S:
            self.settled_s += update_s
            self.force = self.force + (force - self.force) * update_s / self.settled_s
        elif self.bias.rest_s >= REST_S:
            over_s = min(self.bias.rest_s, 2 * REST_S) - REST_UNSEEN_S
            self.force = self.force + (force - self.force) * update_s / over_s
            self.rate = np.zeros(3)
            if self.bias.rest_s >= REST_FULL_S:
                self.since_rest_s, self.regain_s = 0.0, self.bias.holds_s
        else:
            w = np.sqrt(2) / TAU_S
            weight = min(self.since_rest_s / self.regain_s, 1.0) ** 2
            self.since_rest_s += update_s
            pull = weight * w * w * (force - self.force) - np.sqrt(2) * w * self.rate
            self.rate = self.rate + update_s * pull
            self.force = self.force + update_s * self.rate
        self.since_s += update_s
        self.update_s, self.force_sum, self.turned = 0.0, np.zeros(3), np.zeros(3)


class TwinBias:
    """Twin of `leancore.attitude.gyro_bias`. `value`: rad/s; `turned`: rad since the last step."""

    def __init__(self) -> None:
        self.value = np.zeros(3)
        self.turned = self.observed = np.zeros(3)
        self.up = self.error = np.zeros(3)
        self.dt_s = 0.0
        self.variance = np.full(3, VARIANCE_START)
        self.effect = np.zeros((3, 3))  # columns: how much each axis' bias corrects the vertical
        self.steady_g = np.zeros(3)
        self.steady_a = np.zeros(3)
        self.deviation = 0.0
        self.rest_s = 0.0

    def observe(self, up: Array, rate: Array, dt_s: float) -> None:
        """Take the turn of the last `dt_s` and the vertical's correction."""
        self.dt_s, self.observed, self.turned = dt_s, self.turned, np.zeros(3)
        self.effect = rotation(-self.observed) @ self.effect
        self.effect = self.effect + (np.eye(3) - self.effect) * dt_s / 3.0
        self.up = up
        error = np.cross(up, rate) / G_MPS2
        self.error = np.clip(error, -ERROR_MAX_RADPS, ERROR_MAX_RADPS)

    @property
    def holds_s(self) -> float:
        """Time in which a bias of this uncertainty tilts the vertical by 0.65°; at most 6 s."""
        deviation_dps = float(np.sqrt(self.variance.max())) / 100
        return min(HELD_DEG / deviation_dps, HOLDS_MAX_S)

    def learn(self, moving: bool) -> None:
        """Update the bias from the last observation, at rest or while moving."""
        dt_s = self.dt_s
        self.variance = np.minimum(self.variance + dt_s, VARIANCE_START)
        if self.rest_s >= REST_S:
            noise = (REST_NOISE + (self.deviation / _CDPS) ** 2 * _deviation_times()) / dt_s
            gain = np.minimum(self.variance / (self.variance + noise), 0.25)
            self._move(gain, self.steady_g - self.value)
            self.variance = self.variance * (1 - gain)
        elif moving:
            gain = self.variance * dt_s / MOTION_NOISE
            self._move(gain, self.effect.T @ self.error)
            seen = (self.effect**2).sum(axis=0) - (self.up @ self.effect) ** 2
            self.variance = self.variance * (1 - gain * seen)

    def _move(self, gain: Array, error: Array) -> None:
        error = np.clip(error, -ERROR_MAX_RADPS, ERROR_MAX_RADPS)
        self.value = np.clip(self.value + gain * error, -BIAS_MAX_RADPS, BIAS_MAX_RADPS)

    def rest(self, a: Array) -> None:
        """Update the time at rest."""
        dt_s = self.dt_s
        g = self.observed / dt_s + self.value
        off_g, off_a = g - self.steady_g, a - self.steady_a
        deviation, shaken = float(np.abs(off_g).max()), float(np.abs(off_a).max())
        self.steady_g = _followed(self.steady_g, off_g, REST_G_RADPS, dt_s)
        self.steady_a = _followed(self.steady_a, off_a, REST_A_MPS2, dt_s)
        slow = np.abs(self.steady_g).max() <= _SLOW_RADPS
        if shaken > REST_A_MPS2 or not slow or deviation > REST_G_RADPS:
            self.rest_s = self.deviation = 0.0
            return
        if self.rest_s >= 0.5:
            self.deviation = max(self.deviation, deviation)
        self.rest_s += dt_s


def _followed(steady: Array, off: Array, limit: float, dt_s: float) -> Array:
    return steady + np.where(np.abs(off) > limit, off, off * dt_s / 0.5)


def _deviation_times() -> float:
    """Return the integer form's 2 deviation² (Q17 rad/s) ms in (0.01 °/s)² s per (0.01 °/s)²."""
    return float((_CDPS * 2**17) ** 2 * 2 / 1000)


def rotation(vector: Array) -> Array:
    """Return the rotation matrix of a rotation vector (Rodrigues)."""
    angle = np.linalg.norm(vector)
    if angle < 1e-12:
        return np.eye(3)
    x, y, z = vector / angle
    k = np.array([[0, -z, y], [z, 0, -x], [-y, x, 0]])
    turn: Array = np.eye(3) + np.sin(angle) * k + (1 - np.cos(angle)) * (k @ k)
    return turn
