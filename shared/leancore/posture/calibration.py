"""Measures the wear frame: stand still, then (optionally) bow from the hips and come up.

Stand: the mean specific force over an interval in which neither it nor the vertical moved. Over
some seconds the acceleration of a swaying body averages out. The vertical has hardly settled by
then and is less accurate, because the gyroscope's bias is still being estimated.

Hinge: during a bow the vertical in the sensor frame moves away from its standing direction, in the
plane of the bow; it moves backwards. A crooked path (a twist, a diagonal bend) is rejected for lack
of straightness, a small one for lack of depth: the pelvis bends sideways less than a hip hinge goes
forward. If the wearer then stands still again, that counts too: people sway, and two stands give a
better zero than one.

A wearer returns to a true stand. If they stay as far from it as a bow, they had held a bow during
the stand; if they stand elsewhere after the bow, they had leaned on something. Either way it is
withdrawn.
"""

from leancore.hints import TYPE_CHECKING
from leancore.numeric.const import const
from leancore.numeric.fixed import atan2_cdeg, dot_q14, isqrt
from leancore.posture.wear_frame import HINGE, NOMINAL, STAND

if TYPE_CHECKING:
    from leancore.hints import Vector, Vertical
    from leancore.posture.wear_frame import WearFrame
    from leancore.sensor.sample import Sample

IDLE = const(0)
STANDING = const(1)
HINGING = const(2)

# Results of a step.
NOTHING, STOOD, HINGED, NOT_STILL, NO_HINGE, CROOKED, NO_STAND = range(7)

_UNIT_HALVES = const(13)  # m/s² Q8 × 6.5 is about the vertical's Q14
_SPREAD_Q14 = const(570)  # 2.0° between the extremes of the vertical while standing
_SPREAD_Q8 = const(205)  # 0.8 m/s² between the extremes of the specific force
# People sway with periods of several seconds: use a longer stand if there is one.
_STAND_MOST_MS = const(3000)
_NEAR_Q14 = const(700)  # 2.5°
# Standing, the sacrum wanders by 3° within a minute (doi 10.1016/j.jbiomech.2020.110149).
_ELSEWHERE_CDEG = const(500)
_REFINE_MS = const(8000)  # after the bow
_BOW_CDEG = const(1000)  # below this: standing
_UP_AGAIN_CDEG = const(800)
_BOW_LIMIT_MS = const(8000)  # a longer bow is something else
_LEFT_MS = const(20000)  # leaving the stand for good so early: it was not a stand; later is normal
_STRAIGHT_PERMILLE = const(930)


