"""Speed and incline: typed and shown in the clinic's unit, stretched from mark to mark."""

from __future__ import annotations

import pytest
from leancue.runs import pace
from leancue.runs.pace import KMH, MIN_KM, MPH, Mark, Stretch
from leancue.runs.spans import Span


@pytest.mark.parametrize(
    ("text", "unit", "mm_s", "shown"),
    [("10.8", KMH, 3000, "10.8 km/h"), ("10,8", KMH, 3000, "10.8 km/h"),
     ("5:30", MIN_KM, 3030, "5:30 min/km"), ("5.5", MIN_KM, 3030, "5:30 min/km"),
     ("6.7", MPH, 2995, "6.7 mph")],
)  # fmt: skip
def test_a_speed_is_shown_as_it_was_typed(text: str, unit: int, mm_s: int, shown: str) -> None:
    assert pace.typed_mm_s(text, unit) == mm_s
    assert pace.speed_words(mm_s, unit) == shown


@pytest.mark.parametrize("text", ["fast", "0", "-3", "900", "inf", "nan"])
def test_no_speed(text: str) -> None:
    with pytest.raises(ValueError, match=r"speed|Outside"):
        pace.typed_mm_s(text, KMH)
    with pytest.raises(ValueError):
        pace.typed_mm_s("5:70", MIN_KM)


def test_an_incline_is_percent_of_the_belts_length() -> None:
    assert pace.typed_permille("3") == 30 and pace.typed_permille("−1,5 %") == -15
    assert pace.typed_permille("") is None and pace.typed_mm_s(" ", KMH) is None
    assert pace.incline_words(-30) == "−3 % (−1.7°)"
    for text in ("steep", "31", "-31", "nan"):
        with pytest.raises(ValueError, match="incline"):
            pace.typed_permille(text)


def test_a_mark_holds_until_the_next_that_says_otherwise() -> None:
    marks = [Mark(60_000, "", None, 30), Mark(0, "", 2800, 0), Mark(30_000, "tired")]
    assert pace.stretches(marks, 90_000) == [
        Stretch(0, 60_000, 2800, 0), Stretch(60_000, 90_000, 2800, 30),
    ]  # fmt: skip
    found = pace.stretches(marks, 90_000)
    assert pace.at(found, 59_999) == (2800, 0) and pace.at(found, 60_000) == (2800, 30)
    assert pace.at(found, 90_000) == (None, None)


def test_means_are_weighed_by_running() -> None:
    found = [Stretch(0, 60_000, 2000, None), Stretch(60_000, 120_000, 4000, 20)]
    running = [Span(30_000, 120_000, "run")]
    assert pace.means(found, running) == (3333, 20)
    assert pace.means([], running) == (None, None)


def test_running_time_is_put_on_the_runs_axis() -> None:
    running = [Span(0, 10_000, "run"), Span(25_000, 60_000, "run")]
    assert [pace.axis_ms(ms, running) for ms in (4000, 12_000, 99_000)] == [4000, 27_000, 60_000]


def test_a_slope_is_told_as_one_and_the_level_is_not() -> None:
    assert pace.on_a_slope(None) == pace.on_a_slope(9) == pace.on_a_slope(0) == ""
    assert "uphill" in pace.on_a_slope(30) and "downhill" in pace.on_a_slope(-30)
