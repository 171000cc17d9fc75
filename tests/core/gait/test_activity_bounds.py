"""Each bound of the activity at the value itself and one next to it, and the effect of a sample."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest
from leancore.gait.activity import OTHER, RUN, STILL, WALK, Activity, _alternates

G_Q8 = 2511
NONE: Any = SimpleNamespace(interval_ms=0, velocity_swing_q8=0)


def whole(activity: Activity) -> None:
    for name in Activity.FIELDS:
        assert type(getattr(activity, name)) is int, name


def step_of(ms: int, fall_q8: int) -> Any:
    """A step whose fall comes out as said: 104/1024 of mm/s over ms."""
    return SimpleNamespace(interval_ms=ms, velocity_swing_q8=-(-fall_q8 * 1024 // 104) * ms)


def put(**values: int) -> Activity:
    activity = Activity()
    for name, value in values.items():
        setattr(activity, name, value)
    return activity


@pytest.mark.parametrize(("change", "before", "alternates"), [
    (66, -1, True), (65, -1, False), (-66, 1, True), (-65, 1, False), (66, 1, False),
    (-66, -1, False), (66, 0, True), (-66, 0, False), (0, 1, False),
])  # fmt: skip
def test_a_turn_the_other_way_is_66_at_least(change: int, before: int, alternates: bool) -> None:
    assert _alternates(change, before, 66) is alternates


@pytest.mark.parametrize(("runs", "since_ms", "now"), [(4, 1200, RUN), (4, 1201, OTHER),
                                                       (3, 0, OTHER), (5, 0, RUN)])  # fmt: skip
def test_four_running_steps_within_patience_are_a_run(runs: int, since_ms: int, now: int) -> None:
    activity = put(_runs=runs, _since_run_ms=since_ms)
    assert activity._decide() == (now != OTHER)
    assert activity.now == now


@pytest.mark.parametrize(("walks", "since_ms", "now"), [(3, 1200, WALK), (3, 1201, OTHER),
                                                        (2, 0, OTHER), (4, 0, WALK)])  # fmt: skip
def test_three_walking_steps_within_the_setting_are_a_walk(
    walks: int, since_ms: int, now: int
) -> None:
    activity = put(_walks=walks, _since_walk_ms=since_ms)
    activity._decide()
    assert activity.now == now


@pytest.mark.parametrize(("still_ms", "now"), [(799, OTHER), (800, STILL)])
def test_standing_takes_800_ms(still_ms: int, now: int) -> None:
    activity = put(_still_ms=still_ms)
    activity._decide()
    assert activity.now == now


@pytest.mark.parametrize(("since_ms", "kept"), [(1200, 1), (1201, 0)])
def test_steps_are_forgotten_after_the_setting(since_ms: int, kept: int) -> None:
    activity = put(_runs=3, _walks=2, _since_run_ms=since_ms, _since_walk_ms=since_ms)
    assert activity._decide() == 0
    assert (activity._runs, activity._walks) == (3 * kept, 2 * kept)
    activity = put(_runs=3, _walks=2, _since_run_ms=since_ms)
    activity._decide()
    assert (activity._runs, activity._walks) == (3 * kept, 2)
    whole(activity)


@pytest.mark.parametrize(("since_ms", "now"), [(700, RUN), (701, OTHER)])
def test_a_run_goes_on_for_as_long_as_its_patience(since_ms: int, now: int) -> None:
    activity = put(now=RUN, _since_run_ms=since_ms, _timeout_ms=700)
    assert activity._decide() == (now != RUN)
    assert activity.now == now


@pytest.mark.parametrize(("since_ms", "calm"), [(690, 0), (691, 1)])
def test_in_the_midst_of_a_run_nothing_else_is_counted(since_ms: int, calm: int) -> None:
    activity = put(now=RUN, _runs=8, _since_run_ms=since_ms, _timeout_ms=700, _since_walk_ms=5)
    assert activity.step(G_Q8, 0, 0, 0, 10) == calm
    assert activity._since_walk_ms == 5 + 10 * calm


@pytest.mark.parametrize(("restless_q12", "still_ms"), [(1279, 50), (1280, 0)])
def test_restless_is_0_3_mps2_in_the_mean(restless_q12: int, still_ms: int) -> None:
    activity = put(_restless_q12=restless_q12, _still_ms=50)
    activity.step(G_Q8, 0, 0, 0, 0)
    assert activity._still_ms == still_ms


@pytest.mark.parametrize("off_q8", [60, -60])
def test_restlessness_follows_in_300_ms(off_q8: int) -> None:
    """Its distance from 1 g, Q12: a tenth of the way in 30 ms."""
    activity = put(_restless_q12=160)
    activity.step(G_Q8 + off_q8, 0, 0, 0, 30)
    assert activity._restless_q12 == 160 + (960 - 160) // 10
    whole(activity)


def test_times_are_not_counted_beyond_a_minute() -> None:
    activity = put(_since_run_ms=59_995, _since_walk_ms=59_995, _still_ms=59_995)
    activity.step(G_Q8, 0, 0, 0, 10)
    assert (activity._since_run_ms, activity._since_walk_ms, activity._still_ms) == (60_000,) * 3


@pytest.mark.parametrize(("count", "left"), [(249, 250), (250, 0)])
def test_a_step_of_more_than_250_turns_begins_anew(count: int, left: int) -> None:
    activity = put(_turn_count=count, _turn_sum=7, _turn_top=8, _early_sum=9, _rise_sum=1,
                   _push_sum=2, _with_sum=3, _either_sum=4)  # fmt: skip
    activity.step(G_Q8, 0, 0, 0, 10)
    assert activity._turn_count == left
    sums = ("_turn_sum", "_turn_top", "_early_sum", "_rise_sum", "_push_sum", "_with_sum",
            "_either_sum")  # fmt: skip
    assert [bool(getattr(activity, name)) for name in sums] == [bool(left)] * 7


def test_what_a_sample_adds() -> None:
    """mm/s Q8 to 16 mm/s, m/s² Q8 to 1/8 m/s²; the power and its size; the turn and its half."""
    activity = put(_half_count=2)
    activity.step(G_Q8, 96, 5 << 12, -30, 10)  # 3 × 5
    activity.step(G_Q8, -64, 7 << 12, 20, 10)  # -2 × 7
    activity.step(G_Q8, 32, 0, 25, 10)
    assert (activity._rise_sum, activity._push_sum) == (12, 2)
    assert (activity._with_sum, activity._either_sum) == (1, 29)
    assert (activity._turn_sum, activity._early_sum, activity._turn_count) == (15, -10, 3)
    assert activity._turn_top == 30
    assert activity._since_run_ms == 30


def test_the_bounce_of_a_step_by_hand() -> None:
    """(with - rise × mean push) / (size / 64 + 1), half of it and half of what was before."""
    activity = put(bounce_q6=10, _with_sum=900, _rise_sum=40, _push_sum=61, _turn_count=20,
                   _either_sum=1279)  # fmt: skip
    activity.strike(NONE)
    assert activity.bounce_q6 == (10 + (900 - 40 * 3) // 20) >> 1
    activity = put(_with_sum=-900, _either_sum=63)
    activity.strike(NONE)
    assert activity.bounce_q6 == -450


@pytest.mark.parametrize(("ms", "is_run"), [(229, 0), (230, 1), (560, 1), (561, 0)])
def test_a_running_step_takes_230_to_560_ms(ms: int, is_run: int) -> None:
    activity = put(run_step=1 - is_run)
    activity.strike(step_of(ms, 120))
    assert activity.run_step == is_run
    assert activity._runs == is_run


@pytest.mark.parametrize(
    ("bounce_q6", "fall_q8", "is_run"),
    [(0, 61, 0), (0, 62, 1), (4, 53, 0), (4, 54, 1), (8, 45, 0), (8, 46, 1), (30, 45, 0),
     (30, 46, 1), (-8, 77, 0), (-8, 78, 1), (-40, 77, 0), (-40, 78, 1), (-4, 69, 0), (-4, 70, 1)],
)
def test_the_more_it_bounces_the_less_of_a_fall_is_a_run(
    bounce_q6: int, fall_q8: int, is_run: int
) -> None:  # fmt: skip
    activity = put(bounce_q6=bounce_q6, fall_q8=fall_q8)
    assert activity._falls() is bool(is_run)


def test_the_fall_is_the_mean_of_two_steps() -> None:
    """mm/s over ms is m/s²; over 9.85 of a fall, of 256."""
    activity = Activity()
    activity.strike(SimpleNamespace(interval_ms=400, velocity_swing_q8=800 * 400))  # type: ignore[arg-type]
    assert activity.fall_q8 == activity._step_fall_q8 == 800 * 104 >> 10 == 81
    activity.strike(SimpleNamespace(interval_ms=400, velocity_swing_q8=400 * 400 + 399))  # type: ignore[arg-type]
    assert (activity.fall_q8, activity._step_fall_q8) == ((40 + 81) >> 1, 40)
    activity.strike(NONE)  # the first after a gap
    assert (activity._step_fall_q8, activity.run_step) == (0, 0)
    whole(activity)


@pytest.mark.parametrize(
    ("ms", "run_stop_ms", "timeout_ms"),
    [(266, 1200, 600), (267, 1200, 600), (268, 1200, 603), (400, 1200, 900), (400, 899, 899),
     (400, 901, 900), (533, 1200, 1199), (534, 1200, 1200), (230, 500, 500)],
)
def test_patience_is_two_steps_and_a_quarter(ms: int, run_stop_ms: int, timeout_ms: int) -> None:
    activity = put(run_stop_ms=run_stop_ms, _walks=2, _since_run_ms=77)
    activity.strike(step_of(ms, 120))
    assert activity._timeout_ms == timeout_ms
    assert (activity._walks, activity._since_run_ms) == (0, 0)


def test_running_steps_are_counted_to_twice_what_a_run_needs() -> None:
    activity = put(now=RUN)
    for _ in range(12):
        assert activity.strike(step_of(350, 120)) == 0
    assert activity._runs == 8
    activity.strike(step_of(350, 1))  # with the one before it 60/256: walked
    assert (activity._runs, activity._walks, activity.run_step) == (4, 1, 0)
    activity.strike(step_of(350, 10))
    assert activity._runs == 0
    activity.now, activity._runs = OTHER, 3
    activity.strike(step_of(600, 10))
    assert activity._runs == 0
    whole(activity)


@pytest.mark.parametrize(
    ("ms", "fall_q8", "walks"),
    [(349, 20, 0), (350, 20, 3), (1100, 20, 3), (1101, 20, 0), (700, 76, 3), (700, 77, 0)],
)
def test_a_walking_step_by_its_time_and_fall(ms: int, fall_q8: int, walks: int) -> None:
    activity = put(_walks=2, _since_walk_ms=50, fall_q8=fall_q8)
    activity._judge_walk(ms)
    assert activity._walks == walks
    assert activity._since_walk_ms == (0 if walks else 50)


@pytest.mark.parametrize(("bounce_q6", "hops"), [(-17, 1), (-16, 1), (-15, 3), (5, 3), (6, 1)])
def test_on_the_spot_is_between_a_vault_and_a_bounce(bounce_q6: int, hops: int) -> None:
    """One step that turns to one side as the one before: there it is a hop at once."""
    activity = put(bounce_q6=2 * bounce_q6, _turn_sum=2000, _turn_count=20, _turn_top=100,
                   turn_q9=0, _turn_change=5)  # fmt: skip
    activity.strike(NONE)
    assert activity.bounce_q6 == bounce_q6
    assert activity._hops == hops


@pytest.mark.parametrize(("top", "hops"), [(44, 0), (45, 2)])
def test_a_pelvis_slower_than_5_degrees_a_second_tells_nothing(top: int, hops: int) -> None:
    activity = put(_hops=1, _turn_top=top, _turn_count=20)
    activity._judge_hop(0)
    assert activity._hops == hops


def test_mean_and_course_of_a_step_by_hand() -> None:
    """40 in 4 turns, of which 30 in the first half: a mean of 10, a course of 5."""
    activity = put(_turn_sum=40, _early_sum=30, _turn_count=4, _turn_top=90, turn_q9=3,
                   _course_q9=-2)  # fmt: skip
    activity._judge_hop(0)
    assert (activity.turn_q9, activity._turn_change) == (10, 7)
    assert (activity._course_q9, activity._course_change) == (5, 7)
    assert activity._half_count == 2
    for hops in (2, 3, 3):
        activity._judge_hop(0)
        assert activity._hops == hops
    whole(activity)


def test_of_a_new_one_all_is_nothing() -> None:
    activity = Activity()
    for name in Activity.FIELDS:
        expected = {"now": OTHER, "_timeout_ms": 1200}.get(name, 0)
        assert getattr(activity, name) == expected, name
    assert (activity.run_steps, activity.run_stop_ms) == (4, 1200)
