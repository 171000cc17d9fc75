"""`leancue check`: what it says, files and prints."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from leancue import cli
from leancue.basis import terminal
from leancue.clip import devices
from leancue.clip.client import Client
from leancue.commands import check
from leancue.library import Library

from tools.commissioning.trial import Bench, Cable


@pytest.fixture
def bench(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Bench]:
    """A good clip, found by the command, and a person whose hands are those of the bench."""
    made = Bench(tmp_path / "clip")
    made.starts()

    def connect(_device: str | None) -> tuple[Client, Any]:
        client = Client(Cable(made.board))
        return client, client.hello()

    monkeypatch.setattr(devices, "connect", connect)
    monkeypatch.setattr(check, "TerminalOperator", lambda: made)
    monkeypatch.setattr(check.time, "monotonic", made.board.sim_clock.monotonic)
    monkeypatch.setenv("LEANCUE_LIBRARY", str(tmp_path / "library"))
    yield made


def run(capsys: pytest.CaptureFixture[str], *arguments: object) -> tuple[int, str, str]:
    return said_by(capsys, "check", *arguments)


def said_by(capsys: pytest.CaptureFixture[str], *arguments: object) -> tuple[int, str, str]:
    sys.argv = ["leancue", *map(str, arguments)]
    with pytest.raises(SystemExit) as stopped:
        cli.main()
    said = capsys.readouterr()
    assert "Traceback" not in said.err
    return int(stopped.value.code or 0), said.out, said.err


def test_a_good_clip_is_well(bench: Bench, capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _err = run(capsys)
    first, *lines = out.splitlines()
    assert (code, first) == (0, f"The clip {bench.board.uid} is OK.")
    assert [line.split()[0] for line in lines] == [
        "bus", "motion", "axes", "motor", "button", "light", "cell", "memory", "clock", "port",
    ]  # fmt: skip
    assert bench.board.app.config.check[1] == 0


def test_what_is_wrong_is_said_with_the_way_out(
    bench: Bench, capsys: pytest.CaptureFixture[str]
) -> None:
    bench.shaker.connected = False
    code, out, _err = run(capsys, "--level")
    assert code == 1 and " has 1 problem." in out
    assert "The motor does not turn" in out and "diode's ring" in out
    assert bench.board.app.config.check[1] == 1
    assert bench.board.app.config.settings["motor_percent"] == 100  # a dead motor is not levelled


def test_for_a_program(bench: Bench, capsys: pytest.CaptureFixture[str]) -> None:
    bench.board.light.dark = True
    code, out, _err = run(capsys, "--json")
    said = json.loads(out)
    assert code == 1 and not said["well"] and said["uid"] == bench.board.uid
    assert [one["key"] for one in said["findings"]] == ["light_dark"]
    assert set(said["shakes_mps2"]) == {"40", "70", "100"} and said["level"] is None


def test_the_strength_is_set_by_the_library_s_target(
    bench: Bench, capsys: pytest.CaptureFixture[str]
) -> None:
    with Library() as library:
        library.options.set("motor_target_cmps2", 300)
    code, out, _err = run(capsys, "--level", "--library")
    percent = bench.board.app.config.settings["motor_percent"]
    assert code == 0 and f"set to {percent} %" in out
    assert bench.shaker.amplitude_mps2(percent) == pytest.approx(3.0, abs=0.2)
    run(capsys, "--level", "--target", 6)
    percent = bench.board.app.config.settings["motor_percent"]
    assert bench.shaker.amplitude_mps2(percent) == pytest.approx(6.0, abs=0.2)


def test_the_library_keeps_what_it_came_to(
    bench: Bench, capsys: pytest.CaptureFixture[str]
) -> None:
    run(capsys, "--library")
    with Library(reading=True) as library:
        device = library.devices.get(bench.board.uid)
    assert device is not None
    kept = json.loads(device.check_json)
    assert kept["left"] == 0 and kept["found"] == [] and kept["board"] == "sim"
    assert kept["shakes_cmps2"][-1] == pytest.approx(900, rel=0.05)


def test_the_library_lists_its_clips_and_when_each_was_checked(
    bench: Bench, capsys: pytest.CaptureFixture[str]
) -> None:
    run(capsys, "--library")
    code, out, _err = said_by(capsys, "library", "clips")
    assert code == 0 and out.startswith("1 clip in the library.")
    assert bench.board.uid in out and ": all OK" in out
    (told,) = json.loads(said_by(capsys, "library", "clips", "--json")[1])
    assert told["uid"] == bench.board.uid and told["check"]["left"] == 0


def test_a_pull_warns_of_a_motor_that_has_grown_weak_and_the_library_keeps_that(
    bench: Bench, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run(capsys)
    bench.board.forward(3.0)
    pull = ("runs", "pull", "--library", "--to", tmp_path / "runs")
    assert "grown weak" not in said_by(capsys, *pull)[2]
    bench.shaker.health_percent = 55.0
    code, _out, err = said_by(capsys, *pull)
    assert code == 0 and "The motor has become weak" in err
    assert "the motor has become weak since" in said_by(capsys, "library", "clips")[1]
    bench.shaker.health_percent = 100.0
    run(capsys, "--library")
    assert "grown weak" not in said_by(capsys, "library", "clips")[1]


def test_a_label_is_written_and_one_that_cannot_be_is_refused_first(
    bench: Bench, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    code, _out, _err = run(capsys, "--label", tmp_path / "label.svg")
    assert code == 0 and (tmp_path / "label.svg").read_bytes().startswith(b"<svg")
    before = bench.board.app.config.check
    code, out, err = run(capsys, "--label", tmp_path / "label.doc")
    assert code != 0 and out == "" and ".svg, .pdf or .png" in err
    assert bench.board.app.config.check == before


def test_a_simulated_clip_that_is_worn_is_not_called_broken(
    bench: Bench, capsys: pytest.CaptureFixture[str]
) -> None:
    code, out, err = run(capsys, "--device", "sim:short,seed=3")
    assert code != 0 and out == "" and "--device sim:bench" in err
    code, out, _err = run(capsys, "--device", "sim:bench")
    assert code == 0 and "is OK" in out


def test_hands_at_a_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    said: list[str] = []
    answers = iter(["", "", "", "x", "o"])

    def typed(question: str) -> str:
        said.append(question)
        return next(answers)

    monkeypatch.setattr(terminal, "typed", typed)
    hands, shown = check.TerminalOperator(), []
    assert hands.lays("flat", "Lay it down.")
    assert hands.presses("Press the button once.")
    assert hands.sees("Look.", lambda: shown.append("light")) == "o"
    assert shown == ["light"] and len(said) == 5  # what is no answer is asked again
    assert said[0] == "Lay it down. Then press Enter."


def test_without_a_terminal_nothing_is_asked() -> None:
    hands = check.TerminalOperator()
    assert not hands.lays("flat", "Lay it down.")
    assert not hands.presses("Press it.")
    assert hands.sees("Look.", lambda: pytest.fail("shown to nobody")) is None


def test_the_clip_s_state_tells_when_it_was_checked(
    bench: Bench, capsys: pytest.CaptureFixture[str]
) -> None:
    def info() -> str:
        sys.argv = ["leancue", "info"]
        with pytest.raises(SystemExit):
            cli.main()
        return capsys.readouterr().out

    assert "check       never checked" in info()
    first = bench.board.app
    run(capsys)
    bench.board.forward(1.0)
    assert bench.board.app is not first  # it starts anew: a check takes heap for good
    assert ": all OK" in info()
