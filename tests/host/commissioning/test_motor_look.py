"""The motor at a pull: measured as in the check, warned of where it has become weak, and filed."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from leancue.clip.client import Client
from leancue.commissioning import filed, guided_check, motor_look
from leancue.commissioning.motor_look import Look

from tools.commissioning.trial import Bench, Cable

CHECKED_S = 1_795_900_000
NOW_S = CHECKED_S + 9 * 86_400
WELL = [CHECKED_S, 0, 150, 450, 900]


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[Bench]:
    """A clip that was checked, all OK, with a motor of 9 m/s²."""
    made = Bench(tmp_path / "clip")
    made.starts()
    with Client(Cable(made.board)) as client:
        guided_check.keep(client, CHECKED_S, 0, WELL[2:])
    yield made


def looked(bench: Bench) -> Look:
    with Client(Cable(bench.board)) as client:
        client.hello()
        found = motor_look.look(client, client.info().check)
    assert found is not None
    assert not bench.board.coin.is_on
    return found


def test_a_motor_as_it_was_is_no_matter(bench: Bench) -> None:
    found = looked(bench)
    assert found.mps2 == pytest.approx(9.0, rel=0.05) and found.before_mps2 == 9.0
    assert not found.is_weak and found.words == ""


def test_a_motor_that_has_grown_weak_is_told_with_both_figures(bench: Bench) -> None:
    bench.shaker.health_percent = 60.0
    found = looked(bench)
    assert found.is_weak
    assert "has become weak" in found.words and "9.0 m/s²" in found.words
    assert f"{found.mps2:.1f} m/s²" in found.words and "check it" in found.words


def test_a_motor_that_fell_silent_is_told_too(bench: Bench) -> None:
    bench.shaker.connected = False
    assert looked(bench).is_weak


def test_a_clip_in_a_hand_is_not_judged(bench: Bench) -> None:
    bench.shaker.health_percent = 60.0
    bench.motion.noise_mps2 = 0.5
    assert looked(bench) == Look(9.0, None)


def test_a_clip_in_a_run_is_not_disturbed(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bench.board.app.recorder, "open", True)
    assert looked(bench) == Look(9.0, None)


def test_a_clip_that_was_never_checked_does_not_buzz(tmp_path: Path) -> None:
    bench = Bench(tmp_path / "clip")
    bench.starts()
    with Client(Cable(bench.board)) as client:
        client.hello()
        assert motor_look.look(client, client.info().check) is None


def test_the_share_of_the_check_is_the_edge() -> None:
    assert Look(9.0, 6.29).is_weak and not Look(9.0, 6.31).is_weak


def test_the_library_learns_of_a_check_that_another_desk_made() -> None:
    new = filed.brought_up("", WELL, "board", None, NOW_S)
    assert new == {"s": CHECKED_S, "left": 0, "shakes_cmps2": [150, 450, 900], "board": "board"}
    assert filed.brought_up(json.dumps(new), WELL, "board", None, NOW_S) is None
    assert filed.brought_up("", [], "board", Look(9.0, 3.0), NOW_S) is None


def test_what_the_library_keeps_is_said_in_a_line_until_the_next_check() -> None:
    weak = filed.brought_up("", WELL, "board", Look(9.0, 3.0), NOW_S)
    assert weak is not None and weak["motor"] == {"s": NOW_S, "cmps2": 300, "weak": True}
    said = filed.words(json.dumps(weak))
    assert said.startswith("checked 28 November 2026: all OK; the motor has become weak")
    again = [NOW_S, 1, 100, 200, 300]
    new = filed.brought_up(json.dumps(weak), again, "board", None, NOW_S)
    assert new is not None and "motor" not in new
    assert filed.words(json.dumps(new)).endswith("1 problem")
    assert filed.words("") == "never checked"
