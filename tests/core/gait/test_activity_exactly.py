"""Each rule of the activity separately, with artificial steps."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
from leancore.gait.activity import OTHER, RUN, STILL, WALK, Activity

G_Q8 = 2511
DT_MS = 10
RESTLESS_Q8 = G_Q8 + 600  # far from standing
FALLS_Q8, FLAT_Q8 = 100, 20  # of a running step, and of a walking one
RUN_MS, WALK_MS = 350, 600


class Body:
    """Takes steps of any kind; a pelvis that turns to and fro unless told otherwise."""

    def __init__(self, run_stop_ms: int = 1200) -> None:
        self.activity = Activity()
        self.activity.run_stop_ms = run_stop_ms
        self.activity._timeout_ms = run_stop_ms
        self.turn_q9 = 100

    def wait(self, ms: int, up_q8: int = RESTLESS_Q8) -> int | None:
        """Time without a strike; ms until the activity changed, None where it did not."""
        for since_ms in range(DT_MS, ms + 1, DT_MS):
            if self.activity.step(up_q8, 0, 0, 0, DT_MS):
                return since_ms
        return None

    def turn(self, early_q9: int, late_q9: int, samples: int = 20) -> None:
        """Samples of a step, of which the first half turns otherwise than the second one."""
        for i in range(samples):
            turn_q9 = early_q9 if i < samples // 2 else late_q9
            self.activity.step(RESTLESS_Q8, 0, 0, turn_q9, 0)

    def strike(self, ms: int, fall_q8: int) -> int:
        """The strike that ends a step of ``ms``."""
        swing_q8 = -(-fall_q8 * 1024 // 104) * ms
        return self.activity.strike(
            SimpleNamespace(interval_ms=ms, velocity_swing_q8=swing_q8)  # type: ignore[arg-type]
        )

    def step(self, ms: int, fall_q8: int) -> int:
        self.turn_q9 = -self.turn_q9
        in_place(self, 30)
        self.turn(self.turn_q9, self.turn_q9)
        return self.strike(ms, fall_q8)

    def runs(self, count: int) -> list[int]:
        return [self.step(RUN_MS, FALLS_Q8) for _ in range(count)]

    def walks(self, count: int) -> list[int]:
        return [self.step(WALK_MS, FLAT_Q8) for _ in range(count)]


def test_the_fourth_running_step_begins_running_at_its_strike() -> None:
    body = Body()
    assert body.runs(3) == [0, 0, 0] and body.activity.now == OTHER
    assert body.runs(1) == [1] and body.activity.now == RUN
    assert body.runs(2) == [0, 0] and body.activity.run_step == 1


def test_two_running_steps_are_likely_a_run_until_it_is_over() -> None:
    body, seen = Body(), []
    for _ in range(5):
        body.runs(1)
        seen.append(body.activity.likely_runs())
    assert seen == [False, True, True, True, True]
    body.walks(1)  # within the run
    assert body.activity.now == RUN and body.activity.likely_runs()
    body.wait(1500)
    body.walks(3)
    assert body.activity.now == WALK and not body.activity.likely_runs()


def test_the_third_walking_step_begins_walking_at_its_strike() -> None:
    body = Body()
    assert body.walks(2) == [0, 0] and body.activity.now == OTHER
    assert body.walks(1) == [1] and body.activity.now == WALK
    assert body.activity.run_step == 0


@pytest.mark.parametrize("odd_ms", [349, 1101])
def test_a_step_of_neither_kind_begins_the_count_of_walking_anew(odd_ms: int) -> None:
    body = Body()
    body.walks(2)
    body.step(odd_ms, FLAT_Q8)
    assert body.walks(2) == [0, 0] and body.activity.now == OTHER
    assert body.walks(1) == [1]


def test_a_walking_step_begins_the_count_of_running_anew() -> None:
    body = Body()
    body.runs(3)
    body.walks(1)
    assert body.activity.run_step == 0
    assert body.runs(3) == [0, 0, 0] and body.runs(1) == [1]


def test_in_a_run_a_walking_step_takes_as_many_as_a_run_needs() -> None:
    """Eight are counted at the most: after one such step a run that was lost goes on at once."""
    body = Body()
    body.runs(12)
    body.walks(1)
    assert body.activity.now == RUN
    assert body.wait(1000) is not None and body.activity.now == OTHER
    assert body.runs(1) == [1] and body.activity.now == RUN


@pytest.mark.parametrize(
    ("step_ms", "run_stop_ms", "over_ms"),
    [(350, 1200, 790), (240, 1200, 610), (350, 700, 710), (440, 1200, 1000)],
)
def test_running_is_over_after_two_steps_and_a_quarter_within_limits(
    step_ms: int, run_stop_ms: int, over_ms: int
) -> None:
    """At least 600 ms, at most the setting; over with the sample after that."""
    body = Body(run_stop_ms)
    for _ in range(5):
        body.step(step_ms, FALLS_Q8)
    assert body.wait(3000) == over_ms
    assert body.activity.now == OTHER


def test_walking_is_over_with_the_time_without_a_step() -> None:
    body = Body()
    body.walks(3)
    assert body.wait(3000) == 1210
    assert body.activity.now == OTHER
    assert body.walks(2) == [0, 0], "the count begins anew"


@pytest.mark.parametrize("off_q8", [84, -84, 600, -600])
def test_a_force_far_from_gravity_either_way_is_no_standing(off_q8: int) -> None:
    body = Body()
    for _ in range(300):
        body.activity.step(G_Q8 + off_q8, 0, 0, 0, DT_MS)
    assert body.activity.now == OTHER


@pytest.mark.parametrize("off_q8", [75, -75, 0])
def test_a_force_near_gravity_is_standing_after_its_time(off_q8: int) -> None:
    body = Body()
    assert body.wait(3000, G_Q8 + off_q8) == 800
    assert body.activity.now == STILL


def bounced(samples: list[tuple[int, int]]) -> int:
    """What one step of (push, rise) says of the bounce, in 64ths."""
    activity = Activity()
    for push, rise in samples:
        activity.step(G_Q8, push << 5, rise << 12, 0, DT_MS)
    activity.strike(SimpleNamespace(interval_ms=0, velocity_swing_q8=0))  # type: ignore[arg-type]
    return activity.bounce_q6


def test_pushing_while_rising_is_a_bounce_and_while_falling_a_vault() -> None:
    assert bounced([(90, 50), (-90, -50)] * 20) >= 31  # half of it in one step
    assert bounced([(90, -50), (-90, 50)] * 20) <= -31


@pytest.mark.parametrize(("push", "rise"), [(40, 30), (-40, 30), (40, -30)])
def test_neither_a_drift_of_the_velocity_nor_a_slope_is_a_bounce(push: int, rise: int) -> None:
    assert bounced([(push, rise)] * 40) == 0
    assert bounced([(push, 30), (push, -30)] * 20) == 0
    assert bounced([(50, rise), (-50, rise)] * 20) == 0


def test_a_push_below_an_eighth_of_a_metre_does_not_count() -> None:
    activity = Activity()
    for push_q8, rise in [(31, 50), (0, -50)] * 20:
        activity.step(G_Q8, push_q8, rise << 12, 0, DT_MS)
    activity.strike(SimpleNamespace(interval_ms=0, velocity_swing_q8=0))  # type: ignore[arg-type]
    assert activity.bounce_q6 == 0


def in_place(body: Body, bounce_q6: int) -> None:
    """Have the steps to come bounce so much."""
    body.activity.bounce_q6 = 2 * bounce_q6  # each step halves what was


def hop(body: Body, early_q9: int, late_q9: int, bounce_q6: int = 30) -> int:
    """One step that falls like a running one; 1 if it is one."""
    in_place(body, bounce_q6)
    body.turn(early_q9, late_q9)
    body.strike(RUN_MS, FALLS_Q8)
    return body.activity.run_step


def test_the_third_step_in_a_row_that_does_not_alternate_is_a_hop() -> None:
    body = Body()
    assert [hop(body, turn, turn) for turn in (100, -100, 100)] == [1, 1, 1]
    assert [hop(body, 100, 100) for _ in range(4)] == [1, 1, 0, 0]
    assert [hop(body, turn, turn) for turn in (-100, 100)] == [0, 1]
    assert [hop(body, 100, 100) for _ in range(3)] == [1, 1, 0], "the count begins anew"


def test_on_the_spot_one_step_that_does_not_alternate_is_a_hop() -> None:
    body = Body()
    assert [hop(body, turn, turn, 0) for turn in (100, -100, 100)] == [1, 1, 1]
    assert hop(body, 100, 100, 0) == 0


@pytest.mark.parametrize(("turn_q9", "is_run"), [(20, 1), (16, 0)])
def test_on_the_spot_half_a_turn_counts_with_a_course_that_alternates(
    turn_q9: int, is_run: int
) -> None:
    """33 of change suffice then, instead of 66."""
    body = Body()
    for side in (1, -1, 1, -1):
        last = hop(body, side * (turn_q9 + 90), side * (turn_q9 - 90), 0)
    assert last == is_run


def test_who_hops_is_doubted_until_several_steps_alternate_and_a_runner_is_not() -> None:
    body = Body()
    for turn in (100, -100, 100, -100, 100, 110, -100, 100, -100):  # one odd step
        hop(body, turn, turn)
        assert not body.activity.is_doubted()
    for _ in range(6):
        hop(body, 100, 100)
    assert body.activity.is_doubted()
    doubted = []
    for turn in (-100, 100, -100, 100, -100, 100, -100):  # the first one has nothing before it
        hop(body, turn, turn)
        doubted.append(body.activity.is_doubted())
    assert doubted == [True] * 6 + [False]
    assert body.activity.run_step == 1


@pytest.mark.parametrize(("turn_q9", "is_run"), [(44, 1), (-44, 1), (45, 0), (-45, 0)])
def test_a_pelvis_that_hardly_turns_says_nothing(turn_q9: int, is_run: int) -> None:
    body = Body()
    assert [hop(body, turn_q9, turn_q9) for _ in range(4)][-1] == is_run


@pytest.mark.parametrize(("course_q9", "is_run"), [(46, 1), (40, 1), (32, 0)])
def test_a_pelvis_that_turns_to_and_fro_within_each_step_is_a_runners(
    course_q9: int, is_run: int
) -> None:
    """The first half of a step against its second one; the change must be 66."""
    body = Body()
    fast_q9 = 20  # on top of it, so that it is not silent
    steps = [hop(body, (-1) ** i * course_q9 + fast_q9, -((-1) ** i) * course_q9 + fast_q9)
             for i in range(8)]  # fmt: skip
    assert steps[-1] == is_run


def test_the_course_does_not_count_on_the_spot() -> None:
    body = Body()
    steps = [hop(body, (-1) ** i * 90, -((-1) ** i) * 90, 0) for i in range(6)]
    assert steps[-1] == 0


def test_all_is_a_whole_number() -> None:
    body = Body()
    body.runs(6)
    body.walks(2)
    body.wait(2000)
    for name in Activity.FIELDS:
        assert isinstance(getattr(body.activity, name), int), name
