"""The motor: timed pulses.

``motor`` is anything with ``set(percent)``: ``PwmMotor`` for a coin motor behind a transistor,
``drv2605.Drv2605Motor`` for the driver chip, which can also test its motor.
"""

from leancore.hints import TYPE_CHECKING
from leancore.numeric.const import const
from leancore.numeric.ticks import ticks_diff

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from leandevice.interfaces import Motor, PwmPin

PULSE_MAX_MS = 1500  # no single pulse is ever longer
COUNT_MAX = 6
_LATE_MS = const(50)
_LOOK_MS = const(50)  # between two checks of a test


class Haptic:
    """Plays one pattern at a time; a new one replaces it. Call ``step`` in every pass.

    ``busy`` while a pattern plays, ``testing`` during a motor test, ``is_on`` while the motor runs.
    Counters: ``ends_missed``: passes more than 50 ms after a pulse should have ended; ``errors``:
    commands that the motor did not take (repeated in the next pass), and failed tests. ``was_cut``:
    by ``cut``, without the bus. ``tested`` is called with the result of a successful test.
    """

    def __init__(self, motor: "Motor") -> None:
        self._motor: Any = motor  # some have more methods, see ``hasattr`` below
        self.strength_percent = 100
        self.ends_missed = 0
        self.errors = 0
        self._on_ms = self._off_ms = self._count = self._percent = 0
        self._start_ms = 0
        self.busy = False
        self.is_on = True
        self.testing = self.was_cut = False
        self._test_ms = 0
        self.tested: Callable[[tuple[int, ...]], None] | None = None
        self.off()

    def play(self, now_ms: int, on_ms: int, off_ms: int, count: int, percent: int) -> None:
        """Start ``count`` pulses of ``on_ms`` with pauses of ``off_ms``, at ``percent``."""
        if self.testing:
            self.off()
        self._on_ms = min(on_ms, PULSE_MAX_MS)
        self._off_ms = off_ms
        self._count = min(count, COUNT_MAX)
        self._percent = percent * self.strength_percent // 100
        self._start_ms = now_ms
        self.busy = True
        self.step(now_ms)

    def use(self, calibration: "tuple[int, ...]") -> None:
        """Use the result of an earlier motor test; () = none."""
        if calibration and hasattr(self._motor, "begin_test"):
            self._motor.calibration = calibration

    def test(self, now_ms: int) -> None:
        """Start a motor test if the driver supports it; takes 1.5 s, nothing else plays."""
        if not hasattr(self._motor, "begin_test"):
            return
        self.off()
        self.testing = self._tell(self._motor.begin_test) is not None
        self._test_ms = now_ms

    def off(self) -> None:
        """Switch the motor off at once, whatever is playing."""
        self.busy = self.testing = False
        self._set(False)

    def cut(self) -> None:
        """Switch the motor off without the bus, where a transfer may take a second."""
        self.busy = self.testing = False
        if not hasattr(self._motor, "cut"):
            self.off()
        elif self.is_on:
            self._motor.cut()
            self.is_on = False
            self.was_cut = True

    def bus_is_back(self) -> None:
        """Repeat a cut by the bus: the motor's pin may not be wired."""
        if self.was_cut:
            self.was_cut = False
            self.is_on = True  # the state is unknown

    def step(self, now_ms: int) -> None:
        """Switch the motor on or off as due."""
        if self.testing:
            self._look_at_test(now_ms)
            return
        on = self.busy and self._due(ticks_diff(now_ms, self._start_ms))
        if on != self.is_on:
            self._set(on)

    def _due(self, since_ms: int) -> bool:
        """Whether the motor is to be on ``since_ms`` after the pattern's start; notes its end."""
        period_ms = self._on_ms + self._off_ms
        left_ms = self._count * period_ms - self._off_ms - since_ms
        if since_ms >= 0 and left_ms > 0:
            return since_ms % period_ms < self._on_ms
        if self.is_on and left_ms < -_LATE_MS:
            self.ends_missed += 1
        self.busy = False
        return False

    def _look_at_test(self, now_ms: int) -> None:
        if ticks_diff(now_ms, self._test_ms) < _LOOK_MS:
            return
        self._test_ms = now_ms
        found = self._tell(self._motor.look_at_test)
        if found is None or found is False:  # no answer, or no motor
            self.errors += found is False
            self.off()
        elif found is not True:  # done
            self.testing = False
            if self.tested is not None:
                self.tested(found)

    def _set(self, on: bool) -> None:
        """Switch the motor; a failed command is repeated in the next pass."""
        try:
            self._motor.set(self._percent if on else 0)
        except OSError:
            self.errors += 1
        else:
            self.is_on = on

    def _tell(self, command: "Callable[[], Any]") -> "Any":
        """Return the result of ``command``, None if it failed: the sensor's bus is shared."""
        try:
            return command()
        except OSError:
            self.errors += 1
            return None


class PwmMotor:
    """A coin motor behind a transistor on a PWM pin (``pwmio.PWMOut``)."""

    def __init__(self, pwm: "PwmPin") -> None:
        self._pwm = pwm

    def set(self, percent: int) -> None:
        """Run at ``percent`` of full strength, 0 = off."""
        self._pwm.duty_cycle = 65535 * percent // 100
