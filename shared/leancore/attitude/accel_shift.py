"""Finds a shift of the accelerometer's zero, contradicted by gyroscope and chip.

A zero that is off forward by 1 m/s² turns our vertical by 5.8° within seconds. A runner who gains
speed does the same, but later the vertical comes back. So where the force has moved it by more than
usual, and the chip, which followed the gyroscope, stayed behind, no step is judged for some steps.
If the vertical is still there after them, the accelerometer is off by as much: the vertical is
moved back, and what the accelerometer shows too much is left out from then on.

A shift to the side moves the lateral angle only and is not looked for.
"""

from leancore.hints import TYPE_CHECKING
from leancore.numeric.const import const
from leancore.numeric.fixed import clamp

if TYPE_CHECKING:
    from leancore.hints import Vector

# 36 simulated runners, with changes of pace and of lean, stayed below 1.5° for 15 h; one whose
# gyroscope's bias was not known yet reached 1.9°. A wrong correction gives false cues for the rest
# of a run. A shift by 1 m/s² exceeds it in each of 36 runs, one by 0.5 in few.
_MOVED_Q20 = const(41178)  # 2.25°
_STAYS_Q20 = const(36603)  # 2°
_BEHIND = const(-4640)  # 0.1°, when moved by 2.25°
_MEMORY = const(5)  # the sum forgets a 32nd in a step: 11 s
_USUAL = const(8)  # what is usual follows by a 256th in a step
_SETTLES = const(-24)  # steps: 8 s, longer than the force's low pass takes
_WAITS = const(32)
_DECIDES = const(8)  # left of them: the chip is compared with the moved vertical meanwhile
_ZERO_MAX_Q16 = const(131072)  # 2 m/s²


class AccelShift:
    """``zero_q16``: what the accelerometer shows too much, m/s², sensor frame.

    ``ahead_q14``: how far the chip's vertical is forward of ours, less the usual, rad.
    ``waits``: above 0 while a shift is likely or was just corrected: judge no step by the lean.
    ``found``: 1 once a shift was found; the reader resets it to 0.
    """

    FIELDS = ("zero_q16", "ahead_q14", "waits", "found", "_moved_q20", "_usual_q20")

    def __init__(self) -> None:
        self.zero_q16 = [0, 0, 0]
        self.found = 0
        self.restart()

    def restart(self) -> None:
        """Nobody runs, or the vertical came from elsewhere: begin anew, once it has settled."""
        self._moved_q20 = self._usual_q20 = self.ahead_q14 = 0
        self.waits = _SETTLES

    def strike(self, moved_q16: int, forward: "Vector", up_q20: "Vector") -> int:
        """End a step of a run, in which the force moved the vertical forward; rad.

        Return 1 if the vertical is moved back.
        """
        waits = self.waits
        if waits < 0:
            self.waits = waits + 1
            return 0
        off_q20 = (moved_q16 << 4) - self._usual_q20
        self._moved_q20 = moved_q20 = self._moved_q20 + off_q20
        if not waits:
            self._usual_q20 += off_q20 >> _USUAL
            self._moved_q20 -= moved_q20 >> _MEMORY
            if abs(moved_q20) > _MOVED_Q20 and (moved_q20 >> 8) * self.ahead_q14 < _BEHIND:
                self.waits = _WAITS
            self.ahead_q14 = 0
            return 0
        self.waits = waits - 1
        if waits > _DECIDES:
            return 0
        self._moved_q20 = 0
        if waits < _DECIDES:
            return 0
        if abs(moved_q20) < _STAYS_Q20:
            self.waits = 0
            return 0
        self.found = 1
        zero = self.zero_q16
        moved_q16 = moved_q20 >> 4
        force_q10 = moved_q16 * 157 >> 10  # times g
        for i in range(3):
            up_q20[i] -= moved_q16 * forward[i] >> 10
            more = force_q10 * forward[i] >> 8
            zero[i] = clamp(zero[i] + more, -_ZERO_MAX_Q16, _ZERO_MAX_Q16)
        return 1
