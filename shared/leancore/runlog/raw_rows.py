"""Rows of raw samples in a log page, written from its end downwards.

The last byte of a row is its kind, so a reader starts at the end of the page. A value is stored as
its second difference: how much its change since the sample before differs from the change before
that, modulo 2**16, with 0 before the first sample of a page. Most of a runner's samples then fit
into seven bytes instead of thirteen.
"""

import struct

from leancore.hints import TYPE_CHECKING
from leancore.numeric.const import const
from leancore.sensor.sample import HAS_Q

if TYPE_CHECKING:
    from leancore.sensor.sample import Sample

# Three forces of 10 bits in one number (``FORCE_ZERO`` added to each), which is negative if the
# sample is late; three rates (``RATE_ZERO`` added). Its kind is its last rate: ``NARROW`` or more.
NARROW_FORM = "<i3B"
# The forces in full, rates as above; everything in full. Kind + 1 if the sample is late.
FORCES_FORM = "<3H3BB"
ALL_FORM = "<6HB"
# The orientation (Q14) of the next sample; kind + 1: of an earlier one, to begin a page with.
ORIENTATION_FORM = "<4hB"
# Before the first sample of a page, after a change of flags, and where the time is not as expected:
# ms from the run's begin to the next sample; least ms from sample to sample from then on (a late
# sample comes 1 ms later); flags of the samples from then on, without ``HAS_Q``.
TIME_FORM = "<IBBB"
NARROW_BYTES = const(7)
FORCES_BYTES = const(10)
ALL_BYTES = const(13)
ORIENTATION_BYTES = const(9)
TIME_BYTES = const(7)
RAW_MOST_BYTES = const(29)  # of a sample, with orientation and time
FORCES = const(0)
ALL = const(2)
ORIENTATION = const(4)
TIME = const(6)
NARROW = const(8)
FORCE_ZERO = const(512)
RATE_ZERO = const(128)
LEAST_MS_MOST = const(255)
_NO_SAMPLE = const(-1)  # in the page yet


class RawRows:
    """Writes the rows of a page into ``buf``; ``rows_at``: the last row written.

    ``free_bytes``: space in the page, for rows and whatever else it holds.
    """

    def __init__(self, buf: bytearray | memoryview) -> None:
        self.buf = buf
        self.free_bytes = self.rows_at = 0
        self._last = [0] * 12  # forces and rates of the last sample, then their changes
        self._last_ms = self._least_ms = 0
        self._last_flags = _NO_SAMPLE

    def begin_rows(self, end: int) -> None:
        """Begin a page, whose rows end at byte ``end``."""
        self.rows_at = end
        self._last_flags = _NO_SAMPLE
        for i in range(12):
            self._last[i] = 0

    def put_raw(self, sample: "Sample", since_ms: int) -> None:
        """Append a raw sample; ``free_bytes`` must be at least ``RAW_MOST_BYTES``."""
        late_ms = since_ms - self._last_ms - self._least_ms
        self._last_ms = since_ms
        if sample.flags != self._last_flags or late_ms >> 1:
            late_ms = self._put_rows_before(sample, since_ms, late_ms)
        last = self._last
        value = sample.ax
        change = value - last[0]
        ax = change - last[6] + FORCE_ZERO
        last[0] = value
        last[6] = change
        value = sample.ay
        change = value - last[1]
        ay = change - last[7] + FORCE_ZERO
        last[1] = value
        last[7] = change
        value = sample.az
        change = value - last[2]
        az = change - last[8] + FORCE_ZERO
        last[2] = value
        last[8] = change
        value = sample.gx
        change = value - last[3]
        gx = change - last[9] + RATE_ZERO
        last[3] = value
        last[9] = change
        value = sample.gy
        change = value - last[4]
        gy = change - last[10] + RATE_ZERO
        last[4] = value
        last[10] = change
        value = sample.gz
        change = value - last[5]
        gz = change - last[11] + RATE_ZERO
        last[5] = value
        last[11] = change
        at = self.rows_at
        if (gx | gy | gz) >> 8:
            at -= ALL_BYTES
            struct.pack_into(
                ALL_FORM, self.buf, at, ax & 0xFFFF, ay & 0xFFFF, az & 0xFFFF,
                gx & 0xFFFF, gy & 0xFFFF, gz & 0xFFFF, ALL + late_ms,
            )  # fmt: skip
        elif (ax | ay | az) >> 10 or gz < NARROW:
            at -= FORCES_BYTES
            struct.pack_into(
                FORCES_FORM, self.buf, at, ax & 0xFFFF, ay & 0xFFFF, az & 0xFFFF,
                gx, gy, gz, FORCES + late_ms,
            )  # fmt: skip
        else:
            at -= NARROW_BYTES
            struct.pack_into(
                NARROW_FORM, self.buf, at, ax | ay << 10 | (az - (late_ms << 10)) << 20, gx, gy, gz
            )
        self.free_bytes -= self.rows_at - at
        self.rows_at = at

    def _put_rows_before(self, sample: "Sample", since_ms: int, late_ms: int) -> int:
        """Write what else differs from the sample before; return how late this one then is."""
        has_q = sample.flags & HAS_Q
        is_first = self._last_flags == _NO_SAMPLE
        if late_ms >> 1 or sample.flags - has_q != self._last_flags:
            self._last_flags = sample.flags - has_q
            self._put_time(since_ms, late_ms)
            late_ms = 0
        if has_q or is_first:
            self.rows_at -= ORIENTATION_BYTES
            self.free_bytes -= ORIENTATION_BYTES
            struct.pack_into(
                ORIENTATION_FORM, self.buf, self.rows_at,
                sample.qw, sample.qx, sample.qy, sample.qz, ORIENTATION + (not has_q),
            )  # fmt: skip
        return late_ms

    def _put_time(self, since_ms: int, late_ms: int) -> None:
        after_ms = self._least_ms + late_ms
        if late_ms < 0 <= after_ms:
            self._least_ms = after_ms
        elif late_ms > 1 and after_ms <= LEAST_MS_MOST:
            self._least_ms = after_ms - 1
        self.rows_at -= TIME_BYTES
        self.free_bytes -= TIME_BYTES
        struct.pack_into(
            TIME_FORM, self.buf, self.rows_at, since_ms, self._least_ms, self._last_flags, TIME
        )
