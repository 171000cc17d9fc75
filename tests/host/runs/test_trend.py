"""A patient over time: sessions weighed by their runs, the way through the plan, flags."""

from dataclasses import replace

import pytest
from leancore.schema.faults import BATTERY_LOW, CLIP_MOVED
from leancue.runs import trend
from leancue.runs.run_summary import BASELINE, RunSummary, of_values

DAY_S = trend.DAY_S
START_S = 1_760_000_000  # day 0
CUES = {"all": 5, "lean_more": 3, "ease_off": 0, "cap": 0, "back_in": 2}
RUN = RunSummary(
    session=0, low_deg=13.0, high_deg=16.0, cap_deg=20.0, planned_s=900, feedback_share=1.0,
    running_s=600, mean_lean_deg=14.0, cadence_spm=170, in_band=0.5, in_band_with_cues=0.5,
    in_band_without_cues=None, with_cues_s=600, without_cues_s=0, cues=CUES, back_s=2.0, back=3,
    corrections=3, drift_deg=-1.0, fit_share=0.9, faults={}, frame="hinge", steps=1700, raw=0,
    seconds=620, closed=True, holes=0, clip="1", core="1",
)  # fmt: skip


def sessions(*days, **changed):
    """One session a day given, numbered on."""
    return [
        trend.point([(START_S + round(day * DAY_S), replace(RUN, session=i, **changed))])
        for i, day in enumerate(days)
    ]


def way_of(points, now_day, planned=8, per_week=4):
    return trend.progress(points, planned, per_week, START_S + round(now_day * DAY_S))


def keys(points, now_day):
    found = trend.flags(points, way_of(points, now_day), START_S + now_day * DAY_S)
    return [flag.key for flag in found]


def test_the_runs_of_a_session_weigh_by_their_length():
    other = replace(
        RUN, running_s=200, mean_lean_deg=18.0, in_band=0.1, with_cues_s=100, without_cues_s=100,
        in_band_with_cues=0.0, in_band_without_cues=0.3, back=1, back_s=6.0, faults={12: 1},
    )  # fmt: skip
    found = trend.point([(500, other), (100, RUN)], pain=3)
    assert (found.runs, found.began_s, found.running_s, found.pain) == (2, 100, 800, 3)
    assert found.mean_lean_deg == pytest.approx(15.0) and found.in_band == pytest.approx(0.4)
    assert found.in_band_with_cues == pytest.approx(0.5 * 600 / 700, abs=1e-4)
    assert found.in_band_without_cues == pytest.approx(0.3)
    assert found.back_s == pytest.approx(3.0) and found.faults == {12: 1}
    assert found.cues_per_min == pytest.approx(6 / (800 / 60), abs=1e-4)  # ticks ask for nothing


def test_what_nobody_knows_stays_unknown():
    bare = replace(
        RUN, running_s=0, mean_lean_deg=None, in_band=None, in_band_with_cues=None, back_s=None,
        drift_deg=None, cadence_spm=None, cues={"all": 0},
    )  # fmt: skip
    found = trend.point([(0, bare)])
    assert found.mean_lean_deg is found.in_band is found.cues_per_min is found.drift_deg is None
    assert not found.done


def test_a_session_counts_when_one_run_had_most_of_its_minutes():
    assert trend.point([(0, replace(RUN, running_s=540))]).done
    short = replace(RUN, running_s=530)
    assert not trend.point([(0, short), (9000, short)]).done


def test_missed_sessions_are_those_that_are_due_and_not_done():
    points = sessions(0, 2, 4)
    assert way_of(points, 4.5) == trend.Progress(8, 3, 3, 0, START_S + 4 * DAY_S)
    assert way_of(points, 14).due == 8 and way_of(points, 14).missed == 5
    assert way_of(points, 100).due == 8
    twice = [*points, *sessions(5)]  # the first of the plan once more
    assert way_of(twice, 5).done == 3
    assert way_of([], 5) == trend.Progress(8, 0, 0, 0, None)


def test_a_baseline_begins_no_plan():
    baseline = [trend.point([(START_S, replace(RUN, session=BASELINE))])]
    assert way_of(baseline, 20) == trend.Progress(8, 0, 0, 0, START_S)


@pytest.mark.parametrize(("days", "flagged"), [(4, False), (5, True), (30, True)])
def test_no_run_for_days_is_flagged(days, flagged):
    assert ("idle" in keys(sessions(0, 2), 2 + days)) is flagged


def test_a_plan_that_is_done_is_not_idle():
    assert keys(sessions(*range(8)), 60) == []


@pytest.mark.parametrize(
    ("pains", "flagged"),
    [((2, 2), False), ((2, 3), False), ((2, 4), True), ((2, 3, 4), True), ((5, 3, 4), False),
     ((4, None, 7), True), ((8,), False), ((0, 0, None), False)],
)  # fmt: skip
def test_pain_that_is_up_by_two_is_flagged(pains, flagged):
    points = [
        replace(point, pain=pain)
        for point, pain in zip(sessions(*range(len(pains))), pains, strict=True)
    ]
    assert ("pain" in keys(points, len(pains))) is flagged


def test_what_the_last_session_noticed_is_flagged():
    cap = sessions(0, 1, cues={"all": 2, "cap": 2})
    assert keys(cap, 2) == ["cap"]
    assert "2 times" in trend.flags(cap, way_of(cap, 2), START_S + 2 * DAY_S)[0].words
    found = sessions(0, 1, faults={CLIP_MOVED: 1, BATTERY_LOW: 2})
    flags = trend.flags(found, way_of(found, 2), START_S + 2 * DAY_S)
    assert [flag.key for flag in flags] == ["moved", "fault"]
    assert "battery" in flags[1].words
    assert keys([*sessions(0, faults={CLIP_MOVED: 1}), *sessions(0, 1)[1:]], 2) == []


def test_a_summary_comes_back_from_its_values():
    import json

    changed = replace(RUN, faults={12: 1})
    values = json.loads(json.dumps(changed.as_values()))
    assert of_values(values) == changed
    assert of_values({**values, "of_a_later_version": 1}) == changed


def test_a_time_that_no_clock_can_tell_makes_nobody_late():
    """The desk's clock stood at 1970 as an undated run was filed, or stands there now."""
    undated = [replace(point, began_s=5) for point in sessions(0, 2)]
    way = trend.progress(undated, 8, 2, START_S)
    assert (way.due, way.last_s) == (1, None)
    assert "idle" not in [flag.key for flag in trend.flags(undated, way, START_S)]
    assert trend.progress(sessions(0, 2), 8, 2, 5).due == 1


def test_a_session_that_is_yet_to_come_hides_nothing():
    """Its clip was told a wrong year: it is neither the last run nor the begin of the plan."""
    points = sessions(0, 2)
    ahead = [*points, replace(points[0], began_s=START_S + 3650 * DAY_S)]
    assert way_of(ahead, 12) == way_of(points, 12)
    assert "idle" in keys(ahead, 12)
    today = [replace(points[0], began_s=START_S + DAY_S // 2)]  # two clocks differ a little
    assert way_of(today, 0).last_s == START_S + DAY_S // 2
