"""Means over a step and over a stride (two steps), so that the swing of the pelvis cancels.

The vertical in the sensor frame is averaged; the angles are those of the mean. A strike is
confirmed some hundredths of a second late, so the sums of the last verticals are kept, and the sum
at the strike is interpolated between two of them.
"""

from leancore.hints import TYPE_CHECKING
from leancore.numeric.const import const
from leancore.numeric.ticks import LAST_MS, PERIOD_MS
from leancore.sensor.sample import LOST

if TYPE_CHECKING:
    from leancore.hints import Vector, Vertical
    from leancore.posture.lean import Lean
    from leancore.posture.wear_frame import WearFrame

_TURNS = const(16)  # of one or two samples: at least 128 ms
_LAST = const(4 * _TURNS - 1)
_STEP_MAX_MS = const(2000)  # a longer step is invalid
_PART_MAX_MS = const(300)
_GAP_MS = const(60)
_HALF = PERIOD_MS >> 1


class Stride:
    """After a strike: ``step_cdeg``, ``stride_lean_cdeg`` and ``whole`` (has two steps).

    ``lateral_cdeg``: of the stride. ``flags``: the samples' flags, or-ed over the last two steps;
    ``seen``: those of the current step, set by the pipeline. A step with ``LOST`` is in no stride:
    part of a swing would be mistaken for lean.
    """

    FIELDS = (
        "step_cdeg", "stride_lean_cdeg", "lateral_cdeg", "whole", "flags", "seen",
        "_ring", "_at", "_marked", "_mark", "_before", "_step_flags",
    )  # fmt: skip

    def __init__(self) -> None:
        self._ring = [0] * (4 * _TURNS)  # sums of x y z (Q14 × ms, wrapped like ticks), and time
        self._mark = [0, 0, 0, 0]  # the same at the last strike
        self._before = [0, 0, 0, 0]  # forward, up, right (Q14) of the previous step, and its ms
        self._at_strike = [0, 0, 0, 0]  # scratch
        self._at = 0
        self.reset()

    def reset(self) -> None:
        """Restart."""
        self.step_cdeg = self.stride_lean_cdeg = self.lateral_cdeg = self.whole = self.flags = 0
        self.seen = self._step_flags = self._marked = 0
        self._before[3] = 0

    def step(self, vertical: "Vertical", t_ms: int, dt_ms: int) -> None:
        """Take the vertical at ``t_ms``, ``dt_ms`` after the previous one."""
        ring = self._ring
        i = self._at
        if dt_ms > _GAP_MS:  # unknown during the gap: the sum continues from now
            ring[i + 3] = t_ms
            return
        self._at = at = i + 4 & _LAST
        ring[at] = (ring[i] + vertical.ux * dt_ms) & LAST_MS
        ring[at + 1] = (ring[i + 1] + vertical.uy * dt_ms) & LAST_MS
        ring[at + 2] = (ring[i + 2] + vertical.uz * dt_ms) & LAST_MS
        ring[at + 3] = t_ms + (dt_ms >> 1)  # a vertical represents the time around it

    def strike(self, strike_ms: int, lean: "Lean", frame: "WearFrame") -> None:
        """End a step at ``strike_ms``; anything after it belongs to the next."""
        now = self._at_strike
        self._read(strike_ms, now)
        mark = self._mark
        ms = (now[3] - mark[3]) & LAST_MS
        if 0 < ms <= _STEP_MAX_MS and self._marked:
            self._end_step(now, mark, ms, lean, frame)
        else:
            self._marked = 1
            self.whole = self._before[3] = 0
        self._mark = now
        self._at_strike = mark
        self._end_flags()

    def _end_step(
        self, now: "Vector", mark: "Vector", ms: int, lean: "Lean", frame: "WearFrame"
    ) -> None:
        """Compute the mean vertical between the last two strikes, along the body's axes."""
        x = (((now[0] - mark[0] + _HALF) & LAST_MS) - _HALF) // ms
        y = (((now[1] - mark[1] + _HALF) & LAST_MS) - _HALF) // ms
        z = (((now[2] - mark[2] + _HALF) & LAST_MS) - _HALF) // ms
        axis = frame.up
        up = (x * axis[0] + y * axis[1] + z * axis[2] + 8192) >> 14
        axis = frame.forward
        forward = (x * axis[0] + y * axis[1] + z * axis[2] + 8192) >> 14
        axis = frame.right
        right = (x * axis[0] + y * axis[1] + z * axis[2] + 8192) >> 14
        self.step_cdeg = self.stride_lean_cdeg = lean.cdeg(forward, up)
        before = self._before
        before_ms = before[3]
        self.whole = 1 if before_ms else 0
        if before_ms:
            self._end_stride(forward, up, right, ms, before, before_ms, lean)
        before[0] = forward
        before[1] = up
        before[2] = right
        before[3] = ms

    def _end_stride(
        self, forward: int, up: int, right: int, ms: int, before: "Vector", before_ms: int,
        lean: "Lean",
    ) -> None:  # fmt: skip
        """Compute the mean over this step and the previous one."""
        both_ms = ms + before_ms
        self.stride_lean_cdeg = lean.cdeg(
            (forward * ms + before[0] * before_ms) // both_ms,
            (up * ms + before[1] * before_ms) // both_ms,
        )
        left = -(right * ms + before[2] * before_ms) // both_ms
        self.lateral_cdeg = left * 5730 >> 14  # small-angle form: it is small in running

    def _end_flags(self) -> None:
        if self.seen & LOST:
            self.whole = self._before[3] = 0
        self.flags = self.seen | self._step_flags
        self._step_flags = self.seen
        self.seen = 0

    def _read(self, t_ms: int, out: "Vector") -> None:
        """Interpolate the sums at ``t_ms``; for an earlier time, take the oldest."""
        ring = self._ring
        last = self._at
        end = last + 8 & _LAST
        first = last - 4 & _LAST
        while first != end and (t_ms - ring[first + 3]) & LAST_MS >= _HALF:  # the time is earlier
            last = first
            first = first - 4 & _LAST
        first_ms = ring[first + 3]
        span_ms = (ring[last + 3] - first_ms) & LAST_MS or 1
        part_ms = (t_ms - first_ms) & LAST_MS
        if part_ms > _PART_MAX_MS:
            part_ms = 0 if part_ms >= _HALF else _PART_MAX_MS
        x = ring[first]
        y = ring[first + 1]
        z = ring[first + 2]
        more_x = ((ring[last] - x + _HALF) & LAST_MS) - _HALF
        more_y = ((ring[last + 1] - y + _HALF) & LAST_MS) - _HALF
        more_z = ((ring[last + 2] - z + _HALF) & LAST_MS) - _HALF
        out[0] = (x + more_x * part_ms // span_ms) & LAST_MS
        out[1] = (y + more_y * part_ms // span_ms) & LAST_MS
        out[2] = (z + more_z * part_ms // span_ms) & LAST_MS
        out[3] = (first_ms + part_ms) & LAST_MS
