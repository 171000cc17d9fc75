"""What is missing of a run is told as it is: minutes, not "up to 10 s"."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest
from host_runs import logged, runner
from leancore.schema.faults import LOG_FULL, RAW_STOPPED
from leancue.runs import lost_time, trend
from leancue.runs.run_summary import summarise
from leancue.runs.runlog import runs_of
from leancue.runs.trend import MORE_SHARE, Progress


@pytest.fixture(scope="module")
def cut_off() -> Any:
    """A run of 15 planned minutes that ends without its last page."""
    pages = logged(runner(run_s=60))
    (run,) = runs_of(b"".join(pages[:-1]))
    return run


def test_a_run_that_was_cut_off_tells_its_missing_minutes(cut_off: Any) -> None:
    (words,) = cut_off.lacks()
    assert "of the 15 min planned: up to 14." in words and "10 s" not in words
    found = summarise(cut_off)
    assert found.lost_s == pytest.approx(900 - found.running_s, abs=0.1)
    point = trend.point([(0, found)])
    keys = [flag.key for flag in trend.flags([point], Progress(8, 0, 0, 0, None), 0)]
    assert "lost" in keys


def test_a_full_log_is_named_as_such() -> None:
    words = lost_time.end_words(318.0, 900.0, full=True)
    assert words.startswith("The clip's log was full. It ends after 5.3 min of the 15 min planned")
    assert words.endswith("up to 9.7 min may be missing.")
    assert "Up to 10 s" in lost_time.end_words(895.0, 900.0, full=False)
    assert lost_time.was_full([], 40, closed=False)
    assert lost_time.was_full([LOG_FULL], None, closed=False)
    assert not lost_time.was_full([RAW_STOPPED], None, closed=False)
    assert not lost_time.was_full([LOG_FULL], 40, closed=True)


def test_the_time_of_a_hole_is_its_share_of_the_pages() -> None:
    headers = [SimpleNamespace(number=n, since_ms=ms) for n, ms in
               ((0, 0), (1, 6000), (4, 24_000))]  # fmt: skip
    assert lost_time.hole_s(headers) == pytest.approx(12.0)  # type: ignore[arg-type]
    assert lost_time.hole_s(headers[:2]) == 0.0  # type: ignore[arg-type]


def test_too_much_is_told_as_too_little_is() -> None:
    (run,) = runs_of(b"".join(logged(runner(run_s=100), minutes=[1] * 8)))
    point = trend.point([(0, summarise(run))])
    assert point.running_s > MORE_SHARE * point.planned_s
    flags = trend.flags([point], Progress(8, 1, 3, 2, None), 0)
    words = {flag.key: flag.words for flag in flags}
    assert words["more"].startswith(
        "The last session was longer than planned: 1.7 min instead of 60"
    )
    assert words["missed"] == "2 sessions missed: 3 planned by now, 1 done."
