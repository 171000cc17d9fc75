"""The guard: a sensor that falls silent or was reset. The motor goes off first."""

from leancore.numeric.const import const
from leancore.numeric.ticks import LAST_MS
from leancore.schema import faults

from leandevice.sensing.imu import RUNNING

_PASS_MS = const(10)  # so that the motor is off by the age allowed, not a pass after it


class SensorWatchdog:
    """Works on the parts of ``app``. ``stale``: the last sample is ``stale_ms`` old or older."""

    def __init__(self, app):
        self._app = app
        self._imu = app.imu
        self.stale = True
        self.stale_ms = 0
        self._resets = 0

    def step(self, now_ms):
        """Look at the sensor; call in every pass."""
        imu = self._imu
        if (
            (now_ms - imu.sample_ms) & LAST_MS < self.stale_ms - _PASS_MS
            and imu.state == RUNNING
            and imu.parser.resets == self._resets
            and not self.stale
            and not imu.hangs
        ):
            return  # all is well
        app = self._app
        stale = imu.age_ms(now_ms) >= self.stale_ms - _PASS_MS
        fault = self._sensor(stale)
        if fault:
            app.haptic.off()
        imu.check_health(now_ms)  # may take its time on a bus that hangs
        if fault:
            app.feedback.fault(fault, now_ms)

    def _sensor(self, stale):
        """Return the number of the fault that the sensor has since this pass, or 0."""
        imu = self._imu
        fault = 0
        if stale and not self.stale and imu.state == RUNNING:
            fault = faults.SENSOR_SILENT
        if imu.parser.resets != self._resets:
            self._resets = imu.parser.resets
            fault = faults.SENSOR_RESET
        self.stale = stale or self._app.sleep_mode.asleep
        return fault
