"""Consistency of force and gyroscope without an orientation."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from leancue.recordings.plausibility.content import Content, Floats, tilt_parts, tilt_spread
from leancue.recordings.plausibility.mistakes import AS_IS, RATE, Mistake

_PARTS_MOST = 3  # stretches in which it tilts the most
_TILTS = 0.12  # of gravity: smaller tilts cannot be compared
_BETTER = 0.5


class Tilting(NamedTuple):
    """Comparison of force and gyroscope without an orientation.

    ``ratio``: how many times too fast the gyroscope turns, by the units that were tried, or None
    where that cannot be told; ``mistake``: of its axes.
    """

    ratio: float | None
    mistake: Mistake


def tilting(content: Content, ratios: tuple[float, ...]) -> Tilting:
    """Find the unit and axes of the gyroscope by which gravity stands still in a tilting sensor.

    ``ratios``: gyroscopes that turn so many times as fast are tried, besides one that fits.
    """
    force, rate = tilt_parts(content)
    most = np.argsort(tilt_spread(force, None))[::-1][:_PARTS_MOST]
    force, rate = force[most], rate[most]
    plain = float(np.sqrt((tilt_spread(force, None) ** 2).mean()))

    def spread(axes: Floats, ratio: float) -> float:
        return float(np.sqrt((tilt_spread(force, rate @ axes.T / ratio) ** 2).mean()))

    as_is = spread(np.eye(3), 1.0)
    if max(plain, as_is) < _TILTS:
        return Tilting(None, AS_IS)
    if as_is < _BETTER * plain:
        return Tilting(1.0, AS_IS)
    tried = [(spread(np.eye(3), ratio), ratio) for ratio in ratios]
    least, ratio = min(tried, default=(np.inf, 1.0))
    if least < _BETTER * as_is and least < 1.1 * plain:
        return Tilting(ratio, AS_IS)
    turned = [(spread(mistake.axes, 1.0), mistake) for mistake in RATE if mistake.cost]
    least = min(size for size, _mistake in turned)
    if least < _BETTER * min(as_is, plain):
        likely = [mistake for size, mistake in turned if size < least + _TILTS / 4]
        return Tilting(1.0, min(likely, key=lambda mistake: mistake.cost))
    return Tilting(None, AS_IS)
