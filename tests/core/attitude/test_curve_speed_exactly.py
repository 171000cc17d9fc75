"""The speed estimated from curves, calculated by hand: recursive least squares over two steps.

A step of half a second that turns by 0.25 rad is a turning rate of 0.5 rad/s: Q10 512. It weighs
0.5² × 0.5 s = 128/1024 of the 700/1024 that the usual speed weighs.
"""

from __future__ import annotations

import pytest
from leancore.attitude.curve_speed import CurveSpeed

QUARTER_RAD = 4096  # Q14
TWO_MPS2 = 512  # Q8


def step(speed: CurveSpeed, turned_q14: int, side_q8: int, ms: int = 500) -> int:
    speed.add(turned_q14, side_q8, ms)
    answer = speed.strike()
    assert all(type(getattr(speed, name)) is int for name in CurveSpeed.FIELDS)
    return answer


def after(*steps: tuple[int, int, int], usual_cmps: int = 320) -> int:
    speed = CurveSpeed()
    speed.begin(usual_cmps)
    for turned_q14, side_q8, ms in steps:
        step(speed, turned_q14, side_q8, ms)
    return speed.cmps


def test_a_new_one_has_the_usual_speed() -> None:
    speed = CurveSpeed()
    assert (speed.cmps, speed.cornering) == (320, 0)
    step(speed, QUARTER_RAD, TWO_MPS2)
    step(speed, QUARTER_RAD, TWO_MPS2)
    assert speed.cmps == 332


@pytest.mark.parametrize("way", [1, -1])
def test_two_steps_tell_and_a_third_more(way: int) -> None:
    """2 m/s² at 0.5 rad/s are 4 m/s. Off the usual by 0.5 × 0.4 m/s² × 0.5 s = 0.1 each time."""
    speed = CurveSpeed()
    speed.begin(320)
    told = [step(speed, way * QUARTER_RAD, way * TWO_MPS2) for _ in range(3)]
    assert told == [0, 1, 1]
    assert speed.cmps == 341  # 320 + 100 × 2 × 100/1024 / (950/1024)


def test_the_older_of_two_unlike_steps_gives_the_weight() -> None:
    """400 ms and 600 ms: 512/1024 rad/s over 400 ms weigh 100, and are off by 80."""
    assert after((3277, 512, 400), (4915, 512, 600)) == 320 + 8000 // 800


def test_one_who_runs_as_usual_tells_nothing_new() -> None:
    speed = CurveSpeed()
    speed.begin(320)
    assert [step(speed, QUARTER_RAD, 410) for _ in range(3)] == [0, 0, 0]
    assert speed.cmps == 320


def test_begin_forgets_what_was_learnt() -> None:
    speed = CurveSpeed()
    for _ in range(4):
        step(speed, QUARTER_RAD, TWO_MPS2)
    speed.begin(300)
    assert (speed.cmps, speed.cornering) == (300, 0)
    assert step(speed, QUARTER_RAD, TWO_MPS2) == 0
    assert step(speed, QUARTER_RAD, TWO_MPS2) == 1
    assert speed.cmps == 315  # 12500 // 825 more


@pytest.mark.parametrize(("each_q14", "turns"), [(1800, 1), (1799, 0), (-1800, 1), (-1792, 0)])
def test_slower_than_a_fifth_of_a_radian_a_second_is_no_curve(each_q14: int, turns: int) -> None:
    """Two steps of half a second: 3600/16384 rad/s, to Q10 225."""
    speed = CurveSpeed()
    speed.begin(320)
    assert [step(speed, each_q14, 5000) for _ in range(2)] == [0, turns]
    assert speed.cornering == turns


@pytest.mark.parametrize(("ms", "counts"), [((1499, 1500), 1), ((1500, 1500), 0)])
def test_two_steps_take_less_than_three_seconds(ms: tuple[int, int], counts: int) -> None:
    speed = CurveSpeed()
    speed.begin(320)
    step(speed, 3 * QUARTER_RAD, 2 * TWO_MPS2, ms[0])
    assert step(speed, 3 * QUARTER_RAD, 2 * TWO_MPS2, ms[1]) == counts


