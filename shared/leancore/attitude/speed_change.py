"""Finds out when a runner gains or loses speed: the force then does not show the vertical.

A runner who goes from 0 to 5 m/s in 2 s is pushed as if by a tilt of 14°. A gyroscope drifts much
more slowly than that, so a level force that lasts for some steps is a change of speed, and the
vertical follows the gyroscope meanwhile; what the force has done to it before is undone. The force
is averaged over three steps, so that the braking and pushing of each foot cancel: recorded runners
leave up to 0.4 m/s² in two steps in a row, and 0.7 in one. Where a run begins speed is always
gained, so less is enough. A constant part comes from the gyroscope's bias and does not count.

The chip contradicts this if its vertical has moved to where the force points: then ours is wrong.
"""

from leancore.attitude.accel_shift import AccelShift
from leancore.hints import TYPE_CHECKING
from leancore.numeric.const import const
from leancore.numeric.fixed import clamp

if TYPE_CHECKING:
    from leancore.hints import Vector

_CHANGES_Q6 = const(29)  # 0.45 m/s², as in a tilt of 2.6°: in two steps in a row
_CHANGES_MUCH_Q6 = const(51)  # 0.8 m/s²: at once
_ENDED_Q6 = const(13)  # 0.2 m/s²
_DRIFTS_Q10 = const(256)  # 0.25 m/s²: what is more comes from a change of speed
_HOLD_MAX_MS = const(5000)  # runners gain their speed in less
_STEP_MAX_MS = const(1500)  # no steps: nothing to average over
# 0.7 of the angle by which ours would be wrong, which is the force by g: from Q6 to Q14.
_CONTRADICTS = const(18)
_UNDO_MAX_Q16 = const(1 << 15)  # half a radian


