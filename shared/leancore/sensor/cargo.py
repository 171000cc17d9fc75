"""Cargos of the motion sensor (SHTP): headers, pieces, and control messages.

Source: CEVA "Sensor Hub Transport Protocol" 1000-3535 and "SH-2 Reference Manual" 1000-3625.
"""

from leancore.hints import TYPE_CHECKING
from leancore.numeric.const import const
from leancore.sensor.reports import (
    ACCELEROMETER,
    BASE_TIMESTAMP,
    BIT,
    CALIBRATION,
    COMMAND_RESPONSE,
    FEATURE_RESPONSE,
    GAME_ROTATION_VECTOR,
    GYROSCOPE,
    TIMESTAMP_REBASE,
    UNDOCUMENTED,
    UNDOCUMENTED_BYTES,
    are_known,
)
from leancore.sensor.sample import HAS_A, HAS_G, HAS_Q
from leancore.sensor.sample_clock import SampleClock

if TYPE_CHECKING:
    from leancore.hints import Numbers

# Offset of the header in ``buf``, with room before it for a split report. Odd, so that the numbers
# of the reports are at even offsets, where two bytes are read as one.
HEADER = const(21)
BODY = const(HEADER + 4)
FIRST = const(BODY + 5)  # the first report, after the cargo's time
BASE_AT = const(BODY + 1 >> 1)  # index of the base time, of two numbers
NUMBERS_AT = const(FIRST + 4 >> 1)  # index of the first report's numbers, two bytes each
SINGLE_BYTES = const(FIRST + 10 - HEADER)  # of a cargo with one report, of force or rate
NUMBERS_BYTES = const(8)  # of a report's numbers, at most
PAIRING = const(16)  # samples after a loss in which forces and rates are paired again

_LATE_DMS = const(256)  # a base this old: the times of the forces are looked at
_MAX_AGE_DMS = const(100_000)  # 10 s in 100 µs: an older base time is a bus error
_INTERVAL_MIN_US = const(2_500)  # limits of a granted interval: 400 Hz to ten seconds
_INTERVAL_MAX_US = const(10_000_000)

CALIBRATION_CONFIRMED = const(8)
ALL_CONFIRMED = HAS_Q | HAS_A | HAS_G | CALIBRATION_CONFIRMED


def int16s_of(buf: bytearray) -> "Numbers":
    """Return a view of ``buf`` as signed 16-bit numbers; faster than from bytes."""
    view = memoryview(buf)
    if hasattr(view, "cast") and memoryview(b"\1\0").cast("h")[0] == 1:
        return view.cast("h")
    from leancore.numeric.int16_view import Int16View  # not on the clip

    return Int16View(buf)


