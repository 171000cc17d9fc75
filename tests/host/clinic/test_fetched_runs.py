"""A fetched run stays known, whatever the clip's clock did in between."""

from __future__ import annotations

import pytest
from leancue.clinic import clip_words
from leancue.clinic.clip_records import ClipReading, PulledRuns
from leancue.clinic.fetched_runs import is_here
from leancue.clip.answers import Hello, Info, RunEntry

BEGAN_S = 1_790_000_000
KNOWN = {(7, BEGAN_S), (8, BEGAN_S + 3600)}


def entry(run_id: int, wall_s: int) -> RunEntry:
    return RunEntry(run_id=run_id, pages=3, wall_s=wall_s, seconds=600, closed=1)


@pytest.mark.parametrize("off_s", [0, 1, -2, 75, -120])
def test_a_clock_that_was_put_right_makes_no_other_run(off_s: int) -> None:
    assert is_here(entry(7, BEGAN_S + off_s), KNOWN)


@pytest.mark.parametrize(
    ("run_id", "wall_s"), [(7, BEGAN_S + 121), (7, BEGAN_S + 3600), (9, BEGAN_S), (7, 0)]
)
def test_another_number_another_hour_or_no_time_is_another_run(run_id: int, wall_s: int) -> None:
    assert not is_here(entry(run_id, wall_s), KNOWN)


def test_a_clip_in_edit_mode_is_not_said_to_hold_no_run() -> None:
    info = Info("edit mode", None, 0, 0, 0, 0, None, {})
    hello = Hello(protocol=1, uid="A1", version="1", board="b", settings="s", patient="P01")
    clip = ClipReading("port", hello, info)
    assert "its runs cannot be read" in clip_words.pulled_words(PulledRuns((), 0, 0), clip)
    assert ("runs on the clip", "not read in edit mode") in clip_words.facts_of(clip)
