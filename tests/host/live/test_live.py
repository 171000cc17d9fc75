"""Watching, calibrating and feeling over the cable."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys

import pytest
from fake_clip import FakeClip
from test_cli import Run, _env, leancue  # noqa: F401 (a fixture)

FRAME = {"t": 61000, "lean": 1410, "cadence": 17000, "activity": 2, "band": 1, "fb": 1,
         "lo": 1320, "hi": 1620, "cap": 2020, "lost": 0}  # fmt: skip


def test_live_for_a_program(leancue: Run) -> None:  # noqa: F811
    with FakeClip(streams=[FRAME]) as clip:
        answer = leancue("live", "--json", "--seconds", "0.1", "--device", clip.path)
        assert clip.live == 0, "the stream was not switched off"
    assert json.loads(answer.out.splitlines()[0]) == FRAME


def test_live_in_lines_with_a_summary(leancue: Run) -> None:  # noqa: F811
    cue = {**FRAME, "cue": 1, "ms": 340}
    with FakeClip(streams=[FRAME, cue]) as clip:
        answer = leancue("live", "--seconds", "0.1", "--device", clip.path)
    assert "cue" in answer.out.splitlines()[0]
    assert "Lean 14.1°" in answer.err


def test_ctrl_c_is_the_ordinary_end_of_live() -> None:
    with FakeClip(streams=[FRAME]) as clip:
        words = ["live", "--json", "--device", clip.path]
        process = subprocess.Popen(
            [sys.executable, "-m", "leancue", *words], stdout=subprocess.PIPE,
            stderr=subprocess.PIPE, env=_env(),
        )  # fmt: skip
        assert process.stdout is not None
        assert json.loads(process.stdout.readline()) == FRAME
        os.kill(process.pid, signal.SIGINT)
        _, err = process.communicate(timeout=10)
        assert clip.live == 0, "the stream was not switched off"
    assert process.returncode == 0, err
    assert b"Traceback" not in err


@pytest.mark.parametrize(("word", "done"), [("calibrate", "calibrate"), ("feel", "feel")])
def test_commands_reach_the_clip(leancue: Run, word: str, done: str) -> None:  # noqa: F811
    with FakeClip() as clip:
        answer = leancue(word, "--device", clip.path)
        assert clip.done == [done]
    assert answer.code == 0 and clip.uid in answer.out
