"""The coach to the step and to the millisecond: at each limit, and one next to it."""

from __future__ import annotations

import pytest
from leancore.coaching.coach import (
    BACK_IN,
    CAP,
    CUES,
    EASE_OFF,
    LEAN_MORE,
    NO_CUE,
    PULSES,
    Coach,
    fitting_ms,
    pulses,
)
from leancore.coaching.session_plan import SessionPlan
from leancore.gait.steps import Steps
from leancore.gait.stride import Stride
from leancore.schema import settings
from leancore.sensor.sample import HOPPED, SHAKEN

LOW_CDEG, HIGH_CDEG, CAP_CDEG = 1200, 1500, 1900
REFERENCE_CDEG = 50
NO_EVIDENCE = LOW_CDEG - REFERENCE_CDEG  # a step with it adds nothing, and takes nothing away
STEP_MS = 500
WARM_UP_STEPS = 4
USUAL = {
    "warmup_ms": WARM_UP_STEPS * STEP_MS, "refractory_ms": 2000, "exit_threshold_cdeg": 400,
    "cap_threshold_cdeg": 400, "exit_reference_cdeg": REFERENCE_CDEG, "cue_growth_ms": 0,
    "ease_off_ms": 500, "cue_max_ms": 1500, "lean_more_ms": 340,
}  # fmt: skip


class Runner:
    """A coach and the steps given to it; a stride leans as its last step, or as it is told."""

    def __init__(self, **values: int) -> None:
        self.coach, self.plan = Coach(), SessionPlan()
        self.steps, self.stride = Steps(), Stride()
        self.coach.configure(settings.checked({**USUAL, **values}))
        self.coach.reset()
        plan = self.plan
        plan.known = plan.feedback = 1
        plan.low_cdeg, plan.high_cdeg, plan.cap_cdeg = LOW_CDEG, HIGH_CDEG, CAP_CDEG
        self.steps.strike_ms, self.stride.whole = 0, 1

    def step(
        self, cdeg: int, *, of_stride: int | None = None, ms: int = STEP_MS, flags: int = 0
    ) -> int:
        self.steps.interval_ms = ms
        self.steps.strike_ms += ms
        self.stride.step_cdeg, self.stride.flags = cdeg, flags
        self.stride.stride_lean_cdeg = cdeg if of_stride is None else of_stride
        return self.coach.step(self.stride, self.steps, self.plan)

    def all(self, *leans_cdeg: int, **how: int) -> list[int]:
        return [self.step(cdeg, **how) for cdeg in leans_cdeg]

    def cue_ms(self, cdeg: int, until_ms: int, **how: int) -> list[int]:
        """Hold a lean until then; return the times of the cues."""
        found = []
        while self.steps.strike_ms < until_ms:
            if self.step(cdeg, **how):
                found.append(self.steps.strike_ms)
        return found


def warm(**values: int) -> Runner:
    """A runner after the warm-up, of whom there is no evidence yet."""
    runner = Runner(**values)
    assert runner.all(*[NO_EVIDENCE] * WARM_UP_STEPS) == [NO_CUE] * WARM_UP_STEPS
    return runner


LOW_EXIT = NO_EVIDENCE - 100  # each step adds 100
HIGH_EXIT = HIGH_CDEG + REFERENCE_CDEG + 100
CAP_EXIT = CAP_CDEG + 100


@pytest.mark.parametrize(
    ("lean_cdeg", "kind", "values"),
    [(LOW_EXIT, LEAN_MORE, {}), (HIGH_EXIT, EASE_OFF, {}),
     (CAP_EXIT, CAP, {"exit_threshold_cdeg": 2000})],
)  # fmt: skip
def test_a_cue_is_due_above_the_threshold_and_not_at_it(
    lean_cdeg: int, kind: int, values: dict[str, int]
) -> None:
    """Of a runner who leans so from the first step on: what the warm-up saw does not count."""
    runner = Runner(**values)
    assert runner.all(*[lean_cdeg] * 8) == [NO_CUE] * 7 + [kind]
    # the 4th step ends the warm-up and counts: 100 to 400, which is the threshold; then 500


def test_warm_up_ends_with_the_step_that_reaches_it() -> None:
    most = {"exit_threshold_cdeg": 50}  # one step is enough
    assert Runner(**most).all(*[LOW_EXIT] * 4) == [NO_CUE] * 3 + [LEAN_MORE]
    late = Runner(**most, warmup_ms=WARM_UP_STEPS * STEP_MS + 1)
    assert late.all(*[LOW_EXIT] * 5) == [NO_CUE] * 4 + [LEAN_MORE]


