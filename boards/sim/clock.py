"""Simulated time: nothing in the simulated board waits for the wall clock."""

from __future__ import annotations

import importlib
from collections.abc import Iterator
from contextlib import contextmanager

TICKS_PERIOD_MS = 1 << 29
#: supervisor.ticks_ms() wraps, by design, for the first time about 65 s after power-on.
TICKS_AT_POWER_ON_MS = TICKS_PERIOD_MS - 65_000

#: The driver modules that use a module global called `time`.
DRIVER_MODULES = ("adafruit_bno08x", "adafruit_bus_device.i2c_device")


class Clock:
    """Time since power-on in whole microseconds, advanced only by explicit calls.

    `start_ms`: value of `ticks_ms()` at power-on, 0 .. 2**29 - 1; the default wraps after 65 s
    as CircuitPython's does.
    """

    def __init__(self, start_ms: int = TICKS_AT_POWER_ON_MS) -> None:
        self.start_ms = start_ms
        self._now_us = 0

    def now_us(self) -> int:
        """Microseconds since power-on."""
        return self._now_us

    def now_ms(self) -> int:
        """Milliseconds since power-on; unlike `ticks_ms()` these never wrap."""
        return self._now_us // 1000

    def ticks_ms(self) -> int:
        """Milliseconds as `supervisor.ticks_ms()` gives them: modulo 2**29."""
        return (self.start_ms + self._now_us // 1000) % TICKS_PERIOD_MS

    def advance_us(self, duration_us: int) -> None:
        """Advance time; ValueError for a negative step."""
        if duration_us < 0:
            raise ValueError(f"time cannot go back by {-duration_us} us")
        self._now_us += duration_us

    def monotonic(self) -> float:
        """Seconds since power-on, for `time.monotonic()`."""
        return self._now_us / 1e6

    def sleep(self, duration_s: float) -> None:
        """Replace `time.sleep()`: time advances without waiting."""
        self.advance_us(round(duration_s * 1e6))


@contextmanager
def driver_time(clock: Clock) -> Iterator[None]:
    """Run the Adafruit driver in simulated time within the block.

    Its start-up sleeps for a second and its waits poll `time.monotonic()` for up to 15 s; neither
    takes real time here. The real `time` module is restored afterwards.
    """
    modules = [importlib.import_module(name) for name in DRIVER_MODULES]
    before = [vars(module)["time"] for module in modules]
    for module in modules:
        vars(module)["time"] = clock
    try:
        yield
    finally:
        for module, real in zip(modules, before, strict=True):
            vars(module)["time"] = real
