"""What a pass of the clip costs: operations, heap, and an estimate for an RP2040.

Usage: python tools/device_cost.py [--seconds 4]. A simulated wearer's cargos go through the clip's
own loop: once traced, which counts every operation by part and class; once on MicroPython, which
tells the bytes of heap (`bench_device.py`, `device_heap.py`). Times follow from the costs measured
on CircuitPython's firmware on an RP2040 at 125 MHz: an operation 3 to 6 us, a call 22 us; the bus
at 400 kHz comes on top. Writes `tools/measured/device.json`.
"""

from __future__ import annotations

import argparse
import dis
import json
import os
import subprocess
import sys
import tempfile
from collections import Counter
from pathlib import Path
from types import CodeType, FrameType
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
MEASURED = ROOT / "tools" / "measured" / "device.json"
PATHS = [str(ROOT / room) for room in ("shared", "device/lib", "host", "tests/device", ".")]
sys.path[:0] = PATHS

from leancore import prescription  # noqa: E402 (found only through the paths above)
from leandevice.app import IDLE_MS, App  # noqa: E402
from leandevice.parts import Parts  # noqa: E402
from steady_loop import Board  # type: ignore[import-not-found]  # noqa: E402
from test_on_micropython import record  # type: ignore[import-not-found]  # noqa: E402

from tools.orientation.cost import CLASSES, milliseconds  # noqa: E402

OURS = (str(ROOT / "shared"), str(ROOT / "device"))
BUS_MS = 2 * 9 * 5 / 400 + 9 * 55 / 400  # a header, then a cargo of three reports, at 400 kHz
SAMPLES_PER_S = 100

Pass = tuple[bool, Counter[tuple[str, str]]]  # whether a sample came; operations by part, class



class Trace:
    """Counts the operations of a pass by part; a part is what the app calls."""

    def __init__(self) -> None:
        self.counts: Counter[tuple[str, str]] = Counter()
        self._known: dict[CodeType, dict[int, str]] = {}

    def __call__(self, frame: FrameType, event: str, arg: object) -> Any:
        code = frame.f_code
        if not code.co_filename.startswith(OURS):
            return None
        if code not in self._known:
            self._known[code] = {
                at.offset: CLASSES.get(at.opname, "other") for at in dis.get_instructions(code)
            }
        classes, part = self._known[code], _part(frame)
        frame.f_trace_opcodes, frame.f_trace_lines = True, False
        self.counts[part, "call of the core"] += 1
        self.counts[part, "call"] -= 1

        def count(frame: FrameType, event: str, arg: object) -> Any:
            if event == "opcode":
                self.counts[part, classes[frame.f_lasti]] += 1
            return count

        return count


def _part(frame: FrameType) -> str:
    """The outermost of our files below the app, by its name."""
    found, caller = "app", frame
    while caller is not None and caller.f_code.co_filename.startswith(OURS):
        name = Path(caller.f_code.co_filename).stem
        if name != "app":
            found = name
        caller = caller.f_back  # type: ignore[assignment]
    return found


def passes(cargos: bytes, seconds: float) -> tuple[list[Pass], dict[int, int]]:
    """For each pass of the run's last seconds: whether a sample came, and its operations."""
    board: Any = Board(cargos)
    app: Any = App(Parts(board))
    app.config.prescription = prescription.checked({"baseline_cdeg": 620})
    app.configure()
    app.start()
    end_ms = board.cargos.first_ms + 26_000
    found = []
    while not board.cargos.over:
        traced = board.clock.now_ms > end_ms - 1000 * seconds
        before_ms, trace = app.trainer.t_ms, Trace()
        if traced:
            sys.settrace(trace)
        try:
            app.tick()
        finally:
            sys.settrace(None)
        app.clock.idle(IDLE_MS)
        if traced:
            found.append((app.trainer.t_ms != before_ms, trace.counts))
    return found, app.journal.faults


def _ms(counts: Counter[tuple[str, str]], but: tuple[str, ...] = ()) -> tuple[float, float]:
    classes: Counter[str] = Counter()
    for (part, kind), count in counts.items():
        if part not in but:
            classes[kind] += count
    return milliseconds(classes)


def micropython(script: str, *arguments: str) -> dict[str, Any]:
    """What a script says on MicroPython."""
    found = Path(sys.executable).parent / "micropython"
    done = subprocess.run(
        [str(found), "-X", "heapsize=640K", str(ROOT / "tools" / script), *arguments],
        env={**os.environ, "MICROPYPATH": os.pathsep.join((*PATHS, ".frozen"))},
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    said: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return said


def measured(folder: Path, seconds: float) -> dict[str, Any]:
    """All figures."""
    path = record(folder)
    found, faults = passes(path.read_bytes(), seconds)
    if faults:
        raise RuntimeError(f"faults in a run without any: {faults}")
    rows = micropython("bench_device.py", str(path))
    sampled = [counts for came, counts in found if came]
    quiet = [counts for came, counts in found if not came]
    decide = sorted(_ms(counts, _AFTERWARDS) for counts in sampled)
    at = min(round(0.99 * len(decide)), len(decide) - 1)
    work = [_mean_ms(sampled), _mean_ms(quiet)]
    return {
        "passes": len(found),
        "operations": _operations(found),
        "bytes": {name: row[3] for name, row in rows.items()},
        "decision_p99_ms": [round(ms + BUS_MS, 2) for ms in decide[at]],
        "sample_pass_ms": [round(ms + BUS_MS, 2) for ms in work[0]],
        "quiet_pass_ms": [round(ms, 2) for ms in work[1]],
        "idle_percent": [round(100 * _idle(work[0][i] + BUS_MS, work[1][i])) for i in (0, 1)],
        "heap": micropython("device_heap.py"),
    }


_AFTERWARDS = (
    "guard", "person", "runs", "rest", "live", "link", "voice", "battery", "wall", "restarts",
)  # fmt: skip


def _mean_ms(counts: list[Counter[tuple[str, str]]]) -> tuple[float, float]:
    total: Counter[tuple[str, str]] = Counter()
    for one in counts:
        total.update(one)
    least, most = _ms(total)
    return least / max(len(counts), 1), most / max(len(counts), 1)


def _idle(sample_ms: float, quiet_ms: float) -> float:
    """Share of the time asleep at the end of passes: one with a sample each 10 ms, then quiet."""
    rest_ms = 1000 / SAMPLES_PER_S - sample_ms - IDLE_MS
    quiet = max(rest_ms, 0.0) / (quiet_ms + IDLE_MS)
    return (1 + quiet) * IDLE_MS / (1000 / SAMPLES_PER_S) if rest_ms > 0 else 0.0


def _operations(found: list[Pass]) -> dict[str, float]:
    parts: Counter[str] = Counter()
    for _came, counts in found:
        for (part, kind), count in counts.items():
            if kind != "call of the core":
                parts[part] += count
    return {part: round(count / len(found), 1) for part, count in parts.most_common()}


def main() -> int:
    """Measure, write, print."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--seconds", type=float, default=4.0, help="of running that are traced")
    seconds = parser.parse_args().seconds
    with tempfile.TemporaryDirectory() as folder:
        found = measured(Path(folder), seconds)
    MEASURED.write_text(json.dumps(found, indent=1) + "\n", "utf-8")
    sys.stdout.write(json.dumps(found, indent=1) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