@pytest.mark.parametrize(("ms", "counts"), [(1500, 1), (1501, 0)])
def test_a_step_that_does_not_end_begins_anew(ms: int, counts: int) -> None:
    speed = CurveSpeed()
    speed.begin(320)
    step(speed, QUARTER_RAD, TWO_MPS2)
    speed.add(2 * QUARTER_RAD, 2 * TWO_MPS2, ms)
    speed.add(0, 0, 0)
    assert speed.strike() == counts
    if not counts:
        names = ("_turn", "_side", "_ms", "_turn_before", "_side_before", "_ms_before")
        assert [getattr(speed, name) for name in names] == [0] * 6


@pytest.mark.parametrize(("straight", "corners"), [(2, 2), (4, 4), (40, 9)])
def test_straight_steps_count_against_the_time_in_a_corner(straight: int, corners: int) -> None:
    """Otherwise a gyroscope that is off about the vertical would be in a corner for ever."""
    speed = CurveSpeed()
    speed.begin(320)
    first = [step(speed, QUARTER_RAD, TWO_MPS2) and speed.cornering for _ in range(8)]
    assert first == [0, 1, 1, 1, 1, 1, 1, 1]  # 3.5 s so far
    for _ in range(straight):
        step(speed, 0, 0)
    assert speed.cornering == 0
    seen = []
    for _ in range(30):
        step(speed, QUARTER_RAD, TWO_MPS2)
        seen.append(speed.cornering)
    assert seen == [1] * corners + [0] * (30 - corners)
    assert speed._corner_ms == 5000


def test_missing_steps_begin_a_corner_anew() -> None:
    speed = CurveSpeed()
    speed.begin(320)
    for _ in range(9):
        step(speed, QUARTER_RAD, TWO_MPS2)
    speed.restart()
    assert (speed.cornering, speed._corner_ms) == (0, 0)
    assert step(speed, QUARTER_RAD, TWO_MPS2) == 0  # alone


# Two steps of 20 ms at 0.5 rad/s weigh 5 (of 700 + 5); at more, as said.
@pytest.mark.parametrize(
    ("each_q14", "side_q8", "ms", "cmps"),
    [
        (164, 10_240, 20, 320 + 38_400 // 705),  # 40 m/s² to the side: as they are
        (164, 20_000, 20, 320 + 38_400 // 705),  # 78: held at 40
        (164, -10_000, 20, 320 - 56),  # 39 m/s² outwards: (-20000 - 819) held at -20000
        (164, 10_240, 10, 320 + 19_500 // 710),  # 40 × 1 rad/s: held at 20000 of 1024
        (1000, 1000, 20, 320 - 13),  # 3 rad/s: held at 2, whose pull at 3.2 m/s is 13107
        (-1000, -1000, 20, 320 - 13),
    ],
)
def test_what_no_runner_does_is_held(each_q14: int, side_q8: int, ms: int, cmps: int) -> None:
    assert after((each_q14, side_q8, ms), (each_q14, side_q8, ms)) == cmps


@pytest.mark.parametrize(("side_q8", "cmps"), [(10_240, 700), (-10_240, 130)])
def test_the_speed_stays_a_runners(side_q8: int, cmps: int) -> None:
    assert after(*[(QUARTER_RAD, side_q8, 500)] * 3) == cmps


def test_older_curves_are_forgotten_slowly() -> None:
    """2 rad/s for half a second weighs 2000; beyond 8192 a quarter of all is dropped.

    10 m/s² at 2 rad/s are 5 m/s: off by 3600 each time; then 6 m/s², 3 m/s: by -400.
    """
    curves = [(4 * QUARTER_RAD, 2560, 500)] * 6  # the first alone tells nothing
    seen, off = 700, 0
    for _ in range(5):
        seen, off = seen + 2000, off + 3600
        if seen > 8192:
            seen, off = seen - seen // 4, off - off // 4
    assert after(*curves) == 320 + 100 * off // seen == 488
    speed = CurveSpeed()
    speed.begin(320)
    for turned_q14, side_q8, ms in curves:
        step(speed, turned_q14, side_q8, ms)
    speed.add(4 * QUARTER_RAD, 512, 500)  # with the step before it: 6 m/s² in the mean
    speed.strike()
    assert speed.cmps == 443
