"""The record of a run's figures: what was asked, what came of it, whose software."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from host_runs import logged, runner, with_raw
from leancore import __version__
from leancore.coaching.session_plan import UNMEASURED
from leancore.runlog.records import RUN_ENDED
from leancue.runs.raw_samples import Raw
from leancue.runs.run_figures import figures
from leancue.runs.run_summary import (
    BASELINE,
    VERSION,
    _log_s,
    _lost_s,
    is_readable,
    of_values,
    summarise,
)
from leancue.runs.run_view import of_run
from leancue.runs.runlog import Run, runs_of


def run_of(**values: object) -> Run:
    (run,) = runs_of(b"".join(logged(runner(run_s=25), faults=[(5, 3)], **values)))
    return run


@pytest.fixture(scope="module")
def run() -> Run:
    return run_of(minutes=[7, 8, 9, 10, 11, 12, 13, 14], feedback_percent=[75] * 8)


def test_every_number_is_that_of_the_run(run: Run) -> None:
    found, view = summarise(run), of_run(run)
    assert found.numbers() == figures(view).numbers()
    assert (found.session, found.is_baseline) == (0, False)
    assert (found.low_deg, found.high_deg, found.cap_deg) == (13.0, 16.0, 20.0)
    assert (found.planned_s, found.feedback_share) == (420.0, 0.75)
    assert found.faults == view.faults and 5 in found.faults
    assert found.frame == view.frame == "hinge"
    assert found.steps == len(view.decisions.step_t_ms) > 40
    assert found.raw == len(run.raw) > 2000
    assert (found.closed, found.holes) == (True, 0)
    assert (found.clip, found.core) == (run.info["version"], __version__)


def test_a_log_is_as_long_as_its_samples_or_its_running(run: Run) -> None:
    last_s = run.raw.since_ms[-1] / 1000
    assert summarise(run).seconds == max(last_s, of_run(run).end_ms / 1000) == last_s
    none = Raw(*(column[:0] for column in (
        run.raw.since_ms, run.raw.flags, run.raw.q, run.raw.a, run.raw.g)))  # fmt: skip
    bare = with_raw(run, none)
    assert summarise(bare).seconds == of_run(bare).end_ms / 1000
    short = with_raw(run, replace(run.raw, since_ms=np.array([0, 5, 900_123])))
    assert summarise(short).seconds == 900.123


def test_software_that_does_not_say_its_version_has_none(run: Run) -> None:
    silent = {name: value for name, value in run.info.items() if name not in ("version", "core")}
    found = summarise(replace(run, info=silent))
    assert (found.clip, found.core) == ("", "")


def test_a_run_that_measures_the_baseline_has_no_band() -> None:
    found = summarise(run_of(baseline_cdeg=UNMEASURED))
    assert found.session == BASELINE and found.is_baseline
    assert found.low_deg is found.high_deg is found.cap_deg is None


def test_holes_and_an_open_end_are_told(run: Run) -> None:
    found = summarise(replace(run, closed=False, holes=(2, 3)))
    assert (found.closed, found.holes) == (False, 2)


def test_it_comes_back_from_what_json_holds(run: Run) -> None:
    found = summarise(run)
    values = found.as_values()
    values["faults"] = {str(number): count for number, count in values["faults"].items()}
    assert of_values({**values, "of_a_later_version": 1}) == found


def test_only_records_of_this_layout_are_read() -> None:
    assert is_readable(VERSION) and is_readable("2/9.9/beta")
    assert not is_readable("1/" + __version__) and not is_readable("") and not is_readable("/1")


def test_a_run_without_its_end_may_have_lost_the_rest_of_the_planned_time(run: Run) -> None:
    running_s = figures(of_run(run)).running_s
    assert summarise(run).lost_s == 0.0
    cut = replace(run, closed=False)
    assert summarise(cut).lost_s == round(420 - running_s, 1) > 390
    assert _lost_s(cut, planned_s=60.0, running_s=61.0) == 0.0  # longer than planned
    assert _lost_s(cut, planned_s=61.04, running_s=60.0) == 1.0


def test_the_own_lean_is_what_the_clip_took_of_a_run_that_was_long_enough() -> None:
    (whole,) = runs_of(b"".join(logged(runner(run_s=40), baseline_cdeg=UNMEASURED)))
    needs_s = whole.settings["baseline_ms"] / 1000
    found = summarise(whole)
    assert (found.own_lean_deg, found.own_refused, found.own_needs_s) == (None, "short", needs_s)
    short = replace(whole, settings={**whole.settings, "baseline_ms": 30_000})
    (ended,) = [one.a for one in of_run(short).decisions.events if one.code == RUN_ENDED]
    found = summarise(short)
    assert (found.own_lean_deg, found.own_refused) == (ended / 100, "")
    assert found.own_lean_deg == pytest.approx(14, abs=1.5) and found.own_needs_s == 30


def test_the_log_s_length_without_samples_is_none(run: Run) -> None:
    none = Raw(*(column[:0] for column in (
        run.raw.since_ms, run.raw.flags, run.raw.q, run.raw.a, run.raw.g)))  # fmt: skip
    assert _log_s(with_raw(run, none)) == 0.0
