"""Motor, button, LED, battery and watchdog of the simulated board, with their history."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple, Protocol

from boards.sim.clock import Clock


class Pulse(NamedTuple):
    """One stretch of the motor at one strength (duty cycle, 1 .. 65535), in ms since power-on."""

    start_ms: int
    end_ms: int
    strength: int


class Motor:
    """A vibration motor behind a PWM pin, shaped like `pwmio.PWMOut`.

    `pulses` holds the finished ones, oldest first; a change of strength ends a pulse and begins
    the next. Knob: `always_on`, its wires bypass the transistor.
    """

    def __init__(self, clock: Clock) -> None:
        self.frequency = 20_000
        self.always_on = False
        self.pulses: list[Pulse] = []
        self._clock = clock
        self._duty_cycle = 0
        self._since_ms = 0

    @property
    def duty_cycle(self) -> int:
        """0 (off) .. 65535; ValueError beyond, as PWMOut."""
        return self._duty_cycle

    @duty_cycle.setter
    def duty_cycle(self, value: int) -> None:
        if not 0 <= value <= 0xFFFF:
            raise ValueError("duty_cycle must be 0-65535")
        if value == self._duty_cycle:
            return
        now_ms = self._clock.now_ms()
        if self.is_on:
            self.pulses.append(Pulse(self._since_ms, now_ms, self._duty_cycle))
        self._duty_cycle = value
        self._since_ms = now_ms

    def driven_at(self, at_ms: float) -> tuple[float, float]:
        """Return (strength in percent, since how many ms) at a time since power-on."""
        if self.always_on:
            return 100.0, at_ms
        if at_ms >= self._since_ms:
            return self._duty_cycle / 655.35, at_ms - self._since_ms
        for start_ms, end_ms, strength in reversed(self.pulses):
            if start_ms <= at_ms < end_ms:
                return strength / 655.35, at_ms - start_ms
        return 0.0, 0.0

    @property
    def is_on(self) -> bool:
        """True while it shakes."""
        return self._duty_cycle > 0

    def deinit(self) -> None:
        """Release the pin: the motor stops."""
        self.duty_cycle = 0


class Pin:
    """A pin shaped like `digitalio.DigitalInOut`; as a button it is pulled up: True = released.

    Knobs: `bounce_reads`, so many reads after a press or release flicker, as contacts do;
    `stuck`, a constant level.
    """

    def __init__(self, value: bool = True) -> None:
        self.bounce_reads = 0
        self.stuck: bool | None = None
        self._value = value
        self._flickers = 0

    @property
    def value(self) -> bool:
        """The level; each read during a bounce gives the other one."""
        if self.stuck is not None:
            return self.stuck
        if self._flickers:
            self._flickers -= 1
            return self._value ^ (self._flickers % 2 == 0)
        return self._value

    @value.setter
    def value(self, value: bool) -> None:
        self._flickers = self.bounce_reads if value != self._value else 0
        self._value = value

    def press(self) -> None:
        """Close the contact to ground."""
        self.value = False

    def release(self) -> None:
        """Open it."""
        self.value = True

    def deinit(self) -> None:
        """Release the pin; nothing to do."""


class Resettable(Protocol):
    """A part with a reset pin."""

    def pin_reset(self) -> None:
        """The pin was pulled low."""


class ResetPin(Pin):
    """An output on a part's reset pin, low = reset."""

    def __init__(self, part: Resettable) -> None:
        super().__init__()
        self._part = part

    @property
    def value(self) -> bool:
        """The level."""
        return self._value

    @value.setter
    def value(self, value: bool) -> None:
        if self._value and not value:
            self._part.pin_reset()
        self._value = value


class Light(NamedTuple):
    """A colour shown from `at_ms` (since power-on) on, parts 0 .. 255."""

    at_ms: int
    red: int
    green: int
    blue: int


class RgbLed:
    """One colour LED; `changes` holds what was seen and when.

    Knobs: `dark` (no power, or no data), `order` (which part each of its colours takes: an LED of
    another kind takes red for green).
    """

    def __init__(self, clock: Clock) -> None:
        self.changes: list[Light] = []
        self.dark = False
        self.order = (0, 1, 2)
        self._clock = clock

    def show(self, red: int, green: int, blue: int) -> None:
        """Show a colour, parts 0 .. 255; ValueError beyond."""
        if not all(0 <= part <= 255 for part in (red, green, blue)):
            raise ValueError(f"colour out of range: {red}, {green}, {blue}")
        told = (0, 0, 0) if self.dark else (red, green, blue)
        shown = tuple(told[part] for part in self.order)
        if not self.changes or self.changes[-1][1:] != shown:
            self.changes.append(Light(self._clock.now_ms(), *shown))


class Battery:
    """A cell at `level_mv`, whose first readings are wrong.

    `wrong_mv`: returned one by one before the true value; a MAX17048 returns 0 until its first
    conversion, and a bare ADC reads its divider before that has charged.
    """

    def __init__(self, level_mv: int = 3900, wrong_mv: Iterable[int] = (0, 5100)) -> None:
        self.level_mv = level_mv
        self.wrong_mv = list(wrong_mv)

    def read_mv(self) -> int:
        """The voltage in mV, true or not."""
        return self.wrong_mv.pop(0) if self.wrong_mv else self.level_mv


class Watchdog:
    """A hardware watchdog; the RP2040's takes at most 8 s. `worst_gap_ms`: longest gap."""

    def __init__(self, clock: Clock, timeout_ms: int = 8000) -> None:
        self.timeout_ms = timeout_ms
        self.worst_gap_ms = 0
        self._clock = clock
        self._fed_ms = clock.now_ms()

    def feed(self) -> None:
        """Restart its timer."""
        now_ms = self._clock.now_ms()
        self.worst_gap_ms = max(self.worst_gap_ms, now_ms - self._fed_ms)
        self._fed_ms = now_ms

    def bitten(self, now_ms: int) -> bool:
        """True if it would have reset the board by `now_ms` (since power-on)."""
        return max(self.worst_gap_ms, now_ms - self._fed_ms) > self.timeout_ms
