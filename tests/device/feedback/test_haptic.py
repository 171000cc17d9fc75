"""The motor: patterns end by time, whatever happens."""

from __future__ import annotations

from device_rig import NEAR_WRAP_MS
from leandevice.feedback.haptic import PULSE_MAX_MS, Haptic, PwmMotor

from boards.sim.clock import Clock
from boards.sim.parts import Motor


class Bench:
    """A haptic on a simulated motor and clock."""

    def __init__(self) -> None:
        self.clock = Clock(NEAR_WRAP_MS)
        self.coin = Motor(self.clock)
        self.haptic = Haptic(PwmMotor(self.coin))

    def play(self, *pattern: int) -> None:
        self.haptic.play(self.clock.ticks_ms(), *pattern)

    def forward(self, ms: int, pass_ms: int = 5) -> None:
        for _ in range(ms // pass_ms):
            self.clock.advance_us(pass_ms * 1000)
            self.haptic.step(self.clock.ticks_ms())

    def lengths_ms(self) -> list[int]:
        return [pulse.end_ms - pulse.start_ms for pulse in self.coin.pulses]


def test_a_pattern_plays_its_pulses_and_ends() -> None:
    bench = Bench()
    bench.play(120, 100, 3, 100)
    assert bench.haptic.busy
    bench.forward(1000)
    assert bench.lengths_ms() == [120, 120, 120]
    starts = [pulse.start_ms for pulse in bench.coin.pulses]
    assert [after - before for before, after in zip(starts, starts[1:], strict=False)] == [220, 220]
    assert not bench.haptic.busy
    assert not bench.coin.is_on
    assert bench.haptic.ends_missed == 0


def test_strength_is_the_pattern_s_share_of_the_setting() -> None:
    bench = Bench()
    bench.haptic.strength_percent = 50
    bench.play(100, 0, 1, 60)
    bench.forward(200)
    assert bench.coin.pulses[0].strength == 65535 * 30 // 100


def test_no_pulse_is_longer_than_the_limit() -> None:
    bench = Bench()
    bench.play(60_000, 0, 1, 100)
    bench.forward(5000)
    assert bench.lengths_ms() == [PULSE_MAX_MS]


def test_off_is_at_once() -> None:
    bench = Bench()
    bench.play(500, 0, 1, 100)
    bench.forward(50)
    bench.haptic.off()
    assert not bench.coin.is_on
    bench.forward(1000)
    assert bench.lengths_ms() == [50]


def test_a_new_pattern_replaces_the_old_one() -> None:
    bench = Bench()
    bench.play(600, 200, 2, 100)
    bench.forward(100)
    bench.play(60, 0, 1, 100)
    bench.forward(1000)
    assert sum(bench.lengths_ms()) == 160


def test_a_late_pass_ends_the_pulse_and_is_counted() -> None:
    bench = Bench()
    bench.play(100, 0, 1, 100)
    bench.forward(300, pass_ms=300)
    assert not bench.coin.is_on
    assert bench.haptic.ends_missed == 1


def test_an_empty_pattern_moves_nothing() -> None:
    bench = Bench()
    bench.play(0, 0, 0, 0)
    bench.play(100, 50, 0, 100)
    bench.forward(300)
    assert bench.coin.pulses == []
