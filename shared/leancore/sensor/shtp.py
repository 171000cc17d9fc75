"""Parser of the motion sensor's SHTP cargos: bounded, preallocated, in order.

Source: CEVA "Sensor Hub Transport Protocol" 1000-3535 and "SH-2 Reference Manual" 1000-3625. The
reader puts a cargo, header first, into ``buf`` from ``HEADER`` on and gives its length to ``next``,
then calls ``next`` again as long as there is ``more``; ``sample`` is complete whenever it returns
1. Nothing is allocated after construction.
"""

from leancore.hints import TYPE_CHECKING
from leancore.numeric.const import const
from leancore.numeric.ticks import LAST_MS, ticks_diff
from leancore.sensor.cargo import (
    BASE_AT,
    BODY,
    FIRST,
    HEADER,
    NUMBERS_AT,
    NUMBERS_BYTES,
    PAIRING,
    SINGLE_BYTES,
    CargoReader,
)
from leancore.sensor.reports import (
    BASE_TIMESTAMP,
    BIT,
    GAME_ROTATION_VECTOR,
    GYROSCOPE,
    LENGTH_BYTES,
)
from leancore.sensor.sample import A_LIMIT_Q8, CLIPPED, G_LIMIT_Q9, GAP, HAS_A, HAS_G, HAS_Q, Sample
from leancore.sensor.sample_clock import is_possible

if TYPE_CHECKING:
    from leancore.hints import Numbers

_BIG = const(0x4000)  # within ±_BIG no value of a report is at its limit
_BEYOND = const(-0x8000)
_HOLD_MS = const(30)  # a sample waits this long for a missing kind of report
_BEHIND_MS = const(5)  # an orientation older than this belongs to the previous sample
_NEVER = const(1 << 20)
_LATE = const(0xFC)  # these bits of a delay: at least 25.6 ms, more than within a sample


