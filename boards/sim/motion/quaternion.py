"""Arrays of unit quaternions (N, 4) as w, x, y, z, for the simulator's own geometry.

A quaternion turns sensor coordinates into earth coordinates (earth z up).
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]

_AXES = {"x": 1, "y": 2, "z": 3}


def about(axis: str, angle_rad: Floats | float) -> Floats:
    """Rotation about the coordinate axis "x", "y" or "z"; (N, 4) for N angles."""
    half = np.atleast_1d(np.asarray(angle_rad, float)) / 2
    q = np.zeros((len(half), 4))
    q[:, 0], q[:, _AXES[axis]] = np.cos(half), np.sin(half)
    return q


def from_vector(rotation_rad: Floats) -> Floats:
    """Rotation vectors (N, 3), axis times angle in rad, as quaternions (N, 4)."""
    half = np.linalg.norm(rotation_rad, axis=1, keepdims=True) / 2
    return np.hstack([np.cos(half), 0.5 * np.sinc(half / np.pi) * rotation_rad])


def to_vector(q: Floats) -> Floats:
    """Quaternions (N, 4) as rotation vectors (N, 3) in rad, at most pi long."""
    q = np.where(q[:, :1] < 0, -q, q)
    sine = np.linalg.norm(q[:, 1:], axis=1, keepdims=True)
    angle = 2 * np.arctan2(sine, q[:, :1])
    return q[:, 1:] * np.where(sine > 1e-12, angle / np.maximum(sine, 1e-12), 2.0)


def multiply(p: Floats, q: Floats) -> Floats:
    """The rotation that does `q` first, then `p`; one row multiplies with many."""
    a, b, c, d = np.atleast_2d(p).T
    w, x, y, z = np.atleast_2d(q).T
    return np.stack([
        a * w - b * x - c * y - d * z,
        a * x + b * w + c * z - d * y,
        a * y - b * z + c * w + d * x,
        a * z + b * y - c * x + d * w,
    ], axis=1)  # fmt: skip


def chain(*turns: Floats) -> Floats:
    """The product of several rotations, the first named being the outermost."""
    product = turns[0]
    for turn in turns[1:]:
        product = multiply(product, turn)
    return product


def inverse(q: Floats) -> Floats:
    """The opposite rotations of unit quaternions (N, 4)."""
    opposite: Floats = np.atleast_2d(q) * np.array([1.0, -1.0, -1.0, -1.0])
    return opposite


def rotate(q: Floats, v: Floats) -> Floats:
    """Vectors (N, 3) turned by quaternions (N, 4)."""
    u, w = np.atleast_2d(q)[:, 1:], np.atleast_2d(q)[:, :1]
    twice = 2 * np.cross(u, v)
    turned: Floats = v + w * twice + np.cross(u, twice)
    return turned


def body_rate(q: Floats, rate_hz: float) -> Floats:
    """Angular rate (N, 3) in rad/s in the body's frame, of orientations at `rate_hz`.

    The mean of the turn into a sample and the turn out of it, so that the rate belongs to
    the sample's own time and its trapezoid sum gives the turn back.
    """
    turns: Floats = to_vector(multiply(inverse(q[:-1]), q[1:])) * rate_hz
    rate: Floats = (np.vstack([turns[:1], turns]) + np.vstack([turns, turns[-1:]])) / 2
    return rate
