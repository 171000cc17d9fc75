"""Synthetic motion of a hand-held sensor with its true orientation, beyond the four recordings.

Generated at 400 Hz; the sensor reports the mean over each sample interval, like a part with a
low-pass filter before its converter, and like the optical recordings.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from boards.sim.motion import quaternion
from boards.sim.motion.curves import ring, smooth, wander
from boards.sim.motion.motion_errors import chip_view
from boards.sim.motion.moves import G_MPS2
from boards.sim.motion.quaternion import Floats
from boards.sim.motion.track import Track

_RATE_HZ = 400.0
_REST_S = 3.0
Drawn = tuple[Floats, Floats]  # rate rad/s in the sensor, acceleration m/s² in the earth; (N, 3)


def _three(n: int, knot_s: float, size: float, rng: np.random.Generator) -> Floats:
    return np.stack([wander(n, _RATE_HZ, knot_s, size, rng) for _ in "xyz"], axis=1)


def _swung(velocity: Floats) -> Floats:
    """Return the acceleration of a velocity that varies around zero."""
    return np.gradient(velocity, 1 / _RATE_HZ, axis=0)


def _slow(n: int, rng: np.random.Generator) -> Drawn:
    return _three(n, 0.8, 0.6, rng), _swung(_three(n, 0.8, 0.15, rng))


def _fast(n: int, rng: np.random.Generator) -> Drawn:
    return _three(n, 0.25, 3.5, rng), _swung(_three(n, 0.25, 0.4, rng))


def _pushed(n: int, rng: np.random.Generator) -> Drawn:
    return _three(n, 0.8, 0.3, rng), _swung(_three(n, 0.12, 1.1, rng))


def _tapped(n: int, rng: np.random.Generator) -> Drawn:
    """Return about three taps per second, up to 10 g and more, on a slowly moving sensor."""
    rate, force = _three(n, 0.8, 0.5, rng), _swung(_three(n, 0.8, 0.15, rng))
    t_s, at_s = np.arange(n) / _RATE_HZ, 0.0
    while at_s < t_s[-1]:
        blow = ring(t_s - at_s, rng.uniform(15, 40), 0.02)[:, None]
        force += blow * rng.normal(0, 6 * G_MPS2, 3)
        rate += blow * rng.normal(0, 3, 3)
        at_s += 0.1 + rng.exponential(0.25)
    return rate, force


def _all(n: int, rng: np.random.Generator) -> Drawn:
    fast, pushed = _fast(n, rng), _pushed(n, rng)
    return 0.6 * fast[0] + pushed[0], 0.6 * fast[1] + pushed[1]


def _paused(n: int, rng: np.random.Generator) -> Drawn:
    """Return fast motion with a rest in every ten seconds."""
    rate, force = _all(n, rng)
    t_s = np.mod(np.arange(n) / _RATE_HZ, 10.0)
    awake = (1 - smooth((t_s - 6.0) / 0.5) * (1 - smooth((t_s - 9.3) / 0.5)))[:, None]
    return rate * awake, _swung(np.cumsum(force, axis=0) / _RATE_HZ * awake)


def _circled(n: int, rng: np.random.Generator) -> Drawn:
    """Return a swing at arm's length.

    The steady sideways pull cannot be averaged out by a low pass in the sensor, only in the earth.
    """
    angle = 2 * np.pi * rng.uniform(0.3, 0.6) * np.arange(n) / _RATE_HZ
    place = 0.5 * np.stack([np.cos(angle), np.sin(angle), 0 * angle], axis=1)
    return _three(n, 0.8, 0.6, rng), _swung(_swung(place))


KINDS: dict[str, Callable[[int, np.random.Generator], Drawn]] = {
    "slow rotation": _slow, "fast rotation": _fast, "fast translation": _pushed,
    "tapping": _tapped, "all at once": _all, "with rests": _paused, "circles": _circled,
}  # fmt: skip


def moved(kind: str, seed: int, seconds: float, rate_hz: float = 100.0, rest: bool = True) -> Track:
    """Return a motion at the sensor's rate, with its true orientation; `rest`: still for 3 s first.

    `rate_hz` must divide 400.
    """
    rng = np.random.default_rng([seed, 32, list(KINDS).index(kind)])
    n = int(seconds * _RATE_HZ)
    rate, force = KINDS[kind](n, rng)
    if rest:
        begun = smooth((np.arange(n) / _RATE_HZ - _REST_S) / 0.5)[:, None]
        rate, force = rate * begun, force * begun
    q = _turned(rate, quaternion.from_vector(rng.normal(0, 1, (1, 3))))
    earth = force + np.array([0.0, 0.0, G_MPS2])
    a = quaternion.rotate(quaternion.inverse(q), earth)
    return _means(q, a, quaternion.body_rate(q, _RATE_HZ), int(_RATE_HZ / rate_hz))


def worn(track: Track, seed: int) -> Track:
    """Return the motion as the part reports it, with bias, noise and ranges; q stays true."""
    return chip_view(track, seed, tilt_error_deg=0.0, heading_drift_dpm=0.0)


def _turned(rate: Floats, first: Floats) -> Floats:
    """Return the orientations (N, 4) for rates in the sensor's frame: a product of small turns."""
    turns = quaternion.from_vector(rate / _RATE_HZ)
    q = np.empty_like(turns)
    now = first
    for i, turn in enumerate(turns):
        now = quaternion.multiply(now, turn[None])
        q[i] = now[0]
    return q / np.linalg.norm(q, axis=1, keepdims=True)


def _means(q: Floats, a: Floats, g: Floats, width: int) -> Track:
    """Return the mean force and rate over each sample, and the orientation at its end."""
    n = len(q) // width
    force, rate = (x[: n * width].reshape(n, width, 3).mean(axis=1) for x in (a, g))
    return Track(_RATE_HZ / width, q[width - 1 :: width][:n], force, rate)
