"""Contents for the tests of plausibility: simulated wearers, sensors, and people's mistakes."""

from __future__ import annotations

from functools import cache

import numpy as np
from leancue.recordings.plausibility.content import Content, Floats, product, to_earth

from boards.sim.motion.wearer import Hinge, Run, Stand, Walk, synthesise

HALF = 0.5**0.5
PLANS = {
    "session": (Stand(3), Hinge(4), Stand(2), Walk(3, 112), Run(8, 12, 172)),
    "run": (Run(8, 11, 170),),
    "short run": (Run(2.5, 11, 178),),
    "walk": (Walk(8, 112),),
    "stand": (Stand(4),),
    "bow": (Stand(3), Hinge(4), Stand(2)),
}


@cache
def made(plan: str, rate_hz: int = 100) -> Content:
    """A wearer's content, as a sensor without noise gives it."""
    track, _truth = synthesise(PLANS[plan], seed=3, rate_hz=float(rate_hz))
    return Content(np.arange(len(track.q)) / rate_hz, track.q, track.a, track.g)


def noisy(content: Content) -> Content:
    """With the noise and the offsets of an ordinary sensor."""
    rng = np.random.default_rng(7)
    n = len(content.t_s)
    q, g = content.q, content.g
    if q is not None:
        q = product(q, np.hstack([np.ones((n, 1)), rng.normal(0, 0.003, (n, 3))]))
        q /= np.linalg.norm(q, axis=1, keepdims=True)
    if g is not None:
        g = g + rng.normal(0, 0.02, (n, 3)) + (0.02, -0.03, 0.01)
    return Content(content.t_s, q, content.a + rng.normal(0, 0.15, (n, 3)), g)


def mounted(content: Content, turn: tuple[float, ...]) -> Content:
    """The sensor turned in its place by a quaternion."""
    assert content.q is not None and content.g is not None
    q = np.tile(np.array(turn) / np.linalg.norm(turn), (len(content.t_s), 1))
    return Content(
        content.t_s, product(content.q, q), to_earth(inverted(q), content.a),
        to_earth(inverted(q), content.g),
    )  # fmt: skip


def in_pocket(content: Content) -> Content:
    """On a thigh that swings while its wearer walks or runs, in no particular direction."""
    assert content.q is not None and content.g is not None
    t_s = content.t_s
    moves = (np.linalg.norm(content.g, axis=1) > 0.3).astype(float)
    moves = np.convolve(moves, np.hanning(101) / 50, "same").clip(0, 1)
    half = np.radians(25) * np.sin(2 * np.pi * 1.4 * t_s) * moves / 2
    zero = np.zeros_like(half)
    q = np.stack([np.cos(half), np.sin(half), zero, zero], axis=1)
    rate = np.stack([2 * np.gradient(half, t_s), zero, zero], axis=1)
    swung = Content(
        t_s, product(content.q, q), to_earth(inverted(q), content.a),
        to_earth(inverted(q), content.g) + rate,
    )  # fmt: skip
    return mounted(swung, (0.1, 0.9, 0.3, -0.2))


def clipped(content: Content, limit_mps2: float) -> Content:
    """From an accelerometer that ends there."""
    return content._replace(a=content.a.clip(-limit_mps2, limit_mps2))


def delayed(content: Content, samples: int) -> Content:
    """With an orientation that comes so many samples late."""
    assert content.q is not None
    late = content.part(np.arange(samples, len(content.t_s)))
    return late._replace(q=content.q[:-samples])


def inverted(q: Floats) -> Floats:
    """The inverse of unit quaternions."""
    return q * np.array([1.0, -1.0, -1.0, -1.0])


def _of_q(content: Content) -> Floats:
    assert content.q is not None
    return content.q


def _of_g(content: Content) -> Floats:
    assert content.g is not None
    return content.g


def _earth_turned(content: Content, *turn: float) -> Content:
    return content._replace(q=product(np.array(turn), _of_q(content)))


def _without_gravity(content: Content) -> Content:
    up = np.tile([0.0, 0.0, 9.81], (len(content.t_s), 1))
    return content._replace(a=content.a - to_earth(inverted(_of_q(content)), up))


#: What people do to a content, and words that name it.
MISTAKES = {
    "g": (lambda c: c._replace(a=c.a / 9.80665), "ax, ay, az are in g"),
    "mg": (lambda c: c._replace(a=c.a * 1000 / 9.80665), "in mg"),
    "cm/s²": (lambda c: c._replace(a=c.a * 100), "in cm/s²"),
    "counts": (lambda c: c._replace(a=c.a * 2048 / 9.80665), "the sensor's counts (2048 for 1 g)"),
    "g twice": (lambda c: c._replace(a=c.a * 9.80665), "multiplied by 9.81 twice"),
    "no gravity": (_without_gravity, "without gravity"),
    "inverse": (lambda c: c._replace(q=inverted(_of_q(c))), "quaternion is inverted"),
    "x y z w": (lambda c: c._replace(q=_of_q(c)[:, [1, 2, 3, 0]]), "order x, y, z, w"),
    "y up": (lambda c: _earth_turned(c, HALF, -HALF, 0, 0), "y axis points up"),
    "z down": (lambda c: _earth_turned(c, 0, 1, 0, 0), "z axis points down"),
    "force negated": (lambda c: c._replace(a=-c.a), "ax, ay, az have the opposite sign"),
    "identity": (
        lambda c: c._replace(q=np.tile([1.0, 0, 0, 0], (len(c.t_s), 1))), "never filled in",
    ),
    "constant": (
        lambda c: c._replace(q=np.tile(_of_q(c)[0], (len(c.t_s), 1))), "never filled in",
    ),
    "ms": (lambda c: c._replace(t_s=c.t_s * 1e3), "t_s is in milliseconds"),
    "µs": (lambda c: c._replace(t_s=c.t_s * 1e6), "t_s is in microseconds"),
    "ns": (lambda c: c._replace(t_s=c.t_s * 1e9 + 1.7e18), "t_s is in nanoseconds"),
    "°/s": (lambda c: c._replace(g=np.degrees(_of_g(c))), "gx, gy, gz are in °/s"),
    "turns/s": (lambda c: c._replace(g=_of_g(c) / 6.2832), "turns per second"),
    "gyro negated": (lambda c: c._replace(g=-_of_g(c)), "gx, gy, gz have the opposite sign"),
    "gyro's axes": (lambda c: c._replace(g=_of_g(c)[:, [1, 2, 0]]), "gx, gy, gz use other axes"),
    "half the rate": (lambda c: c._replace(t_s=c.t_s * 1.9), "the wrong rate"),
}  # fmt: skip
OF_GYRO = ("°/s", "turns/s", "gyro negated", "gyro's axes", "half the rate")


def wrong(content: Content, *names: str) -> Content:
    """A content with these mistakes in it."""
    for name in names:
        content = MISTAKES[name][0](content)
    return content
