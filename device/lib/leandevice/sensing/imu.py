"""The motion sensor: brought up by Adafruit's driver, read by our own bounded reader.

The driver's properties drain the bus without bound, allocate, forget times, and after a reset
of the sensor go on returning its last value; so after bring-up only its bus device is used.
"""

import struct

from leancore.numeric.const import const
from leancore.numeric.ticks import ticks_add, ticks_diff
from leancore.sensor.cargo import FIRST, HEADER
from leancore.sensor.reports import ACCELEROMETER, GAME_ROTATION_VECTOR, GYROSCOPE
from leancore.sensor.sample import HAS_A, HAS_G, HAS_Q
from leancore.sensor.shtp import ShtpParser

REPORTS = (GAME_ROTATION_VECTOR, ACCELEROMETER, GYROSCOPE)
CARGOS_MAX = const(8)  # per pass, whatever the sensor sends
NEVER_MS = const((1 << 28) - 1)  # the age of a sample that never came

ABSENT = const(0)
RUNNING = const(1)
RESETTING = const(2)
ENABLING = const(3)

_CARGO_MAX = const(288)  # a read: the advertisement of 276 fits in, more comes in pieces
_TIME = const(9)  # bytes of header and time: a cargo of reports is longer
_SHORT = const(64)  # a cargo of some reports; a longer one will not come again
# What a cargo may follow, beside a report of the kind asked for: nothing in this pass, nothing and
# hardly anything is there yet, anything else.
_BEGIN = const(0)
_EARLY = const(14)
_OTHER = const(15)
_NOTHING = const(0x7FFF)  # length of a cargo on a bus that reads 0xFF
_DECIDING = HAS_Q | HAS_A  # what every decision needs
_SILENCE_MS = const(600)  # without a sample: recover
_DOZING_US = const(100000)
_DOZING_SILENCE_MS = const(2000)
_BOOT_MS = const(300)  # from a reset to the sensor's readiness
_CONFIRM_MS = const(400)  # from asking for reports to samples
_RESET_CARGO = bytes((5, 0, 1, 0, 1))  # channel 1 (executable): reset
_FEATURE_BYTES = const(21)
# A transfer that fails takes microseconds; on a bus that hangs it takes a second.
_HANGS_MS = const(500)
# Between two tries to free a bus, so that the clip lives meanwhile: a fault's buzz fits in.
_REST_MS = const(750)