class ShtpParser(CargoReader):
    """Turns cargos into samples; usage: see the module docstring.

    ``wanted``: the reports (``HAS_*``) that complete a sample. The orientation comes less often
    than the others, with some of the samples; if it is sent after them, the sample it is due in
    waits for it. Counters besides those of the cargos: ``lost`` reports by sequence number, and
    ``misdated``.
    """

    def __init__(self, size: int = 512, wanted: int = HAS_A | HAS_G) -> None:
        self.wanted = wanted
        self.sample = Sample()
        self.lost = self._misdated = 0
        super().__init__(size)

    def restart(self) -> None:
        """Forget half-read cargos and samples, for instance after the sensor was reset."""
        super().restart()
        self._have = self._marks = 0
        self._emitted_ms = -_BEHIND_MS
        self._without = self._awaits = 0  # samples without an orientation; how many until one waits

    @property
    def misdated(self) -> int:
        """Reports and samples with an impossible time.

        A rate is dated by its number, a force by its rate; what has neither is dropped.
        """
        return self._misdated + self.clock.odd

    def next(self, count: int = 0, t_ms: int = 0) -> int:
        """Parse until ``sample`` is complete (returns 1) or the cargo is used up (0).

        ``count``: bytes of a new cargo, header included, read at ``t_ms`` (-1 if invalid); 0 to
        continue the last one. Runs three times per sample on the device, so it uses locals.
        """
        buf = self.buf
        int16s = self._int16s
        expected = self._expected
        wanted = self.wanted
        have = self._have
        bit = 0
        if self._is_usual(buf, int16s, count):
            read_ms = t_ms
            base_dms = -int16s[BASE_AT]
            end = HEADER + count
            pos = FIRST
            if count == SINGLE_BYTES:
                bit = self._simply_added(buf, expected, wanted & ~have)
        else:
            if count and not self._take(count, t_ms):
                return -1
            if not self.more:
                return 0
            read_ms = self._read_ms
            base_dms = self._base_dms
            pos = self._pos
            end = self._end
            self.more = False
        if bit:
            t_ms = read_ms + (buf[FIRST + 3] + base_dms + 5) // 10
            have = self._add(buf, int16s, expected, wanted, bit, have, t_ms, read_ms)
        else:
            have = self._parse(
                buf, int16s, expected, wanted, pos, end, have, read_ms, base_dms
            )  # fmt: skip
        if have:
            self._emit(self.sample, have, read_ms)
            return 1
        return 0

    def _is_usual(self, buf: bytearray, int16s: "Numbers", count: int) -> bool:
        """Whether this is a typical cargo: short, complete, of reports, and on time."""
        return (
            count == buf[HEADER]
            and buf[BODY] == BASE_TIMESTAMP
            and buf[HEADER + 2] == 3
            and not buf[BODY + 2] | int16s[BASE_AT + 1]
            and not buf[HEADER + 1] & 0x7F | self._left
            and count > FIRST - HEADER
        )

    def _simply_added(self, buf: bytearray, expected: list[int], missing: int) -> int:
        """The bit of a cargo's only report, if it is the next one of a kind ``missing``; or 0.

        Most are. ``_add`` does the same with them as ``_parse``, in half the time.
        """
        kind = buf[FIRST]
        bit = BIT[kind] & missing
        if bit and (buf[FIRST + 1] != expected[kind] or buf[FIRST + 2] & _LATE or self._pairing):
            bit = 0
        return bit

    def _add(
        self, buf: bytearray, int16s: "Numbers", expected: list[int], wanted: int, bit: int,
        have: int, t_ms: int, read_ms: int,
    ) -> int:  # fmt: skip
        """Add a cargo's only report; return what the sample has once it is complete, else 0."""
        sample = self.sample
        expected[buf[FIRST]] = (buf[FIRST + 1] + 1) & 0xFF
        x = int16s[NUMBERS_AT]
        y = int16s[NUMBERS_AT + 1]
        z = int16s[NUMBERS_AT + 2]
        if bit == HAS_A:
            sample.ax = x
            sample.ay = y
            sample.az = z
        else:
            sample.gx = x
            sample.gy = y
            sample.gz = z
        if bit == HAS_G or not have:  # a sample has the gyroscope's time
            sample.t_ms = t_ms & LAST_MS
        if (x + _BIG | y + _BIG | z + _BIG) & _BEYOND:
            self._look_for_limit(bit, x, y, z)
        have |= bit
        self._have = have
        if have & wanted != wanted or not have & HAS_Q and self._without >= self._awaits:
            have = 0
        elif not (have & HAS_G and self.clock.runs) and self._is_undated(have, read_ms):
            have = self._have = 0
        return have

    def _parse(
        self, buf: bytearray, int16s: "Numbers", expected: list[int], wanted: int, pos: int,
        end: int, have: int, read_ms: int, base_dms: int,
    ) -> int:  # fmt: skip
        """Parse the reports from ``pos`` to ``end``; return what a complete sample has, or 0."""
        sample = self.sample
        while pos < end:
            kind = buf[pos]
            bit = BIT[kind]
            after = pos + LENGTH_BYTES[kind]
            if after > end:
                self._cut(pos, end)
                pos = end
                continue
            if not bit:
                pos = self._take_other(kind, pos, after, end, base_dms)
                base_dms = self._base_dms
                continue
            pairs = self._pairing or buf[pos + 1] != expected[kind]
            if bit != HAS_A or have & bit or not have or pairs:  # a sample has the gyroscope's time
                t_ms = self._time_of(buf, pos, read_ms, base_dms)
                if pairs and self._is_stale(bit, have, t_ms, buf[pos + 1] != expected[kind] >= 0):
                    if have & HAS_G and not self._is_undated(have, read_ms):
                        break  # without force, but no rotation is lost
                    have = 0
                    continue
                is_whole = have & wanted == wanted
                if (
                    have & bit and (is_whole or self._is_overdue(bit, t_ms, read_ms))
                    or is_whole and ticks_diff(t_ms, sample.t_ms) >= _BEHIND_MS
                ):  # fmt: skip
                    if not self._is_undated(have, read_ms):
                        break
                    have = 0
                    continue
                if bit == HAS_Q and not is_possible(t_ms, read_ms):
                    self._misdated += 1  # it came with this sample all the same
                elif bit == HAS_Q and not is_whole and self._is_behind(t_ms):
                    bit = 0  # unused
                elif bit == HAS_G or not have & HAS_G:
                    sample.t_ms = t_ms
            self._count_lost(expected, kind, buf[pos + 1])
            if bit:
                self._take_numbers(sample, int16s, bit, pos)
                if bit == HAS_A and (pairs or buf[pos + 2] & _LATE):
                    t_ms = self._time_of(buf, pos, read_ms, base_dms)
                    self._misdated += not is_possible(t_ms, read_ms)  # it is the rate's that counts
            have |= bit
            pos = after
            if have & wanted == wanted and (have & HAS_Q or self._without < self._awaits):
                if pos < end and buf[pos] == GAME_ROTATION_VECTOR and not have & HAS_Q:
                    continue  # part of this sample or of the next?
                if not self._is_undated(have, read_ms):
                    break
                have = 0
        else:  # the rest of the sample comes in another cargo, or another piece of this one
            self._have = have
            have = 0
        if pos < end or self._left:
            self._leave(pos, end, read_ms, base_dms)
        return have

    def _is_stale(self, bit: int, have: int, t_ms: int, is_lost: bool) -> bool:
        """Whether the reports so far belong to the previous interval.

        Otherwise a lost report, or a start in the middle of an interval, would pair every rate with
        the force of the next interval from then on.
        """
        if bit == HAS_Q or have & bit or not have:
            return False
        if have == HAS_Q and is_lost:  # it belongs to what is lost
            return True
        return 2 * ticks_diff(t_ms, self.sample.t_ms) > self.period_ms

    def _time_of(self, buf: bytearray, pos: int, read_ms: int, base_dms: int) -> int:
        """The time of a report: its cargo's time and its own delay."""
        dms = ((buf[pos + 2] & 0xFC) << 6 | buf[pos + 3]) + base_dms
        return (read_ms + (dms + 5) // 10) & LAST_MS

    def _count_lost(self, expected: list[int], kind: int, sequence: int) -> None:
        if sequence != expected[kind]:
            self._miss(kind, sequence)
        expected[kind] = (sequence + 1) & 0xFF

    def _take_numbers(self, sample: Sample, int16s: "Numbers", bit: int, pos: int) -> None:
        """Copy a report's numbers into the sample."""
        at = self._index_of(pos + 4)
        x = int16s[at]
        y = int16s[at + 1]
        z = int16s[at + 2]
        if bit == HAS_Q:
            sample.qx = x
            sample.qy = y
            sample.qz = z
            sample.qw = int16s[at + 3]
        else:
            if bit == HAS_A:
                sample.ax = x
                sample.ay = y
                sample.az = z
            else:
                sample.gx = x
                sample.gy = y
                sample.gz = z
            if (x + _BIG | y + _BIG | z + _BIG) & _BEYOND:
                self._look_for_limit(bit, x, y, z)

    def _emit(self, sample: Sample, have: int, read_ms: int) -> None:
        """Hand out the sample, as complete as it will get."""
        sample.flags = have | self._marks
        if self._pairing:
            self._pairing -= 1
        self._have = self._marks = 0
        self._emitted_ms = sample.t_ms
        if have & HAS_Q:
            self._without = 0
        else:
            self._without += 1
            if self._without > self._awaits:  # waited in vain
                self._awaits = _NEVER
        if have & HAS_G:
            sample.t_ms = self.clock.date(sample.t_ms, self._expected[GYROSCOPE], read_ms)
        self._running = 1

    def _is_behind(self, t_ms: int) -> bool:
        """Whether an orientation comes after its sample was handed out; it is then dropped.

        The next one will be waited for.
        """
        if ticks_diff(t_ms, self._emitted_ms) >= _BEHIND_MS:
            return False
        granted_us = self.granted_us
        between_us = granted_us[GYROSCOPE] or 1
        self._without = 0
        self._awaits = max(granted_us[GAME_ROTATION_VECTOR] + between_us // 2, 1) // between_us - 1
        return True

    def _index_of(self, pos: int) -> int:
        """Index of the numbers at an offset; copied from an odd one, after an odd report."""
        if not pos & 1:
            return pos >> 1
        buf = self.buf
        for i in range(NUMBERS_BYTES):
            buf[self._apart + i] = buf[pos + i]
        return self._apart >> 1

    def _is_overdue(self, bit: int, t_ms: int, read_ms: int) -> int:
        """Whether a kind repeats while another is missing: hand out the incomplete sample.

        A rate is never dropped, since no rotation must be lost; the others wait.
        """
        if bit == HAS_G:
            return self._running
        if not is_possible(t_ms, read_ms):
            return False  # an impossible time tells nothing
        return self._running and ticks_diff(t_ms, self._emitted_ms) > _HOLD_MS

    def _is_undated(self, have: int, read_ms: int) -> bool:
        """Whether the sample's time is unknown; it is then dropped and counted."""
        clock = self.clock
        if have & HAS_G and clock.runs or is_possible(self.sample.t_ms, read_ms):
            return False
        self._misdated += 1
        self._marks |= GAP
        return True

    def _miss(self, kind: int, sequence: int) -> None:
        """Count lost reports, except before the first of a kind."""
        expected = self._expected[kind]
        if expected >= 0:
            self.lost += (sequence - expected) & 0xFF
            if kind != GAME_ROTATION_VECTOR:
                self._marks |= GAP
                self._pairing = PAIRING

    def _look_for_limit(self, bit: int, x: int, y: int, z: int) -> None:
        limit = A_LIMIT_Q8 if bit == HAS_A else G_LIMIT_Q9
        if not (-limit < x < limit and -limit < y < limit and -limit < z < limit):
            self._marks |= CLIPPED
