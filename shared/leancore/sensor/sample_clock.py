"""The times of the samples, from three sources: arrival, the cargo's time, and the number.

The cargo gives a sample's time as read time, minus base, plus delay. That is exact if the sensor
counts from the read. If it counts from its interrupt, as the manual states, the time is late by the
reader's latency, which varies by some ms; and users have reported negative base times. Lean is
rotation rate × time, so this would become an error of the lean. But the sensor samples with a
steady clock and numbers its samples: a second-order loop (damping 1) follows the reported times
over about 0.6 s and estimates the true interval, which is a few percent off the granted one. A
reported time or number that does not fit is ignored; several that agree restart the loop. Two equal
intervals that take the loop ever farther away are another rate of the sensor: the loop restarts at
once, since every sample until then would rotate the lean by too little or too much. Time never goes
back: it waits for the sensor's.

Source of the loop: Gardner 2005, Phaselock Techniques, 3rd ed., section 2.2.
"""

from leancore.numeric.const import const
from leancore.numeric.ticks import LAST_MS, ticks_diff

_USUAL_Q10 = const(12 << 10)  # ms: farther off, the rate may be another one
_NEAR_Q10 = const(30 << 10)  # maximum delay of a reader, in a pass that wrote to the flash
_FOLLOW = const(5)  # shift: 1/32 of the error goes to the time,
_LEARN = const(12)  # and 1/4096 to the interval: critically damped
_AGREE = const(8)  # so many samples that do not fit restart the loop
_SILENT_MS = const(200)  # between two reads: what happened in between is unknown
_SLOWEST_US = const(100_000)
_SLOWEST_Q10 = const(102_400)
_SHORTEST_MS = const(3)  # shorter intervals are of samples that had to wait to be read
_AHEAD_MS = const(6)  # our time is not farther after a read than this, plus an interval
_SAME_MS = const(2)  # intervals that differ by less are equal
_BACK_MS = const(100)
_SOONER_MS = const(20)
_SPAN_MS = const(1020)


