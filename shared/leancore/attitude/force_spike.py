"""Impossible forces: which of two consecutive ones is a sensor fault.

A hard impact comes from below, through the legs. A force across rather than along the vertical,
and 2.6 g larger than its neighbour, is a fault. So is one well beyond the sensor's range, in any
direction: users have posted readings of 126 m/s².
"""

from leancore.hints import TYPE_CHECKING
from leancore.numeric.const import const

if TYPE_CHECKING:
    from leancore.hints import Vector, Vertical

# Which one it was; 0: neither.
EARLY = const(1)
LATE = const(2)

_HARD = const(1 << 18)  # square of a force × ms >> 7: 26 m/s² over 10 ms
# The same of one axis, not squared: 95 m/s². The range is 78, and what a reading at its end has
# lost, 12, may be given back already.
_RANGE = const(1900)


def spike_of(up: "Vertical", early: "Vector", x: int, y: int, z: int) -> int:
    """Return which of two forces (m/s² Q8 × ms), ``early`` and (x, y, z), is a fault."""
    if _is_fault(up, early[0], early[1], early[2]):
        return EARLY
    return LATE if _is_fault(up, x, y, z) else 0


def _is_fault(up: "Vertical", x: int, y: int, z: int) -> bool:
    x >>= 7
    y >>= 7
    z >>= 7
    if max(abs(x), abs(y), abs(z)) > _RANGE:
        return True
    along = (x * up.ux + y * up.uy + z * up.uz) >> 14
    whole = x * x + y * y + z * z
    return whole > _HARD and whole > 2 * along * along
