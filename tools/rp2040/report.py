"""Figures from the calls that the emulator recorded (``emulator.mjs``); times in microseconds."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

PASS, DECISION = "lean_app:tick", "lean_pipeline:step"
OURS, APP = "lean_", "lean_app:"
# After the flash stalled, samples are read one after the other until the loop has caught up.
_BEHIND_US = 300_000
COLLECTOR = "collector"


class Call(NamedTuple):
    """A call; all but ``own_us`` include nested calls.

    ``bus_us``: time on the bus; ``stalled_us``: time waiting for the flash.
    """

    function: str
    caller: str
    begin_us: float
    us: float
    own_us: float
    heap_bytes: int
    bus_us: float
    stalled_us: float


class Pass(NamedTuple):
    """A pass; ``decided_us``: when the pipeline answered, for each of its samples."""

    begin_us: float
    us: float
    heap_bytes: int
    decided_us: tuple[float, ...]
    stalled_us: float

    @property
    def decisions_us(self) -> tuple[float, ...]:
        """Times from the start of the pass to each decision."""
        return tuple(at_us - self.begin_us for at_us in self.decided_us)


def calls(report: dict[str, Any]) -> list[Call]:
    """Return every call, in the order in which they ended."""
    names = [*report["names"], ""]  # -1: no caller
    return [Call(names[row[0]], names[row[1]], *row[2:]) for row in report["calls"]]


def passes(found: Iterable[Call]) -> list[Pass]:
    """Return every pass; ValueError if there is none."""
    made = []
    decided_us: list[float] = []
    for call in found:
        if call.function == DECISION:
            decided_us.append(call.begin_us + call.us)
        elif call.function == PASS:
            made.append(Pass(
                call.begin_us, call.us, call.heap_bytes, tuple(decided_us), call.stalled_us
            ))  # fmt: skip
            decided_us = []
    if not made:
        raise ValueError(f"{PASS} was never called")
    return made


def parts(found: Iterable[Call]) -> list[tuple[str, int, float, float]]:
    """Return what the app calls: function, calls, total µs, and µs on the bus."""
    rows: dict[str, list[Call]] = defaultdict(list)
    for call in found:
        ours = call.function.startswith(OURS) and not call.function.startswith(APP)
        if ours and call.caller.startswith(APP):
            rows[call.function].append(call)
    sums = [(name, len(row), sum(call.us for call in row), sum(call.bus_us for call in row))
            for name, row in rows.items()]  # fmt: skip
    return sorted(sums, key=lambda row: -row[2])


def own(found: Iterable[Call]) -> list[tuple[str, int, float]]:
    """Return each function of ours: calls, and µs without nested calls."""
    rows: dict[str, list[float]] = defaultdict(list)
    for call in found:
        if call.function.startswith(OURS):
            rows[call.function].append(call.own_us)
    sums = [(name, len(row), sum(row)) for name, row in rows.items()]
    return sorted(sums, key=lambda row: -row[2])


def figures(report: dict[str, Any]) -> dict[str, Any]:
    """Return the figures of a run for ``device.json``."""
    found = calls(report)
    made = passes(found)
    decisions = [us for one in made for us in one.decisions_us]
    at_us = [us for us in report["flash"]["at_us"] if us >= made[0].begin_us]
    clear = _apart_from(made, at_us)
    sampled = [one.us for one in made if one.decisions_us]
    quiet = [one.us for one in made if not one.decisions_us]
    collected = [call.us for call in found if call.function == COLLECTOR]  # at a run's end only
    elapsed_us = report["elapsed_us"] - sum(collected)
    idle_us = report["idle_us"]
    return {
        "elapsed_s": round(elapsed_us / 1e6, 2),
        "passes": len(made),
        "samples": len(decisions),
        "decision_ms": _spread_ms(decisions),
        "decision_apart_ms": _spread_ms([us for one in clear for us in one.decisions_us]),
        "due_to_decision_apart_ms": _spread_ms(_since_due(made, report["samples"], set(clear))),
        "erases_a_minute": round(60e6 * len(at_us) / elapsed_us, 1),
        "sample_pass_ms": _spread_ms(sampled),
        "quiet_pass_ms": _spread_ms(quiet),
        "idle_percent": round(100 * idle_us / elapsed_us, 1),
        "collector_ms": _spread_ms(collected),
        "pass_heap_bytes_median": quantile([one.heap_bytes for one in made], 0.5),
        "passes_that_took_heap": sum(one.heap_bytes > 0 for one in made),
        "parts_percent": {name: [round(100 * us / elapsed_us, 1), round(100 * bus / elapsed_us, 1)]
                          for name, _count, us, bus in parts(found)},
    }  # fmt: skip


def _apart_from(made: Iterable[Pass], erases_us: Sequence[float]) -> list[Pass]:
    """Return the passes that no erase of the flash has delayed."""
    return [
        one
        for one in made
        if not any(at_us - one.us <= one.begin_us <= at_us + _BEHIND_US for at_us in erases_us)
    ]


def _since_due(
    made: Iterable[Pass], samples: Sequence[Sequence[float]], wanted: set[Pass]
) -> list[float]:
    """Return the time from when each sample was due to its decision, in the passes ``wanted``.

    ``samples``: (due us, read us).
    """
    found = []
    rows = iter(samples)
    row = next(rows, None)
    for one in made:
        for at_us in one.decided_us:
            last = None
            while row is not None and row[1] <= at_us:
                last, row = row, next(rows, None)
            if last is not None and one in wanted:
                found.append(at_us - last[0])
    return found


def _spread_ms(times_us: Sequence[float]) -> dict[str, float]:
    if not times_us:
        return {}
    ends = {"mean": sum(times_us) / len(times_us), "p95": quantile(times_us, 0.95),
            "p99": quantile(times_us, 0.99), "worst": max(times_us)}  # fmt: skip
    return {name: round(us / 1000, 2) for name, us in ends.items()}


def quantile(values: Sequence[float], share: float) -> float:
    """Return the value below which the fraction ``share`` of the values lie."""
    return sorted(values)[min(round(share * len(values)), len(values) - 1)]
