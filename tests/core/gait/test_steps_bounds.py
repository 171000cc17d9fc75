"""Each bound of the foot strikes at the value itself and one next to it."""

from __future__ import annotations

import math
import random

import pytest
from leancore.gait.steps import Steps
from leancore.numeric.ticks import PERIOD_MS

G_Q8, FLIGHT_Q8, TOUCH_Q8 = 2511, 880, 1255
SWING_MIN_Q8, SWING_MAX_Q8 = 64_000, 640_000
PERHAPS, SURELY = 1, 2


def put(**values: int) -> Steps:
    steps = Steps()
    for name, value in values.items():
        setattr(steps, name, value)
    return steps


def whole(steps: Steps) -> None:
    for name in Steps.FIELDS:
        value = getattr(steps, name)
        assert all(type(part) is int for part in (value if isinstance(value, list) else [value]))


@pytest.mark.parametrize("seed", range(2))
def test_all_that_is_kept_is_whole_after_each_sample(seed: int) -> None:
    """Forces of a body that hops, stamps, slides and stumbles."""
    chance, steps, t_ms, strikes = random.Random(seed), Steps(), PERIOD_MS - 3000, 0
    for i in range(800):
        dt_ms = chance.choice((9, 10, 11, 12, 30))
        t_ms = (t_ms + dt_ms) % PERIOD_MS
        swing = math.sin(t_ms / 55) + chance.uniform(-0.7, 0.7) * (i // 200 % 2)
        strikes += steps.step(G_Q8 + round(1.4 * G_Q8 * swing), t_ms, dt_ms)
        whole(steps)
    assert strikes > 10


def test_the_velocity_leaks_in_a_second() -> None:
    """Force × time, less a thousandth of it each ms: mm/s Q8."""
    steps = put(velocity_q8=100_000)
    steps.step(G_Q8 + 256, 10, 20)
    assert steps.velocity_q8 == 100_000 + 256 * 20 - 2000
    assert steps._before_q8 == G_Q8 + 256


@pytest.mark.parametrize("way", [1, -1])
@pytest.mark.parametrize(("over", "kept"), [(0, 1), (1, 0)])
def test_a_velocity_of_16_mps_is_the_most(way: int, over: int, kept: int) -> None:
    steps = put(velocity_q8=way * ((1 << 22) + over))
    steps._count = 3
    assert steps.step(G_Q8, 10, 0) == 0
    assert steps._count == 3 * kept


@pytest.mark.parametrize(("since_ms", "count", "falls"), [(130, 1, 1), (129, 1, 0), (129, 0, 1),
                                                          (-1, 1, 0)])  # fmt: skip
def test_for_130_ms_after_a_strike_the_clip_rings(since_ms: int, count: int, falls: int) -> None:
    if since_ms < 0:
        since_ms = 100
    steps = put(strike_ms=PERIOD_MS - 50, _count=count, _turn_q8=50_000)
    assert steps._rise(10_000, (since_ms - 50) % PERIOD_MS, -500) == 0
    assert steps._rising == 1 - falls
    assert steps._turn_q8 == 10_000


@pytest.mark.parametrize(("down_q8", "falls"), [(24_000, 0), (24_001, 1)])
def test_a_fall_begins_three_eighths_of_a_swing_below_the_top(down_q8: int, falls: int) -> None:
    steps = put(_turn_q8=50_000, _flies=1, _touched=1)
    steps._rise(50_000 - down_q8, 700, -300)
    assert steps._rising == 1 - falls
    if falls:
        assert (steps._top_q8, steps._turn_q8) == (50_000, 50_000 - down_q8)
        assert (steps._flies, steps._touched) == (0, 0)
        assert (steps._mark_ms, steps._mark_rate, steps._open) == (700, -300, 1)
    steps._rising = 1
    steps._turn_q8 = 10
    steps._rise(11, 800, 1)
    assert steps._turn_q8 == 11


@pytest.mark.parametrize(("since_ms", "usual_q8"), [(1500, 200_000), (1501, SWING_MIN_Q8)])
def test_after_a_pause_small_steps_count_again(since_ms: int, usual_q8: int) -> None:
    steps = put(strike_ms=PERIOD_MS - 700, _usual_q8=200_000)
    assert steps._threshold(since_ms - 700) == usual_q8 * 3 // 8
    assert steps._usual_q8 == usual_q8


@pytest.mark.parametrize(("change", "rate"), [(-5, -5), (0, 0), (5, 0), (1, 0)])
def test_a_mark_keeps_how_the_velocity_fell(change: int, rate: int) -> None:
    steps = Steps()
    steps._mark(77, change)
    assert (steps._mark_ms, steps._mark_rate, steps._open) == (77, rate, 1)


def falling(**values: int) -> Steps:
    return put(_rising=0, _turn_q8=-10_000, _top_q8=90_000, strike_ms=600, **values)


@pytest.mark.parametrize(("up_q8", "flies"), [(FLIGHT_Q8 - 1, 1), (FLIGHT_Q8, 0)])
def test_less_than_a_third_of_the_weight_is_a_flight(up_q8: int, flies: int) -> None:
    steps = falling()
    assert steps._fall(up_q8, 900, -9000, -100, 700, 10) == 0
    assert steps._flies == flies


@pytest.mark.parametrize(
    ("touched", "since_ms", "flies"),
    [(0, 0, 1), (PERHAPS, 0, 1), (SURELY, 130, 0), (SURELY, 131, 1)],
)
def test_a_foot_that_surely_touched_flies_again_after_130_ms(
    touched: int, since_ms: int, flies: int
) -> None:
    steps = falling(_touched=touched, _mark_ms=PERIOD_MS - 60)
    steps._fly((since_ms - 60) % PERIOD_MS)
    assert steps._flies == flies
    assert steps._touched == (0 if flies else touched)


def test_who_flies_already_goes_on_flying() -> None:
    steps = falling(_flies=1, _touched=PERHAPS)
    steps._fly(700)
    assert (steps._flies, steps._touched) == (1, PERHAPS)


@pytest.mark.parametrize(("up_q8", "touched"), [(TOUCH_Q8 - 1, 0), (TOUCH_Q8, PERHAPS),
                                                (G_Q8 - 1, PERHAPS), (G_Q8, SURELY)])  # fmt: skip
def test_half_of_the_weight_after_a_flight_is_a_touch(up_q8: int, touched: int) -> None:
    steps = falling(_flies=1, _open=1)
    assert steps._fall(up_q8, 500, -9000, -100, 700, 10) == 0
    assert steps._touched == touched
    assert steps._flies == (0 if touched else 1)
    if touched:
        assert steps._open == 0
        assert steps._mark_ms == 690 + 10 * (TOUCH_Q8 - 500) // (up_q8 - 500)


def test_without_a_flight_half_of_the_weight_is_no_touch() -> None:
    steps = falling()
    steps._fall(TOUCH_Q8, 500, -9000, -100, 700, 10)
    assert (steps._touched, steps._mark_ms) == (0, 0)


@pytest.mark.parametrize(
    ("up_q8", "touched", "flies"),
    [(G_Q8, SURELY, 0), (G_Q8 - 1, PERHAPS, 0), (TOUCH_Q8, PERHAPS, 0), (TOUCH_Q8 - 1, 0, 1)],
)
def test_a_doubted_touch_is_judged_by_the_next_forces(
    up_q8: int, touched: int, flies: int
) -> None:
    steps = falling(_touched=PERHAPS)
    steps._fall(up_q8, 1500, -9000, -100, 700, 10)
    assert (steps._touched, steps._flies) == (touched, flies)
    whole(steps)
    sure = falling(_touched=SURELY)
    sure._fall(TOUCH_Q8 - 1, 1500, -9000, -100, 700, 10)
    assert (sure._touched, sure._flies) == (SURELY, 0)


@pytest.mark.parametrize("touched", [0, SURELY])
def test_the_lowest_velocity_is_marked_unless_the_foot_has_touched(touched: int) -> None:
    steps = falling(_touched=touched)
    assert steps._fall(2000, 2000, -10_001, -300, 700, 10) == 0
    assert steps._turn_q8 == -10_001
    assert steps._mark_ms == (0 if touched else 700)


@pytest.mark.parametrize(("opened", "change", "mark_ms"), [(1, 100, 690 + 7), (1, 0, 690),
                                                           (0, 100, 690)])  # fmt: skip
def test_the_lowest_point_lay_between_two_samples(opened: int, change: int, mark_ms: int) -> None:
    """It fell by 300 and rises by 100: three quarters of 10 ms after the mark."""
    steps = falling(_open=opened, _mark_ms=690, _mark_rate=-300)
    steps._fall(2600, 2000, -9000, change, 700, 10)
    assert steps._mark_ms == mark_ms
    assert steps._open == (1 if opened and not change else 0)
    whole(steps)


@pytest.mark.parametrize(("risen_q8", "strikes"), [(24_000, 0), (24_001, 1)])
def test_a_strike_is_certain_three_eighths_of_a_swing_above_the_lowest(
    risen_q8: int, strikes: int
) -> None:
    steps = falling(_mark_ms=680)
    assert steps._confirm(-10_000 + risen_q8, 700) == strikes
    assert steps._rising == strikes
    assert steps._turn_q8 == (-10_000 + risen_q8 if strikes else -10_000)
    assert steps.strike_ms == (680 if strikes else 600)
    lower = falling()
    assert lower._confirm(-10_001, 700) == 0
    assert lower._turn_q8 == -10_001


@pytest.mark.parametrize(
    ("interval_ms", "count", "told_ms", "counted"),
    [(350, 2, 350, 3), (1500, 2, 1500, 3), (1501, 2, 0, 1), (1, 2, 1, 3), (0, 2, 0, 1),
     (350, 0, 0, 1)],
)
def test_the_interval_of_a_strike(interval_ms: int, count: int, told_ms: int, counted: int) -> None:
    """None for the first, nor after a pause."""
    steps = falling(_mark_ms=(600 + interval_ms), _count=count)
    steps._strike(5)
    assert (steps.interval_ms, steps._count) == (told_ms, counted)
    assert steps.strike_ms == 600 + interval_ms
    assert (steps.velocity_swing_q8, steps._turn_q8) == (100_000, 5)


@pytest.mark.parametrize(
    ("usual_q8", "swing_q8", "after_q8"),
    [(100_000, 140_000, 110_000), (100_000, 60_000, 90_000), (SWING_MIN_Q8, 10, SWING_MIN_Q8),
     (SWING_MAX_Q8, 2 * SWING_MAX_Q8, SWING_MAX_Q8), (SWING_MIN_Q8 + 40, 0, SWING_MIN_Q8)],
)
def test_the_usual_swing_follows_by_a_quarter(usual_q8: int, swing_q8: int, after_q8: int) -> None:
    steps = put(_usual_q8=usual_q8)
    steps._follow_swing(swing_q8)
    assert (steps._usual_q8, steps.velocity_swing_q8) == (after_q8, swing_q8)


def test_cadence_is_that_of_the_last_four_steps() -> None:
    steps, times = Steps(), [PERIOD_MS - 500, PERIOD_MS - 200, 50, 450, 700, 1000, 1450]
    told = []
    for count, t_ms in enumerate(times):
        steps._take_cadence(count, t_ms % PERIOD_MS)
        told.append(steps.cadence_cspm)
    assert told == [0, 6_000_000 // 300, 12_000_000 // 550, 18_000_000 // 950,
                    24_000_000 // 1200, 24_000_000 // 1200, 24_000_000 // 1400]  # fmt: skip
    whole(steps)


@pytest.mark.parametrize(("ms", "cspm"), [(101, 59_405), (100, 60_000), (99, 60_000), (0, 60_000)])
def test_cadence_has_a_bound(ms: int, cspm: int) -> None:
    steps = Steps()
    steps._take_cadence(0, 500)
    steps._take_cadence(1, 500 + ms)
    assert steps.cadence_cspm == cspm


def test_a_new_count_and_a_reset() -> None:
    steps = put(**{name: 7 for name in Steps.FIELDS if name != "_last"})
    steps.reset()
    for name in Steps.FIELDS:
        expected = {"_rising": 1, "_usual_q8": SWING_MIN_Q8, "_before_q8": G_Q8}.get(name, 0)
        assert getattr(steps, name) == expected or name == "_last", name
    assert Steps()._last == [0, 0, 0, 0]
