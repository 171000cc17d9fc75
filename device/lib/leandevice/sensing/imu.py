"""The motion sensor: started by Adafruit's driver, read by our own bounded reader.

The driver's properties read the bus without a bound, allocate, discard times, and keep returning
the last value after the sensor was reset; so after the start only its bus device is used.
"""

import struct

from leancore.hints import TYPE_CHECKING
from leancore.numeric.const import const
from leancore.numeric.ticks import LAST_MS, ticks_add, ticks_diff
from leancore.sensor.cargo import ALL_CONFIRMED, FIRST, HEADER
from leancore.sensor.reports import ACCELEROMETER, GAME_ROTATION_VECTOR, GYROSCOPE
from leancore.sensor.sample import HAS_A, HAS_G, HAS_Q
from leancore.sensor.shtp import ShtpParser

from leandevice.sensing.motion_sensor import LAST, MORE, NEVER_MS, NONE

if TYPE_CHECKING:
    from leancore.sensor.sample import Sample

    from leandevice.interfaces import BusDevice, BusDevices, Clock, OutputPin, SensorHealth

_REPORTS = (GAME_ROTATION_VECTOR, ACCELEROMETER, GYROSCOPE)

_CARGO_MAX = const(288)  # per read: fits the advertisement of 276; more comes in pieces
_TIME = const(9)  # bytes of header and time; a cargo of reports is longer
_SHORT = const(64)  # a cargo of a few reports; longer ones are not repeated
# What a cargo may follow, besides a requested report: nothing in this pass; nothing, polled early;
# anything else.
_BEGIN = const(0)
_EARLY = const(14)
_OTHER = const(15)
_NOTHING = const(0x7FFF)  # length of a cargo on a bus that reads 0xFF
# The chip's orientation is requested at this low rate: ours is used, and compared with it some
# fifteen times a second. In every sample it would cost bus and parser one ms in ten.
_ORIENTATION_US = const(40_000)
_ORIENTED_MS = const(150)  # a sample counts as healthy if the last orientation is no older
_PACE_LEAST = const(7)  # tenths of the requested interval: there is no time for more samples
_PACE_MOST = const(13)  # the sensor grants 11 tenths at most: a slower one was misread
_SILENCE_MS = const(600)  # without a sample: recover
_RESET_SILENCE_MS = const(200)  # the same, after half of a reset was received
_STANDBY_US = const(100000)
_STANDBY_SILENCE_MS = const(2000)
_BOOT_MS = const(300)  # from a reset until the sensor is ready
_CONFIRM_MS = const(400)  # from requesting reports to samples
_RESET_CARGO = bytes((5, 0, 1, 0, 1))  # channel 1 (executable): reset
_FEATURE_BYTES = const(21)
# Channel 2, command request 0x07 ("configure ME calibration", SH-2 Reference Manual 1000-3625,
# section 6.4.7): disable automatic calibration of accelerometer, gyroscope and magnetometer. By
# default the sensor calibrates its accelerometer while it is worn. It may mistake motion for rest,
# and users saw the calibration corrupted by stamping feet; a runner stamps three times a second. An
# offset of 0.3 m/s² that appears during a run shifts the lean by 1.7°; a constant one cancels,
# because lean is relative to a stand measured by the same sensor. We estimate the gyroscope's bias
# ourselves; the sensor's in-hand calibration might mistake a long curve for bias, and its
# calibration at rest on a table stays on anyway. The magnetometer is not used.
_CALIBRATE = bytes((16, 0, 2, 0, 0xF2, 0, 7, 0, 0, 0, 0, 0, 0, 0, 0, 0))
_TRIES = const(2)  # a sensor that does not confirm its settings is used anyway
# A failed transfer takes microseconds; on a hung bus it takes a second.
_HANGS_MS = const(500)
# Between two attempts to free a bus, so that the clip stays responsive: a fault's buzz fits in.
_REST_MS = const(750)