class SpeedChange:
    """``changing``: 1 while the runner gains or loses speed.

    ``forward``: the wearer's, a unit vector in the sensor frame, Q14. ``moved_q20``: how far the
    force has moved the vertical since the last strike, rad.
    """

    FIELDS = (
        "changing", "_sum", "_sum_before", "_ms", "_ms_before", "_two_steps_q6", "_usual_q10",
        "_push_q6", "_push_before_q6", "_held_ms", "_denied", "_ran", "moved_q20",
        "_moved_before_q16", "_moved_earlier_q16", "accel_shift",
    )  # fmt: skip

    def __init__(self) -> None:
        self.forward = [0, 0, -16384]
        self.moved_q20 = [0, 0, 0]
        self.accel_shift = AccelShift()
        self.restart()

    def restart(self) -> None:
        """Start anew: the next steps show the force."""
        self.changing = self._held_ms = self._denied = self._ran = 0
        self._sum = self._ms = 0  # level force forward × ms since the last strike, m/s² Q6
        self._sum_before = self._ms_before = 0  # and in the step before
        self._two_steps_q6 = 0  # the mean of both
        self._usual_q10 = 0  # what the bias of the gyroscope leaves
        self._push_q6 = self._push_before_q6 = 0  # the mean of three steps, without it
        moved = self.moved_q20
        moved[0] = moved[1] = moved[2] = 0
        self._moved_before_q16 = self._moved_earlier_q16 = 0  # forward, in the steps before
        self.accel_shift.restart()

    def add(self, off_q16: "Vector", up_q20: "Vector", ms: int) -> None:
        """Take an update: the force minus gravity, m/s², and the vertical."""
        self._ms += ms
        if self._ms > _STEP_MAX_MS:
            self.restart()
            return
        x = off_q16[0] >> 10
        y = off_q16[1] >> 10
        z = off_q16[2] >> 10
        ux = up_q20[0] >> 6
        uy = up_q20[1] >> 6
        uz = up_q20[2] >> 6
        forward = self.forward
        p = forward[0]
        q = forward[1]
        r = forward[2]
        along = (x * ux + y * uy + z * uz) >> 14
        rises = (p * ux + q * uy + r * uz) >> 14
        self._sum += ((x * p + y * q + z * r - along * rises) >> 14) * ms

    def strike(self, runs: int, up_q20: "Vector") -> int:
        """End a step, of a run if ``runs``; return 1 if the vertical is moved.

        Where a run or a change of its speed begins, what the force has moved the vertical in three
        steps is undone.
        """
        step_ms = self._ms
        ms = step_ms + self._ms_before
        was_changing = self.changing
        begins = runs and not self._ran
        self._ran = 1 if runs else 0
        self.changing = 0
        if ms and self._ms_before:
            self._average(ms, was_changing)
            may_change = runs and not self._denied and self._held_ms < _HOLD_MAX_MS
            if may_change and self._changes(begins, was_changing):
                self._held_ms += step_ms
                self.changing = 1
        undoes = begins or self.changing > was_changing
        shown_q16 = self._end_step(up_q20 if undoes else None)
        self._sum_before = self._sum
        self._ms_before = step_ms
        self._sum = self._ms = self._denied = 0
        if not runs:
            self.accel_shift.restart()
        elif self.accel_shift.strike(shown_q16, self.forward, up_q20):
            return 1
        return 1 if undoes else 0

    def look_at_chip(self, off_q14: "Vector") -> None:
        """Take the chip's vertical minus ours, less its usual difference, rad."""
        forward = self.forward
        push_q6 = self._push_q6
        ahead_q14 = (
            off_q14[0] * forward[0] + off_q14[1] * forward[1] + off_q14[2] * forward[2] >> 14
        )
        self.accel_shift.ahead_q14 = ahead_q14
        if push_q6 < 0:
            push_q6 = -push_q6
            ahead_q14 = -ahead_q14
        if push_q6 > _ENDED_Q6 and ahead_q14 > push_q6 * _CONTRADICTS:
            self._denied = 1
            self.changing = 0

    def _average(self, ms: int, was_changing: int) -> None:
        """Average the last ``ms``, two steps, and the mean before."""
        two_steps_q6 = (self._sum + self._sum_before) // ms
        off_q10 = (two_steps_q6 + self._two_steps_q6 << 3) - self._usual_q10
        self._two_steps_q6 = two_steps_q6
        if not was_changing:
            self._usual_q10 += clamp(off_q10, -_DRIFTS_Q10, _DRIFTS_Q10) >> 3
        self._push_before_q6 = self._push_q6
        self._push_q6 = push_q6 = off_q10 >> 4
        if abs(push_q6) < _ENDED_Q6:
            self._held_ms = 0

    def _changes(self, begins: int, was_changing: int) -> bool:
        """Return whether the speed changes; where a run begins, a smaller push is enough."""
        push_q6 = abs(self._push_q6)
        if begins:
            return push_q6 > _ENDED_Q6
        if push_q6 < _CHANGES_Q6:
            return False
        before_q6 = abs(self._push_before_q6)
        return was_changing == 1 or push_q6 > _CHANGES_MUCH_Q6 or before_q6 > _CHANGES_Q6

    def _end_step(self, undo_q20: "Vector | None") -> int:
        """Keep how far the force has moved the vertical forward, or undo it for three steps.

        Return how far it was moved in all, rad Q16.
        """
        moved = self.moved_q20
        forward = self.forward
        x = moved[0] >> 4
        y = moved[1] >> 4
        z = moved[2] >> 4
        moved_q16 = shown_q16 = x * forward[0] + y * forward[1] + z * forward[2] >> 14
        moved[0] = moved[1] = moved[2] = 0
        if undo_q20:
            back_q16 = moved_q16 + self._moved_before_q16 + self._moved_earlier_q16
            back_q16 = clamp(back_q16, -_UNDO_MAX_Q16, _UNDO_MAX_Q16)
            for i in range(3):
                undo_q20[i] -= back_q16 * forward[i] >> 10
            shown_q16 -= back_q16
            moved_q16 = self._moved_before_q16 = 0
        self._moved_earlier_q16 = self._moved_before_q16
        self._moved_before_q16 = moved_q16
        return shown_q16
