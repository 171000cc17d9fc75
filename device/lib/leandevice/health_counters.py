"""What goes wrong apart from the sensor's silence, looked at now and then."""

from leancore.numeric.const import const
from leancore.numeric.ticks import ticks_diff
from leancore.schema import faults

from leandevice.feedback import feedback_patterns

_PERIOD_MS = const(10000)
_STANDSTILL_MS = const(5000)  # between two looks at the clock; a bus that hangs takes 3 s at most

# What matters to the therapist but not at once to the runner.
_COUNTERS = (
    (faults.ORIENTATION_REFUSED, lambda app: app.pipeline.vertical.refused),
    (faults.REPORTS_LOST, lambda app: app.imu.parser.lost),
    (faults.CARGO_DAMAGED, lambda app: app.imu.parser.malformed),
    (faults.BUS_ERROR, lambda app: app.imu.bus_errors),
    (faults.PULSE_LATE, lambda app: app.haptic.ends_missed),
    (faults.MOTOR, lambda app: app.haptic.errors),
    (faults.DESK_SLOW, lambda app: app.host_link.stream_lost),
    (faults.PROGRAM, lambda app: app.errors_lost),
    (faults.GYRO_SPIKE, lambda app: app.pipeline.vertical.own.gyro_spikes),
    (faults.ACCELEROMETER_SPIKE, lambda app: app.pipeline.vertical.own.accel_spikes),
    (faults.SAMPLE_TIME, lambda app: app.imu.parser.misdated + app.refused),
)


class HealthCounters:
    """Works on the parts of ``app``."""

    def __init__(self, app):
        self._app = app
        self._last_ms = None
        self._look_ms = None
        self._battery_told = False
        self._seen = [0] * len(_COUNTERS)

    def step(self, now_ms):
        """See to the journal's trouble and the clock; to the counters now and then."""
        app = self._app
        if app.recorder.trouble:
            app.feedback.complain(app.recorder.trouble, now_ms)
            app.recorder.trouble = 0
        self._watch_clock(now_ms)
        if self._look_ms is None or ticks_diff(now_ms, self._look_ms) >= _PERIOD_MS:
            self.look(now_ms)

    def look(self, now_ms):
        """Look at the counters now: before a run ends, so that its log has them."""
        self._look_ms = now_ms
        self._count(now_ms)

    def _watch_clock(self, now_ms):
        if self._last_ms is not None:
            since_ms = ticks_diff(now_ms, self._last_ms)
            if since_ms < 0 or since_ms > _STANDSTILL_MS:
                self._app.feedback.fault(faults.CLOCK_JUMPED, now_ms)
                self._look_ms = now_ms
        self._last_ms = now_ms

    def _count(self, now_ms):
        app = self._app
        for i in range(len(_COUNTERS)):
            number, count_of = _COUNTERS[i]
            count = count_of(app)
            if count != self._seen[i]:
                self._seen[i] = count
                app.feedback.fault(number, now_ms)
        if app.recorder.open:
            self._battery_told = False
        elif 0 < app.battery.millivolts <= app.config.settings["battery_low_mv"]:
            self._battery_low(now_ms)

    def _battery_low(self, now_ms):
        """Told once after switching on, and once after each run."""
        if not self._battery_told:
            self._battery_told = True
            self._app.recorder.fault(faults.BATTERY_LOW, now_ms)
            self._app.feedback.say(feedback_patterns.BATTERY_LOW, now_ms)
