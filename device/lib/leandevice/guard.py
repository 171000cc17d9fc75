"""The guard: what goes wrong while the clip works. The motor goes off first."""

from leancore import faults
from leancore.ticks import ticks_diff

from leandevice import signals
from leandevice.imu import RUNNING

_PASS_MS = 10  # so that the motor is off by the age allowed, not a pass after it
_LOOK_PERIOD_MS = 10000
_STANDSTILL_MS = 5000  # between two passes; a bus that hangs takes 3 s at most

# What matters to the therapist but not at once to the runner: counters, looked at now and then.
_COUNTERS = (
    (faults.ORIENTATION_REFUSED, lambda app: app.trainer.vertical.refused),
    (faults.REPORTS_LOST, lambda app: app.imu.parser.lost),
    (faults.CARGO_DAMAGED, lambda app: app.imu.parser.malformed),
    (faults.BUS_ERROR, lambda app: app.imu.bus_errors),
    (faults.PULSE_LATE, lambda app: app.haptic.ends_missed),
    (faults.MOTOR, lambda app: app.haptic.errors),
    (faults.DESK_SLOW, lambda app: app.link.stream_lost),
)


class Guard:
    """Works on the parts of ``app``. ``stale``: the last sample is too old for any cue."""

    def __init__(self, app):
        self._app = app
        self.stale = True
        self._resets = 0
        self._pass_ms = None
        self._look_ms = None
        self._battery_told = False
        self._seen = [0] * len(_COUNTERS)

    def step(self, now_ms):
        """Look at the sensor in every pass, at the rest now and then."""
        app = self._app
        fault = self._sensor(now_ms)
        if fault:
            app.haptic.off()
        app.imu.guard(now_ms)  # may take its time on a bus that hangs
        if fault:
            app.voice.fault(fault, now_ms)
        if app.journal.trouble:
            app.voice.complain(app.journal.trouble, now_ms)
            app.journal.trouble = 0
        self._watch_clock(now_ms)
        if self._look_ms is None or ticks_diff(now_ms, self._look_ms) >= _LOOK_PERIOD_MS:
            self._look_ms = now_ms
            self._look(now_ms)

    def _sensor(self, now_ms):
        """Return the number of the fault that the sensor has since this pass, or 0."""
        imu = self._app.imu
        stale = imu.age_ms(now_ms) >= self._app.config.settings["stale_ms"] - _PASS_MS
        fault = 0
        if stale and not self.stale and imu.state == RUNNING:
            fault = faults.SENSOR_SILENT
        if imu.parser.resets != self._resets:
            self._resets = imu.parser.resets
            fault = faults.SENSOR_RESET
        self.stale = stale or self._app.rest.asleep
        return fault

    def _watch_clock(self, now_ms):
        if self._pass_ms is not None:
            since_ms = ticks_diff(now_ms, self._pass_ms)
            if since_ms < 0 or since_ms > _STANDSTILL_MS:
                self._app.voice.fault(faults.CLOCK_JUMPED, now_ms)
                self._look_ms = now_ms
        self._pass_ms = now_ms

    def _look(self, now_ms):
        app = self._app
        for i in range(len(_COUNTERS)):
            number, count_of = _COUNTERS[i]
            count = count_of(app)
            if count != self._seen[i]:
                self._seen[i] = count
                app.voice.fault(number, now_ms)
        if app.journal.open:
            self._battery_told = False
        elif 0 < app.battery.millivolts <= app.config.settings["battery_low_mv"]:
            self._battery_low(now_ms)

    def _battery_low(self, now_ms):
        """Told once after switching on, and once after each run."""
        if not self._battery_told:
            self._battery_told = True
            self._app.journal.fault(faults.BATTERY_LOW, now_ms)
            self._app.voice.say(signals.BATTERY_LOW, now_ms)
