"""The first steps of a run, kept until they are known to be one."""

from __future__ import annotations

from leancore.gait.activity import Activity
from leancore.gait.run_onset import RunOnset
from leancore.gait.steps import Steps
from leancore.gait.stride import Stride
from leancore.sensor.sample import GAP, LOST


def step(opening: RunOnset, number: int, run_step: int = 1, whole: int = 1) -> None:
    activity, steps, stride = Activity(), Steps(), Stride()
    activity.run_step = run_step
    steps.strike_ms, steps.cadence_cspm = 1000 + number, 18000 + number
    stride.stride_lean_cdeg, stride.step_cdeg = 800 + number, 900 + number
    stride.flags, stride.whole = number % 64, whole
    opening.step(activity, steps, stride)


def rows(opening: RunOnset) -> list[list[int]]:
    """The first five values of each, which ``row`` knows."""
    firsts = range(0, opening.count * opening.WIDTH, opening.WIDTH)
    return [opening.rows[at : at + 5] for at in firsts]


def row(number: int) -> list[int]:
    return [1000 + number, 800 + number, 900 + number, 18000 + number, number % 64]


def first(number: int) -> list[int]:
    """What came before was no running: the step stands for the stride."""
    return [1000 + number, 900 + number, *row(number)[2:]]


def test_rows_in_order() -> None:
    opening = RunOnset()
    for number in range(4):
        step(opening, number)
    assert rows(opening) == [first(0), *(row(number) for number in range(1, 4))]


def test_a_step_that_is_no_running_step_clears_it() -> None:
    opening = RunOnset()
    step(opening, 0)
    step(opening, 1, run_step=0)
    assert opening.count == 0
    step(opening, 2)
    assert rows(opening) == [first(2)]


def test_where_the_stride_is_not_whole_the_step_stands_for_it() -> None:
    opening = RunOnset()
    step(opening, 5)
    step(opening, 6, whole=0)
    assert rows(opening)[1][1:3] == [906, 906]


def test_it_is_bounded() -> None:
    opening = RunOnset()
    for number in range(100):
        step(opening, number)
    assert opening.count == opening.MOST
    assert rows(opening) == [first(0), *(row(number) for number in range(1, opening.MOST))]
    assert len(opening.rows) == opening.MOST * opening.WIDTH


def test_reset() -> None:
    opening = RunOnset()
    step(opening, 1)
    opening.count = 0
    assert opening.count == 0


def test_a_step_without_a_vertical_has_no_row() -> None:
    opening, stride = RunOnset(), Stride()
    activity = Activity()
    activity.run_step, stride.flags = 1, GAP | LOST
    step(opening, 1)
    opening.step(activity, Steps(), stride)
    assert rows(opening) == [first(1)]
