"""What to talk about: the right question for what happened, few of them, never an order."""

import re
from dataclasses import replace

import pytest
from host_runs import logged, runner
from leancore.coaching.session_plan import UNMEASURED
from leancore.schema import faults
from leancue import report
from leancue.recordings import recording
from leancue.report.discussion_points import MOST, questions, retention
from leancue.runs import runlog
from leancue.runs.run_figures import figures
from leancue.runs.spans import Span


def view_of(made, **values):
    (run,) = runlog.runs_of(b"".join(logged(made, **values)))
    return report.of_run(run)


def asked(view, **other):
    """The questions of a run, with some of its figures replaced."""
    return questions(view, replace(figures(view), **other))


@pytest.fixture(scope="module")
def view():
    return view_of(runner(run_s=60), minutes=[1] * 8)


def test_a_run_as_planned_leaves_an_open_question(view):
    assert asked(view) == ("How did it feel, and what helped you to find the lean?",)


def test_a_short_run():
    assert asked(view_of(runner(run_s=30)), running_s=30.0) == (
        "Ran 30 s of the 15 min planned. Was it time, legs or the clip?",
    )


def test_beyond_the_cap():
    asked_of = asked(view_of(runner(run_s=60, lean_deg=23), minutes=[1] * 8))
    assert asked_of[0].startswith("The lean went beyond the cap ")
    assert asked_of[1].startswith("After ")


def test_drift_is_asked_about_beyond_the_error_only(view):
    assert asked(view, drift_deg=-2.0)[0].startswith("In the last third the lean was 2.0°\u00a0±")
    assert " less: tired" in asked(view, drift_deg=-2.0)[0]
    assert " more: tired" in asked(view, drift_deg=2.0)[0]
    assert "last third" not in asked(view, drift_deg=view.error_deg - 0.01)[0]


def test_cues_that_did_not_bring_it_back(view):
    assert "After 3 of 4 cues" in asked(view, corrections=4, back=1)[0]
    assert "After" not in asked(view, corrections=4, back=3)[0]


def test_what_stays_without_cues(view):
    with_probes = asked(view, in_band_with_cues=0.8, in_band_without_cues=0.5)
    assert with_probes == (retention(0.8, 0.5),)
    assert retention(0.8, 0.5).endswith("What helps to hold it when the clip is quiet?")
    assert retention(0.8, 0.75).endswith("It was held without cues: how did it feel?")
    assert retention(0.5, 0.9).endswith("It was held without cues: how did it feel?")


def test_a_baseline_run(view):
    base = view_of(runner(run_s=70), baseline_cdeg=UNMEASURED, minutes=[1] * 8)
    (refused,) = asked(base)
    assert refused.startswith("The own lean was not measured: the run was too short")
    (question,) = asked(replace(base, baseline_ms=60_000))
    lean = re.match(r"The own lean was (\d+\.\d)°\u00a0±", question)
    assert lean and abs(float(lean[1]) - 14.0) < 0.3 and "now uses it" in question


def test_a_clip_that_moved_or_was_not_calibrated_comes_first(view):
    moved = replace(view, holds=(Span(61_000, 90_000, "clip moved"),))
    assert asked(moved, drift_deg=-5.0)[0].startswith("The clip moved after 1:01 min")
    doubted = replace(moved, faults={**view.faults, faults.STAND_DOUBTED: 1})
    assert asked(doubted, drift_deg=-5.0)[0].startswith("Perhaps the stand was not upright")
    made = runner(run_s=30)
    running = recording.Recording(
        made.path, made.t_ms[1000:], made.q[1000:], made.a[1000:], made.g[1000:], True
    )
    assert "press, stand still and bow" in asked(view_of(running))[0]


def test_no_running_and_too_many_questions(view):
    assert "Was the clip on" in asked(view, cadence_spm=None)[0]
    cues = {**figures(view).cues, "cap": 2}
    everything = asked(
        replace(view, holds=(Span(1000, 2000, "clip moved"),)), cues=cues, drift_deg=-4.0,
        in_band_with_cues=0.9, in_band_without_cues=0.1, corrections=9, back=1, running_s=10.0,
    )  # fmt: skip
    assert len(everything) == MOST
    assert "beyond the cap 2 times" in everything[1]
