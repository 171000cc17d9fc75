"""Consistency of a recording's columns: force, orientation and rotation rate compared.

Whatever the wearer does, three things hold. The force in the earth frame averages to gravity's
9.81 m/s² upwards, since nobody accelerates permanently. The orientation rotates according to the
gyroscope. And when the sensor tilts, the force tilts in its frame accordingly.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]

G_MPS2 = 9.81
_WINDOWS_S = (0.04, 0.16, 0.64)  # rotation is compared over stretches of this length
_FORCE_WINDOW_S = 1.0  # a few strides
_REST_WINDOW_S = 0.5
_REST = 0.04  # of the force: it sways less in rest
_LEAST_SAMPLES = 5
_BLOCKS, _BLOCK = 60, 3000  # number checked in a long recording
_FEW = (20, 1000)  # blocks, samples in each
_PERIOD_S = 0.01
_TILT_PERIOD_S = 0.02
_TILT_PART_S, _TILT_PARTS = 0.7, 4  # a part has two steps of a run, so that its mean is steady


class Content(NamedTuple):
    """n samples: times (s), quaternions sensor → earth, force (m/s²), rates (rad/s).

    ``q`` and ``g`` are None where there are none.
    """

    t_s: Floats
    q: Floats | None
    a: Floats
    g: Floats | None

    def part(self, chosen: npt.NDArray[np.bool_] | npt.NDArray[np.int64]) -> Content:
        """Return the samples ``chosen``."""
        q, g = self.q, self.g
        return Content(
            self.t_s[chosen], None if q is None else q[chosen], self.a[chosen],
            None if g is None else g[chosen],
        )  # fmt: skip

    @property
    def period_s(self) -> float:
        """The usual time from a sample to the next."""
        return float(np.median(np.diff(self.t_s)))


class Turning(NamedTuple):
    """Rates of turning [m, 3] by the orientation and by the gyroscope, over stretches."""

    window_s: float
    of_q: Floats
    of_g: Floats

    @property
    def sizes(self) -> tuple[float, float]:
        """Their sizes (root mean square, rad/s)."""
        return _size(self.of_q), _size(self.of_g)

    def late(self, samples: int) -> Turning:
        """Return the comparison with an orientation that is so much later than the gyroscope."""
        n = len(self.of_q) - abs(samples)
        q, g = (samples, 0) if samples > 0 else (0, -samples)
        return Turning(self.window_s, self.of_q[q : q + n], self.of_g[g : g + n])

    def likeness(self, of_g: Floats | None = None) -> float:
        """Return the correlation of the two, 1 = equal except for the size."""
        other = self.of_g if of_g is None else of_g
        both = _size(self.of_q) * _size(other)
        return float((self.of_q * other).sum(axis=1).mean()) / max(both, 1e-12)


def excerpt(content: Content, blocks: int = _BLOCKS, block: int = _BLOCK) -> Content:
    """Return blocks spread over a long recording; a shorter one unchanged."""
    n = len(content.t_s)
    if n <= blocks * block:
        return content
    begins = np.linspace(0, n - block, blocks).astype(np.int64)
    return content.part((begins[:, None] + np.arange(block)).ravel())


def thinned(content: Content) -> Content:
    """Return few samples at 100 Hz or less: enough to test hypotheses quickly."""
    every = max(1, round(_PERIOD_S / content.period_s))
    return excerpt(content.part(np.arange(0, len(content.t_s), every)), *_FEW)


def to_earth(q: Floats, a: Floats) -> Floats:
    """Return vectors [n, 3] of the sensor in the earth's frame."""
    twice = 2 * np.cross(q[:, 1:], a)
    turned: Floats = a + q[:, :1] * twice + np.cross(q[:, 1:], twice)
    return turned


def windows(t_s: Floats, values: Floats, window_s: float) -> Floats:
    """Return the values in stretches without a gap [w, samples, ...]; one stretch at least."""
    period_s = float(np.median(np.diff(t_s)))
    size = max(2, min(round(window_s / period_s), len(t_s)))
    count = len(t_s) // size
    cut = values[: count * size].reshape(count, size, *values.shape[1:])
    times = t_s[: count * size].reshape(count, size)
    whole = times[:, -1] - times[:, 0] < 1.5 * size * period_s
    return cut[whole] if whole.any() else cut


def mean_forces(content: Content) -> Floats:
    """Return the mean force of each second in the earth's frame [w, 3]; needs an orientation."""
    assert content.q is not None
    means: Floats = windows(
        content.t_s, to_earth(content.q, content.a), _FORCE_WINDOW_S
    ).mean(axis=1)  # fmt: skip
    return means


