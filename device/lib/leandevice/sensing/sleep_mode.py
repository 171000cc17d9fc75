"""Sleep after some minutes without motion; a touch wakes the clip.

Asleep, the sensor sends only acceleration, ten times a second, passes are rare and the light is
dark. Runs, calibration and clock are kept; but a clip that lies differently from how it was worn
must be recalibrated. With an empty battery it also sleeps, and wakes on the cable only.
"""

from leancore.gait.activity import STILL
from leancore.hints import TYPE_CHECKING
from leancore.numeric.const import const
from leancore.numeric.fixed import dot_q14
from leancore.numeric.ticks import ticks_diff
from leancore.posture.calibration import IDLE
from leancore.posture.wear_frame import NOMINAL

if TYPE_CHECKING:
    from leancore.pipeline import Pipeline
    from leancore.sensor.sample import Sample

    from leandevice.button import Button
    from leandevice.feedback.haptic import Haptic
    from leandevice.feedback.user_feedback import UserFeedback
    from leandevice.interfaces import MotionSensor, Recorded
    from leandevice.link.host_links import HostLinks
    from leandevice.power.battery import Battery
    from leandevice.sensing.sensor_watchdog import SensorWatchdog
    from leandevice.storage.stored_config import StoredConfig

IDLE_MS = 40  # between two passes asleep; a button press takes longer

_MOVED_Q8 = const(128)  # 0.5 m/s²: 3° of tilt, or a step
_WORN_Q14 = const(14189)  # cosine of 30°: standing or walking keeps the clip within it
_RECOVERED_MV = const(150)


class SleepMode:
    """``asleep``; ``empty``: because the battery is."""

    def __init__(
        self,
        imu: "MotionSensor",
        sensor_watchdog: "SensorWatchdog",
        pipeline: "Pipeline",
        config: "StoredConfig",
        recorder: "Recorded",
        feedback: "UserFeedback",
        haptic: "Haptic",
        button: "Button",
        battery: "Battery",
        host_links: "HostLinks",
    ) -> None:
        self._imu = imu
        self._sensor_watchdog = sensor_watchdog
        self._pipeline = pipeline
        self._config = config
        self._recorder = recorder
        self._feedback = feedback
        self._haptic = haptic
        self._button = button
        self._battery = battery
        self._host_links = host_links
        self.asleep = self.empty = False
        self._moved_ms: int | None = None
        self._known = False
        self._ax = self._ay = self._az = 0

    def step(self, now_ms: int) -> None:
        """Fall asleep, or wake by button, cable or a battery that has recovered."""
        millivolts = self._battery.millivolts
        end_mv = self._config.settings["battery_end_mv"]
        plugged = self._feedback.plugged()
        if self.asleep:
            recovered = plugged or millivolts > end_mv + _RECOVERED_MV
            if recovered if self.empty else (plugged or self._button.down):
                self.wake(now_ms)
        elif 0 < millivolts <= end_mv and not plugged:
            if not self._recorder.open and not self._haptic.busy:
                self._sleep(True)
        elif self._moved_ms is None or self._is_used(plugged):
            self._moved_ms = now_ms
        elif ticks_diff(now_ms, self._moved_ms) >= self._config.settings["sleep_ms"]:
            self._sleep(False)

    def sample(self, sample: "Sample", now_ms: int) -> None:
        """While asleep: wake if the acceleration has changed."""
        moved = self._known and (
            abs(sample.ax - self._ax) > _MOVED_Q8
            or abs(sample.ay - self._ay) > _MOVED_Q8
            or abs(sample.az - self._az) > _MOVED_Q8
        )
        self._ax = sample.ax
        self._ay = sample.ay
        self._az = sample.az
        self._known = True
        if moved and not self.empty:
            self.wake(now_ms)

    def wake(self, now_ms: int) -> None:
        """Wake up; the sensor's reports resume within a fifth of a second."""
        self.asleep = self.empty = False
        self._moved_ms = now_ms
        self._feedback.asleep = False
        self._imu.set_standby(False)

    def _is_used(self, plugged: bool) -> bool:
        return (
            plugged
            or self._recorder.open
            or self._haptic.busy
            or self._haptic.testing
            or self._button.down
            or self._host_links.busy
            or self._sensor_watchdog.stale  # a lost sensor could not wake it
            or self._pipeline.calibration.state != IDLE
            or self._pipeline.activity.now != STILL
        )

    def _sleep(self, empty: bool) -> None:
        self.asleep = True
        self.empty = empty
        self._known = False
        self._forget_stand()
        self._feedback.asleep = self._sensor_watchdog.stale = True
        self._imu.set_standby(True)

    def _forget_stand(self) -> None:
        """Forget the stand if the clip lies differently from how it was worn."""
        pipeline = self._pipeline
        up = pipeline.frame.up
        now = pipeline.vertical
        along_q14 = dot_q14(up[0], up[1], up[2], now.ux, now.uy, now.uz)
        if pipeline.frame.source != NOMINAL and along_q14 < _WORN_Q14:
            pipeline.frame.reset()