@pytest.mark.parametrize(
    ("nothing", "kind"),
    [(NO_EVIDENCE, LEAN_MORE), (HIGH_CDEG + REFERENCE_CDEG, EASE_OFF), (CAP_CDEG, CAP)],
)
def test_a_small_exit_is_told_once_its_evidence_is_enough(nothing: int, kind: int) -> None:
    way = -1 if kind == LEAN_MORE else 1
    runner = Runner()
    runner.plan.feedback = 0 if kind == CAP else 1  # without, the cap alone speaks
    cues = runner.all(*[nothing + way] * 404)
    assert [i for i, cue in enumerate(cues) if cue] == [WARM_UP_STEPS - 1 + 400]
    assert cues[-1] == kind


def test_evidence_that_was_taken_back_leaves_nothing() -> None:
    runner = warm()
    runner.all(LOW_EXIT, NO_EVIDENCE + 2000, NO_EVIDENCE)
    runner.coach._side_gain = 0  # what the jump says of left and right is not the matter here
    runner.coach._side_cdeg = 0
    assert runner.all(*[LOW_EXIT] * 5) == [NO_CUE] * 4 + [LEAN_MORE]


def test_one_step_counts_for_so_much_and_no_more() -> None:
    assert Runner().all(*[LOW_EXIT - 2000] * 5)[3:] == [NO_CUE, LEAN_MORE]
    # 280 each: 280, 560


def test_an_exit_that_is_over_does_not_speak_when_the_pause_ends() -> None:
    """In the pause the evidence stays just above the threshold, so one step back takes it below."""
    runner = Runner(exit_threshold_cdeg=50)
    assert runner.all(*[HIGH_EXIT] * 4)[-1] == EASE_OFF
    runner.all(*[HIGH_EXIT] * 3)
    back = HIGH_CDEG + REFERENCE_CDEG - 1
    runner.coach._side_cdeg = 0
    runner.coach._side_gain = 0
    assert set(runner.all(back, *[back + 1] * 12)) == {NO_CUE}


def test_a_cue_that_is_not_answered_comes_again_after_one_to_four_pauses() -> None:
    runner = Runner(exit_threshold_cdeg=50, budget_ms=20000)
    times = runner.cue_ms(HIGH_EXIT, 40_000)
    assert times[0] == 2000
    between = [b - a for a, b in zip(times, times[1:], strict=False)]
    assert between == [500 + 2000 * n for n in (1, 2, 3, 4, 4)]  # at once when the pause is over


def test_another_kind_of_cue_begins_with_one_pause_again() -> None:
    runner = Runner(exit_threshold_cdeg=50, budget_ms=20000, lean_more_ms=200)
    runner.cue_ms(HIGH_EXIT, 12_000)
    first_ms = runner.cue_ms(LOW_EXIT, 40_000)
    assert len(first_ms) >= 3
    assert first_ms[1] - first_ms[0] == 2500  # 340 ms, 2000 ms of pause, and the step after it


def test_the_cap_comes_again_after_one_pause_each_time() -> None:
    runner = Runner(cap_threshold_cdeg=20, exit_threshold_cdeg=2000, warmup_ms=2000)
    times = runner.cue_ms(CAP_EXIT, 22_000, ms=200)
    assert len(times) >= 5
    assert {b - a for a, b in zip(times, times[1:], strict=False)} == {1400 + 2000}


@pytest.mark.parametrize(
    ("lean_cdeg", "kind"), [(LOW_EXIT, LEAN_MORE), (HIGH_EXIT, EASE_OFF), (CAP_EXIT, CAP)]
)
def test_the_evidence_of_a_cue_is_used_up_by_it(lean_cdeg: int, kind: int) -> None:
    """The next one, its pause long over, takes as many steps as the first: 9 of 100 for 800."""
    runner = Runner(exit_threshold_cdeg=800, cap_threshold_cdeg=800)
    runner.plan.feedback = 0 if kind == CAP else 1
    cues = runner.all(*[lean_cdeg] * 22)
    first = WARM_UP_STEPS - 1 + 8
    assert [(i, cue) for i, cue in enumerate(cues) if cue] == [(first, kind), (first + 9, kind)]


def test_a_cue_of_an_exit_leaves_the_evidence_of_the_cap() -> None:
    runner = Runner(exit_threshold_cdeg=50)
    assert runner.all(*[CAP_EXIT] * 4)[-1] == EASE_OFF  # with 100 of the cap's 400
    assert runner.all(*[CAP_EXIT] * 4) == [NO_CUE] * 3 + [CAP]


