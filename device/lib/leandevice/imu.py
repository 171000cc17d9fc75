"""The motion sensor: brought up by Adafruit's driver, read by our own bounded reader.

The driver's properties drain the bus without bound, allocate, forget times, and after a reset
of the sensor go on returning its last value; so after bring-up only its bus device is used.
"""

import struct

from adafruit_bno08x import PacketError
from leancore.shtp import ACCELEROMETER, GAME_ROTATION_VECTOR, GYROSCOPE, HEADER, Parser
from leancore.ticks import ticks_add, ticks_diff

REPORTS = (GAME_ROTATION_VECTOR, ACCELEROMETER, GYROSCOPE)
CARGOS_MAX = 8  # per pass, whatever the sensor sends
# What the driver raises where the bus or the sensor misbehave (IndexError: a bus of 0xFF).
DRIVER_ERRORS = (OSError, RuntimeError, ValueError, KeyError, IndexError, PacketError)

ABSENT, RUNNING, RESETTING, ENABLING = range(4)

_BODY_MAX = 508
_SILENCE_MS = 1000  # without a sample: recover
_BOOT_MS = 300  # from a reset to the sensor's readiness
_CONFIRM_MS = 400  # from asking for reports to samples
_RESET_CARGO = bytes((5, 0, 1, 0, 1))  # channel 1 (executable): reset


class Imu:
    """``parser.sample`` after ``read`` and ``parser.next``.

    ``make_driver``: callable that returns a driver (or raises); ``interval_us``: between reports.
    Counters: ``bus_errors``, ``recoveries``.
    """

    def __init__(self, clock, make_driver, interval_us, reset_pin=None):
        self._clock = clock
        self._make_driver = make_driver
        self.interval_us = interval_us
        self._reset_pin = reset_pin
        self.parser = Parser()
        self.state = ABSENT
        self.bus_errors = self.recoveries = 0
        self._device = None
        self._sample_ms = self._until_ms = 0
        self._resets_seen = 0
        self._command = bytearray(21)
        self._sequence = 0

    def bring_up(self):
        """Start the sensor with the driver (1 s, up to 15 s); return whether it worked."""
        try:
            driver = self._make_driver()
            self._device = driver.bus_device_obj
            for report in REPORTS:
                driver.enable_feature(report, self.interval_us)
        except DRIVER_ERRORS:
            self.bus_errors += 1
            self._wait(RESETTING, self._clock.ticks_ms(), _SILENCE_MS)
            return False
        self._wait(ENABLING, self._clock.ticks_ms(), _CONFIRM_MS)
        return True

    def age_ms(self, now_ms):
        """Age of the last sample."""
        return ticks_diff(now_ms, self._sample_ms)

    def fresh(self, t_ms):
        """Note that a sample of time ``t_ms`` was used."""
        self._sample_ms = t_ms
        self.state = RUNNING

    def read(self, now_ms):
        """Read one cargo into the parser; return False if there was none."""
        device = self._device
        if device is None:
            return False
        buf = self.parser.buf
        try:
            with device as bus:
                bus.readinto(buf, start=HEADER, end=HEADER + 4)
                length = (buf[HEADER] | buf[HEADER + 1] << 8) & 0x7FFF
                if length <= 4:
                    return False
                if length != 0x7FFF:
                    length = min(length, _BODY_MAX + 4)
                    bus.readinto(buf, start=HEADER, end=HEADER + length)
        except OSError:
            self.bus_errors += 1
            return False
        return self.parser.take(length, now_ms) >= 0

    def guard(self, now_ms):
        """Look after a sensor that was reset or is silent."""
        if self.parser.resets != self._resets_seen:
            self._resets_seen = self.parser.resets
            self._enable(now_ms)
            return
        if self.state == RUNNING:
            if self.age_ms(now_ms) > _SILENCE_MS:
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
        if self._reset_pin is not None:
            self._reset_pin.value = False
            self._reset_pin.value = True
        elif self._device is not None:
            self._write(_RESET_CARGO, 5)
        else:
            self._find()
        self._wait(RESETTING, now_ms, _BOOT_MS)

    def _find(self):
        """The sensor was absent at the start: its bus device may be had now."""
        device_of = getattr(self._make_driver, "bus_device", None)
        if device_of is None:
            return
        try:
            self._device = device_of()
        except (OSError, ValueError):
            self.bus_errors += 1

    def _enable(self, now_ms):
        """Ask for all reports again; samples will confirm it."""
        command = self._command
        for report in REPORTS:
            for i in range(21):
                command[i] = 0
            command[0] = 21
            command[2] = 2  # control channel
            command[3] = self._sequence
            command[4] = 0xFD  # set feature
            command[5] = report
            struct.pack_into("<I", command, 9, self.interval_us)
            self._sequence = (self._sequence + 1) & 0xFF
            self._write(command, 21)
        self._wait(ENABLING, now_ms, _CONFIRM_MS)

    def _write(self, data, length):
        if self._device is None:
            return
        try:
            with self._device as bus:
                bus.write(data, end=length)
        except OSError:
            self.bus_errors += 1
