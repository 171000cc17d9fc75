"""The coach, step by step: which cue, when, how long, how often, and when none."""

from __future__ import annotations

import random
from statistics import median

import pytest
from leancore.coaching import prescription
from leancore.coaching.coach import BACK_IN, CAP, CUES, EASE_OFF, LEAN_MORE, Coach, pulses
from leancore.coaching.session_plan import SessionPlan
from leancore.gait.steps import Steps
from leancore.gait.stride import Stride
from leancore.numeric.ticks import PERIOD_MS, ticks_add
from leancore.schema import settings
from leancore.sensor.sample import CLIPPED, GAP, SHAKEN

STEP_MS = 333
LOW_CDEG, HIGH_CDEG, CAP_CDEG = 1200, 1500, 1900
MIDDLE_CDEG = 1350


class Session:
    """A coach fed with steps of a given lean; ``cues``: (t_ms since the start, kind, ms)."""

    def __init__(self, *, percent: int = 100, baseline_cdeg=500, start_ms: int = 0, **values):
        self.settings = settings.checked(values)
        prescribed = prescription.checked(
            {
                "baseline_cdeg": baseline_cdeg,
                "feedback_percent": [percent],
                "minutes": [30],
                "sessions": 1,
            }
        )
        self.coach, self.plan = Coach(), SessionPlan()
        self.coach.configure(self.settings)
        self.coach.reset()
        self.plan.begin(prescribed, 0, self.settings["window_ms"], 0)
        self.steps, self.stride = Steps(), Stride()
        self.start_ms, self.t_ms = start_ms, 0
        self.cues: list[tuple[int, int, int]] = []
        self._previous_cdeg = MIDDLE_CDEG

    def step(self, lean_cdeg: float, flags: int = 0, whole: int = 1) -> int:
        self.t_ms += STEP_MS
        self.steps.interval_ms = STEP_MS
        self.steps.strike_ms = ticks_add(self.start_ms, self.t_ms)
        self.steps.cadence_cspm = 6_000_000 // STEP_MS
        stride = self.stride
        stride.step_cdeg = round(lean_cdeg)
        stride.stride_lean_cdeg = (stride.step_cdeg + self._previous_cdeg) // 2
        self._previous_cdeg = stride.step_cdeg
        stride.flags, stride.whole = flags, whole
        self.plan.run(STEP_MS)
        cue = self.coach.step(stride, self.steps, self.plan)
        if cue:
            self.cues.append((self.t_ms, cue, self.coach.duration_ms))
        return cue

    def hold(self, lean_cdeg: float, seconds: float, flags: int = 0, whole: int = 1) -> Session:
        for _ in range(round(seconds * 1000 / STEP_MS)):
            self.step(lean_cdeg, flags, whole)
        return self

    def kinds(self) -> list[int]:
        return [kind for _, kind, _ in self.cues]

    def take(self) -> list[tuple[int, int, int]]:
        cues, self.cues = self.cues, []
        return cues


def warm(**values) -> Session:
    session = Session(**values).hold(MIDDLE_CDEG, 30)
    assert session.cues == []
    return session


# Which cue.


@pytest.mark.parametrize(
    ("lean_cdeg", "kind"), [(900, LEAN_MORE), (1700, EASE_OFF), (2300, CAP), (0, LEAN_MORE)]
)
def test_each_exit_has_its_cue(lean_cdeg: int, kind: int) -> None:
    session = warm().hold(lean_cdeg, 4)
    assert session.kinds()[:1] == [kind] or (kind == CAP and CAP in session.kinds())


def test_names_go_with_the_numbers() -> None:
    named = [CUES[kind] for kind in (LEAN_MORE, EASE_OFF, CAP, BACK_IN)]
    assert named == ["lean_more", "ease_off", "cap", "back_in"]


@pytest.mark.parametrize("lean_cdeg", [LOW_CDEG, MIDDLE_CDEG, HIGH_CDEG])
def test_no_cue_in_the_band_and_on_its_edges(lean_cdeg: int) -> None:
    session = warm().hold(lean_cdeg, 600)
    assert session.cues == []
    assert session.coach.in_band


