"""User actions: by the button, or by a host's command."""

from leancore.coaching import coach
from leancore.gait.activity import RUN
from leancore.hints import TYPE_CHECKING
from leancore.numeric.const import const
from leancore.numeric.ticks import ticks_add, ticks_diff
from leancore.pipeline import IN_CALIBRATE
from leancore.schema import faults

from leandevice.button import DOUBLE, HOLD, PRESS
from leandevice.feedback import feedback_patterns
from leandevice.link.request_values import need_idle

if TYPE_CHECKING:
    from leancore.pipeline import Pipeline

    from leandevice.button import Button
    from leandevice.feedback.haptic import Haptic
    from leandevice.feedback.user_feedback import UserFeedback
    from leandevice.interfaces import Clock
    from leandevice.power.restarts import Restarts
    from leandevice.run_control import RunControl
    from leandevice.sensing.sleep_mode import SleepMode
    from leandevice.storage.run_recorder import RunRecorder
    from leandevice.storage.stored_config import StoredConfig

WHILE_RUNNING = HOLD  # the only gesture that counts then
COMMANDS = ("calibrate", "feel", "end", "blink")
_RESTARTS = ("edit", "reset")
# The strength test: every cue in turn, weak to strong, with its length in ms.
FEEL = ((coach.BACK_IN, 60), (coach.LEAN_MORE, 560), (coach.EASE_OFF, 400), (coach.CAP, 1400))
_FEEL_PAUSE_MS = const(800)


class UserInput:
    """Carries out commands of the button and the hosts."""

    def __init__(
        self,
        button: "Button",
        clock: "Clock",
        sleep_mode: "SleepMode",
        runs: "RunControl",
        pipeline: "Pipeline",
        recorder: "RunRecorder",
        feedback: "UserFeedback",
        haptic: "Haptic",
        config: "StoredConfig",
        restarts: "Restarts",
    ) -> None:
        self._button = button
        self._ticks_ms = clock.ticks_ms
        self._sleep_mode = sleep_mode
        self._end_run = runs.end
        self._pipeline = pipeline
        self._recorder = recorder
        self._feedback = feedback
        self._haptic = haptic
        self._config = config
        self._restarts = restarts
        self._felt = len(FEEL)  # cues of the strength test given so far
        self._feel_ms = 0  # when the next one is due
        self._does = {
            PRESS: self._calibrate,
            DOUBLE: self._feel,
            HOLD: self._end_run,
        }
        haptic.tested = self._keep_motor

    def step(self, now_ms: int) -> None:
        """Process the button and the strength test."""
        gesture = self._button.step(now_ms)
        if gesture and (gesture == WHILE_RUNNING or not self._runs()):
            self._does[gesture](now_ms)
        if self._felt < len(FEEL):
            self._feel_next(now_ms)

    def command(self, what: str) -> None:
        """Carry out a host's command; ValueError if it is unknown or not allowed now."""
        now_ms = self._ticks_ms()
        if what in _RESTARTS:
            need_idle(self._recorder)
            self._restarts.ask(what == "edit", now_ms)
            return
        if what not in COMMANDS:
            raise ValueError("unknown command: there are " + ", ".join(COMMANDS))
        if self._sleep_mode.asleep:
            self._sleep_mode.wake(now_ms)
        if what == "end":
            self._end_run(now_ms)
        elif self._runs():
            raise ValueError("not while running")
        elif what == "calibrate":
            self._calibrate(now_ms)
        elif what == "blink":
            self._feedback.say(feedback_patterns.ALIVE, now_ms)
        else:
            self._feel(now_ms)

    def _runs(self) -> bool:
        return self._pipeline.activity.now == RUN

    def _calibrate(self, now_ms: int) -> None:
        self._felt = len(FEEL)
        self._recorder.command(self._pipeline, IN_CALIBRATE)
        self._feedback.say(feedback_patterns.MEASURING, now_ms)

    def _feel(self, now_ms: int) -> None:
        """Start with the motor driver's own test, if it has one; it feels like one long buzz."""
        self._felt = 0
        self._feel_ms = now_ms
        self._haptic.test(now_ms)

    def _keep_motor(self, calibration: "tuple[int, ...]") -> None:
        """Save the result of the motor test, if it changed."""
        config = self._config
        if calibration == config.motor:
            return
        config.motor = calibration
        try:
            config.save()
        except (OSError, ValueError):
            self._feedback.fault(faults.LOG_WRITE, self._ticks_ms())

    def _feel_next(self, now_ms: int) -> None:
        if self._haptic.testing:
            self._feel_ms = ticks_add(now_ms, _FEEL_PAUSE_MS)
        elif self._runs():
            self._felt = len(FEEL)
        elif ticks_diff(now_ms, self._feel_ms) >= 0:
            kind, duration_ms = FEEL[self._felt]
            on_ms, off_ms, count, percent = coach.pulses(kind, duration_ms)
            self._feedback.pulse(now_ms, on_ms, off_ms, count, percent)
            self._felt += 1
            self._feel_ms = ticks_add(now_ms, duration_ms + _FEEL_PAUSE_MS)
