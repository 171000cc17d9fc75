"""Whether a recording's columns fit each other: units, order, signs and directions.

Three things hold whatever the wearer does. The force, turned into the earth's frame and averaged,
is gravity's 9.81 m/s² upwards, since nobody is faster and faster all the time. The orientation
turns as the gyroscope says. And the samples come several times in a step. A file in which they do
not hold would replay to a plausible wrong lean; what would make them hold names the mistake.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from leancue.basis.errors import RecordingError

Floats = npt.NDArray[np.float64]

_LEAST_S = 2.0  # of less one cannot tell
_PERIOD_MOST_S = 0.1  # a step takes some 0.35 s
_G_MPS2 = 9.81
_FORCE_MPS2 = (7.0, 14.5)  # sources that cut off below 0 g have shown 13.4
_TILT_MOST_DEG = 50.0  # the same have shown 39
_TILT_SURE_DEG = 15.0
_WINDOW_S = 0.04  # turning is compared over such stretches
_TURNS_RADPS = 0.15  # who turns less cannot be compared
_ALIKE, _SURE = 0.4, 0.7  # correlation of the two rates of turning
_RATIO_SURE = (0.5, 2.0)
_NEAR = 1.4  # a ratio so close to that of a unit is that unit

_GUESSES = 3

# (mean force over 9.81, what it is, what to do)
_FORCE_UNITS = (
    (1 / 9.81, "in g", "Multiply them by 9.80665"),
    (1000 / 9.81, "in mg (thousandths of g), or in cm/s²",
     "Multiply them by 0.00980665 (mg) or 0.01 (cm/s²)"),
    (1000.0, "in mm/s²", "Divide them by 1000"),
)  # fmt: skip
# (rate of the gyroscope over that of the orientation, what it is, what to do)
_RATE_UNITS = (
    (57.2958, "in °/s", "Divide them by 57.2958"),
    (57295.8, "in thousandths of °/s", "Divide them by 57295.8"),
    (1000.0, "in thousandths of rad/s", "Divide them by 1000"),
    (1 / 57.2958, "divided by 57.3 though they were in rad/s", "Multiply them by 57.2958"),
    (1 / 6.2832, "in turns a second", "Multiply them by 6.28319"),
)


class Content(NamedTuple):
    """What is compared, n samples: times (s), quaternions, force (m/s²), rates (rad/s) or None."""

    t_s: Floats
    q: Floats
    a: Floats
    g: Floats | None


class Fit(NamedTuple):
    """How well a content fits together. ``likeness``, ``ratio`` None: it cannot be said.

    ``force_mps2``, ``tilt_deg``: length of the mean force, and its angle from earth's up.
    ``likeness``, ``ratio``: correlation of the gyroscope's rate with the orientation's, and its
    size over that.
    """

    force_mps2: float
    tilt_deg: float
    likeness: float | None
    ratio: float | None

    @property
    def is_sure(self) -> bool:
        """Whether everything fits well."""
        low, high = _RATIO_SURE
        turns = self.likeness is None or self.ratio is None or (
            self.likeness > _SURE and low < self.ratio < high
        )  # fmt: skip
        return _has_gravity(self.force_mps2) and self.tilt_deg < _TILT_SURE_DEG and turns


class Mistake(NamedTuple):
    """What may have been done to a recording: ``undo`` gives the content as it should be."""

    words: str
    way_out: str
    undo: Callable[[Content], Content]


def _order(q: Floats) -> Floats:
    """Quaternions that stand as x, y, z, w, in the order w, x, y, z."""
    return q[:, [3, 0, 1, 2]]


def _inverse(q: Floats) -> Floats:
    return q * np.array([1.0, -1.0, -1.0, -1.0])


def _turned(q: Floats, by: tuple[float, float, float, float]) -> Floats:
    """Return the product of ``by`` and each quaternion: the earth's frame is turned."""
    w, x, y, z = by
    return q @ np.array([[w, x, y, z], [-x, w, z, -y], [-y, -z, w, x], [-z, y, -x, w]])


