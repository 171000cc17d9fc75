"""Finds out when a runner gains or loses speed: the force then does not show the vertical.

A runner who goes from 0 to 5 m/s in 2 s is pushed as if by a tilt of 14°. A gyroscope drifts much
more slowly than that, so a level force that lasts for some steps is a change of speed, and the
vertical follows the gyroscope meanwhile. The force is averaged over three steps, so that the
braking and pushing of each foot cancel: recorded runners leave up to 0.4 m/s² in two steps in a
row, and 0.7 in one. A constant part of it comes from the gyroscope's bias and does not count.

The chip contradicts this if its vertical has moved to where the force points: then ours is wrong.
"""

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
_UNDO = const(290)  # 2 g / w² of the low pass by 1.2, from Q2 m/s² ms² to Q20
_UNDO_MAX = const(40_000)  # a gain of 10 m/s


class SpeedChange:
    """``changing``: 1 while the runner gains or loses speed.

    ``forward``: the wearer's, a unit vector in the sensor frame, Q14.
    """

    FIELDS = (
        "changing", "_sum", "_sum_before", "_ms", "_ms_before", "_two_steps_q6", "_usual_q10",
        "_push_q6", "_push_before_q6", "_held_ms", "_denied",
    )  # fmt: skip

    def __init__(self) -> None:
        self.forward = [0, 0, -16384]
        self.restart()

    def restart(self) -> None:
        """Start anew: the next steps show the force."""
        self.changing = self._held_ms = self._denied = 0
        self._sum = self._ms = 0  # level force forward × ms since the last strike, m/s² Q6
        self._sum_before = self._ms_before = 0  # and in the step before
        self._two_steps_q6 = 0  # the mean of both
        self._usual_q10 = 0  # what the bias of the gyroscope leaves
        self._push_q6 = self._push_before_q6 = 0  # the mean of three steps, without it

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

    def strike(self, runs: int, up_q20: "Vector", share_q8: int) -> int:
        """End a step, of a run if ``runs``.

        If the speed begins to change, what two steps of it have done to the vertical is undone;
        return 1 then. ``share_q8``: root of the force's weight.
        """
        step_ms = self._ms
        ms = step_ms + self._ms_before
        was_changing = self.changing
        self.changing = 0
        if ms and self._ms_before:
            self._average(ms, was_changing)
            self._judge(step_ms, runs, was_changing)
        began = 1 if self.changing > was_changing else 0
        if began:
            self._undo(up_q20, share_q8, ms)
        self._sum_before = self._sum
        self._ms_before = step_ms
        self._sum = self._ms = self._denied = 0
        return began

    def look_at_chip(self, off_q14: "Vector") -> None:
        """Take the chip's vertical minus ours, less its usual difference, rad."""
        forward = self.forward
        push_q6 = self._push_q6
        ahead_q14 = (
            off_q14[0] * forward[0] + off_q14[1] * forward[1] + off_q14[2] * forward[2] >> 14
        )
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
        self._push_q6 = off_q10 >> 4

    def _judge(self, step_ms: int, runs: int, was_changing: int) -> None:
        push_q6 = abs(self._push_q6)
        if push_q6 < _ENDED_Q6:
            self._held_ms = 0
        if not runs or self._denied or push_q6 < _CHANGES_Q6 or self._held_ms >= _HOLD_MAX_MS:
            return
        if was_changing or push_q6 > _CHANGES_MUCH_Q6 or abs(self._push_before_q6) > _CHANGES_Q6:
            self._held_ms += step_ms
            self.changing = 1

    def _undo(self, up_q20: "Vector", share_q8: int, ms: int) -> None:
        """For ``ms`` it was followed by half of w² × its sum over time × the time, over g.

        A fifth more is undone: the push began before.
        """
        pushed = self._sum + self._sum_before - (self._usual_q10 * ms >> 4)
        tilt_q20 = clamp(pushed >> 4, -_UNDO_MAX, _UNDO_MAX) * ms // _UNDO
        tilt_q20 = (tilt_q20 * share_q8 >> 8) * share_q8 >> 8
        for i in range(3):
            up_q20[i] -= tilt_q20 * (self.forward[i] >> 4) >> 10
