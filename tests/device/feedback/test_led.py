"""The light: a lasting state, and moments over it."""

from __future__ import annotations

from device_rig import NEAR_WRAP_MS
from leancore.schema import faults
from leandevice.feedback import feedback_patterns
from leandevice.feedback.led import Led, SingleColour

from boards.sim.clock import Clock
from boards.sim.parts import Pin, RgbLed

DARK = (0, 0, 0)


class Bench:
    def __init__(self) -> None:
        self.clock = Clock(NEAR_WRAP_MS)
        self.light = RgbLed(self.clock)
        self.led = Led(self.light)

    def now(self) -> int:
        return self.clock.ticks_ms()

    def forward(self, ms: int) -> None:
        for _ in range(ms // 5):
            self.led.step(self.now())
            self.clock.advance_us(5000)

    def shown(self) -> list[tuple[int, tuple[int, int, int]]]:
        return [(change.at_ms, change[1:]) for change in self.light.changes]


def test_a_state_blinks_for_ever() -> None:
    bench = Bench()
    bench.led.state(feedback_patterns.NEEDS_CALIBRATION[1], bench.now())
    bench.forward(6200)
    on = [at_ms for at_ms, colour in bench.shown() if colour != DARK]
    assert on == [0, 300, 3100, 3400]  # two blinks of 150 ms, then 2.5 s dark


def test_a_moment_is_shown_once_over_the_state() -> None:
    bench = Bench()
    bench.led.state(feedback_patterns.EDIT_MODE[1], bench.now())
    bench.forward(1000)
    bench.led.moment(feedback_patterns.RUN_SAVED[1], bench.now())
    bench.forward(3000)
    colours = [colour for _at_ms, colour in bench.shown()]
    green, blue = (
        feedback_patterns.COLOURS[feedback_patterns.GREEN],
        feedback_patterns.COLOURS[feedback_patterns.BLUE],
    )
    assert colours == [blue, green, DARK, green, DARK, blue]


def test_a_fault_blinks_its_number() -> None:
    bench = Bench()
    bench.led.moment(feedback_patterns.fault_light(faults.NOT_CALIBRATED), bench.now())
    bench.forward(10_000)
    red = feedback_patterns.COLOURS[feedback_patterns.RED]
    blinks = [colour for _at_ms, colour in bench.shown() if colour == red]
    assert len(blinks) == faults.NOT_CALIBRATED


def test_a_light_of_one_colour_is_on_or_off() -> None:
    for lit in (True, False):
        pin = Pin()
        light = SingleColour(pin, lit)
        light.show(0, 40, 0)
        assert pin.value is lit
        light.show(*DARK)
        assert pin.value is not lit


def test_every_moment_of_the_table_can_be_played() -> None:
    for name, (motor, light) in feedback_patterns.MOMENTS:
        on_ms, off_ms, count, percent = motor
        colour, blinks, blink_ms, _ = light
        assert name
        assert count == 0 or (0 < on_ms <= 700 and off_ms >= 0 and 0 < percent <= 100)
        assert colour in range(len(feedback_patterns.COLOURS))
        assert blinks == 0 or blink_ms > 0