class Imu:
    """The sensor as ``interfaces.MotionSensor``, which is all that the program knows of it.

    ``sensor``: like ``SensorBringup``; ``interval_us``: between reports.
    """

    def __init__(
        self,
        clock: "Clock",
        sensor: "BusDevices",
        interval_us: int,
        reset_pin: "OutputPin | None" = None,
    ) -> None:
        self._ticks_ms = clock.ticks_ms
        self._sensor = sensor
        self.interval_us = self._pace_us = interval_us
        self._reset_pin = reset_pin
        self._parser = ShtpParser(_CARGO_MAX)
        self.sample = self._parser.sample
        self.health: SensorHealth = self._parser
        self.period_ms = self._parser.period_ms
        self.running = self.hangs = self.in_standby = self.early = False
        self.reads_left = self.bus_errors = 0
        self.sample_ms = self._until_ms = self._free_ms = 0
        self._boots = False  # a reset was requested; reports are requested after it
        self._oriented_ms = 0
        self._device: BusDevice | None = None
        self._seen = False
        self._resets_seen = self._asked_again = self.unconfirmed = 0
        self._command = bytearray(_FEATURE_BYTES)
        self._calibrate = bytearray(_CALIBRATE)
        self._sequence = 0
        self._follows = bytearray(16)  # length of the last cargo, by what it followed

    def bring_up(self) -> bool:
        """Start the sensor with the driver (1 s, up to 15 s); return whether it worked."""
        self.sample_ms = ticks_add(self._ticks_ms(), -_SILENCE_MS)  # none so far
        try:
            self._device = self._sensor.bring_up()
        except OSError:
            self.bus_errors += 1
            self._wait(True, self._ticks_ms(), _BOOT_MS)
            return False
        self._enable(self._ticks_ms())
        return True

    def ask(self, interval_us: int) -> None:
        """Request reports every ``interval_us`` from now on."""
        if interval_us != self.interval_us:
            self.interval_us = self._pace_us = interval_us
            if self.running and not self.in_standby:
                self._enable(self._ticks_ms())

    def granted(self) -> "list[tuple[int, int]]":
        """(report, interval in µs that the sensor grants), for the log."""
        return [(report, self._parser.granted_us[report]) for report in _REPORTS]

    def set_standby(self, in_standby: bool) -> None:
        """Let the sensor send only acceleration, at a low rate; or everything again."""
        self.in_standby = in_standby
        parser = self._parser
        parser.wanted = HAS_A if in_standby else HAS_A | HAS_G
        parser.clock.begin(parser.granted_us[GYROSCOPE])  # the last ones are read late
        self._enable(self._ticks_ms())

    def age_ms(self, now_ms: int) -> int:
        """Age of the last sample usable for decisions; ``NEVER_MS`` before the first."""
        return ticks_diff(now_ms, self.sample_ms) if self._seen else NEVER_MS

    def poll(self) -> int:
        """Go to the next sample: ``NONE``, ``LAST`` or ``MORE`` (``motion_sensor``)."""
        parser = self._parser
        whole = parser.next() if parser.more else 0
        if not whole:
            device = self._device
            if device is None or self.hangs:
                return NONE
            whole = self._read_sample(parser, device)
            if whole <= 0:
                return NONE
        self._note_sample(self.sample)
        return MORE if parser.more else LAST

    def _read_sample(self, parser: ShtpParser, device: "BusDevice") -> int:
        """Read cargos until a sample is complete; return 0 if there is none yet, -1 for garbage.

        As few calls as possible: the image builder inlines the steps.
        """
        buf = parser.buf
        follows = self._follows
        kind = _BEGIN
        if self.early:
            kind = _EARLY
            self.early = False
        left = self.reads_left
        whole = 0
        read_ms = self._ticks_ms()
        try:
            with device as bus:
                while left:
                    left -= 1
                    count = self._read_cargo(bus, buf, follows, kind)
                    if not count:
                        break
                    whole = parser.next(count, read_ms)
                    if whole:
                        break
                    kind = buf[FIRST] & 15 if count > FIRST - HEADER else _OTHER
                    read_ms = self._ticks_ms()
        except OSError:
            self._failed(read_ms)
        self.reads_left = left
        return whole

    def _read_cargo(self, bus: "BusDevice", buf: bytearray, follows: bytearray, kind: int) -> int:
        """Read the next cargo, which follows one of ``kind``; return its bytes, 0 if there is none.

        A cargo's length is in its header, so reading would take two transfers. But it usually
        equals the length of the cargo that last followed the same kind of report: one read is
        enough, with a second one if the cargo is longer.
        """
        count = follows[kind]
        bus.readinto(buf, start=HEADER, end=HEADER + (count or 4))
        if not count or buf[HEADER] != count or buf[HEADER + 1]:
            length = (buf[HEADER] | buf[HEADER + 1] << 8) & 0x7FFF
            if kind != _EARLY and (length > 4 or kind != _BEGIN):
                follows[kind] = length if _TIME < length < _SHORT else 0
            if length <= 4:
                count = 0
            elif length != _NOTHING and length > count:
                count = self._read_on(bus, buf, count, length)
            else:
                count = length
        return count

    def _note_sample(self, sample: "Sample") -> None:
        """Note whether a sample is usable: with force, and with a recent orientation."""
        flags = sample.flags
        t_ms = sample.t_ms
        if flags & HAS_Q:
            self._oriented_ms = t_ms
            self.period_ms = self._parser.period_ms  # 25 times a second is enough
        is_oriented = (t_ms - self._oriented_ms) & LAST_MS < _ORIENTED_MS
        if flags & HAS_A and (is_oriented or self.in_standby):
            self.sample_ms = t_ms
            if not self.running:
                self._confirm()

    def _confirm(self) -> None:
        """Samples arrive; check whether the sensor has also confirmed its settings."""
        now_ms = self._ticks_ms()
        if self._parser.confirmed != ALL_CONFIRMED:
            if ticks_diff(now_ms, self._until_ms) >= 0:
                self._retry(now_ms)
        elif self._changes_pace():
            self._enable(now_ms)
        else:
            self._asked_again = 0
            self.running = self._seen = True

    def _retry(self, now_ms: int) -> None:
        """Not everything was confirmed in time: ask again, use it anyway, or reset it."""
        sends = ticks_diff(now_ms, self.sample_ms) < _CONFIRM_MS
        if self._asked_again < _TRIES and (self._parser.confirmed or sends):
            self._asked_again += 1
            self._enable(now_ms)
        elif sends:
            self.unconfirmed += 1
            self.running = self._seen = True
        else:
            self._reset(now_ms)

    def _changes_pace(self) -> bool:
        """Whether everything must be requested again, at the accelerometer's interval.

        The accelerometer has fixed rates, and grants 125 Hz if 100 are requested. Unpaired force
        and rate reports cost the lean more than the fifth of extra processing time: samples would
        skip one force in five, and pair it with a rate up to 8 ms older.
        """
        granted_us = self._parser.granted_us[ACCELEROMETER]
        if self.in_standby or granted_us == self._pace_us:
            return False
        tenths_us = granted_us * 10
        if not self.interval_us * _PACE_LEAST <= tenths_us <= self.interval_us * _PACE_MOST:
            return False
        self._pace_us = granted_us
        return True

    def _read_on(self, bus: "BusDevice", buf: bytearray, count: int, length: int) -> int:
        """Complete a cargo of ``length`` bytes of which ``count`` were read, as far as it fits.

        The rest comes with its own header, which the preceding bytes must replace. Return the
        number of bytes in ``buf``.
        """
        most = length if length < _CARGO_MAX else _CARGO_MAX
        if not count:  # only its header was read, and it comes again
            bus.readinto(buf, start=HEADER, end=HEADER + most)
            return most
        at = HEADER + count - 4
        a = buf[at]
        b = buf[at + 1]
        c = buf[at + 2]
        d = buf[at + 3]
        bus.readinto(buf, start=at, end=HEADER + most)
        if (buf[at] | buf[at + 1] << 8) & 0x7FFF == length - count + 4:
            count = most  # otherwise another cargo: the sensor was reset in between
        buf[at] = a
        buf[at + 1] = b
        buf[at + 2] = c
        buf[at + 3] = d
        return count

    def _failed(self, began_ms: int) -> None:
        self.bus_errors += 1
        now_ms = self._ticks_ms()
        if ticks_diff(now_ms, began_ms) >= _HANGS_MS:
            self.hangs = True
            self._free_ms = now_ms

    def release(self, now_ms: int) -> None:
        """Recreate the bus device in the next pass: the bus was used by others."""
        self.hangs = True
        self._free_ms = now_ms

    def recover(self, now_ms: int) -> None:
        """Recover a hung bus, or a sensor that was reset or is silent."""
        if self.hangs:
            if ticks_diff(now_ms, self._free_ms) >= 0:
                self._free_bus()
            return
        parser = self._parser
        if parser.may_be_reset and self.age_ms(now_ms) > _RESET_SILENCE_MS:
            parser.accept_reset()
        if self.health.resets != self._resets_seen:
            self._resets_seen = self.health.resets
            self._enable(now_ms)
        elif self.running:
            if self.age_ms(now_ms) > (_STANDBY_SILENCE_MS if self.in_standby else _SILENCE_MS):
                self._reset(now_ms)
        elif ticks_diff(now_ms, self._until_ms) >= 0:
            if self._boots:
                self._enable(now_ms)
            else:
                self._retry(now_ms)

    def _wait(self, boots: bool, now_ms: int, ms: int) -> None:
        self.running = False
        self._boots = boots
        self._until_ms = ticks_add(now_ms, ms)

    def _reset(self, now_ms: int) -> None:
        self._parser.restart()
        self._sequence = 0
        if self._device is None:
            self._find()
        if self._reset_pin is not None:
            self._reset_pin.value = False
            self._reset_pin.value = True
        else:
            self._write(_RESET_CARGO)
        self._wait(True, now_ms, _BOOT_MS)

    def _free_bus(self) -> None:
        """Free a bus whose data line is held by a part in the middle of sending a byte."""
        try:
            self._device = self._sensor.clear_bus()
        except OSError:
            self.bus_errors += 1
            self._free_ms = ticks_add(self._ticks_ms(), _REST_MS)
            return
        self.hangs = False
        self._wait(False, self._ticks_ms(), _CONFIRM_MS)  # it may simply continue

    def _find(self) -> None:
        """Look for a sensor that was absent at the start."""
        try:
            self._device = self._sensor.bus_device()
        except OSError:
            self.bus_errors += 1

    def _enable(self, now_ms: int) -> None:
        """Request everything again; answers and samples will confirm it."""
        self._parser.confirmed = 0
        calibrate = self._calibrate
        calibrate[3] = self._sequence
        self._sequence = (self._sequence + 1) & 0xFF
        self._write(calibrate)
        command = self._command
        for report in _REPORTS:
            command[0] = _FEATURE_BYTES
            command[2] = 2  # control channel
            command[3] = self._sequence
            command[4] = 0xFD  # set feature
            command[5] = report
            struct.pack_into("<I", command, 9, self._interval_us_of(report))
            self._sequence = (self._sequence + 1) & 0xFF
            if not self._write(command):
                break  # on a hung bus each attempt takes a second
        self._wait(False, now_ms, _CONFIRM_MS)

    def _interval_us_of(self, report: int) -> int:
        if not self.in_standby:
            if report == GAME_ROTATION_VECTOR and self._pace_us < _ORIENTATION_US:
                return _ORIENTATION_US
            return self._pace_us
        return _STANDBY_US if report == ACCELEROMETER else 0

    def _write(self, data: "bytes | bytearray") -> bool:
        """Return whether the sensor accepted it."""
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
