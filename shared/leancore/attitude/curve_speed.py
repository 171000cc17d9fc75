"""The runner's speed, estimated from curves.

During the two or three seconds of a curve the gyroscope holds the tilt, and the mean force towards
the inside of the curve over two steps is speed × turning rate. The estimate is a recursive least
squares that starts at the usual speed from the settings and forgets slowly.

In a corner the force is least reliable: with a wrong speed, part of the centripetal acceleration
is not removed, and it points forward or back once the runner has turned. So ``cornering`` is set
while a corner lasts.
"""

from leancore.numeric.const import const
from leancore.numeric.fixed import clamp

_PRIOR_Q10 = const(700)  # (rad/s)² s: weight of the usual speed, as an amount of turning
_MOST_Q10 = const(8192)  # beyond it older curves count for less
_TURNS_Q10 = const(225)  # 0.22 rad/s: slower turning gives little information
_SLOWEST_CMPS = const(130)
_FASTEST_CMPS = const(700)
_WINDOW_MAX_MS = const(1500)
_SIDE_MAX_Q8 = const(10_240)
_CORNER_MAX_MS = const(5000)  # a corner takes less: a longer turn is running in circles


class CurveSpeed:
    """``cmps``: the speed, cm/s; ``cornering``: 1 in a corner.

    ``add`` at every update, ``strike`` at every step of a run.
    """

    FIELDS = ("cmps", "cornering", "_usual_cmps", "_turn", "_side", "_ms", "_turn_before",
              "_side_before", "_ms_before", "_corner_ms", "_seen_q10", "_off")  # fmt: skip

    def __init__(self) -> None:
        self.begin(320)

    def begin(self, usual_cmps: int) -> None:
        """Begin a run at the usual speed; 0: curves are not corrected."""
        self.cmps = self._usual_cmps = usual_cmps
        self._seen_q10 = _PRIOR_Q10
        self._off = 0  # sum of turning rate × (measured - usual speed), cm/s Q10
        self.restart()

    def restart(self) -> None:
        """Restart after missing steps: begin with the next two."""
        self._turn = self._side = self._ms = 0
        self._turn_before = self._side_before = self._ms_before = 0
        self.cornering = self._corner_ms = 0

    def add(self, turned_q14: int, side_q8: int, ms: int) -> None:
        """Take an update: the angle turned to the left, rad, and the force to the left, m/s²."""
        if self._ms > _WINDOW_MAX_MS:
            self.restart()
        self._turn += turned_q14
        self._side += clamp(side_q8, -_SIDE_MAX_Q8, _SIDE_MAX_Q8) * ms
        self._ms += ms

    def strike(self) -> int:
        """End a step: update from the last two; return 1 if the speed changed."""
        ms = self._ms + self._ms_before
        turned = self._turn + self._turn_before
        side = self._side + self._side_before
        whole = self._ms_before
        self._turn_before = self._turn
        self._side_before = self._side
        self._ms_before = self._ms
        self._turn = self._side = self._ms = 0
        if not (whole and self._usual_cmps and ms < 2 * _WINDOW_MAX_MS):
            return 0
        rate_q10 = turned * 125 // (ms << 1)  # Q14 rad × 1000 / ms, to Q10
        if -_TURNS_Q10 < rate_q10 < _TURNS_Q10:
            self.cornering = self._corner_ms = 0
            return 0
        self._corner_ms = min(self._corner_ms + self._ms_before, _CORNER_MAX_MS)
        self.cornering = 1 if self._corner_ms < _CORNER_MAX_MS else 0
        return self._learn(clamp(rate_q10, -2048, 2048), side // ms, whole)

    def _learn(self, rate_q10: int, side_q8: int, ms: int) -> int:
        measured = rate_q10 * side_q8 >> 8  # Q10: turning rate × force
        usual = (rate_q10 * rate_q10 >> 10) * self._usual_cmps // 100
        self._off += (clamp(measured - usual, -20_000, 20_000) * ms >> 10) * 100
        self._seen_q10 += (rate_q10 * rate_q10 >> 10) * ms >> 10
        if self._seen_q10 > _MOST_Q10:
            self._seen_q10 -= self._seen_q10 >> 2
            self._off -= self._off >> 2
        was = self.cmps
        learnt = self._usual_cmps + self._off // self._seen_q10
        self.cmps = clamp(learnt, _SLOWEST_CMPS, _FASTEST_CMPS)
        return 1 if self.cmps != was else 0
