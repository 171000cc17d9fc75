"""The runner's speed, estimated from curves, and the pull of a curve, removed from the force.

During the two or three seconds of a curve the gyroscope holds the tilt, and the mean force towards
the inside of the curve over two steps is speed × turning rate. The estimate is a recursive least
squares that starts at the usual speed from the settings and forgets slowly.

In a corner the force is least reliable: with a wrong speed, part of the centripetal acceleration
is not removed, and it points forward or back once the runner has turned. So ``cornering`` is set
while a corner lasts.
"""

from leancore.hints import TYPE_CHECKING
from leancore.numeric.const import const
from leancore.numeric.fixed import clamp

if TYPE_CHECKING:
    from leancore.hints import Vector

_TURN_MAX_Q13 = const(40960)  # 5 rad/s
_LEVEL_MIN_Q10 = const(400)  # (m/s)²: slower horizontal motion has no direction
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

    ``remove_pull`` at every update, ``strike`` at every step of a run.
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

    def remove_pull(
        self, force_q16: "Vector", turned_q17: "Vector", travel_q8: "Vector", up_q20: "Vector",
        ms: int,
    ) -> None:  # fmt: skip
        """Subtract the centripetal acceleration of a curve: turning rate × (up × velocity).

        Only after a small rotation.

        The turning rate is that of the horizontal direction of the velocity. A pelvis that leans
        and rolls about that direction also turns about up, in step with its yaw oscillation, and
        would otherwise appear to be pulled backwards by a constant 0.1°. The velocity is that of
        half an update ago, so that the yaw oscillation has no net effect.
        """
        rx = turned_q17[0] >> 1
        ry = turned_q17[1] >> 1
        rz = turned_q17[2] >> 1
        x = travel_q8[0]
        y = travel_q8[1]
        z = travel_q8[2]
        vx = x - ((ry * z - rz * y) >> 17)
        vy = y - ((rz * x - rx * z) >> 17)
        vz = z - ((rx * y - ry * x) >> 17)
        ux = up_q20[0] >> 6
        uy = up_q20[1] >> 6
        uz = up_q20[2] >> 6
        x = (uy * vz - uz * vy) >> 14
        y = (uz * vx - ux * vz) >> 14
        z = (ux * vy - uy * vx) >> 14
        level = x * x + y * y + z * z >> 6
        if level < _LEVEL_MIN_Q10:
            return
        turn_q14 = (
            rx * ((vy * z - vz * y) >> 8)
            + ry * ((vz * x - vx * z) >> 8)
            + rz * ((vx * y - vy * x) >> 8)
        ) // level
        turn_q13 = turn_q14 * 500 // ms
        if turn_q13 > _TURN_MAX_Q13 or turn_q13 < -_TURN_MAX_Q13:
            return
        side = (force_q16[0] >> 8) * x + (force_q16[1] >> 8) * y + (force_q16[2] >> 8) * z
        self.add(turn_q14, side // (self.cmps * 64 // 25 + 1), ms)
        force_q16[0] -= x * turn_q13 >> 5
        force_q16[1] -= y * turn_q13 >> 5
        force_q16[2] -= z * turn_q13 >> 5

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
            self.cornering = 0
            self._corner_ms = max(self._corner_ms - self._ms_before, 0)
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
