"""Lean at the lower back: the angle of the vertical in the wear frame, relative to standing."""

from leancore.fixed import atan2_cdeg, clamp, dot_q14, isqrt

_MAX_CDEG = 18000


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
        """Compute both angles from an ``Orientation`` and a ``Frame``."""
        ux = vertical.ux
        uy = vertical.uy
        uz = vertical.uz
        axis = frame.up
        up = dot_q14(ux, uy, uz, axis[0], axis[1], axis[2])
        axis = frame.forward
        forward = dot_q14(ux, uy, uz, axis[0], axis[1], axis[2])
        axis = frame.right
        right = dot_q14(ux, uy, uz, axis[0], axis[1], axis[2])
        lean_cdeg = atan2_cdeg(-forward, up)
        if self.gain_permille != 1000:
            lean_cdeg = clamp(lean_cdeg * self.gain_permille // 1000, -_MAX_CDEG, _MAX_CDEG)
        self.lean_cdeg = lean_cdeg
        self.lateral_cdeg = atan2_cdeg(-right, isqrt(up * up + forward * forward))