class Imu:
    """``parser.sample`` after ``next``.

    ``sensor``: as ``SensorBringup``; ``interval_us``: between reports. ``cargos``: how many
    ``next`` may still read. ``early``: the next sample is hardly there, so ask with a short read.
    ``sample_ms``: time of the last sample that can decide. ``hangs``: the
    last transfer hung, and none is made until the bus has been freed. Counters: ``bus_errors``,
    ``recoveries``.
    """

    def __init__(self, clock, sensor, interval_us, reset_pin=None):
        self._ticks_ms = clock.ticks_ms
        self._sensor = sensor
        self.interval_us = interval_us
        self._reset_pin = reset_pin
        self.parser = ShtpParser(_CARGO_MAX)
        self.state = ABSENT
        self.bus_errors = self.recoveries = 0
        self.hangs = False
        self.cargos = 0
        self.early = False
        self._needed = _DECIDING
        self._dozes = False
        self._device = None
        self._seen = False
        self.sample_ms = self._until_ms = self._free_ms = 0
        self._resets_seen = 0
        self._command = bytearray(_FEATURE_BYTES)
        self._sequence = 0
        self._follows = bytearray(16)  # by what it follows: length of the last such cargo

    def bring_up(self):
        """Start the sensor with the driver (1 s, up to 15 s); return whether it worked."""
        try:
            self._device = self._sensor.bring_up()
        except OSError:
            self.bus_errors += 1
            self._wait(RESETTING, self._ticks_ms(), _BOOT_MS)
            return False
        self._enable(self._ticks_ms())
        return True

    def ask(self, interval_us):
        """Have the reports come every ``interval_us`` from now on."""
        if interval_us != self.interval_us:
            self.interval_us = interval_us
            if self.state == RUNNING and not self._dozes:
                self._enable(self._ticks_ms())

    def doze(self, dozes):
        """Have the sensor send its acceleration alone, seldom; or everything again."""
        self._dozes = dozes
        self._needed = HAS_A if dozes else _DECIDING
        self.parser.wanted = HAS_A if dozes else HAS_Q | HAS_A | HAS_G
        self._enable(self._ticks_ms())

    def age_ms(self, now_ms):
        """Age of the last sample that can decide; ``NEVER_MS`` before the first."""
        return ticks_diff(now_ms, self.sample_ms) if self._seen else NEVER_MS

    def next(self):
        """Go to the next sample; False if there is none for now, or ``cargos`` is used up.

        The length of a cargo stands in its header, so each takes two reads. But the kind of the
        report that was read tells how long the next cargo is, as it was the last time: one read
        does, and a second one where it is longer than that. Three cargos a sample on the clip: no
        call that can be spared.
        """
        parser = self.parser
        whole = parser.next() if parser.more else 0
        if not whole:
            device = self._device
            if device is None or self.hangs:
                return False
            buf = parser.buf
            follows = self._follows
            kind = _EARLY if self.early else _BEGIN
            self.early = False
            left = self.cargos
            read_ms = self._ticks_ms()
            try:
                with device as bus:
                    while left:
                        left -= 1
                        count = follows[kind]
                        bus.readinto(buf, start=HEADER, end=HEADER + (count or 4))
                        if not count or buf[HEADER] != count or buf[HEADER + 1]:
                            length = (buf[HEADER] | buf[HEADER + 1] << 8) & 0x7FFF
                            if kind != _EARLY and (length > 4 or kind != _BEGIN):
                                follows[kind] = length if _TIME < length < _SHORT else 0
                            if length <= 4:
                                break
                            if length != _NOTHING and length > count:
                                count = self._read_on(bus, buf, count, length)
                            else:
                                count = length
                        whole = parser.next(count, read_ms)
                        if whole:
                            break
                        kind = buf[FIRST] & 15 if count > FIRST - HEADER else _OTHER
                        read_ms = self._ticks_ms()
            except OSError:
                self._failed(read_ms)
            self.cargos = left
            if whole <= 0:
                return False
        sample = parser.sample
        needed = self._needed
        if sample.flags & needed == needed:  # without orientation or force it proves no health
            self.sample_ms = sample.t_ms
            self._seen = True
            self.state = RUNNING
        return True

    def _read_on(self, bus, buf, count, length):
        """Of a cargo of ``length`` bytes ``count`` were read: have it in ``buf`` as far as it fits.

        What is left comes with a header of its own, in whose place the bytes before it belong.
        Return how much there is.
        """
        most = length if length < _CARGO_MAX else _CARGO_MAX
        if not count:  # its header alone was read, which comes again
            bus.readinto(buf, start=HEADER, end=HEADER + most)
            return most
        at = HEADER + count - 4
        a = buf[at]
        b = buf[at + 1]
        c = buf[at + 2]
        d = buf[at + 3]
        bus.readinto(buf, start=at, end=HEADER + most)
        if (buf[at] | buf[at + 1] << 8) & 0x7FFF == length - count + 4:
            count = most  # else it is another cargo: the sensor was reset meanwhile
        buf[at] = a
        buf[at + 1] = b
        buf[at + 2] = c
        buf[at + 3] = d
        return count

    def _failed(self, began_ms):
        self.bus_errors += 1
        now_ms = self._ticks_ms()
        if ticks_diff(now_ms, began_ms) >= _HANGS_MS:
            self.hangs = True
            self._free_ms = now_ms

    def check_health(self, now_ms):
        """Look after a bus that hangs, and a sensor that was reset or is silent."""
        if self.hangs:
            if ticks_diff(now_ms, self._free_ms) >= 0:
                self._free_bus()
            return
        if self.parser.resets != self._resets_seen:
            self._resets_seen = self.parser.resets
            self._enable(now_ms)
        elif self.state == RUNNING:
            if self.age_ms(now_ms) > (_DOZING_SILENCE_MS if self._dozes else _SILENCE_MS):
                self.recoveries += 1
                self._reset(now_ms)
        elif ticks_diff(now_ms, self._until_ms) >= 0:
            if self.state == RESETTING:
                self._enable(now_ms)
            else:
                self._reset(now_ms)

    def _wait(self, state, now_ms, ms):
        self.state = state
        self._until_ms = ticks_add(now_ms, ms)

    def _reset(self, now_ms):
        self.parser.restart()
        self._sequence = 0
        if self._device is None:
            self._find()
        if self._reset_pin is not None:
            self._reset_pin.value = False
            self._reset_pin.value = True
        else:
            self._write(_RESET_CARGO)
        self._wait(RESETTING, now_ms, _BOOT_MS)

    def _free_bus(self):
        """A part holds the data line, in the middle of a byte it believes to be sending."""
        try:
            self._device = self._sensor.clear_bus()
        except OSError:
            self.bus_errors += 1
            self._free_ms = ticks_add(self._ticks_ms(), _REST_MS)
            return
        self.hangs = False
        self._wait(ENABLING, self._ticks_ms(), _CONFIRM_MS)  # it may just go on

    def _find(self):
        """The sensor was absent at the start: its bus device may be had now."""
        try:
            self._device = self._sensor.bus_device()
        except OSError:
            self.bus_errors += 1

    def _enable(self, now_ms):
        """Ask for all reports again; samples will confirm it."""
        command = self._command
        for report in REPORTS:
            command[0] = _FEATURE_BYTES
            command[2] = 2  # control channel
            command[3] = self._sequence
            command[4] = 0xFD  # set feature
            command[5] = report
            struct.pack_into("<I", command, 9, self._interval_us_of(report))
            self._sequence = (self._sequence + 1) & 0xFF
            if not self._write(command):
                break  # on a bus that hangs each try takes a second
        self._wait(ENABLING, now_ms, _CONFIRM_MS)

    def _interval_us_of(self, report):
        if not self._dozes:
            return self.interval_us
        return _DOZING_US if report == ACCELEROMETER else 0

    def _write(self, data):
        """Return whether the sensor took it."""
        if self._device is None or self.hangs:
            return False
        began_ms = self._ticks_ms()
        try:
            with self._device as bus:
                bus.write(data)
        except OSError:
            self._failed(began_ms)
            return False
        return True
