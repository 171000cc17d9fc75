"""The battery: accepted only when plausible and stable."""

from __future__ import annotations

from device_rig import NEAR_WRAP_MS
from leancore.numeric.ticks import ticks_add
from leandevice.power.battery import Battery

from boards.sim.parts import Battery as Cell


def step(battery: Battery, seconds: int, start_s: int = 0) -> list[int]:
    """The voltage believed after each second."""
    believed = []
    for second in range(start_s, start_s + seconds):
        battery.step(ticks_add(NEAR_WRAP_MS, second * 1000))
        believed.append(battery.millivolts)
    return believed


def test_lies_at_the_start_are_not_believed() -> None:
    battery = Battery(Cell(3900, wrong_mv=(0, 5100, 2600)))
    assert step(battery, 25) == [0] * 25
    assert step(battery, 10, 25)[-1] == 3900


def test_an_unsteady_gauge_is_unknown_until_it_settles() -> None:
    battery = Battery(Cell(3700, wrong_mv=(3500, 3900, 3500, 3900)))
    assert step(battery, 21) == [0] * 21
    assert step(battery, 15, 21)[-1] == 3700


def test_a_gauge_that_falls_silent_makes_it_unknown_again() -> None:
    cell = Cell(3700, wrong_mv=())
    battery = Battery(cell)
    assert step(battery, 15)[-1] == 3700
    cell.level_mv = 0
    assert step(battery, 6, 15)[-1] == 0


def test_a_board_without_battery_sense_says_unknown() -> None:
    battery = Battery(None)
    assert step(battery, 5)[-1] == 0
