"""Part F: what one `Trainer.step` costs, stage by stage."""

from __future__ import annotations

import sys
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from types import FrameType
from typing import Any

from boards.sim.segments import Run, Stand
from boards.sim.wearer import synthesise
from tools.accuracy import people
from tools.accuracy.feed import listen, new_trainer, sampled
from tools.accuracy.figures import Figure, Result
from tools.accuracy.jobs import Jobs

_SHARE_MOST = 40.0
_CORE = str(Path(sys.modules["leancore.trainer"].__file__ or "").parent)


def _samples(run_s: float) -> Any:
    track, _ = synthesise((*people.OPENING, Run(run_s, 14.7), Stand(1.0)), seed=1)
    return sampled(track, 100.0)


def bytecodes(run_s: float = 20.0) -> tuple[Counter[str], int]:
    """Bytecode operations by stage over running samples, and how many samples."""
    counts: Counter[str] = Counter()
    trainer, samples = new_trainer(), _samples(run_s)
    trainer.calibrate()
    plain = trainer.step
    seen = 0

    def stage_of(frame: FrameType) -> str:
        """The module that the trainer itself called."""
        name = frame.f_code.co_filename
        while frame.f_back is not None and frame.f_back.f_code.co_filename.startswith(_CORE):
            if frame.f_back.f_code.co_filename.endswith("trainer.py"):
                return Path(name).stem
            frame = frame.f_back
            name = frame.f_code.co_filename
        return Path(name).stem

    def trace(frame: FrameType, event: str, arg: object) -> Callable[..., Any] | None:
        if not frame.f_code.co_filename.startswith(_CORE):
            return None
        stage = stage_of(frame)
        frame.f_trace_opcodes, frame.f_trace_lines = True, False

        def local(frame: FrameType, event: str, arg: object) -> Callable[..., Any]:
            counts[stage] += event == "opcode"
            return local

        return local

    def step(sample: Any) -> int:
        nonlocal seen
        if not trainer.in_run:
            return plain(sample)
        seen += 1
        sys.settrace(trace)
        try:
            return plain(sample)
        finally:
            sys.settrace(None)

    trainer.step = step
    listen(trainer, samples)
    return counts, seen


def times_ns(run_s: float = 60.0) -> dict[str, float]:
    """Time per sample by stage, in ns, and `step` the whole."""
    trainer, samples = new_trainer(), _samples(run_s)
    trainer.calibrate()
    spent: Counter[str] = Counter()
    stages = {name: getattr(trainer, name) for name in trainer.FIELDS}
    for name, stage in stages.items():
        if hasattr(stage, "step"):
            stage.step = _timed(stage.step, name, spent)
    trainer.step = _timed(trainer.step, "step", spent)
    listen(trainer, samples)
    return {name: ns / len(samples.t_s) for name, ns in spent.items()}


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
    counts, seen = bytecodes(8.0 if quick else 30.0)
    whole = sum(counts.values())
    result = Result([
        Figure("F", "bytecode operations a running sample", whole / seen, "operations")
    ])  # fmt: skip
    for stage, count in counts.most_common():
        share = 100 * count / whole
        goal = _SHARE_MOST if share == max(share, 100 * counts.most_common()[0][1] / whole) else None
        result.figures.append(Figure("F", f"bytecode share of {stage}", share, "%", at_most=goal))
    spent = times_ns(20.0 if quick else 120.0)
    total = spent.pop("step")
    result.figures.append(Figure("F", "time of a step here (with clocks)", total / 1000, "us"))
    for stage, ns in sorted(spent.items(), key=lambda item: -item[1]):
        result.figures.append(Figure("F", f"time share of {stage}", 100 * ns / total, "%"))
    return result
