"""Part F: cost of our orientation: interpreter operations, time on an RP2040, heap.

The operations of CPython's bytecode are counted one by one, by class. CircuitPython's bytecode is
different, but arithmetic, indices, attributes and calls are the same, as written in the program.
Their times on an RP2040 were measured on its own firmware (notes on the platform: an operation 3 to
6 µs, a method call 22 µs).
"""

from __future__ import annotations

import dis
import json
import os
import shutil
import struct
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from types import CodeType, FrameType
from typing import Any

from leancore import pipeline as core

from tools.accuracy.cost import runner_at_pace
from tools.accuracy.feed import Samples, listen
from tools.accuracy.figures import Result, Sheet
from tools.accuracy.jobs import Jobs

_CORE = Path(core.__file__).parent
_OPERATION_US, _CALL_US = (3.0, 6.0), 22.0
_BUDGET_MS = 4.0
_FILTER = ("own_orientation", "gyro_integration", "gyro_readings", "gyro_bias")
_ROW = struct.Struct("<IH10h")
CLASSES = {
    "BINARY_OP": "arithmetic", "COMPARE_OP": "arithmetic", "UNARY_NEGATIVE": "arithmetic",
    "UNARY_NOT": "arithmetic", "IS_OP": "arithmetic", "CONTAINS_OP": "arithmetic",
    "BINARY_SUBSCR": "index", "STORE_SUBSCR": "index", "LOAD_ATTR": "attribute",
    "STORE_ATTR": "attribute", "LOAD_METHOD": "attribute", "CALL": "call", "CALL_KW": "call",
}  # fmt: skip
_KINDS = ("arithmetic", "index", "attribute", "call of the core", "call", "other")

Count = Counter[tuple[str, str]]  # (stage, class of operation)


def counted(run_s: float) -> tuple[Count, int]:
    """Return the operations by stage and class in the running samples; and how many samples."""
    pipeline, samples = runner_at_pace(run_s)
    counts: Count = Counter()
    tracer, plain = _tracer(counts), pipeline.step

    def step(sample: Any) -> int:
        sys.settrace(tracer)
        try:
            return int(plain(sample))
        finally:
            sys.settrace(None)

    vars(pipeline)["step"] = step
    listen(pipeline, samples)
    return counts, len(samples.t_s)


def _tracer(counts: Count) -> Callable[..., Any]:
    """Return a trace function that counts every operation of the core."""
    known: dict[CodeType, dict[int, str]] = {}

    def trace(frame: FrameType, event: str, arg: object) -> Callable[..., Any] | None:
        code = frame.f_code
        if not code.co_filename.startswith(str(_CORE)):
            return None
        if code not in known:
            known[code] = {
                at.offset: CLASSES.get(at.opname, "other") for at in dis.get_instructions(code)
            }
        classes, stage = known[code], _stage(frame)
        frame.f_trace_opcodes, frame.f_trace_lines = True, False

        def count(frame: FrameType, event: str, arg: object) -> Callable[..., Any]:
            if event == "opcode":
                counts[stage, classes[frame.f_lasti]] += 1
            return count

        counts[stage, "call of the core"] += 1
        counts[stage, "call"] -= 1  # also counted as an operation of the caller
        return count

    return trace


def _stage(frame: FrameType) -> str:
    """Return "filter" (our orientation and its callees), "selector" (the choice) or "others"."""
    found, caller = "others", frame
    while caller is not None and caller.f_code.co_filename.startswith(str(_CORE)):
        name = Path(caller.f_code.co_filename).stem
        if name in _FILTER:
            return "filter"
        if name in ("orientation_selector", "chip_check"):
            found = "selector"
        caller = caller.f_back  # type: ignore[assignment]
    return found


def milliseconds(classes: Counter[str]) -> tuple[float, float]:
    """Return the least and most time on an RP2040 of these operations, by class.

    Least: arithmetic and indices at 3 µs, calls of built-in functions at 6 µs. Most: also
    attributes, all at 6 µs, and every call at 22 µs. Calls within the core at 22 µs in both.
    """
    low, high = _OPERATION_US
    operations = classes["arithmetic"] + classes["index"]
    calls_us = _CALL_US * classes["call of the core"]
    least = low * operations + high * classes["call"] + calls_us
    most = high * (operations + classes["attribute"]) + _CALL_US * classes["call"] + calls_us
    return least / 1000, most / 1000


def heap(samples: Samples) -> dict[str, int] | None:
    """Return the bytes taken on MicroPython's heap; None without that interpreter."""
    beside = Path(sys.executable).parent / "micropython"
    interpreter = str(beside) if beside.is_file() else shutil.which("micropython")
    if not interpreter:
        return None
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "samples.bin"
        path.write_bytes(b"".join(_ROW.pack(*row) for row in samples.rows.tolist()))
        done = subprocess.run(
            [interpreter, "-X", "heapsize=64M", str(Path(__file__).with_name("heap.py")), path],
            env={**os.environ, "MICROPYPATH": os.pathsep.join((str(_CORE.parent), ".frozen"))},
            capture_output=True, text=True, timeout=120, check=True,
        )  # fmt: skip
    found: dict[str, int] = json.loads(done.stdout)
    return found


def part(jobs: Jobs, seeds: int, quick: bool) -> Result:
    """Return all figures of cost."""
    sheet = Sheet("F")
    counts, samples = counted(3.0 if quick else 20.0)
    whole = sum(counts.values()) / samples
    for stage, words in (("filter", "our filter"), ("selector", "chip and selector"), ("", "step")):
        classes: Counter[str] = Counter()
        for (where, kind), count in counts.items():
            if not stage or where == stage:
                classes[kind] += count
        _stage_figures(sheet, stage or "step", words, classes, samples, whole)
    _heap_figures(sheet)
    return sheet.result


def _stage_figures(
    sheet: Sheet, stage: str, words: str, classes: Counter[str], samples: int, whole: float
) -> None:
    each = Counter({kind: count / samples for kind, count in classes.items()})
    total = sum(each.values())
    note = ", ".join(f"{kind} {each[kind]:.0f}" for kind in _KINDS)
    key = f"operations_{stage}"
    sheet.plain(key, f"operations a sample, {words}", total, "operations", note=note)
    if stage != "step":
        sheet.plain(f"{key}_share", f"share of a step, {words}", 100 * total / whole, "%")
    least, most = milliseconds(each)
    goal = {"at_most": _BUDGET_MS} if stage == "step" else {}
    name = f"RP2040, {words}"
    sheet.plain(f"ms_{stage}_least", f"{name}, at least", least, "ms", note="reckoned")
    sheet.plain(f"ms_{stage}_most", f"{name}, at most", most, "ms", note="reckoned", **goal)


def _heap_figures(sheet: Sheet) -> None:
    found = heap(runner_at_pace(20.0)[1])
    for key, words in (("own", "our filter"), ("selector", "both and the selector")):
        value, note = None, "no micropython here"
        if found is not None:
            value, note = found[key] / found["samples"], f"{found['samples']} samples, MicroPython"
        name = f"heap a sample, {words}"
        sheet.plain(f"heap_{key}", name, value, "bytes", at_most=0.0, note=note)