def test_in_band_is_told_of_the_stride() -> None:
    session = Session()
    for lean_cdeg, inside in ((1190, 0), (1210, 1), (1490, 1), (1510, 0)):
        session.hold(lean_cdeg, 2)
        assert session.coach.in_band == inside


def test_left_and_right_may_differ() -> None:
    session = warm()
    for i in range(1800):
        session.step(MIDDLE_CDEG + (250 if i % 2 else -250))
    assert session.cues == []


def test_an_exit_is_told_to_a_runner_whose_sides_differ_too() -> None:
    """Every other step looks right; the lasting difference is taken out before."""
    session = Session()
    for i in range(180):
        session.step(MIDDLE_CDEG + (400 if i % 2 else -400))
    session.take()
    for i in range(24):
        session.step(LOW_CDEG - 150 + (400 if i % 2 else -400))
    assert session.kinds()[:1] == [LEAN_MORE]


def exit_latency_s(exit_cdeg: float, seed: int) -> float:
    """From the first step outside to the cue, at 1° SD from step to step; 0: before the exit."""
    chance = random.Random(seed)
    session = Session()
    for _ in range(180):
        session.step(chance.gauss(MIDDLE_CDEG, 100))
    if session.take() and session.t_ms - session.coach.refractory_ms > 0:
        session = warm()
    began_ms = session.t_ms
    while session.t_ms < began_ms + 20_000:
        if session.step(chance.gauss(LOW_CDEG - exit_cdeg, 100)) == LEAN_MORE:
            return (session.t_ms - began_ms) / 1000
    return 99.0


@pytest.mark.parametrize(("exit_cdeg", "median_s", "most_s"), [(200, 1.2, 2.0), (400, 1.2, 1.2)])
def test_an_exit_is_told_soon(exit_cdeg: int, median_s: float, most_s: float) -> None:
    latencies = sorted(exit_latency_s(exit_cdeg, seed) for seed in range(200))
    assert median(latencies) <= median_s
    assert latencies[round(0.95 * len(latencies)) - 1] <= most_s


