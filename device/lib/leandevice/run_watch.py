"""The device's notes about itself in a run's log, and detection of runs that must end."""

from leancore.hints import TYPE_CHECKING
from leancore.numeric.const import const
from leancore.numeric.ticks import ticks_diff
from leancore.runlog import records
from leancore.schema import faults

if TYPE_CHECKING:
    from leandevice.feedback.user_feedback import UserFeedback
    from leandevice.interfaces import MotionSensor
    from leandevice.loop_counters import LoopCounters
    from leandevice.power.battery import Battery
    from leandevice.storage.run_recorder import RunRecorder
    from leandevice.storage.stored_config import StoredConfig

_NOTE_PERIOD_MS = const(60000)


class RunWatch:
    """Monitors sensor, battery and loop while a run is recorded."""

    def __init__(
        self,
        recorder: "RunRecorder",
        config: "StoredConfig",
        imu: "MotionSensor",
        battery: "Battery",
        feedback: "UserFeedback",
        loop: "LoopCounters",
    ) -> None:
        self._recorder = recorder
        self._config = config
        self._imu = imu
        self._battery = battery
        self._feedback = feedback
        self._loop = loop
        self._noted_ms = 0

    def begin(self, t_ms: int, now_ms: int) -> None:
        """Start with the run's sample at ``t_ms``."""
        for report, granted_us in self._imu.granted():
            self._recorder.note_device(t_ms, records.DEV_GRANTED, report, granted_us)
        self._note_state(now_ms)

    def must_end(self, now_ms: int) -> bool:
        """Write due notes; return whether an open run must end."""
        if not self._recorder.open:
            return False
        settings = self._config.settings
        if ticks_diff(now_ms, self._noted_ms) >= _NOTE_PERIOD_MS:
            self._note_state(now_ms)
        if 0 < self._battery.millivolts <= settings["battery_end_mv"]:
            self._feedback.fault(faults.BATTERY_LOW, now_ms)
            return True
        # The sensor is lost; without samples the pipeline cannot detect the end.
        return self._imu.age_ms(now_ms) > settings["run_end_ms"]

    def _note_state(self, now_ms: int) -> None:
        self._noted_ms = now_ms
        if self._battery.millivolts:
            self._recorder.note_device(now_ms, records.DEV_BATTERY, self._battery.millivolts)
        self._recorder.note_device(now_ms, records.DEV_PASS, self._loop.worst_pass_ms)
