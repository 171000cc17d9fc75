"""Lean at the lower back: the angle of the vertical in the wear frame, relative to standing."""

from leancore.fixed import ATAN, atan2_cdeg, clamp, isqrt

_MAX_CDEG = 18000
_FLAT_Q14 = 11264  # 43°: what is farther over takes the long way
# asin(i / 64) in 1/64 centidegree, i = 0..45: round(asin(i / 64) * 18000 / pi * 64).
_ASIN = (
    0, 5730, 11461, 17195, 22933, 28677, 34428, 40187, 45957, 51738, 57532, 63340, 69164,
    75006, 80868, 86751, 92656, 98586, 104543, 110528, 116544, 122592, 128675, 134796,
    140956, 147158, 153405, 159699, 166045, 172444, 178900, 185418, 192000, 198651, 205376,
    212178, 219065, 226040, 233111, 240284, 247566, 254966, 262493, 270156, 277968, 285941,
)  # fmt: skip


class Lean:
    """``lean_cdeg`` (forward positive) and ``lateral_cdeg`` (to the right positive).

    ``gain_permille`` is the patient's measured trunk angle over the sensor's angle, × 1000.
    """

    FIELDS = ("lean_cdeg", "lateral_cdeg")

    def __init__(self):
        self.gain_permille = 1000
        self.reset()

    def reset(self):
        """Forget the last angles."""
        self.lean_cdeg = 0
        self.lateral_cdeg = 0

    def step(self, vertical, frame):
        """Compute both angles from a vertical (Q14, of unit length) and a ``Frame``."""
        ux = vertical.ux
        uy = vertical.uy
        uz = vertical.uz
        axis = frame.up
        up = (ux * axis[0] + uy * axis[1] + uz * axis[2] + 8192) >> 14
        axis = frame.forward
        back = -((ux * axis[0] + uy * axis[1] + uz * axis[2] + 8192) >> 14)
        axis = frame.right
        left = -((ux * axis[0] + uy * axis[1] + uz * axis[2] + 8192) >> 14)
        size = -back if back < 0 else back
        if size * 8 < up * 7:  # less than 41°
            ratio_q15 = ((size << 15) + (up >> 1)) // up
            i = ratio_q15 >> 9
            angle = ATAN[i]
            angle = (angle + ((ATAN[i + 1] - angle) * (ratio_q15 & 511) >> 9) + 32) >> 6
            lean_cdeg = -angle if back < 0 else angle
        else:
            lean_cdeg = atan2_cdeg(back, up)
        if self.gain_permille != 1000:
            lean_cdeg = clamp(lean_cdeg * self.gain_permille // 1000, -_MAX_CDEG, _MAX_CDEG)
        self.lean_cdeg = lean_cdeg
        size = -left if left < 0 else left
        if size < _FLAT_Q14:
            i = size >> 8
            angle = _ASIN[i]
            angle = (angle + ((_ASIN[i + 1] - angle) * (size & 255) >> 8) + 32) >> 6
            self.lateral_cdeg = -angle if left < 0 else angle
        else:
            self.lateral_cdeg = atan2_cdeg(left, isqrt(up * up + back * back))