def steadiness(content: Content) -> float:
    """Return the part of the force that stays within a second: gravity's, 0.45 to 1 with it."""
    means = windows(content.t_s, content.a, _FORCE_WINDOW_S).mean(axis=1)
    return float(np.median(np.linalg.norm(means, axis=1))) / max(_size(content.a), 1e-12)


def rest_force(content: Content) -> float | None:
    """Return the length of the force at rest, or None if the sensor is never at rest."""
    parts = windows(content.t_s, content.a, _REST_WINDOW_S)
    lengths = np.linalg.norm(parts.mean(axis=1), axis=1)
    sway = np.sqrt(parts.var(axis=1).sum(axis=1))
    at_rest = sway < _REST * lengths
    return float(np.median(lengths[at_rest])) if at_rest.any() else None


def turnings(content: Content) -> list[Turning]:
    """Compare the gyroscope with the orientation, over stretches of several lengths."""
    if content.q is None or content.g is None:
        return []
    found = []
    for window_s in _WINDOWS_S:
        step = max(1, round(window_s / content.period_s))
        rates = _rates(content.t_s, content.q, content.g, step)
        if rates is not None:
            found.append(Turning(step * content.period_s, *rates))
    return found


def _rates(t_s: Floats, q: Floats, g: Floats, step: int) -> tuple[Floats, Floats] | None:
    dt_s = t_s[step:] - t_s[:-step]
    near = dt_s < 1.5 * step * float(np.median(np.diff(t_s)))
    if near.sum() < _LEAST_SAMPLES:
        return None
    before, after = q[:-step], q[step:]
    w = (before * after).sum(axis=1)
    v = before[:, :1] * after[:, 1:] - after[:, :1] * before[:, 1:]
    v -= np.cross(before[:, 1:], after[:, 1:])
    sine = np.linalg.norm(v, axis=1)
    angle = 2 * np.arctan2(sine, np.abs(w)) * np.sign(w + 1e-15)
    of_q = v * (angle / np.maximum(sine, 1e-12) / dt_s)[:, None]
    # The trapezoid rule; a constant offset of the gyroscope is no turning.
    total = np.cumsum(np.vstack([np.zeros(3), (g[1:] + g[:-1]) / 2]), axis=0)
    of_g = (total[step:] - total[:-step]) / step
    return of_q[near], of_g[near]


def tilt_parts(content: Content) -> tuple[Floats, Floats]:
    """Cut into stretches of some seconds [s, n, 3]: force and rate (rad a sample) in each."""
    assert content.g is not None
    length_s = _TILT_PART_S * _TILT_PARTS
    few = max(1, round(_TILT_PERIOD_S / content.period_s))
    n = len(content.t_s) // few * few
    t_s, a, g = (
        values[:n].reshape(n // few, few, -1).mean(axis=1)
        for values in (content.t_s, content.a, content.g)
    )
    period_s = few * content.period_s
    return windows(t_s[:, 0], a, length_s), windows(t_s[:, 0], g, length_s) * period_s


def tilt_spread(force: Floats, rate: Floats | None) -> Floats:
    """Return how far the force's means spread within each stretch [s], over gravity.

    With ``rate`` as seen from the first sample, turned by the gyroscope: a sensor whose force and
    gyroscope fit sees gravity stand still.
    """
    turned = force if rate is None else _turned_back(force, rate)
    size = force.shape[1] // _TILT_PARTS
    parts = turned[:, : size * _TILT_PARTS].reshape(len(force), _TILT_PARTS, max(size, 1), 3)
    means = parts.mean(axis=2)
    spread: Floats = np.sqrt(((means - means.mean(axis=1, keepdims=True)) ** 2).sum(axis=2).mean(1))
    return spread / G_MPS2


def _turned_back(force: Floats, rate: Floats) -> Floats:
    """Turn each sample's force into the frame of its stretch's first sample."""
    n = len(force)
    q = np.tile([1.0, 0.0, 0.0, 0.0], (n, 1))
    out = np.empty_like(force)
    for i in range(force.shape[1]):
        out[:, i] = to_earth(q, force[:, i])
        half = rate[:, i] / 2
        angle = np.linalg.norm(half, axis=1, keepdims=True)
        v = half * np.sinc(angle / np.pi)
        q = product(q, np.hstack([np.cos(angle), v]))
    return out


def product(p: Floats, q: Floats) -> Floats:
    """Return the products of quaternions [n, 4] (or [4] and [n, 4])."""
    pw, pv, qw, qv = p[..., :1], p[..., 1:], q[..., :1], q[..., 1:]
    w = pw * qw - (pv * qv).sum(axis=-1, keepdims=True)
    return np.concatenate([w, pw * qv + qw * pv + np.cross(pv, qv)], axis=-1)


def _size(values: Floats) -> float:
    return float(np.sqrt((values**2).sum(axis=-1).mean()))
