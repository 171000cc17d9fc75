"""Ctrl-C in the middle, as a real signal to a real process: everything is whole afterwards."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from cli_rig import typed
from drive_rig import blank, what_starts
from fake_clip import UID, FakeClip, pages_of
from leancore.coaching import prescription
from leancore.link import messages as m
from test_cli import _env

RUN = pages_of(3, 40)
PATIENCE_S = 60.0  # an installation builds the program first


def stopped(words: list[str], when: Callable[[], bool], **env: str) -> str:
    """Type ``leancue`` and Ctrl-C as soon as ``when``; return what it said to the person."""
    process = subprocess.Popen(
        [sys.executable, "-m", "leancue", *words], stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        env={**_env(), **env}, text=True,
    )  # fmt: skip
    deadline_s = time.monotonic() + PATIENCE_S
    while not when():
        assert process.poll() is None and time.monotonic() < deadline_s, process.communicate()
        time.sleep(0.002)
    os.kill(process.pid, signal.SIGINT)
    out, err = process.communicate(timeout=PATIENCE_S)
    assert process.returncode == 130, err
    assert not out and "Traceback" not in err
    return err


def test_while_its_modules_are_being_read(tmp_path: Path) -> None:
    begun = tmp_path / "begun"
    slow = f"import pathlib, time\npathlib.Path({str(begun)!r}).touch()\ntime.sleep(60)\n"
    (tmp_path / "typer.py").write_text(slow)
    path = os.pathsep.join([str(tmp_path), _env()["PYTHONPATH"]])
    assert stopped(["--help"], begun.exists, PYTHONPATH=path) == ""


def test_a_pull_goes_on_where_it_was_stopped(tmp_path: Path) -> None:
    with FakeClip(runs={3: RUN}, dies_after_pages=20) as clip:
        words = ["runs", "pull", "--to", str(tmp_path), "--device", clip.path]
        part = tmp_path / f"unnamed_{UID}_3.leanrun.part"
        err = stopped(words, lambda: part.exists() and part.stat().st_size >= 10 * 4096)
        assert "again to continue" in err
        assert [file.name for file in tmp_path.iterdir()] == [part.name]
        clip.mute, clip.dies_after_pages = False, None
        clip.pages_sent.clear()
        subprocess.run([sys.executable, "-m", "leancue", *words], env=_env(), check=True)
        assert clip.pages_sent[5] == 0, "what came was fetched twice"
    (file,) = tmp_path.iterdir()
    assert file.read_bytes() == b"".join(RUN)


def test_a_prescription_is_the_old_one_or_the_new_one(tmp_path: Path) -> None:
    file = tmp_path / "p.toml"
    file.write_text('patient = "K-17"\nbaseline_deg = 6.2\n')
    with FakeClip(deaf_to={m.PRESCRIPTION_SET: 99}) as clip:
        words = ["prescribe", "set", str(file), "--device", clip.path]
        err = stopped(words, lambda: clip.asked[m.PRESCRIPTION_SET] > 0)
        assert "leancue prescribe get" in err
        assert clip.prescription == prescription.default()


@pytest.mark.parametrize(
    "there",
    ["leancue.log.leancue-new", "leancue.log", "lib/leancue_a/lean_main.mpy", "safemode.py"],
)
def test_an_installation_is_finished_by_the_next_one(
    tmp_path: Path, there: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Stopped as soon as a file is there: before the switch nothing of ours starts."""
    root = blank(tmp_path / "CIRCUITPY")
    words = ["install", "--drive", str(root)]
    err = stopped(words, (root / there).exists)
    assert "never a mixture" in err
    started = what_starts(root)
    done = typed(monkeypatch, capsys)(*words)
    assert done.code == 0 and "The clip at" in done.out
    assert started in (None, what_starts(root))
    assert not list(root.rglob("*.leancue-new"))
