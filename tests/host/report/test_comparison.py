"""Comparison of two runs: claims, non-claims, and the picture."""

from __future__ import annotations

import math

import pytest
from host_runs import logged, runner
from leancue.report.comparison import Side, answer, differences, side
from leancue.report.comparison_chart import as_png, picture
from leancue.report.sentences import plus_minus
from leancue.runs import runlog
from leancue.runs.measurement_error import METHOD_ERROR
from leancue.runs.run_view import of_run


def ran(lean_deg: float) -> Side:
    pages = logged(runner(run_s=120, still_s=3, lean_deg=lean_deg), feedback_percent=[50] * 8)
    (run,) = runlog.runs_of(b"".join(pages))
    return side(f"{lean_deg:.0f} degrees", of_run(run))


@pytest.fixture(scope="module")
def sides() -> tuple[Side, Side]:
    return ran(8.0), ran(15.0)


def test_a_large_difference_exceeds_the_error_and_is_named(sides: tuple[Side, Side]) -> None:
    found = {one.name: one for one in differences(*sides)}
    lean = found["mean lean"]
    assert lean.exceeds and lean.change.startswith("+")
    assert lean.error == plus_minus(math.sqrt(2) * METHOD_ERROR.own_deg)
    assert "mean lean +" in answer(list(found.values()))


def test_the_same_run_differs_in_nothing(sides: tuple[Side, Side]) -> None:
    found = differences(sides[0], sides[0])
    assert found and not any(one.exceeds for one in found)
    assert answer(found) == "No difference exceeds the error."


def test_where_no_error_is_known_nothing_is_claimed(sides: tuple[Side, Side]) -> None:
    unknown = [one for one in differences(*sides) if one.error is None]
    assert unknown and not any(one.exceeds for one in unknown)


def test_the_other_way_round_the_sign_turns(sides: tuple[Side, Side]) -> None:
    there, back = (
        next(one for one in differences(*pair) if one.name == "mean lean")
        for pair in (sides, sides[::-1])
    )
    assert there.change == back.change.replace("−", "+")


def test_the_picture_says_all_by_itself(sides: tuple[Side, Side]) -> None:
    found = differences(*sides)
    svg = picture(*sides, found)
    for words in ("8 degrees", "15 degrees", "min", "Beyond the error"):
        assert words in svg
    assert svg.count("stroke-dasharray") >= 2, "told apart without colour, too"
    assert as_png(svg, 40).startswith(b"\x89PNG")