def test_an_hour_inside_the_band_has_hardly_a_cue() -> None:
    chance = random.Random(4)
    session = Session()
    for _ in range(3600 * 1000 // STEP_MS):
        session.step(chance.gauss(LOW_CDEG + 100, 100))
    assert len(session.cues) <= 1


def test_one_wild_step_is_no_exit() -> None:
    session = warm()
    for _ in range(10):
        session.hold(MIDDLE_CDEG, 10)
        session.step(MIDDLE_CDEG - 500)
    assert session.cues == []


# How long.


def test_duration_grows_with_the_error_up_to_the_longest() -> None:
    durations = [warm().hold(HIGH_CDEG + error, 4).cues[0][2] for error in (100, 200, 300, 380)]
    assert durations == sorted(durations)
    assert durations[-1] > durations[0]
    longest = warm(cue_growth_ms=300, cue_max_ms=900, cap_threshold_cdeg=2000)
    assert longest.hold(LOW_CDEG - 1500, 4).cues[0][2] <= 900


@pytest.mark.parametrize("kind", [LEAN_MORE, EASE_OFF, CAP, BACK_IN])
@pytest.mark.parametrize("duration_ms", [60, 340, 400, 780, 1000, 1400])
def test_pulses_fit_into_the_cue(kind: int, duration_ms: int) -> None:
    on_ms, off_ms, count, percent = pulses(kind, duration_ms)
    assert count * on_ms + max(count - 1, 0) * off_ms <= duration_ms
    assert 0 < percent <= 100


def test_lean_more_is_made_of_whole_pulses_and_ease_off_of_one() -> None:
    for error_cdeg in range(100, 1200, 50):
        _, _, duration_ms = warm().hold(LOW_CDEG - error_cdeg, 4).cues[0]
        on_ms, off_ms, count, _ = pulses(LEAN_MORE, duration_ms)
        assert count >= 2
        assert count * on_ms + (count - 1) * off_ms == duration_ms
    assert pulses(EASE_OFF, 555)[:3] == (555, 0, 1)


def test_kinds_can_be_told_apart() -> None:
    shapes = {pulses(kind, 1400)[:2] for kind in (LEAN_MORE, EASE_OFF, CAP)}
    assert len(shapes) == 3
    assert pulses(BACK_IN, 60)[3] < 100


# How often.


@pytest.mark.parametrize("refractory_ms", [2000, 4000, 30000])
@pytest.mark.parametrize("lean_cdeg", [600, 1700, 2500])
def test_refractory_time_from_the_end_of_a_cue(refractory_ms: int, lean_cdeg: int) -> None:
    session = warm(refractory_ms=refractory_ms, budget_ms=20000).hold(lean_cdeg, 180)
    assert len(session.cues) >= 3
    ends = [t_ms + duration_ms for t_ms, _, duration_ms in session.cues]
    starts = [t_ms for t_ms, _, _ in session.cues]
    assert all(start - end >= refractory_ms for end, start in zip(ends, starts[1:], strict=False))


@pytest.mark.parametrize("budget_ms", [1000, 3000, 6000])
def test_no_more_buzzing_in_any_minute_than_the_budget(budget_ms: int) -> None:
    session = warm(budget_ms=budget_ms, refractory_ms=2000, cue_growth_ms=300)
    session.hold(MIDDLE_CDEG, 300).hold(LOW_CDEG - 900, 300)
    buzzes = [(t_ms, ms) for t_ms, kind, ms in session.cues if kind == LEAN_MORE]
    assert len(buzzes) >= 5
    for begin_ms, _ in buzzes:
        minute = [ms for t_ms, ms in buzzes if begin_ms <= t_ms < begin_ms + 60000]
        assert sum(minute) <= budget_ms


def test_budget_comes_back() -> None:
    session = warm(budget_ms=1000).hold(LOW_CDEG - 300, 600)
    late = [t_ms for t_ms, kind, _ in session.cues if kind == LEAN_MORE and t_ms > 300_000]
    assert len(late) >= 5


def test_cap_needs_no_budget() -> None:
    session = warm(budget_ms=1000, refractory_ms=2000).hold(CAP_CDEG + 500, 120)
    assert session.kinds().count(CAP) >= 120 / (2 + 1.4 + 3) - 1


# When none.


def test_no_cue_in_the_first_seconds() -> None:
    for warmup_ms in (2000, 5000, 20000):
        session = Session(warmup_ms=warmup_ms).hold(2500, 60)
        assert warmup_ms <= session.cues[0][0] <= warmup_ms + 3000


def test_a_new_spell_warms_up_again() -> None:
    session = warm().hold(600, 20)
    session.take()
    session.coach.rest()
    began_ms = session.t_ms
    session.hold(600, 20)
    assert session.cues[0][0] - began_ms >= 5000


@pytest.mark.parametrize("flag", [SHAKEN, GAP, SHAKEN | CLIPPED])
@pytest.mark.parametrize("lean_cdeg", [400, 1800, 2600])
def test_unfit_steps_are_not_used(flag: int, lean_cdeg: int) -> None:
    session = warm().hold(lean_cdeg, 60, flags=flag)
    assert session.cues == []


def test_unfit_steps_leave_no_evidence() -> None:
    session = warm()
    for _ in range(50):
        session.hold(400, 2, flags=SHAKEN)
        session.hold(MIDDLE_CDEG, 2)
    assert session.cues == []


def test_half_strides_are_not_used() -> None:
    assert warm().hold(400, 60, whole=0).cues == []


def test_clipping_alone_does_not_silence_the_coach() -> None:
    assert warm().hold(600, 10, flags=CLIPPED).kinds()[:1] == [LEAN_MORE]


def test_no_cue_without_a_baseline() -> None:
    session = Session(baseline_cdeg=None).hold(0, 60).hold(3000, 60).hold(6000, 60)
    assert session.cues == []
    assert not session.coach.in_band


# Fading.


def test_without_feedback_only_the_cap_speaks() -> None:
    session = warm(percent=0).hold(600, 60).hold(1700, 60).hold(MIDDLE_CDEG, 60)
    assert session.cues == []
    session.hold(CAP_CDEG + 300, 60)
    assert set(session.kinds()) == {CAP}
    session.take()
    assert session.hold(MIDDLE_CDEG, 30).cues == []


def test_cap_is_as_quick_without_feedback() -> None:
    def first_ms(percent: int) -> int:
        session = warm(percent=percent, exit_threshold_cdeg=2000)
        began_ms = session.t_ms
        session.hold(CAP_CDEG + 300, 10)
        return next(t_ms for t_ms, kind, _ in session.cues if kind == CAP) - began_ms

    assert first_ms(0) == first_ms(100) <= 3000


def test_windows_switch_the_cues() -> None:
    session = Session(percent=50, warmup_ms=2000).hold(600, 480)
    minutes = {t_ms // 60000 for t_ms, kind, _ in session.cues if kind == LEAN_MORE}
    assert minutes == {1, 3, 5, 7}


# Back in.


def test_back_in_comes_once_after_a_cue() -> None:
    for lean_cdeg in (700, 1700, 2400):
        session = warm().hold(lean_cdeg, 3)
        cues = session.take()
        assert cues and BACK_IN not in [kind for _, kind, _ in cues]
        session.hold(MIDDLE_CDEG, 120)
        assert session.kinds() == [BACK_IN]
        assert session.cues[0][2] <= 100
        assert session.cues[0][0] - cues[-1][0] <= 8000


def test_back_in_needs_the_band() -> None:
    session = warm(budget_ms=1000, refractory_ms=60000).hold(700, 30)
    assert session.kinds() == [LEAN_MORE]


@pytest.mark.parametrize("seconds", [4, 8, 16])
@pytest.mark.parametrize("lean_cdeg", [300, 700, 1100, 1600, 1800])
def test_no_cue_for_an_exit_that_is_over(lean_cdeg: int, seconds: int) -> None:
    """What was felt in the refractory time must not speak 2 s after the return."""
    session = warm(back_in_cue=0).hold(lean_cdeg, seconds)
    session.take()
    session.hold(MIDDLE_CDEG, 2)
    session.take()
    assert session.hold(MIDDLE_CDEG, 60).cues == []


@pytest.mark.parametrize("lean_cdeg", [300, 700, 1700, 2400])
def test_exit_without_feedback_is_forgotten_when_feedback_comes_back(lean_cdeg: int) -> None:
    """A minute without cues, outside the band; 3 s inside; then the window with cues opens."""
    session = Session(percent=50, back_in_cue=0, cap_threshold_cdeg=2000).hold(lean_cdeg, 57)
    session.take()
    began_ms = session.t_ms
    session.hold(MIDDLE_CDEG, 60)
    assert [kind for t_ms, kind, _ in session.cues if t_ms > began_ms + 2500] == []


def test_back_in_can_be_switched_off() -> None:
    session = warm(back_in_cue=0).hold(700, 3)
    session.take()
    assert session.hold(MIDDLE_CDEG, 60).cues == []


# Time.


def test_the_wrap_of_the_clock_changes_nothing() -> None:
    def play(start_ms: int):
        chance = random.Random(9)
        session = Session(start_ms=start_ms)
        for _ in range(2000):
            session.step(chance.gauss(1250, 200))
        return session.cues

    assert play(PERIOD_MS - 100_000) == play(0)
    assert len(play(0)) >= 6


def test_reset_forgets_the_run_before() -> None:
    def play(session: Session):
        session.coach.reset()
        session.plan.run_ms = session.plan.window = 0
        began_ms = session.t_ms
        session.take()
        session.hold(1000, 60)
        return [(t_ms - began_ms, kind, ms) for t_ms, kind, ms in session.cues]

    used = Session().hold(400, 61).hold(2600, 33)
    assert used.cues
    used.step(MIDDLE_CDEG)
    assert play(used) == play(Session())
