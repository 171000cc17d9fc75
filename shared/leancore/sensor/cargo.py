"""Cargos of the motion sensor (SHTP): headers, pieces, and what the sensor says of itself.

Source: CEVA "Sensor Hub Transport Protocol" 1000-3535 and "SH-2 Reference Manual" 1000-3625.
"""

from leancore.hints import TYPE_CHECKING
from leancore.numeric.const import const
from leancore.sensor.reports import (
    ACCELEROMETER,
    BIT,
    CALIBRATION,
    COMMAND_RESPONSE,
    FEATURE_RESPONSE,
    GAME_ROTATION_VECTOR,
    GYROSCOPE,
    are_known,
)
from leancore.sensor.sample import HAS_A, HAS_G, HAS_Q
from leancore.sensor.sample_clock import SampleClock

if TYPE_CHECKING:
    from leancore.hints import Numbers

# The header's place in ``buf``; room before it for a report cut in two. Odd: so that the numbers of
# the reports lie on even places, where two bytes are read as one.
HEADER = const(21)
BODY = const(HEADER + 4)
FIRST = const(BODY + 5)  # the first report, behind the cargo's time
NUMBERS_BYTES = const(8)  # of a report's numbers, at most

_INTERVAL_MIN_US = const(2_500)  # of what the part grants: 400 Hz, and ten seconds
_INTERVAL_MAX_US = const(10_000_000)

CALIBRATION_CONFIRMED = const(8)
ALL_CONFIRMED = HAS_Q | HAS_A | HAS_G | CALIBRATION_CONFIRMED


def int16s_of(buf: bytearray) -> "Numbers":
    """Return the signed 16-bit numbers of ``buf`` by index, in place; faster than from bytes."""
    view = memoryview(buf)
    if hasattr(view, "cast") and memoryview(b"\1\0").cast("h")[0] == 1:
        return view.cast("h")
    from leancore.numeric.int16_view import Int16View  # not on the clip

    return Int16View(buf)


class CargoReader:
    """What a parser of the reports rests on: where in ``buf`` the cargo's reports are.

    ``more``: there may be something in the cargo still. ``malformed`` cargos and ``resets`` of the
    sensor are counted. ``granted_us``: the interval granted for each report id asked for (bus
    order, last answer); ``period_ms``: that of the gyroscope, rounded down, since a sample is
    dated by it. ``confirmed``: the reports that the sensor confirmed (``HAS_*``), and
    ``CALIBRATION_CONFIRMED``; who asks puts it back to 0.
    """

    def __init__(self, size: int) -> None:
        self.clock = SampleClock()
        self._apart = apart = (HEADER + size + 1) & ~1  # a place for numbers that lie oddly
        self.buf = bytearray(apart + NUMBERS_BYTES)
        self._int16s = int16s_of(self.buf)
        self.granted_us = {ACCELEROMETER: 0, GYROSCOPE: 0, GAME_ROTATION_VECTOR: 0}
        self.period_ms = 10
        self.malformed = self.resets = self.confirmed = 0
        self._reset_channel = -1  # the channel of a reset's first cargo, until its second one
        self._doubted_ms = 0
        self._running = 0  # 1: samples have come since the sensor began
        self._expected = [-1] * (GAME_ROTATION_VECTOR + 1)  # sequence numbers that are due, by id
        self.restart()

    def restart(self) -> None:
        """Forget half-read cargos, for instance after the sensor was reset."""
        for kind in self.granted_us:
            self._expected[kind] = -1
        self.clock.begin(self.granted_us[GYROSCOPE])
        self.more = False
        self._pos = self._end = self._carry = self._left = self._channel = 0
        self._lost_place = 0  # 1: in the middle of a cargo, not knowing where a report begins
        self._read_ms = self._base_dms = 0  # the cargo's time, and that of its reports from it
        self._running = self._doubts = 0

    def _take(self, count: int, t_ms: int) -> bool:
        """Start on any cargo; return whether it makes sense. Its reports begin at ``_pos``."""
        buf = self.buf
        length = (buf[HEADER] | buf[HEADER + 1] << 8) & 0x7FFF
        channel = buf[HEADER + 2]
        if count < 4 or length < 4 or length == 0x7FFF or channel > 5:
            return self._refuse_cargo()
        if count > length:
            count = length
        # The bit also stands in a cargo of which only the header was read before.
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
        """It makes no sense; nor does what it might have gone on with."""
        self.malformed += 1
        self._carry = self._left = 0
        self.more = False
        return False

    def _begin_reports(self, count: int, t_ms: int, continued: int) -> None:
        """A cargo of reports, or the rest of one."""
        self._pos = BODY
        self._end = HEADER + count
        if continued:
            self._go_on()
        else:
            self._read_ms = t_ms
            self._base_dms = self._carry = self._lost_place = 0

    def _go_on(self) -> None:
        """The rest of a cargo, in whose first part a report may have been cut in two."""
        if self._lost_place:
            self._find_known(BODY)
            return
        carry = self._carry
        self._carry = 0
        self._pos = BODY - carry
        for i in range(carry):  # from before the header to before the body
            self.buf[BODY - 1 - i] = self.buf[HEADER - 1 - i]

    def _find_known(self, first: int) -> None:
        """Go on, from ``first`` at the earliest, where known reports must begin.

        From there to the end of the cargo there must be known reports only, and those of the
        kinds we asked for must carry the sequence numbers that are due; else the rest is given up.
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
        """A report continues in the next cargo, or the cargo is too short."""
        if not self._left:
            self.malformed += 1
            return
        self._carry = carry = end - pos
        for i in range(carry):
            self.buf[HEADER - carry + i] = self.buf[pos + i]

    def _leave(self, pos: int, end: int, read_ms: int, base_dms: int) -> None:
        """Go on from here with the next call, or with the cargo's next piece."""
        self._pos = pos
        self._end = end
        self._read_ms = read_ms
        self._base_dms = base_dms
        self.more = pos < end

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
        """Half of a reset was heard while samples came, and no sample has come since."""
        return self._doubts == 1 and self.clock.t_ms == self._doubted_ms

    def believe_reset(self) -> None:
        """The other half came, or silence: the sensor was reset."""
        self.malformed -= 1
        self.resets += 1
        self.restart()

    def _note_reset(self, channel: int) -> None:
        """An advertisement and a notice of one reset; either may be all that is heard of it.

        While samples come, one of them alone changes nothing. Real parts send short cargos on
        channel 0 unasked; and a sensor that was reset sends no samples, so silence will tell.
        """
        is_second = self._reset_channel == 1 - channel
        self._reset_channel = -1 if is_second else channel
        if not self._running:
            if not is_second:
                self.resets += 1
            self.restart()
        elif is_second and self.may_be_reset:
            self.believe_reset()
        elif not self.may_be_reset:
            self.malformed += 1
            self._doubts = 1
            self._doubted_ms = self.clock.t_ms
            self._reset_channel = channel

    def _note_done(self, command: int, status: int) -> None:
        """The sensor says what came of a command; 0: done."""
        if command == CALIBRATION and not status:
            self.confirmed |= CALIBRATION_CONFIRMED

    def _note_interval(self, kind: int) -> None:
        """The sensor says in which interval it will send one kind of report.

        Once all was confirmed no answer is due. One that says something else then changes nothing
        while samples come: the clock follows them as they are.
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
