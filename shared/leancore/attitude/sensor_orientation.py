"""The vertical from the chip's own orientation: its game rotation vector, if plausible."""

from leancore.hints import TYPE_CHECKING
from leancore.numeric.const import const
from leancore.sensor.sample import HAS_Q

if TYPE_CHECKING:
    from leancore.sensor.sample import Sample

# |q|² in Q24 must be 1 within about 3 %: the part's rounding stays below 0.1 %.
_NORM_LOW_Q24 = const(16273900)
_NORM_HIGH_Q24 = const(17280532)


class SensorOrientation:
    """The earth's vertical as a Q14 vector ``ux uy uz`` in the sensor frame.

    It is the third row of the rotation matrix sensor → earth, which needs no heading.
    ``refused`` counts quaternions that are all zero or not of unit length.
    """

    FIELDS = ("ux", "uy", "uz", "refused", "known")

    def __init__(self) -> None:
        self.ux = self.uy = self.uz = 0
        self.refused = 0
        self.known = 0

    def step(self, sample: "Sample") -> int:
        """Take the sample's quaternion; return 1 if the vertical is new, else 0."""
        if not sample.flags & HAS_Q:
            return 0
        return self.take(sample.qw, sample.qx, sample.qy, sample.qz)

    def take(self, qw: int, qx: int, qy: int, qz: int) -> int:
        """Take a quaternion (Q14); return 1 if it makes sense, else 0."""
        norm_q24 = (
            (qw >> 2) * (qw >> 2) + (qx >> 2) * (qx >> 2)
            + (qy >> 2) * (qy >> 2) + (qz >> 2) * (qz >> 2)
        )  # fmt: skip
        if norm_q24 < _NORM_LOW_Q24 or norm_q24 > _NORM_HIGH_Q24:
            self.refused += 1
            return 0
        self.ux = (qx * qz - qw * qy + 4096) >> 13
        self.uy = (qy * qz + qw * qx + 4096) >> 13
        self.uz = 16384 - ((qx * qx + qy * qy + 4096) >> 13)
        self.known = 1
        return 1