class SampleClock:
    """``t_ms``: time of the last sample; ``runs``: 1 once the loop tracks it.

    ``odd`` counts samples whose time or number did not fit.
    """

    def __init__(self) -> None:
        self.t_ms = self.odd = 0
        self.begin(0)

    def begin(self, granted_us: int) -> None:
        """Restart, with the granted interval (0: unknown)."""
        if granted_us > _SLOWEST_US:
            granted_us = 0
        self._granted_q10 = self._interval_q10 = granted_us * 128 // 125
        self._rest_q10 = self._reported_ms = self._read_ms = self._number = 0
        self._doubts = self._doubt_ms = self._doubt_number = self._newer_ms = self.runs = 0
        self._waits = 1  # 0 once the loop runs and time is not ahead of the sensor's

    def date(self, reported_ms: int, number: int, read_ms: int) -> int:
        """Return the time of a sample, given its reported time, its number and the read time."""
        if not is_possible(reported_ms, read_ms):
            reported_ms = read_ms
            self.odd += 1
        newer_ms = ticks_diff(reported_ms, self._reported_ms)
        silent_ms = (read_ms - self._read_ms) & LAST_MS
        count = (number - self._number) & 0xFF
        self._reported_ms = reported_ms
        self._read_ms = read_ms
        self._number = number
        if silent_ms > _SILENT_MS or self._waits:
            return self._begin_at(reported_ms)
        interval_q10 = self._interval_q10
        step_q10 = interval_q10
        if silent_ms < _SHORTEST_MS and newer_ms < _SHORTEST_MS:  # late ones: use the numbers
            if not count or ticks_diff(self.t_ms, read_ms) >= _AHEAD_MS:
                return self.t_ms  # one of many with the same time
        else:
            off_q10 = (ticks_diff(reported_ms, self.t_ms) << 10) - self._rest_q10 - interval_q10
            more_q10 = (count - 1) * interval_q10
            if more_q10 and abs(off_q10) < abs(off_q10 - more_q10):
                more_q10 = 0  # the number is wrong
                self.odd += 1
            off_q10 -= more_q10
            if -_USUAL_Q10 <= off_q10 <= _USUAL_Q10:
                self._doubts = 0
                follows = 1
            else:
                follows = self._follows(newer_ms, count, off_q10, reported_ms)
                if follows < 0:
                    return self._begin_at(reported_ms)
            if follows:
                self._interval_q10 = interval_q10 + (off_q10 >> _LEARN)
                step_q10 += more_q10 + (off_q10 >> _FOLLOW)
        step_q10 += self._rest_q10
        self._rest_q10 = step_q10 & 0x3FF
        self.t_ms = t_ms = (self.t_ms + (step_q10 >> 10)) & LAST_MS
        return t_ms

    def _follows(self, newer_ms: int, count: int, off_q10: int, reported_ms: int) -> int:
        """Whether the loop follows a time that is far off: 1 yes, 0 no, -1: it restarts there.

        Late ones that come sooner than samples can are being caught up with: their numbers count.
        """
        if off_q10 > 0 and newer_ms << 13 < self._interval_q10 * 7:
            return 0
        if self._is_other_rate(newer_ms, count, off_q10):
            return -1
        if -_NEAR_Q10 <= off_q10 <= _NEAR_Q10:
            self._doubts = -1
            return 1
        return -1 if self._doubts_end(reported_ms) else 0

    def _doubts_end(self, reported_ms: int) -> bool:
        """A reported time fits no number: keep our own time, until many of them contradict it."""
        self.odd += 1
        if self._doubts <= 0:
            self._doubts = 0
            self._doubt_ms = reported_ms
            self._doubt_number = self._number
        self._doubts += 1
        if self._doubts < _AGREE:
            return False
        count = (self._number - self._doubt_number) & 0xFF or 1
        interval_q10 = (ticks_diff(reported_ms, self._doubt_ms) << 10) // count
        off_q10 = interval_q10 - self._granted_q10
        if -self._granted_q10 <= off_q10 * 8 <= self._granted_q10:
            interval_q10 = self._granted_q10
        if 0 < interval_q10 <= _SLOWEST_Q10:
            self._interval_q10 = interval_q10
        return True

    def _is_other_rate(self, newer_ms: int, count: int, off_q10: int) -> bool:
        """Whether two equal intervals in a row explain why the loop is far off; take that interval.

        If it is a multiple of the old one, or a fraction, that is more exact than the two.
        """
        before_ms = self._newer_ms if self._doubts else 0
        if count != 1:
            newer_ms = 0
        self._newer_ms = newer_ms
        if newer_ms < _SHORTEST_MS or not -_SAME_MS <= newer_ms - before_ms <= _SAME_MS:
            return False
        interval_q10 = newer_ms + before_ms << 9
        old_q10 = self._interval_q10
        longer = interval_q10 if off_q10 > 0 else old_q10
        shorter = old_q10 + interval_q10 - longer
        if 3 * longer < 4 * shorter:
            return False
        times = (longer + shorter // 2) // shorter
        if abs(longer - times * shorter) * 7 <= longer:
            interval_q10 = old_q10 * times if off_q10 > 0 else old_q10 // times
        self._interval_q10 = interval_q10
        return True

    def _begin_at(self, reported_ms: int) -> int:
        """Restart at a reported time; if ours is ahead, it waits for the next ones."""
        self._rest_q10 = self._doubts = 0
        if self.runs and 0 <= ticks_diff(self.t_ms, reported_ms) < _BACK_MS:
            self._waits = 1
            self.t_ms = (self.t_ms + 1) & LAST_MS
        else:
            self.runs = 1 if self._interval_q10 else 0
            self._waits = 1 - self.runs
            self.t_ms = reported_ms
        return self.t_ms


def is_possible(reported_ms: int, read_ms: int) -> bool:
    """Whether a sample can have this time: shortly before its read, up to a second before if cargos
    were delayed, or slightly after, since the sensor may count from its interrupt.
    """
    return (read_ms - reported_ms + _SOONER_MS) & LAST_MS <= _SPAN_MS
