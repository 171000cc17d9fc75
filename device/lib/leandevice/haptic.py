"""The motor: pulses that end by time, in one place.

``motor`` is anything with ``set(percent)``: ``PwmMotor`` for a coin motor behind a transistor,
``Drv2605Motor`` for the driver chip.
"""

from leancore.ticks import ticks_diff

PULSE_MAX_MS = 1500  # no single pulse is ever longer
COUNT_MAX = 6


class Haptic:
    """Plays one pattern at a time; a new one replaces it. Call ``step`` in every pass."""

    def __init__(self, motor):
        self._motor = motor
        self.strength_percent = 100
        self.ends_missed = 0  # passes that came later than a pulse's end by more than 50 ms
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
        self._running = self._count > 0
        self.step(now_ms)

    def off(self):
        """Motor off at once, whatever was playing."""
        self._running = False
        self._is_on = False
        self._motor.set(0)

    def step(self, now_ms):
        """Switch the motor as the time says."""
        if not self._running:
            if self._is_on:
                self.off()
            return
        since_ms = ticks_diff(now_ms, self._start_ms)
        period_ms = self._on_ms + self._off_ms
        pulse = since_ms // period_ms if period_ms else self._count
        if since_ms < 0 or pulse >= self._count:
            if since_ms > self._count * period_ms - self._off_ms + 50 and self._is_on:
                self.ends_missed += 1
            self.off()
            return
        on = since_ms - pulse * period_ms < self._on_ms
        if on != self._is_on:
            self._is_on = on
            self._motor.set(self._percent if on else 0)


class PwmMotor:
    """A coin motor behind a transistor on a PWM pin (``pwmio.PWMOut``)."""

    def __init__(self, pwm):
        self._pwm = pwm

    def set(self, percent):
        """Run at ``percent`` of full strength, 0 = off."""
        self._pwm.duty_cycle = 65535 * percent // 100


class Drv2605Motor:
    """A motor behind a DRV2605L in real-time mode (datasheet SLOS854, section 7.3.5)."""

    def __init__(self, chip):
        self._chip = chip
        chip.mode = 0x05  # real-time playback

    def set(self, percent):
        """Run at ``percent`` of full strength, 0 = off."""
        self._chip.realtime_value = 127 * percent // 100