_HALF = 0.5**0.5
MISTAKES = (
    Mistake(
        "the quaternion is inverted (it turns from the earth to the sensor)",
        "Change the signs of qx, qy and qz",
        lambda c: c._replace(q=_inverse(c.q)),
    ),
    Mistake(
        "the quaternion is in the order x, y, z, w",
        "Name its columns qx, qy, qz, qw in the order in which they stand",
        lambda c: c._replace(q=_order(c.q)),
    ),
    Mistake(
        "the quaternion is in the order x, y, z, w, and inverted",
        "Name its columns qx, qy, qz, qw, and change the signs of the first three",
        lambda c: c._replace(q=_inverse(_order(c.q))),
    ),
    Mistake(
        "the earth's y axis points up, as in game engines",
        "Turn the orientation so that the earth's z axis points up",
        lambda c: c._replace(q=_turned(c.q, (_HALF, _HALF, 0, 0))),
    ),
    Mistake(
        "the earth's z axis points down (north, east, down)",
        "Turn the orientation so that the earth's z axis points up",
        lambda c: c._replace(q=_turned(c.q, (0, 1, 0, 0))),
    ),
    Mistake(
        "ax, ay, az have the opposite sign",
        "Change their signs: at rest the axis that points up shows +9.81 m/s²",
        lambda c: c._replace(a=-c.a),
    ),
    Mistake(
        "gx, gy, gz have the opposite sign",
        "Change their signs",
        lambda c: c._replace(g=None if c.g is None else -c.g),
    ),
)


def check(path: Path, content: Content) -> None:
    """Refuse a recording that contradicts itself.

    Raises:
        RecordingError: naming the likely mistake, and what to do.
    """
    if len(content.t_s) < 2 or content.t_s[-1] - content.t_s[0] < _LEAST_S:
        return
    period_s = float(np.median(np.diff(content.t_s)))
    if period_s > _PERIOD_MOST_S:
        raise _contradicts(
            path, f"a sample comes every {period_s:.3g} s, too seldom to see a step",
            "t_s is in milliseconds", "Divide it by 1000",
        )  # fmt: skip
    content = _with_orientation(content)
    if len(content.t_s) < 2:
        return
    fit = fit_of(content)
    _check_force_unit(path, fit, content)
    _check_turning(path, fit, content)
    if not _has_gravity(fit.force_mps2) or fit.tilt_deg > _TILT_MOST_DEG:
        what = (
            f"by its orientation the mean force is {fit.force_mps2:.1f} m/s², "
            f"{fit.tilt_deg:.0f}° from the earth's up"
        )
        raise _constant(path, what) if _is_constant(content.q) else _guessed(path, content, what)


def _with_orientation(content: Content) -> Content:
    """Leave out samples whose quaternion is the sensor's "no data yet"."""
    known = np.abs(content.q).sum(axis=1) > 0
    g = content.g
    return Content(
        content.t_s[known], content.q[known], content.a[known], None if g is None else g[known]
    )


def fit_of(content: Content) -> Fit:
    """Return how well the columns fit each other."""
    force = _to_earth(content.q, content.a).mean(axis=0)
    length = float(np.linalg.norm(force))
    tilt = float(np.degrees(np.arccos(np.clip(force[2] / max(length, 1e-9), -1, 1))))
    return Fit(length, tilt, *_turning(content))


def _to_earth(q: Floats, a: Floats) -> Floats:
    """Return vectors [n, 3] of the sensor in the earth's frame."""
    twice = 2 * np.cross(q[:, 1:], a)
    turned: Floats = a + q[:, :1] * twice + np.cross(q[:, 1:], twice)
    return turned


def _turning(content: Content) -> tuple[float | None, float | None]:
    """Compare the gyroscope with the orientation; (None, None) where nothing turns."""
    if content.g is None or not content.g.any():
        return None, None
    rates = _rates(content)
    if rates is None:
        return None, None
    of_q, of_g = rates
    size_q, size_g = (float(np.sqrt((rate**2).sum(axis=1).mean())) for rate in (of_q, of_g))
    if size_q < _TURNS_RADPS:
        return (None, None) if size_g < _TURNS_RADPS else (0.0, None)
    product = float((of_q * of_g).sum(axis=1).mean())
    return product / max(size_q * size_g, 1e-9), size_g / size_q


