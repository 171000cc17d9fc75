"""The time of day on the clip: set by a host, only if plausible."""

from __future__ import annotations

import pytest
from leancore.numeric.ticks import PERIOD_MS
from leandevice.power.wall_clock import FIRST_S, LAST_S, WallClock

START_MS = PERIOD_MS - 90_000  # the ticks wrap after a minute and a half
NOW_S = 1_760_000_000


class Ticks:
    """The clip's clock, moved by hand."""

    def __init__(self) -> None:
        self.passed_ms = 0

    def ticks_ms(self) -> int:
        return (START_MS + self.passed_ms) % PERIOD_MS


def on_for(seconds: int) -> tuple[WallClock, Ticks]:
    ticks = Ticks()
    clock = WallClock(ticks)
    go_on(clock, ticks, seconds)
    return clock, ticks


def go_on(clock: WallClock, ticks: Ticks, seconds: int) -> None:
    for _ in range(seconds):
        ticks.passed_ms += 1000
        clock.step(ticks.ticks_ms())


def test_what_a_host_told_goes_on_through_the_wrap() -> None:
    clock, ticks = on_for(200)
    assert (clock.up_s, clock.now_s()) == (200, 0)
    assert clock.set(NOW_S)
    go_on(clock, ticks, 130)
    assert (clock.up_s, clock.now_s(), clock.at(50)) == (330, NOW_S + 130, NOW_S - 150)


@pytest.mark.parametrize("told_s", [-1, 0, 5, FIRST_S - 1, LAST_S + 1, 2**32 - 1, 10**12])
def test_a_time_that_cannot_be_changes_nothing(told_s: int) -> None:
    clock, ticks = on_for(10)
    assert not clock.set(told_s)
    assert clock.now_s() == 0
    assert clock.set(NOW_S)
    go_on(clock, ticks, 10)
    assert not clock.set(told_s)
    assert clock.now_s() == NOW_S + 10


@pytest.mark.parametrize("told_s", [FIRST_S, LAST_S])
def test_the_first_and_the_last_that_can_be_are_taken(told_s: int) -> None:
    clock, _ticks = on_for(10)
    assert clock.set(told_s)
    assert clock.now_s() == told_s


def test_ticks_that_were_set_back_make_no_time_before_the_start() -> None:
    clock, ticks = on_for(30)
    ticks.passed_ms -= 90_000
    clock.step(ticks.ticks_ms())
    assert clock.up_s == 0
