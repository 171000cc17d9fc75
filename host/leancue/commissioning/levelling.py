"""Makes different motors feel alike: the strength at which the case shakes as much as it should.

Shake is the root mean square of the case's acceleration about rest, as the clip's own sensor feels
it: of a coin motor its amplitude. Cues then differ by what they say, not by the motor at hand.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from leancore.coaching import coach
from leancore.schema import settings, table

TARGET_CMPS2 = 500  # clearly above what is felt at the waist, within reach of the usual motors
TARGET_RANGE_CMPS2 = (200, 2000)
_STEPS = 6  # halves the range of strengths to 1 %
_AGREE = 0.1
WEAKEST_PERCENT, FULL_PERCENT = next(
    (int(row[3]), int(row[4])) for row in settings.SETTINGS if row[table.NAME] == "motor_percent"
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
    """Find the strength by halves; ``shakes`` runs the motor and measures."""
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
    """Two measurements that agree, else the middle one of three: a nudge of the table is but one.

    By a single wrong one the halves would end at a strength that nobody feels, or half as strong.
    """

    def measured_mps2(percent: int) -> float:
        less, more = sorted((shakes(percent), shakes(percent)))
        if less < (1 - _AGREE) * more:
            return sorted((less, more, shakes(percent)))[1]
        return less

    return measured_mps2


def _level(shakes: Shakes, percent: int, mps2: float, reached: bool) -> Level:
    return Level(percent, mps2, shakes(_SOFTEST_PERCENT * percent // 100), reached)