class Calibration:
    """A stand and a hinge, measured on request by ``begin``.

    ``quality_permille``: straightness of the last bow (1000 = in one plane). ``depth_cdeg``: its
    depth. ``refining``: 1 while a second stand is silently awaited. ``by_force``: 0 if the zero is
    taken from the vertical, because the force is unusable.
    """

    FIELDS = (
        "by_force", "refining", "_stood_sum", "_stood_count", "state", "quality_permille",
        "depth_cdeg", "_waited_ms", "_still_ms", "_count", "_sum", "_low", "_high", "_bow_ms",
        "_path",
    )  # fmt: skip

    def __init__(self) -> None:
        self.by_force = 1
        self.stand_ms = 2000
        self.stand_wait_ms = 15000
        self.hinge_wait_ms = 8000
        self.hinge_min_cdeg = 2000
        self._sum = [0] * 3
        self._stood_sum = [0] * 3
        self._off = [0] * 4  # scratch: the vertical's deviation from the stand, and its length
        self._low = [0] * 4
        self._high = [0] * 4
        self.reset()

    def reset(self) -> None:
        """Stop measuring."""
        self.state = IDLE
        self.quality_permille = self.depth_cdeg = 0
        self._waited_ms = self._still_ms = self._count = 0
        self._bow_ms = self._path = 0
        self.refining = self._stood_count = 0
        for i in range(3):
            self._sum[i] = self._stood_sum[i] = 0
        for i in range(4):
            self._low[i] = self._high[i] = 0

    def begin(self) -> None:
        """Start measuring a stand (and a hinge after it)."""
        self.reset()
        self.state = STANDING

    def step(self, vertical: "Vertical", sample: "Sample", dt_ms: int, frame: "WearFrame") -> int:
        """Take a sample; update ``frame`` when something was measured; return a result."""
        self._waited_ms += dt_ms
        if self.state == STANDING or self.refining:
            return self._stand(vertical, sample, dt_ms, frame)
        return self._hinge(vertical, dt_ms, frame)

    def _stand(self, vertical: "Vertical", sample: "Sample", dt_ms: int, frame: "WearFrame") -> int:
        force = isqrt(
            (sample.ax >> 1) * (sample.ax >> 1)
            + (sample.ay >> 1) * (sample.ay >> 1)
            + (sample.az >> 1) * (sample.az >> 1)
        )
        if not self._widen(vertical.ux, vertical.uy, vertical.uz, force << 1):
            if self._still_ms >= self.stand_ms:
                return self._stood(frame)
            self._still_ms = self._count = 0
        total = self._sum
        if self._count == 0:
            total[0] = total[1] = total[2] = 0
            self._start(vertical.ux, vertical.uy, vertical.uz, force << 1)
        else:
            self._still_ms += dt_ms
        if self.by_force:
            total[0] += sample.ax * _UNIT_HALVES >> 1
            total[1] += sample.ay * _UNIT_HALVES >> 1
            total[2] += sample.az * _UNIT_HALVES >> 1
        else:
            total[0] += vertical.ux
            total[1] += vertical.uy
            total[2] += vertical.uz
        self._count += 1
        if self._still_ms >= _STAND_MOST_MS:
            return self._stood(frame)
        if self._waited_ms > (_REFINE_MS if self.refining else self.stand_wait_ms):
            result = NOTHING if self.refining else NOT_STILL
            self.state = IDLE
            self.refining = 0
            return result
        return NOTHING

    def _stood(self, frame: "WearFrame") -> int:
        total = self._sum
        stood = self._stood_sum
        if self.refining and not self._is_near(frame.up):
            self.refining = 0
            count = self._count
            tilt_cdeg = self._tilt(
                total[0] // count, total[1] // count, total[2] // count, frame.up
            )
            return self._withdraw(frame) if tilt_cdeg >= _ELSEWHERE_CDEG else NOTHING
        for i in range(3):
            stood[i] += total[i]
        self._stood_count += self._count
        count = self._stood_count
        frame.set_up(stood[0] // count, stood[1] // count, stood[2] // count)
        if self.refining:
            self.refining = 0
            return NOTHING
        if frame.source == NOMINAL:
            frame.source = STAND
        total[0] = total[1] = total[2] = 0
        self._waited_ms = self._bow_ms = self._path = self.depth_cdeg = 0
        self.state = HINGING if self.hinge_wait_ms else IDLE
        return STOOD

    def _is_near(self, up: "Vector") -> bool:
        """Whether this stand is close to the first one, not another posture."""
        for i in range(3):
            if abs(self._sum[i] // self._count - up[i]) > _NEAR_Q14:
                return False
        return True

    def _start(self, ux: int, uy: int, uz: int, force: int) -> None:
        for extreme in (self._low, self._high):
            extreme[0] = ux
            extreme[1] = uy
            extreme[2] = uz
            extreme[3] = force

    def _widen(self, ux: int, uy: int, uz: int, force: int) -> bool:
        """Extend the extremes by this sample; False if they are then too far apart."""
        return (
            self._widen_one(0, ux, _SPREAD_Q14)
            and self._widen_one(1, uy, _SPREAD_Q14)
            and self._widen_one(2, uz, _SPREAD_Q14)
            and self._widen_one(3, force, _SPREAD_Q8)
        )

    def _widen_one(self, i: int, value: int, limit: int) -> bool:
        low = self._low
        high = self._high
        if value < low[i]:
            low[i] = value
        if value > high[i]:
            high[i] = value
        return high[i] - low[i] <= limit

    def _tilt(self, x: int, y: int, z: int, up: "Vector") -> int:
        """Return a vertical's angle from the stand, in cdeg; keeps its level part in ``_off``."""
        along = dot_q14(x, y, z, up[0], up[1], up[2])
        off = self._off
        off[0] = x = x - ((along * up[0]) >> 14)
        off[1] = y = y - ((along * up[1]) >> 14)
        off[2] = z = z - ((along * up[2]) >> 14)
        off[3] = away = isqrt(x * x + y * y + z * z)
        return atan2_cdeg(away, along)

    def _hinge(self, vertical: "Vertical", dt_ms: int, frame: "WearFrame") -> int:
        tilt_cdeg = self._tilt(vertical.ux, vertical.uy, vertical.uz, frame.up)
        if tilt_cdeg > _BOW_CDEG:
            total = self._sum
            off = self._off
            for i in range(3):
                total[i] += off[i]
            self._path += off[3]
            self._bow_ms += dt_ms
            if tilt_cdeg > self.depth_cdeg:
                self.depth_cdeg = tilt_cdeg
        elif tilt_cdeg < _UP_AGAIN_CDEG and self.depth_cdeg >= self.hinge_min_cdeg:
            return self._judge(frame)
        return self._overdue(tilt_cdeg, frame)

    def _overdue(self, tilt_cdeg: int, frame: "WearFrame") -> int:
        if self._bow_ms > _BOW_LIMIT_MS or (
            self._bow_ms == 0 and self._waited_ms > self.hinge_wait_ms
        ) or self._waited_ms > self.hinge_wait_ms + _BOW_LIMIT_MS:  # fmt: skip
            self.state = IDLE
            if tilt_cdeg >= self.hinge_min_cdeg and self._waited_ms <= _LEFT_MS:
                return self._withdraw(frame)
            return NO_HINGE
        return NOTHING

    def _withdraw(self, frame: "WearFrame") -> int:
        """Withdraw the stand: it was another posture."""
        frame.reset()
        return NO_STAND

    def _judge(self, frame: "WearFrame") -> int:
        x, y, z = self._sum
        self.state = IDLE
        path = self._path
        while max(abs(x), abs(y), abs(z), path) > 16383:
            x >>= 1
            y >>= 1
            z >>= 1
            path >>= 1
        straight = isqrt(x * x + y * y + z * z)
        self.quality_permille = min(straight * 1000 // path, 1000)
        if self.quality_permille < _STRAIGHT_PERMILLE:
            return CROOKED
        frame.set_forward(-x, -y, -z)
        frame.source = HINGE
        self.refining = 1
        self._waited_ms = self._still_ms = self._count = 0
        return HINGED