def test_back_in_comes_with_the_third_stride_in_a_row() -> None:
    runner = Runner()
    assert runner.all(*[LOW_EXIT] * 8)[-1] == LEAN_MORE
    inside, outside = {"of_stride": LOW_CDEG}, {"of_stride": LOW_CDEG - 1}
    assert runner.all(NO_EVIDENCE, NO_EVIDENCE, **inside) == [NO_CUE] * 2
    assert runner.all(NO_EVIDENCE, **outside) == [NO_CUE]
    assert runner.all(*[NO_EVIDENCE] * 3, **inside) == [NO_CUE, NO_CUE, BACK_IN]
    assert runner.coach.duration_ms == 60
    assert set(runner.all(*[NO_EVIDENCE] * 12, **inside)) == {NO_CUE}  # once
    runner.coach._side_cdeg = runner.coach._side_gain = 0
    assert runner.all(*[LOW_EXIT] * 5) == [NO_CUE] * 4 + [LEAN_MORE]  # from nothing again


@pytest.mark.parametrize(
    ("lean_cdeg", "of_stride", "most_ms"),
    [(HIGH_EXIT, HIGH_CDEG, 400), (HIGH_EXIT, HIGH_CDEG - 30, 400), (HIGH_EXIT, 1700, 600),
     (LOW_EXIT, LOW_CDEG - 320, 660), (LOW_EXIT, LOW_CDEG + 5, 340)],
)  # fmt: skip
def test_a_cue_is_longer_by_the_error_of_the_stride(
    lean_cdeg: int, of_stride: int, most_ms: int
) -> None:
    """100 ms for each degree; of an error that is over, none."""
    runner = Runner(exit_threshold_cdeg=50, cue_growth_ms=100, ease_off_ms=400)
    kind = EASE_OFF if lean_cdeg == HIGH_EXIT else LEAN_MORE
    assert runner.all(*[lean_cdeg] * 4, of_stride=of_stride)[-1] == kind
    assert runner.coach.duration_ms == fitting_ms(kind, most_ms)


