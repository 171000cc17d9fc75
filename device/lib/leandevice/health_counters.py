"""Faults other than a silent sensor, checked periodically."""

from leancore.hints import TYPE_CHECKING
from leancore.numeric.const import const
from leancore.numeric.ticks import ticks_diff
from leancore.schema import faults

from leandevice.feedback import feedback_patterns

if TYPE_CHECKING:
    from leancore.attitude.orientation_selector import OrientationSelector

    from leandevice.feedback.haptic import Haptic
    from leandevice.feedback.user_feedback import UserFeedback
    from leandevice.interfaces import MotionSensor
    from leandevice.link.host_links import HostLinks
    from leandevice.loop_counters import LoopCounters
    from leandevice.power.battery import Battery
    from leandevice.storage.run_recorder import RunRecorder
    from leandevice.storage.stored_config import StoredConfig

_COUNTERS = const(12)
_PERIOD_MS = const(10000)
_STANDSTILL_MS = const(5000)  # between two checks of the clock; a hung bus takes 3 s at most


class HealthCounters:
    """``vertical``, ``imu``, ``haptic``, ``host_links``, ``loop``: owners of the counters."""

    def __init__(
        self,
        vertical: "OrientationSelector",
        imu: "MotionSensor",
        haptic: "Haptic",
        host_links: "HostLinks",
        loop: "LoopCounters",
        recorder: "RunRecorder",
        feedback: "UserFeedback",
        battery: "Battery",
        config: "StoredConfig",
    ) -> None:
        self.vertical = vertical
        self.imu = imu
        self.haptic = haptic
        self.host_links = host_links
        self.loop = loop
        self._recorder = recorder
        self._feedback = feedback
        self._battery = battery
        self._config = config
        self._last_ms: int | None = None
        self._look_ms: int | None = None
        self._battery_told = False
        self._seen = [0] * _COUNTERS

    def step(self, now_ms: int) -> None:
        """Check the log and the clock, and periodically the counters."""
        if self._recorder.trouble:
            self._feedback.signal_fault(self._recorder.trouble, now_ms)
            self._recorder.trouble = 0
        self._watch_clock(now_ms)
        if self._look_ms is None or ticks_diff(now_ms, self._look_ms) >= _PERIOD_MS:
            self.look(now_ms)

    def look(self, now_ms: int) -> None:
        """Check the counters now: before a run ends, so that its log has them."""
        self._look_ms = now_ms
        self._count(now_ms)

    def _watch_clock(self, now_ms: int) -> None:
        if self._last_ms is not None:
            since_ms = ticks_diff(now_ms, self._last_ms)
            if since_ms < 0 or since_ms > _STANDSTILL_MS:
                self._feedback.fault(faults.CLOCK_JUMPED, now_ms)
                self._look_ms = now_ms
        self._last_ms = now_ms

    def _count(self, now_ms: int) -> None:
        """Tell the faults that matter to the therapist but not immediately to the runner.

        Each counter has its place in ``_seen``. A table of functions would take 1 kB of heap more.
        """
        vertical = self.vertical
        imu = self.imu
        haptic = self.haptic
        loop = self.loop
        self._compare(0, faults.ORIENTATION_REFUSED, vertical.refused, now_ms)
        self._compare(1, faults.REPORTS_LOST, imu.health.lost, now_ms)
        self._compare(2, faults.CARGO_DAMAGED, imu.health.malformed, now_ms)
        self._compare(3, faults.BUS_ERROR, imu.bus_errors, now_ms)
        self._compare(4, faults.PULSE_LATE, haptic.ends_missed, now_ms)
        self._compare(5, faults.MOTOR, haptic.errors, now_ms)
        self._compare(6, faults.HOST_SLOW, self.host_links.stream_lost, now_ms)
        self._compare(7, faults.PROGRAM, loop.errors_lost, now_ms)
        self._compare(8, faults.GYRO_SPIKE, vertical.own.gyro_spikes, now_ms)
        self._compare(9, faults.ACCELEROMETER_SPIKE, vertical.own.accel_spikes, now_ms)
        self._compare(10, faults.SENSOR_SETTINGS, imu.unconfirmed, now_ms)
        self._compare(11, faults.SAMPLE_TIME, imu.health.misdated + loop.refused, now_ms)
        if self._recorder.open:
            self._battery_told = False
        elif 0 < self._battery.millivolts <= self._config.settings["battery_low_mv"]:
            self._battery_low(now_ms)

    def _compare(self, place: int, number: int, count: int, now_ms: int) -> None:
        """Tell the fault if its count has changed."""
        if count != self._seen[place]:
            self._seen[place] = count
            self._feedback.fault(number, now_ms)

    def _battery_low(self, now_ms: int) -> None:
        """Signal a low battery once after switching on, and once after each run."""
        if not self._battery_told:
            self._battery_told = True
            self._recorder.fault(faults.BATTERY_LOW, now_ms)
            self._feedback.say(feedback_patterns.BATTERY_LOW, now_ms)
