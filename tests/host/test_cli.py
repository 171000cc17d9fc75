"""The command line: answers, errors in one paragraph, exit codes, answers for programs."""

from __future__ import annotations

import io
import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from cli_rig import Run, typed
from fake_clip import UID, FakeClip, pages_of
from leancue.basis import terminal
from leancue.basis.errors import EXIT_CODES, LeanCueError
from leancue.clip import devices

RUN = pages_of(3, 20)


@pytest.fixture(autouse=True)
def _no_clip_chosen(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("LEANCUE_DEVICE", raising=False)


@pytest.fixture
def leancue(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    return typed(monkeypatch, capsys)


@pytest.fixture
def clip(monkeypatch: pytest.MonkeyPatch) -> Iterator[FakeClip]:
    with FakeClip(runs={3: list(RUN)}) as fake:
        monkeypatch.setenv("LEANCUE_DEVICE", fake.path)
        yield fake


def is_one_paragraph(text: str) -> bool:
    return text.endswith("\n") and text.count("\n") == 1


def test_version_and_help(leancue: Run) -> None:
    assert leancue("--version").out.startswith("leancue 0.")
    answer = leancue("--help")
    assert answer.code == 0
    for command in ("demo", "devices", "info", "prescribe", "runs", "replay", "verify", "report"):
        assert f"  {command} " in answer.out
    assert "..." not in answer.out.partition("Commands:")[2], "a summary is cut short"


def test_every_kind_of_error_has_its_own_exit_code() -> None:
    codes = [code for code, _name, _title in EXIT_CODES]
    assert len(set(codes)) == len(codes)


@pytest.mark.parametrize(
    ("arguments", "name", "says"),
    [
        (["info", "--device", "/dev/ttyACM99"], "NoDevice", "leancue devices"),
        (["info", "--device", "socket://127.0.0.1:1"], "NoDevice", "nothing answers"),
        (["prescribe", "check", "nowhere.toml"], "PrescriptionError", "nowhere.toml"),
        (["replay", "nowhere.csv", "--out", "x"], "RecordingError", "nowhere.csv"),
        (["verify", "nowhere.leanrun"], "LogError", "nowhere.leanrun"),
        (["settings", "set", "stand_sm", "2000"], "SettingsError", "stand_ms"),
        (["demo", "--recording", "nowhere.csv"], "RecordingError", "nowhere.csv"),
    ],
)
def test_errors_are_one_paragraph_with_a_code(
    leancue: Run, arguments: list[str], name: str, says: str
) -> None:
    answer = leancue(*arguments)
    assert (answer.code, name) in [(code, name) for code, name, _ in EXIT_CODES]
    assert is_one_paragraph(answer.err) and says in answer.err
    assert answer.out == ""


@pytest.mark.parametrize("error", LeanCueError.__subclasses__())
def test_any_error_of_the_tree_is_said_with_its_code(
    leancue: Run, monkeypatch: pytest.MonkeyPatch, error: type[LeanCueError]
) -> None:
    def fail(*_: object) -> None:
        raise error("What happened", "the cause\nof it", "Type `this`.")

    monkeypatch.setattr(devices, "scan", fail)
    answer = leancue("devices")
    assert answer == (error.exit_code, "", "What happened. the cause of it. Type `this`.\n")


def test_typing_errors_keep_code_2(leancue: Run) -> None:
    assert leancue("runs", "erase").code == 2
    assert leancue("nonsense").code == 2
    answer = leancue("replay", "x.csv", "--out", "y", "--stand", "6:5")
    assert answer.code == 2 and is_one_paragraph(answer.err)


def test_nothing_plugged_in(leancue: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(devices, "candidates", list)
    assert leancue("devices").code == 24
    answer = leancue("devices", "--json")
    assert (answer.code, json.loads(answer.out)["clips"]) == (0, [])


def test_devices_lists_clips(leancue: Run, clip: FakeClip, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(devices, "candidates", lambda: [clip.path])
    answer = leancue("devices")
    assert answer.out.splitlines()[0] == "1 clip plugged in."
    assert UID in answer.out and clip.path in answer.out
    assert json.loads(leancue("devices", "--json").out)["clips"][0]["uid"] == UID


def test_info(leancue: Run, clip: FakeClip) -> None:
    answer = leancue("info")
    assert answer.out.splitlines()[0] == f"The clip {UID} is ready; its patient is unnamed."
    assert "3.90 V" in answer.out and "sensor restarted" in answer.out
    assert json.loads(leancue("info", "--json").out)["baseline_cdeg"] == 620


def test_runs_are_listed_pulled_and_erased(leancue: Run, clip: FakeClip, tmp_path: Path) -> None:
    assert leancue("runs", "list").out.startswith(f"1 run on the clip {UID}.\n")
    assert json.loads(leancue("runs", "list", "--json").out)["runs"][0]["run_id"] == 3
    answer = leancue("runs", "pull", "--to", tmp_path)
    path = tmp_path / f"unnamed_{UID}_3.leanrun"
    assert answer.out == f"1 run pulled, 0 already here.\n  {path}\n"
    assert is_one_paragraph(answer.err), "not on a terminal: one line at the end"
    (again,) = json.loads(leancue("runs", "pull", "3", "--to", tmp_path, "--json").out)
    assert again == {"path": str(path), "new": False, "missing_pages": []}
    assert 3 in clip.runs, "a pull never erases"
    assert leancue("runs", "erase", "3", "--yes").code == 0
    assert 3 not in clip.runs
    assert leancue("runs", "list").out == f"There is no run on the clip {UID}.\n"


def test_the_list_says_how_long_a_run_lasted_or_at_least(leancue: Run, clip: FakeClip) -> None:
    table = leancue("runs", "list").out.splitlines()
    assert table[1].split() == ["RUN", "BEGAN", "LASTED", "ENDED"], "what a clip tells, no more"
    assert "  1 min 00 s" in table[2]
    clip.ended = 0
    assert "at least 1 min 00 s" in leancue("runs", "list").out


def test_in_edit_mode_no_command_says_that_there_is_no_run(leancue: Run, clip: FakeClip) -> None:
    clip.runs, clip.mode = {}, "edit mode"
    said = f"The clip {UID} is in edit mode, so its runs cannot be read."
    assert leancue("runs", "list").out.startswith(said)
    assert leancue("runs", "pull").out.startswith(said)
    assert said in " ".join(leancue("runs", "erase", "3", "--yes").err.split())
    assert "not read in edit mode" in leancue("info").out


def test_a_pull_that_goes_on_counts_what_came_now(
    leancue: Run, clip: FakeClip, tmp_path: Path
) -> None:
    (tmp_path / f"unnamed_{UID}_3.leanrun.part").write_bytes(b"".join(RUN[:-2]))
    answer = leancue("runs", "pull", "--to", tmp_path)
    # The first page, which says what run it is, the one that may have grown, and two more.
    assert clip.pages_sent.total() == 4 and answer.err.startswith("Run 3: 16 kB in ")


def test_a_run_that_is_not_there(leancue: Run, clip: FakeClip) -> None:
    answer = leancue("runs", "erase", "8", "--yes")
    assert answer.code == 2 and "Runs on the clip: 3" in answer.err
    assert 3 in clip.runs


def test_erase_without_anybody_to_ask_is_refused(leancue: Run, clip: FakeClip) -> None:
    answer = leancue("runs", "erase", "3")
    assert answer.code == 2 and is_one_paragraph(answer.err)
    assert "leancue runs erase 3 --yes" in answer.err
    assert 3 in clip.runs


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize(
    ("typed", "kept"), [("\n", True), ("n\n", True), ("", True), ("yes\n", False)]
)
def test_erase_asks_on_a_terminal_safe_answer_first(
    leancue: Run, clip: FakeClip, monkeypatch: pytest.MonkeyPatch, typed: str, kept: bool
) -> None:
    monkeypatch.setattr(sys, "stdin", Terminal(typed))
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True)
    answer = leancue("runs", "erase", "3")
    assert "? [No/yes]" in answer.err
    assert (3 in clip.runs) == kept
    assert answer.code == (1 if kept else 0)


@pytest.mark.parametrize("late_s", [0.0, 0.3])
def test_a_clip_that_takes_long_is_waited_for_visibly(
    leancue: Run, clip: FakeClip, monkeypatch: pytest.MonkeyPatch, late_s: float
) -> None:
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True)
    monkeypatch.setattr(terminal, "_SHOWN_AFTER_S", 0.1 if late_s else 60)
    clip.late_s = late_s
    answer = leancue("info")
    assert answer.code == 0
    assert ("Looking for the clip" in answer.err) == bool(late_s)
    assert ("of at most 4 s" in answer.err) == bool(late_s)


def test_not_on_a_terminal_nothing_is_said_while_waiting(
    leancue: Run, clip: FakeClip, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(terminal, "_SHOWN_AFTER_S", 0.0)
    clip.late_s = 0.2
    assert leancue("info").err == ""


def test_prescription_goes_to_the_clip_and_back(
    leancue: Run, clip: FakeClip, tmp_path: Path
) -> None:
    file = tmp_path / "K-17.toml"
    file.write_text('patient = "K-17"\nbaseline_deg = 6.2\n')
    assert leancue("prescribe", "check", file).out.startswith("K-17. Lean 7 to 10°")
    assert leancue("prescribe", "set", file).out.startswith(f"K-17: sent to the clip {UID}")
    assert clip.prescription["baseline_cdeg"] == 620
    back = tmp_path / "back.toml"
    assert leancue("prescribe", "get", "--out", back).out.startswith("K-17 (on the clip")
    assert json.loads(leancue("prescribe", "check", back, "--json").out) == clip.prescription
    assert json.loads(leancue("prescribe", "get", "--json").out) == clip.prescription


def test_a_clip_says_of_its_own_lean_what_it_knows(leancue: Run, clip: FakeClip) -> None:
    said = leancue("prescribe", "get").out
    assert "so 13.2 to 16.2°" in said, "the clip has measured it"
    clip.own_cdeg = None
    said = leancue("prescribe", "get").out
    assert "which the next run measures without cues" in said
    assert "Session 1 of 8: 15 minutes, cues all the time." in said and "no cues (" not in said


def test_a_clip_of_another_patient_is_not_taken_over_silently(
    leancue: Run, clip: FakeClip, tmp_path: Path
) -> None:
    clip.prescription["patient"] = "A-1"
    file = tmp_path / "p.toml"
    file.write_text('patient = "K-17"\n')
    answer = leancue("prescribe", "set", file)
    assert answer.code == 2 and "A-1's" in answer.err and "--yes" in answer.err
    assert clip.prescription["patient"] == "A-1"
    assert leancue("prescribe", "set", file, "--yes").code == 0
    assert clip.prescription["patient"] == "K-17"


def test_settings(leancue: Run, clip: FakeClip) -> None:
    assert leancue("settings").out.startswith("0 of ")
    assert leancue("settings", "set", "stand_ms", "1500").out.startswith("stand_ms is now 1500 ms")
    assert clip.settings["stand_ms"] == 1500
    assert leancue("settings", "get", "stand_ms").out == "1500 ms\n"
    assert json.loads(leancue("settings", "list", "--json").out) == clip.settings
    assert leancue("settings", "--json", "get", "stand_ms").code == 2
    assert leancue("settings", "set", "stand_ms", "1").code == 12


def test_help_loads_nothing_heavy() -> None:
    code = (
        "import sys; sys.argv = ['leancue', '--help']\n"
        "from leancue.cli import main\n"
        "try: main()\n"
        "except SystemExit: pass\n"
        "heavy = {'numpy', 'serial', 'rich', 'asyncio'} & set(sys.modules)\n"
        "sys.exit(str(heavy) if heavy else 0)\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, env=_env())
    assert done.returncode == 0, done.stderr


def test_ctrl_c_ends_with_130_and_no_traceback() -> None:
    with FakeClip(mute=True) as fake:
        command = [sys.executable, "-m", "leancue", "info", "--device", fake.path]
        process = subprocess.Popen(command, stderr=subprocess.PIPE, env=_env())
        assert fake.heard_something.wait(10), "it never began to talk"
        process.send_signal(signal.SIGINT)
        _, err = process.communicate(timeout=10)
    assert process.returncode == 130
    assert b"Traceback" not in err


def _env() -> dict[str, str]:
    return {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
