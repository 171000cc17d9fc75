"""The person: the button, the desk's commands to the clip, and what calibrating answers."""

from leancore import pipeline
from leancore.coaching import coach
from leancore.gait.activity import RUN
from leancore.numeric.const import const
from leancore.numeric.ticks import ticks_add, ticks_diff
from leancore.posture import calibration
from leancore.runlog import records
from leancore.schema import faults

from leandevice import button as btn
from leandevice.feedback import feedback_patterns

WHILE_RUNNING = btn.HOLD  # the one gesture that counts then
COMMANDS = ("calibrate", "feel", "end")
# The strength test: every cue in turn, weak to strong, with its length in ms.
FEEL = ((coach.BACK_IN, 60), (coach.LEAN_MORE, 560), (coach.EASE_OFF, 400), (coach.CAP, 1400))
_FEEL_PAUSE_MS = const(800)


class UserInput:
    """Works on the parts of ``app``."""

    def __init__(self, app):
        self._app = app
        self._felt = len(FEEL)  # cues of the strength test that were given
        self._feel_ms = 0  # when the next one is due
        self._does = {
            btn.PRESS: self._calibrate,
            btn.DOUBLE: self._feel,
            btn.HOLD: app.runs.end,
        }
        app.haptic.tested = self._keep_motor

    def step(self, now_ms):
        """See to the button and the strength test."""
        gesture = self._app.button.step(now_ms)
        if gesture and (gesture == WHILE_RUNNING or not self._runs()):
            self._does[gesture](now_ms)
        if self._felt < len(FEEL):
            self._feel_next(now_ms)

    def command(self, what):
        """A command of the desk; ValueError if there is none of that name or not now."""
        now_ms = self._app.clock.ticks_ms()
        if what not in COMMANDS:
            raise ValueError("unknown command: there are " + ", ".join(COMMANDS))
        if self._app.sleep_mode.asleep:
            self._app.sleep_mode.wake(now_ms)
        if what == "end":
            self._app.runs.end(now_ms)
        elif self._runs():
            raise ValueError("not while running")
        elif what == "calibrate":
            self._calibrate(now_ms)
        else:
            self._feel(now_ms)

    def calibrated(self, now_ms):
        """Say what a calibration came to. That nobody bowed is no fault: the stand is enough."""
        app = self._app
        tr = app.pipeline
        result = tr.calibrated
        if not app.recorder.open:
            app.recorder.remark(
                now_ms, records.DEV_CALIBRATED, result, tr.calibration.quality_permille
            )
        if result == calibration.STOOD:
            app.feedback.say(feedback_patterns.STOOD, now_ms)
        elif result == calibration.HINGED:
            app.feedback.say(feedback_patterns.HINGED, now_ms)
        elif result != calibration.NO_HINGE or tr.calibration.depth_cdeg:
            app.feedback.say(feedback_patterns.REFUSED, now_ms)

    def _runs(self):
        return self._app.pipeline.activity.now == RUN

    def _calibrate(self, now_ms):
        self._felt = len(FEEL)
        self._app.recorder.command(self._app.pipeline, pipeline.IN_CALIBRATE)
        self._app.feedback.say(feedback_patterns.MEASURING, now_ms)

    def _feel(self, now_ms):
        """First the motor's own test, where its driver has one; it is felt as one long buzz."""
        self._felt = 0
        self._feel_ms = now_ms
        self._app.haptic.test(now_ms)

    def _keep_motor(self, calibration):
        """Keep what the test of the motor found, if it is news."""
        config = self._app.config
        if tuple(calibration) == config.motor:
            return
        config.motor = tuple(calibration)
        try:
            config.save()
        except (OSError, ValueError):
            self._app.feedback.fault(faults.LOG_WRITE, self._app.clock.ticks_ms())

    def _feel_next(self, now_ms):
        if self._app.haptic.testing:
            self._feel_ms = ticks_add(now_ms, _FEEL_PAUSE_MS)
        elif self._runs():
            self._felt = len(FEEL)
        elif ticks_diff(now_ms, self._feel_ms) >= 0:
            kind, duration_ms = FEEL[self._felt]
            on_ms, off_ms, count, percent = coach.pulses(kind, duration_ms)
            self._app.feedback.pulse(now_ms, on_ms, off_ms, count, percent)
            self._felt += 1
            self._feel_ms = ticks_add(now_ms, duration_ms + _FEEL_PAUSE_MS)