def test_whole_pulses_two_or_more() -> None:
    """Whatever the pulses of a kind are: as many as end within the time, and no pause behind."""
    for kind in (EASE_OFF, LEAN_MORE):
        on_ms, off_ms, _percent = PULSES[kind]
        period_ms = on_ms + off_ms
        for most_ms in (1, period_ms, 2 * period_ms, 3 * period_ms - 1, 3 * period_ms, 1000):
            count = max(most_ms // period_ms, 2) if on_ms else 1
            expected_ms = count * on_ms + (count - 1) * off_ms if on_ms else most_ms
            assert fitting_ms(kind, most_ms) == expected_ms
    assert pulses(LEAN_MORE, fitting_ms(LEAN_MORE, 1000))[2] >= 2


def test_a_budget_may_be_used_up_to_the_last_millisecond() -> None:
    """Three cues of 500 ms, each in another part of the minute."""
    slow = {"exit_threshold_cdeg": 50, "refractory_ms": 9000}
    assert Runner(**slow, budget_ms=1500).cue_ms(HIGH_EXIT, 60_000) == [2000, 11_500, 30_000]
    assert Runner(**slow, budget_ms=1499).cue_ms(HIGH_EXIT, 60_000) == [2000, 11_500]


def test_what_was_buzzed_is_forgotten_with_the_minute_and_the_part_it_lies_in() -> None:
    runner = Runner(exit_threshold_cdeg=50, budget_ms=1000, ease_off_ms=800)
    assert runner.cue_ms(HIGH_EXIT, 75_000) == [2000, 70_000]


@pytest.mark.parametrize(
    ("second_ms", "used"), [(600, True), (601, False), (400, True), (399, False)]
)
def test_a_step_a_fifth_off_the_usual_time_counts_and_a_longer_one_is_a_stumble(
    second_ms: int, used: bool
) -> None:
    runner = warm(exit_threshold_cdeg=50)
    assert (runner.step(LOW_EXIT - 100, ms=second_ms) == LEAN_MORE) == used


@pytest.mark.parametrize(("second_ms", "used"), [(630, True), (631, False)])
def test_the_usual_time_of_a_foot_follows_by_a_quarter(second_ms: int, used: bool) -> None:
    runner = warm(exit_threshold_cdeg=50)
    runner.step(NO_EVIDENCE, ms=600)  # 525 is usual then
    runner.step(NO_EVIDENCE, ms=500)  # of the other foot
    assert (runner.step(LOW_EXIT - 100, ms=second_ms) == LEAN_MORE) == used


@pytest.mark.parametrize("limp_percent", [0, 15, 25, 40])
def test_who_limps_is_coached(limp_percent: int) -> None:
    """Each foot is held against its own usual time, also after a step that was missed."""
    runner = Runner(exit_threshold_cdeg=50)
    long_ms, short_ms = 5 * (100 + limp_percent), 5 * (100 - limp_percent)
    for _ in range(6):
        runner.step(NO_EVIDENCE, ms=long_ms)
        runner.step(NO_EVIDENCE, ms=short_ms)
    assert runner.step(LOW_EXIT - 100, ms=long_ms) == LEAN_MORE
    for _ in range(30):
        runner.step(NO_EVIDENCE, ms=long_ms)
        runner.step(NO_EVIDENCE, ms=short_ms)
    runner.step(NO_EVIDENCE, ms=long_ms + short_ms)
    cues = [runner.step(LOW_EXIT - 100, ms=(long_ms, short_ms)[i % 2]) for i in range(12)]
    assert LEAN_MORE in cues


@pytest.mark.parametrize("lean_cdeg", [HIGH_EXIT, LOW_EXIT])
def test_steps_that_may_be_hops_are_not_judged_and_wipe_out_the_evidence(lean_cdeg: int) -> None:
    runner = warm(exit_threshold_cdeg=600)
    assert runner.all(*[lean_cdeg] * 2) == [0, 0]
    runner.step(lean_cdeg, flags=HOPPED)
    coach = runner.coach
    assert (coach._low, coach._high, coach._cap) == (0, 0, 0)
    assert runner.cue_ms(lean_cdeg, 60_000, flags=HOPPED) == []


@pytest.mark.parametrize("unfit_at", [None, 11, 12])
def test_the_lasting_difference_of_the_sides_is_taken_out_from_the_first_two_steps_on(
    unfit_at: int | None,
) -> None:
    """It is kept over a step that cannot be used."""
    runner = Runner(exit_threshold_cdeg=50)
    for i in range(40):
        side_cdeg = 240 if i % 2 else -240
        flags = SHAKEN if i == unfit_at else 0
        assert runner.step(LOW_CDEG + 20 + side_cdeg, of_stride=LOW_CDEG + 20, flags=flags) == 0, i


@pytest.mark.parametrize(("spread_cdeg", "times"), [(100, 1.0), (150, 2.25), (190, 3.61), (400, 4)])
def test_more_evidence_is_due_of_an_unsteady_runner(spread_cdeg: int, times: float) -> None:
    """By the variance of the step to step change, between the usual one and four times that."""
    runner = Runner(exit_threshold_cdeg=400)
    middle_cdeg = (LOW_CDEG + HIGH_CDEG) // 2
    dues = []
    for i in range(1200):  # in pairs, so that it is no difference of left and right
        runner.step(middle_cdeg + (spread_cdeg if i // 2 % 2 else -spread_cdeg))
        dues.append(runner.coach._evidence_due())
    mean = sum(dues[400:]) / len(dues[400:])
    assert mean == pytest.approx(400 * times, rel=0.06)


def test_one_wild_step_makes_nobody_unsteady() -> None:
    runner = Runner(exit_threshold_cdeg=2000)
    middle_cdeg = (LOW_CDEG + HIGH_CDEG) // 2
    runner.all(*[middle_cdeg] * 16)
    assert runner.coach._evidence_due() == 2000
    runner.step(middle_cdeg + 700)  # counts as a change of two standard deviations at most
    assert runner.coach._variance == 10_000 + 30_000 // 160
    assert runner.coach._evidence_due() == 2000


def test_the_state_stays_in_whole_numbers() -> None:
    runner = Runner(exit_threshold_cdeg=50)
    for i in range(200):
        runner.step((900, 1333, 1777, 2100)[i % 4], ms=480 + 7 * (i % 9))
        for name in Coach.FIELDS:
            value = getattr(runner.coach, name)
            for one in value if isinstance(value, list) else [value]:
                assert type(one) is int, name


def test_a_run_begins_with_nothing() -> None:
    runner = Runner(exit_threshold_cdeg=50)
    runner.all(*[HIGH_EXIT] * 40)
    runner.coach.reset()
    fresh = Coach()
    assert {name: getattr(runner.coach, name) for name in Coach.FIELDS} == {
        name: getattr(fresh, name) for name in Coach.FIELDS
    }
    assert (fresh.in_band, fresh.duration_ms, sum(fresh._spent)) == (0, 0, 0)
    assert len(CUES) == BACK_IN + 1
