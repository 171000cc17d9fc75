"""Whether forward, as bowed or assumed, is where the runner goes: the run itself shows it.

A runner brakes while falling and accelerates while rising (``activity.py`` calls it the bounce), so
over whole strides the level force, weighted with the vertical velocity, points forward; what goes
to the sides cancels. On simulated and recorded runners it is within 21° of forward. A clip worn on
the side or the wrong way round without a bow, turned round the waist after it, or a bow to the side
would measure sideways lean instead.
"""

from leancore.numeric.const import const

_SKIP_STEPS = const(4)  # the first ones gain speed
_STEPS = const(16)
_CLEAR = const(5)  # the share of the product, 1/5, below which no direction stands out ...
_LEAST = const(100)  # ... and its size: most runners have 250 to 1000, an error of 1° has 10
_COUNT_MAX = const(128)  # forces in a step; a longer one is none


class RunDirection:
    """``pending``: 1 until a direction was clear. ``strike`` returns 1 once if it is aside."""

    FIELDS = (
        "pending", "_steps", "_count", "_rise_sum", "_forward_sum", "_right_sum",
        "_forward_power", "_right_power", "_either_power", "_forward", "_right", "_either",
    )  # fmt: skip

    def __init__(self) -> None:
        self.reset()

    def reset(self) -> None:
        """Check anew: the clip was calibrated, or a run begins."""
        self.pending = 1
        self.rest()

    def rest(self) -> None:
        """Begin a stretch of running."""
        self._steps = -_SKIP_STEPS
        self._forward = self._right = self._either = 0
        self._begin_step()

    def _begin_step(self) -> None:
        self._count = self._rise_sum = self._forward_sum = self._right_sum = 0
        self._forward_power = self._right_power = self._either_power = 0

    def step(self, rise_q8: int, forward_q8: int, right_q8: int) -> None:
        """Take the vertical velocity, mm/s, and the level specific force, m/s²."""
        if self._count >= _COUNT_MAX:
            return
        rise = rise_q8 >> 12
        forward = forward_q8 >> 5
        right = right_q8 >> 5
        self._count += 1
        self._rise_sum += rise
        self._forward_sum += forward
        self._right_sum += right
        forward *= rise
        right *= rise
        self._forward_power += forward
        self._right_power += right
        self._either_power += abs(forward) + abs(right)

    def strike(self) -> int:
        """End a running step; return 1 if the runner does not go forward."""
        self._steps += 1
        count = self._count
        if self._steps > 0 and count:  # without a drift of the velocity, and without a slope
            rise = self._rise_sum
            self._forward += self._forward_power - rise * (self._forward_sum // count) >> 8
            self._right += self._right_power - rise * (self._right_sum // count) >> 8
            self._either += self._either_power >> 8
        self._begin_step()
        return self._judge() if self._steps >= _STEPS else 0

    def _judge(self) -> int:
        """Compare the direction of the last steps with forward: 1 if it is off by more than 37°."""
        forward = self._forward
        aside = abs(self._right)
        size = abs(forward) + aside
        clear = size > _LEAST and size * _CLEAR > self._either
        self.rest()
        self._steps = 0
        if not clear:
            return 0
        self.pending = 0
        return 1 if forward * 3 < aside * 4 else 0
