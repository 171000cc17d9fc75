"""Detects a sensor that fell silent or was reset; switches the motor off first."""

from leancore.hints import TYPE_CHECKING
from leancore.numeric.const import const
from leancore.numeric.ticks import LAST_MS
from leancore.schema import faults

if TYPE_CHECKING:
    from leandevice.feedback.user_feedback import UserFeedback
    from leandevice.interfaces import MotionSensor

_PASS_MS = const(10)  # margin, so that the motor is off by the allowed age, not a pass later


class SensorWatchdog:
    """``stale``: the last sample is ``stale_ms`` old or older."""

    def __init__(self, imu: "MotionSensor", feedback: "UserFeedback") -> None:
        self._imu = imu
        self._health = imu.health
        self._feedback = feedback
        self.stale = True
        self.stale_ms = 0
        self._resets = 0

    def step(self, now_ms: int) -> None:
        """Check the sensor; call in every pass."""
        imu = self._imu
        if (
            (now_ms - imu.sample_ms) & LAST_MS < self.stale_ms - _PASS_MS
            and imu.running
            and self._health.resets == self._resets
            and not self.stale
            and not imu.hangs
        ):
            return  # all is well
        fault = self._fault(imu.age_ms(now_ms) >= self.stale_ms - _PASS_MS)
        if fault:
            self._feedback.stop()
        imu.recover(now_ms)  # may take long on a hung bus
        if fault:
            self._feedback.fault(fault, now_ms)

    def _fault(self, is_old: bool) -> int:
        """Return the number of a fault that is new in this pass, or 0."""
        fault = 0
        if is_old and not self.stale and self._imu.running:
            fault = faults.SENSOR_SILENT
        if self._health.resets != self._resets:
            self._resets = self._health.resets
            fault = faults.SENSOR_RESET
        self.stale = is_old or self._imu.in_standby
        return fault