class CargoReader:
    """Base of the report parser: locates the reports of a cargo in ``buf``.

    ``more``: the cargo may hold further reports. ``malformed`` cargos, ``unknown`` report ids and
    ``resets`` of the sensor are counted. ``granted_us``: last granted interval of each requested
    report id; ``period_ms``: that of the gyroscope, rounded down, since the gyroscope dates a
    sample. ``confirmed``: reports that the sensor confirmed (``HAS_*``), and
    ``CALIBRATION_CONFIRMED``; the requester resets it to 0.
    """

    def __init__(self, size: int) -> None:
        self.clock = SampleClock()
        self._apart = apart = (HEADER + size + 1) & ~1  # for numbers at an odd offset
        self.buf = bytearray(apart + NUMBERS_BYTES)
        self._int16s = int16s_of(self.buf)
        self.granted_us = {ACCELEROMETER: 0, GYROSCOPE: 0, GAME_ROTATION_VECTOR: 0}
        self.period_ms = 10
        self.malformed = self.unknown = self.resets = self.confirmed = 0
        self._reset_channel = -1  # the channel of a reset's first cargo, until its second one
        self._doubted_ms = 0
        self._running = 0  # 1: samples have arrived since the sensor started
        self._expected = [-1] * (GAME_ROTATION_VECTOR + 1)  # expected sequence numbers, by id
        self.restart()

    def restart(self) -> None:
        """Forget half-read cargos, for instance after the sensor was reset."""
        for kind in self.granted_us:
            self._expected[kind] = -1
        self.clock.begin(self.granted_us[GYROSCOPE])
        self.more = False
        self._pos = self._end = self._carry = self._left = self._channel = 0
        self._lost_place = 0  # 1: inside a cargo, and the start of the next report is unknown
        self._read_ms = self._base_dms = 0  # the cargo's time, and the base of its reports
        self._running = self._doubts = 0
        self._pairing = PAIRING

    def _take(self, count: int, t_ms: int) -> bool:
        """Start a cargo; return whether it is valid. Its reports begin at ``_pos``."""
        buf = self.buf
        length = (buf[HEADER] | buf[HEADER + 1] << 8) & 0x7FFF
        channel = buf[HEADER + 2]
        if count < 4 or length < 4 or length == 0x7FFF or channel > 5:
            return self._refuse_cargo()
        if count > length:
            count = length
        # The bit is also set in a cargo of which only the header was read before.
        continued = (
            self._left == length - 4 > 0 and channel == self._channel and buf[HEADER + 1] & 0x80
        )
        self._channel = channel
        self.more = channel == 3 or channel == 4
        if self.more:
            self._left = length - count
            self._begin_reports(count, t_ms, continued)
        elif count > 4:
            if not continued:
                self._control(channel, count - 4)
            self._left = length - count
            self._channel = channel
        return True

    def _refuse_cargo(self) -> bool:
        """Discard an invalid cargo, and what it may continue."""
        self.malformed += 1
        self._carry = self._left = 0
        self.more = False
        return False

    def _begin_reports(self, count: int, t_ms: int, continued: int) -> None:
        """Start a cargo of reports, or the rest of one."""
        self._pos = BODY
        self._end = HEADER + count
        if continued:
            self._go_on()
        else:
            self._read_ms = t_ms
            self._base_dms = self._carry = self._lost_place = 0

    def _go_on(self) -> None:
        """Continue a cargo whose first part may end in the middle of a report."""
        if self._lost_place:
            self._find_known(BODY)
            return
        carry = self._carry
        self._carry = 0
        self._pos = BODY - carry
        for i in range(carry):  # from before the header to before the body
            self.buf[BODY - 1 - i] = self.buf[HEADER - 1 - i]

    def _find_known(self, first: int) -> None:
        """Resynchronise at the first place from ``first`` on where known reports must begin.

        From there to the end of the cargo there must be only known reports, and the requested kinds
        must carry the expected sequence numbers; otherwise the rest is discarded.
        """
        self._lost_place = 1
        self._carry = 0
        self._pos = self._end
        for start in range(first, self._end - 9):
            if BIT[self.buf[start]] and self._chain(start):
                self._pos = start
                self._lost_place = 0
                return

    def _chain(self, pos: int) -> bool:
        return are_known(self.buf, pos, self._end, self._expected)

    def _cut(self, pos: int, end: int) -> None:
        """Handle a cut report: it continues in the next cargo, or the cargo is too short."""
        if not self._left:
            self.malformed += 1
            return
        self._carry = carry = end - pos
        for i in range(carry):
            self.buf[HEADER - carry + i] = self.buf[pos + i]

    def _leave(self, pos: int, end: int, read_ms: int, base_dms: int) -> None:
        """Save the position for the next call, or for the cargo's next piece."""
        self._pos = pos
        self._end = end
        self._read_ms = read_ms
        self._base_dms = base_dms
        self.more = pos < end

    def _take_other(self, kind: int, pos: int, after: int, end: int, base_dms: int) -> int:
        """Skip something that was not requested; return where to continue."""
        self._end = end
        self._base_dms = base_dms
        if after == pos:
            self.unknown += 1
            if kind == UNDOCUMENTED and self._chain(pos + UNDOCUMENTED_BYTES):
                return pos + UNDOCUMENTED_BYTES
            self._find_known(pos + 1)
            return self._pos
        if kind >= TIMESTAMP_REBASE:
            self._rebase(kind, pos)
        return after

    def _rebase(self, kind: int, pos: int) -> None:
        buf = self.buf
        delta_dms = buf[pos + 1] | buf[pos + 2] << 8 | buf[pos + 3] << 16
        high = buf[pos + 4]
        if high & 0x80:  # seen on real parts: negative bases, slightly after the interrupt
            delta_dms -= 1 << 24
        if (high and high != 0xFF) or not -_MAX_AGE_DMS <= delta_dms <= _MAX_AGE_DMS:
            self.malformed += 1
        elif kind == BASE_TIMESTAMP:
            self._base_dms = -delta_dms
        else:
            self._base_dms += delta_dms
        if self._base_dms < -_LATE_DMS and not self._pairing:
            self._pairing = 1

    def _control(self, channel: int, body: int) -> None:
        buf = self.buf
        if (channel == 1 and buf[BODY] == 1) or channel == 0:
            self._note_reset(channel)
        elif channel == 2 and buf[BODY] == FEATURE_RESPONSE and body >= 17:
            self._note_interval(buf[BODY + 1])
        elif channel == 2 and buf[BODY] == COMMAND_RESPONSE and body >= 6:
            self._note_done(buf[BODY + 2], buf[BODY + 5])

    @property
    def may_be_reset(self) -> bool:
        """Whether half of a reset was received between samples, with no sample since."""
        return self._doubts == 1 and self.clock.t_ms == self._doubted_ms

    def accept_reset(self) -> None:
        """Accept the reset: its other half came, or the sensor fell silent."""
        self.malformed -= 1
        self.resets += 1
        self.restart()

    def _note_reset(self, channel: int) -> None:
        """Note one half of a reset (advertisement or notice); the other half may be lost.

        While samples arrive, one half alone has no effect: real parts send unsolicited short cargos
        on channel 0, and a sensor that was reset sends no samples, so silence will confirm it.
        """
        is_second = self._reset_channel == 1 - channel
        self._reset_channel = -1 if is_second else channel
        if not self._running:
            if not is_second:
                self.resets += 1
            self.restart()
        elif is_second and self.may_be_reset:
            self.accept_reset()
        elif not self.may_be_reset:
            self.malformed += 1
            self._doubts = 1
            self._doubted_ms = self.clock.t_ms
            self._reset_channel = channel

    def _note_done(self, command: int, status: int) -> None:
        """Note the sensor's response to a command; status 0: done."""
        if command == CALIBRATION and not status:
            self.confirmed |= CALIBRATION_CONFIRMED

    def _note_interval(self, kind: int) -> None:
        """Note the granted interval of one kind of report.

        Once everything is confirmed no response is expected. A different one is then ignored while
        samples arrive: the clock follows the samples themselves.
        """
        if kind not in self.granted_us:
            return
        buf = self.buf
        us = buf[BODY + 5] | buf[BODY + 6] << 8 | buf[BODY + 7] << 16
        is_due = self.confirmed != ALL_CONFIRMED or not self._running
        if buf[BODY + 8] or us > _INTERVAL_MAX_US or not is_due and us != self.granted_us[kind]:
            self.malformed += 1
            return
        if not is_due:
            return
        self.granted_us[kind] = us
        self.confirmed |= BIT[kind]
        if kind == GYROSCOPE and us >= _INTERVAL_MIN_US:
            self.period_ms = us // 1000
            self.clock.begin(us)
