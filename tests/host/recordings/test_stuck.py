"""A frozen column while another one moves: refused, or noted if short."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from leancue.basis.errors import RecordingError
from leancue.recordings import plausibility
from leancue.recordings.plausibility.content import Content
from made_content import in_pocket, made, noisy

# column, what is seen of it, the way out
HANGING = [
    ("q", "the orientation stays the same", "--orientation own"),
    ("a", "the force stays the same", "those samples out, or record again"),
    ("g", "the rotation rate stays the same", "or gx, gy and gz"),
]


def why(content: Content) -> str:
    """What ``check`` refuses it for, "" = nothing."""
    try:
        plausibility.check(Path("r.csv"), content)
    except RecordingError as error:
        return f"{error.what} {error.why} {error.way_out}"
    return ""


def notes(content: Content) -> str:
    return " ".join(plausibility.check(Path("r.csv"), content).notes)


def hung(content: Content, name: str, from_s: float, to_s: float) -> Content:
    """With one column that keeps its value for a while."""
    values = getattr(content, name)
    first = int(np.searchsorted(content.t_s, from_s))
    hangs = (content.t_s >= from_s) & (content.t_s < to_s)
    return content._replace(**{name: np.where(hangs[:, None], values[first], values)})


@pytest.mark.parametrize(("name", "seen", "way_out"), HANGING)
def test_a_column_that_hangs_while_another_moves_is_named(
    name: str, seen: str, way_out: str
) -> None:
    seen += " for 6.0 s, from 13.0 s on"
    for content in (made("session"), noisy(made("session")), in_pocket(made("session"))):
        said = why(hung(content, name, 13, 19))
        assert seen in said and "repeats the last value" in said and way_out in said
    if name != "g":
        assert seen in why(hung(made("session")._replace(g=None), name, 13, 19))


@pytest.mark.parametrize(("name", "seen", "_way_out"), HANGING)
def test_a_column_that_hangs_for_a_moment_is_said_and_no_more(
    name: str, seen: str, _way_out: str
) -> None:
    assert seen not in notes(hung(noisy(made("session")), name, 14, 14.99))
    said = notes(hung(noisy(made("session")), name, 14, 15.01))
    assert f"Doubtful: {seen} for 1.0 s, from 14.0 s on" in said


def test_several_stretches_in_which_a_column_hangs_are_added_up() -> None:
    content = noisy(made("session"))
    for from_s in (13, 15, 17):
        content = hung(content, "q", from_s, from_s + 1.01)
    assert "stays the same for 3.0 s, from 13.0 s on" in why(content)


def test_a_force_that_never_changes_is_no_runner_s() -> None:
    content = made("session")
    constant = content._replace(a=np.tile(content.a[0], (len(content.t_s), 1)))
    assert "the force stays the same for 20.0 s, from 0.0 s on" in why(constant)


@pytest.mark.parametrize("name", ["q", "a", "g"])
def test_at_rest_a_column_may_stay_the_same(name: str) -> None:
    assert "stays the same for" not in notes(hung(noisy(made("stand")), name, 0.5, 3.5))


def test_an_orientation_that_hangs_is_left_out_where_it_is_not_needed() -> None:
    found = plausibility.check(Path("r.csv"), hung(made("session"), "q", 13, 19), False)
    assert not found.orientation_fits and "left out: the orientation stays" in found.notes[0]
