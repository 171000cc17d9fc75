"""Compensation of forces beyond the accelerometer's range (±8 g).

The part of a hard strike beyond the range is missing from the mean force, which then points away
from the clipped axis: by up to 3° in runners who strike hard. Two things are known about it. A
reading at the end of the range lacks 12 m/s² on average (simulated strikes, whose shocks ring at
15 to 30 Hz, lack 13 to 27). And the mean force over strides must equal gravity: any shortfall of
the low-passed force beyond that of a normal run was lost along the clipped axis.

``clipped``: which axes were clipped recently, and in which direction; all 0 if none was.
"""

from leancore.hints import TYPE_CHECKING
from leancore.numeric.const import const
from leancore.numeric.fixed import clamp, unit_q14
from leancore.sensor.sample import A_LIMIT_Q8

if TYPE_CHECKING:
    from leancore.attitude.force_lowpass import LowPass
    from leancore.hints import Vector
    from leancore.sensor.sample import Sample

_LACKS = const(30_720)  # 12 m/s² Q8 × the weight of a sample
_ONE = const(1 << 12)  # weight of a clipped reading in ``clipped``
_MOST = const(1 << 18)
_FADE_MS = const(3000)  # the time constant of the low-pass filter: older clipping is forgotten
_LEAST = const(1 << 9)


def note_clipped(clipped: "Vector", sample: "Sample", force: "Vector") -> None:
    """Add what the clipped readings of a sample lack to the accumulated ``force``."""
    _note(clipped, 0, sample.ax, force)
    _note(clipped, 1, sample.ay, force)
    _note(clipped, 2, sample.az, force)


def _note(clipped: "Vector", i: int, value_q8: int, force: "Vector") -> None:
    if -A_LIMIT_Q8 < value_q8 < A_LIMIT_Q8:
        return
    sign = 1 if value_q8 > 0 else -1
    force[i] += sign * _LACKS
    clipped[i] = clamp(clipped[i] + sign * _ONE, -_MOST, _MOST)


def give_back_clipped(
    clipped: "Vector", lowpass: "LowPass", ms: int, unit: "Vector"
) -> None:  # fmt: skip
    """Add the force's shortfall from gravity along the clipped axes; ``unit``: scratch."""
    most = 0
    for i in range(3):
        at = clipped[i]
        clipped[i] = unit[i] = at = at - at * ms // _FADE_MS
        most = max(most, abs(at))
    if most < _LEAST:
        clipped[0] = clipped[1] = clipped[2] = 0
    elif unit_q14(unit):
        lowpass.restore_length(unit, ms)
