"""The guard: what goes wrong while the clip works. The motor goes off first."""

from leancore import faults
from leancore.ticks import ticks_diff

from leandevice import signals
from leandevice.imu import RUNNING

_PASS_MS = 10  # so that the motor is off by the age allowed, not a pass after it
_LOOK_PERIOD_MS = 10000


class Guard:
    """Works on the parts of ``app``. ``stale``: the last sample is too old for any cue."""

    def __init__(self, app):
        self._app = app
        self.stale = True
        self._resets = 0
        self._look_ms = None
        self._battery_told = False
        # counters that are looked at now and then: fault, and what it was at the last look
        self._seen = [0, 0, 0]

    def step(self, now_ms):
        """Look at the sensor in every pass, at the rest now and then."""
        app = self._app
        imu = app.imu
        stale = imu.age_ms(now_ms) >= app.config.settings["stale_ms"] - _PASS_MS
        fault = 0
        if stale and not self.stale and imu.state == RUNNING:
            fault = faults.SENSOR_SILENT
        if imu.parser.resets != self._resets:
            self._resets = imu.parser.resets
            fault = faults.SENSOR_RESET
        self.stale = stale
        if fault:
            app.haptic.off()
        imu.guard(now_ms)  # may take its time on a bus that hangs
        if fault:
            app.voice.fault(fault, now_ms)
        if app.journal.trouble:
            app.voice.complain(app.journal.trouble, now_ms)
            app.journal.trouble = 0
        if self._look_ms is None or ticks_diff(now_ms, self._look_ms) >= _LOOK_PERIOD_MS:
            self._look_ms = now_ms
            self._look(now_ms)

    def _look(self, now_ms):
        """What matters to the therapist but not at once to the runner: recorded, not felt."""
        app = self._app
        self._count(0, faults.ORIENTATION_REFUSED, app.trainer.vertical.refused, now_ms)
        self._count(1, faults.REPORTS_LOST, app.imu.parser.lost, now_ms)
        self._count(2, faults.BUS_ERROR, app.imu.bus_errors, now_ms)
        if app.journal.open:
            self._battery_told = False
        elif 0 < app.battery.millivolts <= app.config.settings["battery_low_mv"]:
            self._battery_low(now_ms)

    def _count(self, i, number, count, now_ms):
        if count != self._seen[i]:
            self._seen[i] = count
            self._app.voice.fault(number, now_ms)

    def _battery_low(self, now_ms):
        """Told once after switching on, and once after each run."""
        if not self._battery_told:
            self._battery_told = True
            self._app.journal.fault(faults.BATTERY_LOW, now_ms)
            self._app.voice.say(signals.BATTERY_LOW, now_ms)
