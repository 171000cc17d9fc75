"""Parser of the motion sensor's SHTP cargos: bounded, preallocated, in order.

Source: CEVA "Sensor Hub Transport Protocol" 1000-3535 and "SH-2 Reference Manual" 1000-3625.
The reader puts a cargo, header first, into ``buf`` from ``HEADER`` on and calls ``take``; then
``next`` fills ``sample`` as often as it returns 1. Nothing is allocated after construction.
"""

from leancore.sample import A_LIMIT_Q8, CLIPPED, G_LIMIT_Q9, GAP, HAS_A, HAS_G, HAS_Q, Sample
from leancore.ticks import LAST_MS, ticks_diff

HEADER = 20  # the header's place in ``buf``; room before it for a report cut in two
_BODY = HEADER + 4

ACCELEROMETER = 0x01
GYROSCOPE = 0x02
GAME_ROTATION_VECTOR = 0x08

_BASE_TIMESTAMP = 0xFB
_TIMESTAMP_REBASE = 0xFA
_FEATURE_RESPONSE = 0xFC

# Length of each report by its id; 0 = unknown (SH-2 Reference Manual, section 6.5).
_KNOWN = {
    0x01: 10, 0x02: 10, 0x03: 10, 0x04: 10, 0x05: 14, 0x06: 10, 0x07: 16, 0x08: 12, 0x09: 14,
    0x0A: 8, 0x0B: 8, 0x0C: 6, 0x0D: 6, 0x0E: 6, 0x0F: 16, 0x10: 5, 0x11: 12, 0x12: 6, 0x13: 6,
    0x14: 16, 0x15: 16, 0x16: 16, 0x17: 6, 0x18: 8, 0x19: 6, 0x1A: 6, 0x1B: 8, 0x1C: 6,
    0x1E: 16, 0x1F: 6, 0x20: 6, 0x21: 6, 0x22: 6, 0x23: 6, 0x28: 14, 0x29: 12, 0x2A: 14,
    0x2B: 6, _TIMESTAMP_REBASE: 5, _BASE_TIMESTAMP: 5,
}  # fmt: skip
_LENGTH = bytes([_KNOWN.get(i, 0) for i in range(256)])
_BIT = bytes([{1: HAS_A, 2: HAS_G, 8: HAS_Q}.get(i, 0) for i in range(256)])

_A, _G = A_LIMIT_Q8, G_LIMIT_Q9
_HOLD_MS = 30  # a sample waits this long for a missing kind of report
_MAX_AGE_DMS = 100_000  # 10 s in 100 µs: an older base time is a fault of the bus


