"""Equalises motors: finds the strength at which the case shakes by the target.

Shake is the root mean square of the case's acceleration about rest, measured by the clip's own
sensor; for a coin motor it equals the amplitude. Cues then feel the same with any motor.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from leancore.coaching import coach
from leancore.schema import settings, table

TARGET_CMPS2 = 500  # clearly perceptible at the waist, within reach of usual motors
TARGET_RANGE_CMPS2 = (200, 2000)
_STEPS = 6  # halves the range of strengths to 1 %
_AGREE = 0.1
WEAKEST_PERCENT, FULL_PERCENT = next(
    (int(row[table.MIN]), int(row[table.MAX]))
    for row in table.rows(settings.SETTINGS)
    if row[table.NAME] == "motor_percent"
)
_SOFTEST_PERCENT = min(row[2] for row in coach.PULSES if row[2])

Shakes = Callable[[int], float]  # strength in percent → m/s²


@dataclass(frozen=True)
class Level:
    """``percent``: for the setting ``motor_percent``; the case then shakes with ``mps2``.

    ``soft_mps2``: at the softest cue. ``reached``: the target is within the motor's range.
    """

    percent: int
    mps2: float
    soft_mps2: float
    reached: bool


def level(shakes: Shakes, target_mps2: float) -> Level:
    """Find the strength by bisection; ``shakes`` runs the motor and measures."""
    shakes = _agreed(shakes)
    full, weakest = shakes(FULL_PERCENT), shakes(WEAKEST_PERCENT)
    low, high = WEAKEST_PERCENT, FULL_PERCENT
    if full <= target_mps2:
        return _level(shakes, high, full, full >= 0.9 * target_mps2)
    if weakest >= target_mps2:
        return _level(shakes, low, weakest, weakest <= 1.1 * target_mps2)
    found = full
    for _ in range(_STEPS):
        middle = (low + high) // 2
        shake = shakes(middle)
        if shake < target_mps2:
            low = middle
        else:
            high, found = middle, shake
    return _level(shakes, high, found, True)


def _agreed(shakes: Shakes) -> Shakes:
    """The mean of two measurements that agree, else the median of three.

    A single wrong one (a nudge of the table) would lead the bisection to a far too weak strength.
    """

    def measured_mps2(percent: int) -> float:
        less, more = sorted((shakes(percent), shakes(percent)))
        if less < (1 - _AGREE) * more:
            return sorted((less, more, shakes(percent)))[1]
        return less

    return measured_mps2


def _level(shakes: Shakes, percent: int, mps2: float, reached: bool) -> Level:
    return Level(percent, mps2, shakes(_SOFTEST_PERCENT * percent // 100), reached)
