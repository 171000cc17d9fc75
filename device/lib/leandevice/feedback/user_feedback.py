"""What the runner feels and sees apart from cues: moments, faults and the lasting state."""

from leancore import pipeline
from leancore.gait.activity import RUN
from leancore.numeric.ticks import ticks_diff
from leancore.posture.wear_frame import NOMINAL
from leancore.schema import faults

from leandevice.feedback import feedback_patterns

FAULT_PERIOD_MS = 300000  # a fault is felt at most so often
# Nothing the runner could do about it, and the clip goes on: for the therapist alone.
NOT_FELT = (
    faults.ORIENTATION_REFUSED, faults.REPORTS_LOST, faults.BUS_ERROR, faults.CHIP_FROZEN,
    faults.CHIP_JUMPED, faults.CHIP_SILENT, faults.GYRO_SATURATED, faults.CARGO_DAMAGED,
    faults.CLOCK_JUMPED, faults.CUE_WITHHELD, faults.PULSE_LATE, faults.MOTOR, faults.DESK_SLOW,
    faults.SAMPLE_TIME,
)  # fmt: skip


class UserFeedback:
    """``plugged()``: whether a computer powers the clip; ``edit``: the desk has the drive."""

    def __init__(self, haptic, led, recorder, tr, plugged, edit):
        self._haptic = haptic
        self._led = led
        self._recorder = recorder
        self._trainer = tr
        self.plugged = plugged
        self.asleep = False
        self._edit = edit
        self._buzz_ms = None

    def step(self, now_ms):
        """Show the state."""
        self._led.state(self._state_light(), now_ms)
        self._led.step(now_ms)

    def say(self, moment, now_ms):
        """Play a moment of the signal table."""
        (on_ms, off_ms, count, percent), light = moment
        if count:
            self.pulse(now_ms, on_ms, off_ms, count, percent)
        self._led.moment(light, now_ms)

    def pulse(self, now_ms, on_ms, off_ms, count, percent):
        """Move the motor outside of cues; the pipeline learns that its samples are shaken."""
        self._haptic.play(now_ms, on_ms, off_ms, count, percent)
        self._recorder.command(self._trainer, pipeline.IN_SHAKE, count * (on_ms + off_ms))

    def fault(self, number, now_ms):
        """Record a fault; tell the runner, at most every five minutes, if it concerns them."""
        self._recorder.fault(number, now_ms)
        if number not in NOT_FELT:
            self.complain(number, now_ms)

    def complain(self, number, now_ms):
        """Tell the runner of a fault that is recorded already, at most every five minutes."""
        if self.asleep:
            return  # nobody wears it
        if self._buzz_ms is None or ticks_diff(now_ms, self._buzz_ms) > FAULT_PERIOD_MS:
            self._buzz_ms = now_ms
            self.say(feedback_patterns.FAULT, now_ms)
            self._led.moment(feedback_patterns.fault_light(number), now_ms)

    @property
    def mode(self):
        """What the clip is doing, in words for the desk."""
        if self.asleep:
            return "asleep"
        if self._edit:
            return "edit mode"
        if self._recorder.open:
            return "running" if self._trainer.activity.now == RUN else "paused"
        if self._trainer.calibration.state:
            return "calibrating"
        return "needs calibration" if self._trainer.frame.source == NOMINAL else "ready"

    def _state_light(self):
        if self.asleep:
            return feedback_patterns.ASLEEP[1]
        if self._recorder.open:
            return feedback_patterns.RUN_BEGAN[1]
        if self._edit:
            return feedback_patterns.EDIT_MODE[1]
        if self._trainer.calibration.state:
            return feedback_patterns.MEASURING[1]
        if self.plugged():
            return feedback_patterns.PLUGGED_IN[1]
        if self._trainer.frame.source == NOMINAL:
            return feedback_patterns.NEEDS_CALIBRATION[1]
        return feedback_patterns.READY[1]