class Parser:
    """Turns cargos into samples; see the module's text for the way of use.

    ``wanted``: the reports (``HAS_*``) that make a sample whole. Counters: ``lost`` reports by
    sequence number, ``unknown`` report ids, ``malformed`` cargos, ``resets`` of the sensor.
    ``granted_us``: the interval granted for each report id asked for (bus order, last answer).
    """

    def __init__(self, size=512, wanted=HAS_Q | HAS_A | HAS_G):
        self.buf = bytearray(HEADER + size)
        self.wanted = wanted
        self.sample = Sample()
        self.granted_us = {ACCELEROMETER: 0, GYROSCOPE: 0, GAME_ROTATION_VECTOR: 0}
        self.lost = self.unknown = self.malformed = self.resets = 0
        self._expected = {ACCELEROMETER: -1, GYROSCOPE: -1, GAME_ROTATION_VECTOR: -1}
        self.restart()

    def restart(self):
        """Forget half-read cargos and samples, for instance after the sensor was reset."""
        for kind in self._expected:
            self._expected[kind] = -1
        self._pos = self._end = self._carry = self._left = self._channel = 0
        self._adrift = 0  # 1: in the middle of a cargo, not knowing where a report begins
        self._base_ms = self._base_part_dms = 0
        self._read_ms = 0
        self._have = 0
        self._gap = 0
        self._clipped = 0
        self._emitted_ms = 0
        self._running = 0

    def take(self, count, t_ms):
        """Start on a cargo of ``count`` bytes (header included) that was read at ``t_ms``.

        Returns the cargo's channel, or -1 if it makes no sense.
        """
        buf = self.buf
        length = (buf[HEADER] | buf[HEADER + 1] << 8) & 0x7FFF
        channel = buf[HEADER + 2]
        # The bit also stands in a cargo of which only the header was read before.
        continued = (
            buf[HEADER + 1] & 0x80
            and self._left
            and length - 4 == self._left
            and channel == self._channel
        )
        self._pos = self._end = _BODY
        if count < 4 or length < 4 or length == 0x7FFF or channel > 5:
            self.malformed += 1
            self._carry = self._left = 0
            return -1
        self._channel = channel
        body = (count if count < length else length) - 4
        if channel == 3 or channel == 4:
            self._open_reports(body, length - 4, continued, t_ms)
        elif body > 0:
            self._left = length - 4 - body
            if not continued:
                self._control(channel, body)
        return channel

    def _open_reports(self, body, length, continued, t_ms):
        self._end = _BODY + body
        self._left = length - body
        if not continued:
            self._read_ms = self._base_ms = t_ms
            self._base_part_dms = self._carry = self._adrift = 0
        elif self._adrift:
            self._find_known(_BODY)
        else:
            self._pos = _BODY - self._carry
            for i in range(self._carry):  # from before the header to before the body
                self.buf[_BODY - 1 - i] = self.buf[HEADER - 1 - i]

    def _control(self, channel, body):
        buf = self.buf
        if (channel == 1 and buf[_BODY] == 1) or channel == 0:
            if channel == 1:  # one reset sends both an advertisement and this notice
                self.resets += 1
            self.restart()
        elif channel == 2 and buf[_BODY] == _FEATURE_RESPONSE and body >= 17:
            kind = buf[_BODY + 1]
            if kind in self.granted_us:
                self.granted_us[kind] = (
                    buf[_BODY + 5] | buf[_BODY + 6] << 8 | buf[_BODY + 7] << 16
                )

    def next(self):
        """Go on parsing until ``sample`` is whole (returns 1) or the cargo is used up (0)."""
        buf = self.buf
        pos = self._pos
        while pos < self._end:
            kind = buf[pos]
            length = _LENGTH[kind]
            if pos + length > self._end:
                self._cut(pos)
                return 0
            bit = _BIT[kind]
            if not bit:
                if length:
                    self._pos = pos + length
                    if kind >= _TIMESTAMP_REBASE:
                        self._rebase(pos, kind)
                else:
                    self._skip_unknown(pos)
                pos = self._pos
                continue
            delay_dms = (buf[pos + 2] & 0xFC) << 6 | buf[pos + 3]
            t_ms = self._base_ms + (delay_dms + self._base_part_dms + 5) // 10 & LAST_MS
            have = self._have
            if have & bit and self._is_overdue(t_ms):
                return self._emit()
            self._store(pos, kind, bit, t_ms)
            pos += length
            self._pos = pos
            if (have | bit) & self.wanted == self.wanted:
                return self._emit()
        self._carry = 0
        return 0

    def _rebase(self, pos, kind):
        buf = self.buf
        delta_dms = buf[pos + 1] | buf[pos + 2] << 8 | buf[pos + 3] << 16
        if kind == _TIMESTAMP_REBASE:
            if buf[pos + 4] & 0x80:
                delta_dms -= 1 << 24
        else:
            delta_dms = -delta_dms
        if (buf[pos + 4] not in (0, 0xFF)) or abs(delta_dms) > _MAX_AGE_DMS:
            self.malformed += 1
            return
        if kind == _BASE_TIMESTAMP:
            self._base_ms = self._read_ms
            self._base_part_dms = delta_dms
        else:
            self._base_part_dms += delta_dms

    def _is_overdue(self, t_ms):
        """A kind comes round again while another stays away: give out what there is."""
        return self._running and ticks_diff(t_ms, self._emitted_ms) > _HOLD_MS

    def _store(self, pos, kind, bit, t_ms):
        buf = self.buf
        sample = self.sample
        sequence = buf[pos + 1]
        expected = self._expected[kind]
        if sequence != expected and expected >= 0:
            self.lost += (sequence - expected) & 0xFF
            self._gap = GAP
        self._expected[kind] = (sequence + 1) & 0xFF
        x = buf[pos + 4] | buf[pos + 5] << 8
        y = buf[pos + 6] | buf[pos + 7] << 8
        z = buf[pos + 8] | buf[pos + 9] << 8
        if x & 0x8000:
            x -= 65536
        if y & 0x8000:
            y -= 65536
        if z & 0x8000:
            z -= 65536
        if bit == HAS_Q:
            w = buf[pos + 10] | buf[pos + 11] << 8
            sample.qx = x
            sample.qy = y
            sample.qz = z
            sample.qw = w - 65536 if w & 0x8000 else w
            sample.t_ms = t_ms
        elif bit == HAS_A:
            sample.ax = x
            sample.ay = y
            sample.az = z
            if not (-_A < x < _A and -_A < y < _A and -_A < z < _A):
                self._clipped = CLIPPED
        else:
            sample.gx = x
            sample.gy = y
            sample.gz = z
            if not (-_G < x < _G and -_G < y < _G and -_G < z < _G):
                self._clipped = CLIPPED
        if not self._have & HAS_Q:
            sample.t_ms = t_ms
        self._have |= bit

    def _emit(self):
        sample = self.sample
        sample.flags = self._have | self._gap | self._clipped
        self._have = self._gap = self._clipped = 0
        self._emitted_ms = sample.t_ms
        self._running = 1
        return 1

    def _cut(self, pos):
        """A report continues in the next cargo, or the cargo is too short."""
        self._carry = self._end - pos
        if self._left == 0:
            self.malformed += 1
        else:
            for i in range(self._carry):
                self.buf[HEADER - self._carry + i] = self.buf[pos + i]
        if self._left == 0:
            self._carry = 0
        self._pos = self._end

    def _skip_unknown(self, pos):
        """Step over a report of unknown length."""
        self.unknown += 1
        self._find_known(pos + 1)

    def _find_known(self, first):
        """Go on, from ``first`` at the earliest, where known reports must begin.

        From there to the end of the cargo there must be known reports only, and those of the
        kinds we asked for must carry the sequence numbers that are due; else the rest is given up.
        """
        self._adrift = 1
        self._carry = 0
        self._pos = self._end
        for start in range(first, self._end - 9):
            if _BIT[self.buf[start]] and self._chain(start):
                self._pos = start
                self._adrift = 0
                return

    def _chain(self, pos):
        buf = self.buf
        accelerometer = self._expected[ACCELEROMETER]
        gyroscope = self._expected[GYROSCOPE]
        rotation = self._expected[GAME_ROTATION_VECTOR]
        while pos < self._end:
            kind = buf[pos]
            sequence = buf[pos + 1] if pos + 1 < self._end else -1
            if kind == ACCELEROMETER:
                if sequence != accelerometer:
                    return False
                accelerometer = (accelerometer + 1) & 0xFF
            elif kind == GYROSCOPE:
                if sequence != gyroscope:
                    return False
                gyroscope = (gyroscope + 1) & 0xFF
            elif kind == GAME_ROTATION_VECTOR:
                if sequence != rotation:
                    return False
                rotation = (rotation + 1) & 0xFF
            elif _LENGTH[kind] == 0:
                return False
            pos += _LENGTH[kind]
        return pos == self._end
