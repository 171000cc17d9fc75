"""Detects that the clip has moved on the body, from changes that a body cannot make.

While running: the lateral angle, averaged over whole strides, jumps and stays away (a one-sided
sequential test on each side, Page 1954, doi 10.1093/biomet/41.1-2.100). In a curve the runner does
lean sideways, so turning strides are excluded. While standing in a pause: the vertical differs from
that at calibration. Whoever bends to tie a shoe, leans on the knees or sits down tips by more than
a clip may turn under a waistband, and is not known to stand again until they have walked. While
running, a forward jump cannot be distinguished from more lean, and has to wait for the next stand.
"""

from leancore.gait.activity import STILL, WALK
from leancore.hints import TYPE_CHECKING
from leancore.numeric.const import const
from leancore.numeric.fixed import atan2_cdeg, dot_q14, isqrt

if TYPE_CHECKING:
    from leancore.gait.activity import Activity
    from leancore.gait.stride import Stride
    from leancore.hints import Vertical
    from leancore.posture.wear_frame import WearFrame

_SIDE_REFERENCE_CDEG = const(150)  # half of a jump of 3°
_SIDE_EVIDENCE_CDEG = const(1000)
_SHARE_MAX_CDEG = const(300)
_WARM_STRIDES = const(10)  # skipped at the start of running, which is not steady
_FIRST_STRIDES = const(12)  # their mean is the reference
_FOLLOW_STRIDES = const(32)
_TURN_Q9 = const(58)  # 6.5 °/s in rad/s Q9
_AFTER_TURN_STRIDES = const(5)  # the vertical needs some seconds after a curve
_STAND_CDEG = const(260)
_BENT_Q14 = const(15396)  # cosine of 20°: the pelvis of those who sit down tips by 30°
_STEADY_MS = const(3000)  # of standing: the vertical is then independent of the run before
_STAND_MS = const(3000)


class ClipShift:
    """``run`` and ``stand`` return 1 once when the clip has moved."""

    FIELDS = (
        "_turn", "_turn_mean", "_steps", "_strides", "_usual_cdeg", "_left", "_right",
        "_still_ms", "_away", "_wait", "_bent",
    )  # fmt: skip

    def __init__(self) -> None:
        self.reset()

    def reset(self) -> None:
        """Restart after a calibration, or with a run."""
        self._turn = self._turn_mean = self._steps = 0
        self._strides = self._usual_cdeg = self._left = self._right = 0
        self._still_ms = self._away = self._bent = 0
        self._wait = _WARM_STRIDES

    def rest(self) -> None:
        """Begin a stretch of running: a stride interrupted by a pause does not count."""
        self._turn = self._turn_mean = self._steps = 0
        self._still_ms = self._away = self._bent = 0
        self._wait = _WARM_STRIDES

    def run(self, stride: "Stride", turn_q9: int) -> int:
        """Take a step while running; ``turn_q9``: its mean turning rate about the vertical."""
        self._turn += turn_q9
        self._steps += 1
        if self._steps < 2:
            return 0
        self._turn_mean += ((self._turn >> 1) - self._turn_mean) >> 1
        self._turn = self._steps = 0
        if not stride.whole:
            return 0
        turn = self._turn_mean  # one step more or less of the pelvis' own rotation is not a curve
        if not -_TURN_Q9 <= turn <= _TURN_Q9:
            self._wait = max(self._wait, _AFTER_TURN_STRIDES)
            return 0
        if self._wait:
            self._wait -= 1
            return 0
        return self._judge(stride.lateral_cdeg)

    def stand(
        self, vertical: "Vertical", frame: "WearFrame", activity: "Activity", dt_ms: int
    ) -> int:
        """Take a sample of a pause within a run."""
        up = frame.up
        along = dot_q14(vertical.ux, vertical.uy, vertical.uz, up[0], up[1], up[2])
        if activity.now == WALK:
            self._bent = 0
        elif along < _BENT_Q14:
            self._bent = 1
        if activity.now != STILL or self._bent:
            self._still_ms = self._away = 0
            return 0
        return self._judge_stand(along, dt_ms)

    def _judge_stand(self, along_q14: int, dt_ms: int) -> int:
        """Compare a posture with that at calibration; ``along_q14``: the cosine between them."""
        off_q14 = isqrt(max((1 << 28) - along_q14 * along_q14, 0))
        self._still_ms += dt_ms
        if self._still_ms > _STEADY_MS and atan2_cdeg(off_q14, along_q14) > _STAND_CDEG:
            self._away += dt_ms
        if self._still_ms < _STEADY_MS + _STAND_MS:
            return 0
        moved = 1 if self._away * 10 > _STAND_MS * 9 else 0
        self._still_ms = self._away = 0
        return moved

    def _judge(self, mean_cdeg: int) -> int:
        if self._strides < _FIRST_STRIDES:
            self._strides += 1
            self._usual_cdeg += (mean_cdeg - self._usual_cdeg) // self._strides
            return 0
        off_cdeg = mean_cdeg - self._usual_cdeg
        self._right = _add(self._right, off_cdeg)
        self._left = _add(self._left, -off_cdeg)
        if self._right > _SIDE_EVIDENCE_CDEG or self._left > _SIDE_EVIDENCE_CDEG:
            return 1
        if not self._right and not self._left:
            self._usual_cdeg += off_cdeg // _FOLLOW_STRIDES
        return 0


def _add(evidence_cdeg: int, off_cdeg: int) -> int:
    share_cdeg = off_cdeg - _SIDE_REFERENCE_CDEG
    return max(0, evidence_cdeg + min(share_cdeg, _SHARE_MAX_CDEG))
