"""The motor: pulses that end by time, in one place.

``motor`` is anything with ``set(percent)``: ``PwmMotor`` for a coin motor behind a transistor,
``Drv2605Motor`` for the driver chip.
"""

from leancore.ticks import ticks_diff

PULSE_MAX_MS = 1500  # no single pulse is ever longer
COUNT_MAX = 6
_LATE_MS = 50


class Haptic:
    """Plays one pattern at a time; a new one replaces it. Call ``step`` in every pass.

    Counters: ``ends_missed`` passes that came more than 50 ms after a pulse should have ended;
    ``errors`` times the motor did not take its command (it is told again in the next pass).
    """

    def __init__(self, motor):
        self._motor = motor
        self.strength_percent = 100
        self.ends_missed = 0
        self.errors = 0
        self._on_ms = self._off_ms = self._count = self._percent = 0
        self._start_ms = 0
        self._running = False
        self._is_on = True
        self.off()

    @property
    def busy(self):
        """True while a pattern plays."""
        return self._running

    def play(self, now_ms, on_ms, off_ms, count, percent):
        """Begin ``count`` pulses of ``on_ms`` with pauses of ``off_ms``, at ``percent``."""
        self._on_ms = min(on_ms, PULSE_MAX_MS)
        self._off_ms = off_ms
        self._count = min(count, COUNT_MAX)
        self._percent = percent * self.strength_percent // 100
        self._start_ms = now_ms
        self._running = True
        self.step(now_ms)

    def off(self):
        """Motor off at once, whatever was playing."""
        self._running = False
        self._set(False)

    def step(self, now_ms):
        """Switch the motor as the time says."""
        on = self._running and self._due(ticks_diff(now_ms, self._start_ms))
        if on != self._is_on:
            self._set(on)

    def _due(self, since_ms):
        """Whether the motor is to be on ``since_ms`` after the pattern's start; notes its end."""
        period_ms = self._on_ms + self._off_ms
        left_ms = self._count * period_ms - self._off_ms - since_ms
        if since_ms >= 0 and left_ms > 0:
            return since_ms % period_ms < self._on_ms
        if self._is_on and left_ms < -_LATE_MS:
            self.ends_missed += 1
        self._running = False
        return False

    def _set(self, on):
        try:
            self._motor.set(self._percent if on else 0)
        except OSError:  # a driver chip shares the sensor's bus: the next pass tries again
            self.errors += 1
            return
        self._is_on = on


class PwmMotor:
    """A coin motor behind a transistor on a PWM pin (``pwmio.PWMOut``)."""

    def __init__(self, pwm):
        self._pwm = pwm

    def set(self, percent):
        """Run at ``percent`` of full strength, 0 = off."""
        self._pwm.duty_cycle = 65535 * percent // 100


class Drv2605Motor:
    """A motor behind a DRV2605L in real-time mode (datasheet SLOS854, section 7.3.5).

    ``chip()`` gives Adafruit's driver of it; asked for when the motor is first set.
    """

    def __init__(self, chip):
        self._make_chip = chip
        self._chip = None

    def set(self, percent):
        """Run at ``percent`` of full strength, 0 = off; OSError if the chip does not answer."""
        if self._chip is None:
            self._chip = self._begin()
        try:
            self._chip.realtime_value = 127 * percent // 100
        except (OSError, ValueError) as error:  # ValueError: the bus was freed and made anew
            self._chip = None
            raise OSError(5, "the DRV2605 did not answer") from error

    def _begin(self):
        try:
            chip = self._make_chip()
        except (ValueError, RuntimeError) as error:
            raise OSError(19, "no DRV2605 on the bus") from error
        chip.mode = 0x05  # real-time playback
        return chip