def _rates(content: Content) -> tuple[Floats, Floats] | None:
    """Rates of turning [m, 3] by the quaternions and by the gyroscope, over short stretches."""
    t_s, q, g = content.t_s, content.q, content.g
    assert g is not None
    step = max(1, round(_WINDOW_S / float(np.median(np.diff(t_s)))))
    dt_s = t_s[step:] - t_s[:-step]
    near = dt_s < 2 * _WINDOW_S + step * _PERIOD_MOST_S / 2
    if not near.any():
        return None
    before, after = q[:-step], q[step:]
    w = (before * after).sum(axis=1)
    v = before[:, :1] * after[:, 1:] - after[:, :1] * before[:, 1:]
    v -= np.cross(before[:, 1:], after[:, 1:])
    of_q = 2 * v * np.sign(w)[:, None] / dt_s[:, None]
    total = np.cumsum(np.vstack([np.zeros(3), (g[1:] + g[:-1]) / 2]), axis=0)
    of_g = (total[step:] - total[:-step]) / step
    return of_q[near], of_g[near]


def _has_gravity(force_mps2: float) -> bool:
    low, high = _FORCE_MPS2
    return low < force_mps2 < high


def _check_force_unit(path: Path, fit: Fit, content: Content) -> None:
    """The size of the force itself, whatever the orientation says."""
    typical = float(np.median(np.linalg.norm(content.a, axis=1)))
    for ratio, unit, way_out in _FORCE_UNITS:
        if all(_near(size / _G_MPS2, ratio, 1.6) for size in (fit.force_mps2, typical)):
            raise _contradicts(
                path, f"the force is {fit.force_mps2:.3g} m/s² on average, not 9.81",
                f"ax, ay, az are {unit}", way_out,
            )  # fmt: skip
    if fit.force_mps2 < _G_MPS2 / 4 and not any(_mended(content)):
        raise _contradicts(
            path, f"the force is {fit.force_mps2:.2g} m/s² on average, not 9.81",
            "ax, ay, az are without gravity (linear acceleration)",
            "Record the accelerometer's own values, gravity included",
        )  # fmt: skip


def _check_turning(path: Path, fit: Fit, content: Content) -> None:
    if fit.likeness is None:
        return
    if fit.ratio is None or _is_constant(content.q):
        raise _constant(path, "the orientation stays the same while the gyroscope turns")
    for ratio, unit, way_out in _RATE_UNITS:
        if fit.likeness > _SURE and _near(fit.ratio, ratio, _NEAR):
            raise _contradicts(
                path, f"the gyroscope turns {fit.ratio:.3g} times as fast as the orientation",
                f"gx, gy, gz are {unit}", way_out,
            )  # fmt: skip
    if fit.likeness < _ALIKE:
        raise _guessed(path, content, "the orientation turns otherwise than the gyroscope says")


def _constant(path: Path, what: str) -> RecordingError:
    return _contradicts(
        path, what, "qw, qx, qy, qz were never filled in, or the sensor hung: they never change",
        "Record the orientation too",
    )  # fmt: skip


def _is_constant(q: Floats) -> bool:
    return bool((np.ptp(q, axis=0) == 0).all())


def _near(value: float, wanted: float, factor: float) -> bool:
    return wanted / factor < value < wanted * factor


def _mended(content: Content) -> list[Mistake]:
    """The mistakes of which each, undone, makes everything fit."""
    return [mistake for mistake in MISTAKES if fit_of(mistake.undo(content)).is_sure]


def _guessed(path: Path, content: Content, what: str) -> RecordingError:
    """The error for what a mistake in the conventions explains, as far as one does."""
    found = _mended(content)
    if not found:
        return _contradicts(
            path, what,
            "order, signs or axes of the columns are not those that are needed",
            "Quaternion: w first, from the sensor to the earth, z up; force: +9.81 m/s² on the "
            "axis that points up at rest; all in the same axes of the sensor",
        )  # fmt: skip
    return _contradicts(
        path, what, "; or ".join(mistake.words for mistake in found[:_GUESSES]), found[0].way_out
    )


def _contradicts(path: Path, what: str, why: str, way_out: str) -> RecordingError:
    return RecordingError(
        f"{path} contradicts itself: {what}.",
        f"Perhaps {why}",
        f"{way_out}, then type the command again.",
    )
