"""Figures from the calls that the emulator recorded (``emulator.mjs``); times in microseconds."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

PASS, DECISION = "leandevice/app.py:tick", "leancore/trainer.py:step"
APP = "leandevice/app.py:"
COLLECTOR = "collector"


class Call(NamedTuple):
    """One call, with all within it but ``own_us``; ``bus_us``: time on the bus."""

    function: str
    caller: str
    begin_us: float
    us: float
    own_us: float
    heap_bytes: int
    bus_us: float


class Pass(NamedTuple):
    """One pass; ``decisions_us``: of each sample in it, from its begin to the trainer's answer."""

    us: float
    heap_bytes: int
    decisions_us: tuple[float, ...]


def calls(report: dict[str, Any]) -> list[Call]:
    """Every call, in the order in which they ended."""
    names = [*report["names"], ""]  # -1: nobody called
    return [Call(names[row[0]], names[row[1]], *row[2:]) for row in report["calls"]]


def passes(found: Iterable[Call]) -> list[Pass]:
    """Every pass; ValueError if there is none."""
    made = []
    decided_us: list[float] = []
    for call in found:
        if call.function == DECISION:
            decided_us.append(call.begin_us + call.us)
        elif call.function == PASS:
            took_us = tuple(at_us - call.begin_us for at_us in decided_us)
            made.append(Pass(call.us, call.heap_bytes, took_us))
            decided_us = []
    if not made:
        raise ValueError(f"{PASS} was never called")
    return made


def parts(found: Iterable[Call]) -> list[tuple[str, int, float, float]]:
    """What the app calls: function, calls, microseconds in all, of them on the bus."""
    rows: dict[str, list[Call]] = defaultdict(list)
    for call in found:
        ours = "/" in call.function and not call.function.startswith(APP)
        if ours and call.caller.startswith(APP):
            rows[call.function].append(call)
    sums = [(name, len(row), sum(call.us for call in row), sum(call.bus_us for call in row))
            for name, row in rows.items()]  # fmt: skip
    return sorted(sums, key=lambda row: -row[2])


def own(found: Iterable[Call]) -> list[tuple[str, int, float]]:
    """Every function of ours: calls, microseconds in it alone."""
    rows: dict[str, list[float]] = defaultdict(list)
    for call in found:
        if "/" in call.function:
            rows[call.function].append(call.own_us)
    sums = [(name, len(row), sum(row)) for name, row in rows.items()]
    return sorted(sums, key=lambda row: -row[2])


def figures(report: dict[str, Any]) -> dict[str, Any]:
    """What ``device.json`` holds of a run."""
    found = calls(report)
    made = passes(found)
    decisions = [us for one in made for us in one.decisions_us]
    sampled = [one.us for one in made if one.decisions_us]
    quiet = [one.us for one in made if not one.decisions_us]
    collected = [call.us for call in found if call.function == COLLECTOR]  # at a run's end only
    elapsed_us = report["elapsed_us"] - sum(collected)
    idle_us = report["waited_us"] - sum(call.bus_us for call in found if call.function == PASS)
    return {
        "elapsed_s": round(elapsed_us / 1e6, 2),
        "passes": len(made),
        "samples": len(decisions),
        "decision_ms": _spread_ms(decisions),
        "sample_pass_ms": _spread_ms(sampled),
        "quiet_pass_ms": _spread_ms(quiet),
        "idle_percent": round(100 * idle_us / elapsed_us, 1),
        "collector_ms": _spread_ms(collected),
        "pass_heap_bytes_median": quantile([one.heap_bytes for one in made], 0.5),
        "passes_that_took_heap": sum(one.heap_bytes > 0 for one in made),
        "parts_percent": {name: [round(100 * us / elapsed_us, 1), round(100 * bus / elapsed_us, 1)]
                          for name, _count, us, bus in parts(found)},
    }  # fmt: skip


def _spread_ms(times_us: Sequence[float]) -> dict[str, float]:
    if not times_us:
        return {}
    ends = {"mean": sum(times_us) / len(times_us), "p95": quantile(times_us, 0.95),
            "p99": quantile(times_us, 0.99), "worst": max(times_us)}  # fmt: skip
    return {name: round(us / 1000, 2) for name, us in ends.items()}


def quantile(values: Sequence[float], share: float) -> float:
    """The value below which ``share`` of them lie."""
    return sorted(values)[min(round(share * len(values)), len(values) - 1)]
