"""Touch and light signals other than cues: moments, faults and the permanent state."""

from leancore.gait.activity import RUN
from leancore.hints import TYPE_CHECKING
from leancore.numeric.const import built
from leancore.numeric.ticks import ticks_diff
from leancore.pipeline import IN_SHAKE
from leancore.posture import calibration
from leancore.posture.wear_frame import NOMINAL
from leancore.runlog import records
from leancore.schema import faults

from leandevice.feedback import feedback_patterns

if TYPE_CHECKING:
    from collections.abc import Callable

    from leancore.pipeline import Pipeline

    from leandevice.feedback.feedback_patterns import Blink, Moment
    from leandevice.feedback.haptic import Haptic
    from leandevice.feedback.led import Led
    from leandevice.storage.run_recorder import RunRecorder

FAULT_PERIOD_MS = 300000  # minimum time between two felt faults
_FELT: str = built(faults.felt())


class UserFeedback:
    """``plugged()``: whether a computer powers the clip; ``edit``: a host has the drive."""

    def __init__(
        self,
        haptic: "Haptic",
        led: "Led",
        recorder: "RunRecorder",
        pipeline: "Pipeline",
        plugged: "Callable[[], bool]",
        edit: bool,
    ) -> None:
        self._haptic = haptic
        self._led = led
        self._recorder = recorder
        self._pipeline = pipeline
        self.plugged = plugged
        self.asleep = False
        self._edit = edit
        self._buzz_ms: int | None = None

    def step(self, now_ms: int) -> None:
        """Show the state."""
        light = self._state_light()
        self._led.state(light, now_ms)
        self._led.step(now_ms)

    def say(self, moment: "Moment", now_ms: int) -> None:
        """Play a moment of the signal table."""
        (on_ms, off_ms, count, percent), light = moment
        if count:
            self.pulse(now_ms, on_ms, off_ms, count, percent)
        self._led.moment(light, now_ms)

    def pulse(self, now_ms: int, on_ms: int, off_ms: int, count: int, percent: int) -> None:
        """Run the motor outside cues; the pipeline marks the samples as shaken."""
        self._haptic.play(now_ms, on_ms, off_ms, count, percent)
        self._recorder.command(self._pipeline, IN_SHAKE, count * (on_ms + off_ms))

    def stop(self) -> None:
        """Motor off at once, whatever was playing."""
        self._haptic.off()

    def calibrated(self, now_ms: int) -> None:
        """Signal the result of a calibration. A missing bow is no fault: the stand is enough."""
        result = self._pipeline.calibrated
        measured = self._pipeline.calibration
        if not self._recorder.open:
            quality = measured.quality_permille
            self._recorder.note_device(now_ms, records.DEV_CALIBRATED, result, quality)
        if result == calibration.STOOD:
            self.say(feedback_patterns.STOOD, now_ms)
        elif result == calibration.HINGED:
            self.say(feedback_patterns.HINGED, now_ms)
        elif result != calibration.NO_HINGE or measured.depth_cdeg:
            self.say(feedback_patterns.REFUSED, now_ms)

    def fault(self, number: int, now_ms: int) -> None:
        """Record a fault; signal it, at most every five minutes, if it concerns the runner."""
        self._recorder.fault(number, now_ms)
        if _FELT[number] == "1":
            self.signal_fault(number, now_ms)

    def signal_fault(self, number: int, now_ms: int) -> None:
        """Signal a fault that is already recorded, at most every five minutes."""
        if self.asleep:
            return  # not worn
        if self._buzz_ms is None or ticks_diff(now_ms, self._buzz_ms) > FAULT_PERIOD_MS:
            self._buzz_ms = now_ms
            self.say(feedback_patterns.FAULT, now_ms)
            self._led.moment(feedback_patterns.fault_light(number), now_ms)

    @property
    def mode(self) -> str:
        """The current mode, as text for a host."""
        if self.asleep:
            return "asleep"
        if self._edit:
            return "edit mode"
        if self._recorder.open:
            return "running" if self._pipeline.activity.now == RUN else "paused"
        if self._pipeline.calibration.state:
            return "calibrating"
        return "needs calibration" if self._pipeline.frame.source == NOMINAL else "ready"

    def _state_light(self) -> "Blink":
        if self.asleep:
            return feedback_patterns.ASLEEP[1]
        if self._recorder.open:
            return feedback_patterns.RUN_BEGAN[1]
        if self._edit:
            return feedback_patterns.EDIT_MODE[1]
        if self._pipeline.calibration.state:
            return feedback_patterns.MEASURING[1]
        if self.plugged():
            return feedback_patterns.PLUGGED_IN[1]
        if self._pipeline.frame.source == NOMINAL:
            return feedback_patterns.NEEDS_CALIBRATION[1]
        return feedback_patterns.READY[1]
