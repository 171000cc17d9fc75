"""Part F: the cost of one `Pipeline.step`, stage by stage, while running."""

from __future__ import annotations

import sys
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from types import FrameType
from typing import Any

import numpy as np
import numpy.typing as npt
from leancore import pipeline as core

from boards.sim.motion.segments import Run
from boards.sim.motion.wearer import synthesise
from tools.accuracy import people
from tools.accuracy.feed import Samples, listen, new_trainer, sampled
from tools.accuracy.figures import Result, Sheet
from tools.accuracy.jobs import Jobs

_SHARE_MOST = 40.0
_CALLERS = ("pipeline", "orientation_selector")  # each function they call is a stage
_LEAD_S = people.OPENING_S + 8.0  # after calibration, certainly running
_CALLS = "calls"  # not part of a stage
_CORE = str(Path(core.__file__).parent)


def runner_at_pace(run_s: float) -> tuple[core.Pipeline, Samples]:
    """A pipeline in mid-run, and the samples that follow."""
    track, _ = synthesise((*people.OPENING, Run(run_s + 8.0, 14.7)), seed=1)
    samples = sampled(track, 100.0)
    lead = int(np.searchsorted(samples.t_s, _LEAD_S))
    pipeline = new_trainer()
    listen(pipeline, Samples(samples.t_s[:lead], samples.rows[:lead]), (people.CALIBRATE_S,))
    return pipeline, Samples(samples.t_s[lead:], samples.rows[lead:])


@dataclass(frozen=True)
class Counted:
    """Bytecode operations: `stages`: per sample, by stage; `each` (N, 2): operations and calls."""

    stages: dict[str, float]
    each: npt.NDArray[np.int64]


def operations(run_s: float) -> Counted:
    """Count what the interpreter does in running samples."""
    pipeline, samples = runner_at_pace(run_s)
    counts: Counter[str] = Counter()
    plain = pipeline.step
    each: list[tuple[int, int]] = []

    def step(sample: Any) -> int:
        before = counts.total(), counts[_CALLS]
        sys.settrace(tracer)
        try:
            return int(plain(sample))
        finally:
            sys.settrace(None)
            calls = counts[_CALLS] - before[1]
            each.append((counts.total() - before[0] - calls, calls))

    tracer = _tracer(counts)
    vars(pipeline)["step"] = step
    listen(pipeline, samples)
    del counts[_CALLS]
    stages = {stage: count / len(samples.t_s) for stage, count in counts.most_common()}
    return Counted(stages, np.array(each))


def _tracer(counts: Counter[str]) -> Callable[..., Any]:
    """A trace function that counts the operations of the core, and its calls."""

    def trace(frame: FrameType, event: str, arg: object) -> Callable[..., Any] | None:
        if not frame.f_code.co_filename.startswith(_CORE):
            return None
        stage = _stage(frame)
        counts[_CALLS] += 1
        frame.f_trace_opcodes, frame.f_trace_lines = True, False

        def count(frame: FrameType, event: str, arg: object) -> Callable[..., Any]:
            counts[stage] += event == "opcode"
            return count

        return count

    return trace


def _stage(frame: FrameType) -> str:
    """The stage on whose behalf a frame runs."""
    name = Path(frame.f_code.co_filename).stem
    caller = frame.f_back
    while caller is not None and caller.f_code.co_filename.startswith(_CORE):
        above = Path(caller.f_code.co_filename).stem
        if above in _CALLERS:
            return name
        name, caller = above, caller.f_back
    return name


def times_us(run_s: float) -> dict[str, float]:
    """Time per sample by stage, and of all of `step`, including the time of reading the clock."""
    pipeline, samples = runner_at_pace(run_s)
    spent: Counter[str] = Counter()
    for name in pipeline.FIELDS:
        stage = getattr(pipeline, name)
        for method in ("step", "do_deferred", "strike", "run"):
            if hasattr(stage, method):
                setattr(stage, method, _timed(getattr(stage, method), name, spent))
    vars(pipeline)["step"] = _timed(pipeline.step, "step", spent)
    listen(pipeline, samples)
    return {stage: ns / 1000 / len(samples.t_s) for stage, ns in spent.most_common()}


def _timed(work: Callable[..., Any], name: str, spent: Counter[str]) -> Callable[..., Any]:
    clock = time.perf_counter_ns

    def timed(*args: Any) -> Any:
        began = clock()
        result = work(*args)
        spent[name] += clock() - began
        return result

    return timed


def part(jobs: Jobs, seeds: int, quick: bool) -> Result:
    """All figures of cost."""
    sheet = Sheet("F")
    counted = operations(4.0 if quick else 20.0)
    of_samples, calls = counted.each.T
    whole = float(of_samples.mean())
    sheet.plain("operations", "bytecode operations a sample", whole, "operations")
    late = float(np.percentile(of_samples, 99))
    sheet.plain("operations_p99", "same, 99 % of the samples", late, "operations")
    most = float(of_samples.max())
    sheet.plain("operations_worst", "same, worst sample", most, "operations")
    sheet.plain("calls", "calls within the core a sample", float(calls.mean()), "calls")
    sheet.plain("calls_worst", "same, worst sample", float(calls.max()), "calls")
    for i, (stage, count) in enumerate(counted.stages.items()):
        goal = {} if i else {"at_most": _SHARE_MOST}
        sheet.plain(f"operations_{stage}", f"share of {stage}", 100 * count / whole, "%", **goal)
    spent = times_us(10.0 if quick else 60.0)
    total = spent.pop("step")
    sheet.plain("step_us", "time of a step on this computer", total, "us", note="with clocks")
    for stage, us in spent.items():
        sheet.plain(f"time_{stage}", f"time share of {stage}", 100 * us / total, "%")
    return sheet.result
