"""A session's plan: band, ramp, windows by their share, baseline run."""

from __future__ import annotations

import pytest
from leancore.coaching import prescription
from leancore.coaching.session_plan import SessionPlan


def prescribed(**values) -> dict:
    return prescription.checked({"baseline_cdeg": 500, **values})


def begun(
    values: dict, session: int = 0, window_ms: int = 60000, allowance_cdeg: int = 0
) -> SessionPlan:
    plan = SessionPlan()
    plan.begin(values, session, window_ms, allowance_cdeg)
    return plan


def windows(plan: SessionPlan, count: int, dt_ms: int = 10) -> list[int]:
    """Feedback in each of the first ``count`` windows; changes must be told as they happen."""
    seen = []
    for number in range(count):
        assert plan.window == number
        seen.append(plan.feedback)
        while plan.window == number:
            before = plan.feedback
            assert plan.run(dt_ms) == (plan.feedback != before)
    return seen


def shares(percents: list[int]) -> dict:
    return prescribed(
        feedback_percent=percents, minutes=[20] * len(percents), sessions=len(percents)
    )


def test_band_and_cap_stand_on_the_baseline() -> None:
    plan = begun(prescribed())
    assert (plan.low_cdeg, plan.high_cdeg, plan.cap_cdeg) == (1200, 1500, 1900)
    assert plan.known
    assert (plan.minutes, plan.feedback_percent) == (15, 100)


def test_allowance_widens_the_band_and_not_the_cap() -> None:
    plan = begun(prescribed(), allowance_cdeg=150)
    assert (plan.low_cdeg, plan.high_cdeg, plan.cap_cdeg) == (1050, 1650, 1900)


def test_the_plan_goes_on_by_session_and_its_last_entry_holds() -> None:
    values = prescribed()
    got = [begun(values, session).feedback_percent for session in range(10)]
    assert got == [100, 100, 100, 100, 75, 50, 25, 10, 10, 10]
    assert [begun(values, session).minutes for session in (0, 7, 11)] == [15, 30, 30]


@pytest.mark.parametrize("percent", [0, 1, 10, 25, 33, 50, 66, 75, 90, 99, 100])
def test_windows_have_cues_by_their_share_spread_evenly(percent: int) -> None:
    seen = windows(begun(shares([percent]), window_ms=20000), 100, dt_ms=1000)
    assert sum(seen) == percent
    for count in range(1, 101):  # at any time the share given is right to a window
        assert abs(sum(seen[:count]) - percent * count / 100) <= 1


def test_window_length_is_the_settings() -> None:
    plan = begun(shares([50]), window_ms=20000)
    changes = [t_ms for t_ms in range(10, 80001, 10) if plan.run(10)]
    assert changes == [20000, 40000, 60000, 80000]


def test_only_running_time_counts() -> None:
    plan = begun(shares([50]))
    for _ in range(599):
        assert plan.run(100) == 0
    assert plan.run_ms == 59900
    assert plan.window == 0


def test_ramp_grows_from_session_to_session_to_the_whole_offset() -> None:
    values = prescribed(ramp_sessions=4)
    plans = [begun(values, session) for session in range(6)]
    lows = [plan.low_cdeg for plan in plans]
    assert lows == sorted(lows)
    assert lows[0] > 500  # some of the offset from the first session on
    assert lows[3:] == [1200, 1200, 1200]
    assert all(plan.high_cdeg - plan.low_cdeg == 300 for plan in plans)
    assert {plan.cap_cdeg for plan in plans} == {1900}


def test_no_ramp_is_the_whole_offset_at_once() -> None:
    for sessions in (0, 1):
        assert begun(prescribed(ramp_sessions=sessions)).low_cdeg == 1200


def test_baseline_run_has_no_cues() -> None:
    plan = begun(prescribed(baseline_cdeg=None))
    assert not plan.known
    assert windows(plan, 10, dt_ms=1000) == [0] * 10


@pytest.mark.parametrize(("baseline_cdeg", "known"), [(500, 1), (None, 0)])
def test_a_held_plan_goes_on_with_its_window_where_the_baseline_is_known(
    baseline_cdeg: int | None, known: int
) -> None:
    values = prescribed(baseline_cdeg=baseline_cdeg, feedback_percent=[50] * 8)
    plan = begun(values)
    for percent_open in (0, 1):  # the first window of two is without cues
        plan.hold()
        assert (plan.known, plan.feedback) == (0, 0)
        plan.resume(values)
        assert (plan.known, plan.feedback) == (known, known * percent_open)
        plan.run(plan.window_ms)


def test_the_last_session_of_a_ramp_but_one_still_holds_something_back() -> None:
    lows = [begun(prescribed(ramp_sessions=4), session).low_cdeg for session in range(5)]
    assert lows == [500 + 700 - held for held in (525, 350, 175, 0, 0)]
    of_three = begun(prescribed(ramp_sessions=3)).low_cdeg
    assert of_three == 500 + 700 - 466 and type(of_three) is int


def test_a_run_that_measures_the_baseline_begins_at_standing() -> None:
    plan = begun(prescribed(baseline_cdeg=None))
    assert (plan.low_cdeg, plan.high_cdeg, plan.cap_cdeg) == (700, 1000, 1400)


def test_a_plan_before_its_run_gives_no_cues() -> None:
    plan = SessionPlan()
    assert (plan.known, plan.feedback, plan.run_ms, plan.window) == (0, 0, 0, 0)
    assert (plan.low_cdeg, plan.high_cdeg, plan.cap_cdeg) == (0, 0, 0)
    assert (plan.minutes, plan.feedback_percent, plan.window_ms) == (0, 0, 60_000)
