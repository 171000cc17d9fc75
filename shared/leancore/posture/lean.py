"""Lean at the lower back: the angle of the vertical in the wear frame, relative to standing."""

from leancore.hints import TYPE_CHECKING
from leancore.numeric.const import const
from leancore.numeric.fixed import ATAN, atan2_cdeg, clamp, dot_q14, isqrt

if TYPE_CHECKING:
    from collections.abc import Sequence

    from leancore.posture.wear_frame import WearFrame

_MAX_CDEG = const(18000)


class Lean:
    """The angles of a vertical in the wear frame, centidegrees.

    ``gain_permille`` is the patient's measured trunk angle over the sensor's angle, × 1000.
    """

    FIELDS = ()

    def __init__(self) -> None:
        self.gain_permille = 1000

    def cdeg(self, forward: int, up: int) -> int:
        """Return the lean of a vertical with these parts (Q14) along the body's axes.

        Forward is positive: the vertical then points backwards in the body's frame.
        """
        size = -forward if forward < 0 else forward
        if size * 8 < up * 7:  # less than 41°
            ratio_q15 = ((size << 15) + (up >> 1)) // up
            i = ratio_q15 >> 9
            angle = ATAN[i]
            angle = (angle + ((ATAN[i + 1] - angle) * (ratio_q15 & 511) >> 9) + 32) >> 6
            lean_cdeg = angle if forward < 0 else -angle
        else:
            lean_cdeg = atan2_cdeg(-forward, up)
        if self.gain_permille == 1000:
            return lean_cdeg
        return clamp(lean_cdeg * self.gain_permille // 1000, -_MAX_CDEG, _MAX_CDEG)

    def angles_cdeg(self, vertical: "Sequence[int]", frame: "WearFrame") -> tuple[int, int]:
        """Return lean and lateral angle (to the right positive) of a vertical (x, y, z in Q14)."""
        right = dot_q14(*vertical, *frame.right)
        up = dot_q14(*vertical, *frame.up)
        forward = dot_q14(*vertical, *frame.forward)
        across = isqrt(up * up + forward * forward)
        return self.cdeg(forward, up), atan2_cdeg(-right, across)
