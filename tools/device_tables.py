"""Tables of ``device/README.md``: cost of a pass, and the long-term fault test."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from tools.rp2040.measure import FREE_BYTES, LARGEST_BYTES
from tools.wire.tables import table

_MEASURED = Path(__file__).resolve().parent / "measured"
_PAGE = "device/README.md"
_TOOLS_PAGE = "tools/README.md"
_PARTS = 3
_RUNS = (
    ("time", "reports in three cargos, 125 samples/s"), ("together", "in one, 125/s"),
    ("hundred", "in three, 100/s"), ("started", "in three, 125/s"),
)  # fmt: skip
ERASES_A_MINUTE = 20
DECISION_MS, DUE_MS, IDLE_PERCENT = 4.0, 8.0, 60


def cost_table() -> str:
    """Return the table of time and heap on the emulated RP2040 (``bench_rp2040.py``)."""
    found = _read("device.json")
    runs = [found[name] for name, _ in _RUNS]
    head = ("what", *(f"{what}, {found[name]['mhz']} MHz" for name, what in _RUNS), "goal")
    return table(head, _time_rows(*runs) + _heap_rows(found["heap"]))


def _time_rows(*runs: dict[str, Any]) -> list[tuple[str, ...]]:
    def row(what: str, said: Callable[[dict[str, Any]], str], goal: str = "") -> tuple[str, ...]:
        return (what, *(said(found) for found in runs), goal)

    return [
        row("start of the pass to decision: mean; 95 %; 99 %",
            _spread_of("decision_ms", DECISION_MS), f"≤ {DECISION_MS:g} ms"),
        row("the same without flash erases",
            _spread_of("decision_apart_ms", DECISION_MS), f"≤ {DECISION_MS:g} ms"),
        row("sample due to decision, without flash erases",
            _spread_of("due_to_decision_apart_ms", DUE_MS), f"≤ {DUE_MS:g} ms"),
        row("flash erases per minute, with raw samples",
            lambda found: _judged(f"{found['erases_a_minute']:g}",
                                  found["erases_a_minute"] <= ERASES_A_MINUTE),
            f"≤ {ERASES_A_MINUTE}"),
        row("pass with a sample: mean; 99 %", lambda found: _two(found["sample_pass_ms"])),
        row("pass without a sample: mean; 99 %", lambda found: _two(found["quiet_pass_ms"])),
        row("idle", _idle, f"≥ {IDLE_PERCENT} %"),
        row("% of the time in the largest functions (on the bus)", _parts),
        row("heap allocated by a pass, median; passes that allocate", _taken, "0 B"),
        row("garbage collection", lambda found: f"{found['collector_ms']['worst']:g} ms"),
    ]  # fmt: skip


def _spread_of(name: str, most_ms: float) -> Callable[[dict[str, Any]], str]:
    def said(found: dict[str, Any]) -> str:
        spread = found[name]
        text = f"{spread['mean']:g}; {spread['p95']:g}; {spread['p99']:g} ms"
        return _judged(text, spread["p99"] <= most_ms)

    return said


def _idle(found: dict[str, Any]) -> str:
    idle = found["idle_percent"]
    return _judged(f"{idle:g} %", idle >= IDLE_PERCENT)


def _parts(found: dict[str, Any]) -> str:
    largest = list(found["parts_percent"].items())[:_PARTS]
    return ", ".join(f"`{name}` {us:g} ({bus:g})" for name, (us, bus) in largest)


def _taken(found: dict[str, Any]) -> str:
    took = found["pass_heap_bytes_median"]
    text = f"{took} B; {found['passes_that_took_heap']} of {found['passes']}"
    return _judged(text, took == 0)


def _heap_rows(found: dict[str, Any]) -> list[tuple[str, ...]]:
    goal = f"≥ {FREE_BYTES / 1000:g} kB, ≥ {LARGEST_BYTES / 1000:g} kB"
    return [(f"heap {name}, a log of {found['slots']} pages: used; free; largest free block",
             _heap(row), "", "", "", goal) for name, row in found["moments"].items()]  # fmt: skip


def _heap(row: dict[str, int]) -> str:
    used, free, largest = (row[f"{name}_bytes"] / 1000 for name in ("used", "free", "largest"))
    reached = row["free_bytes"] >= FREE_BYTES and row["largest_bytes"] >= LARGEST_BYTES
    return _judged(f"{used:.1f}; {free:.1f}; {largest:.1f} kB", reached)


def calibration_table() -> str:
    """Return the table of the emulated RP2040's calibration."""
    found = _read("device.json")
    rows = [
        (
            row["what"],
            f"{row['known_us']:g} µs",
            f"{row['measured_us']:g} µs",
            f"{row['known_us'] / row['measured_us']:.2f}",
        )
        for row in found["calibration"]
    ]
    return table(("what", "CircuitPython", "the rig", "ratio"), rows)


def _read(name: str) -> Any:
    return json.loads((_MEASURED / name).read_text("utf-8"))


def _two(spread: dict[str, float]) -> str:
    return f"{spread['mean']:g}; {spread['p99']:g} ms"


def _judged(text: str, reached: bool) -> str:
    return text if reached else f"{text} **missed**"


def soak_table() -> str:
    """Return the table of days of running with faults at random times."""
    rows = _read("soak.json")
    settled = [(row["blocks"][len(row["blocks"]) // 2], row["blocks"][-1]) for row in rows]
    grown = max(last - half for half, last in settled) * 100 / settled[0][0]
    counts = {
        "hours": _sum(rows, "hours"),
        "runs; pulses of the motor": f"{_sum(rows, 'runs')}; {_sum(rows, 'pulses')}",
        "injected faults": _sum(rows, "faults"),
        "faults not detected; not logged":
            f"{sum(len(row['unnoticed']) for row in rows)}; "
            f"{sum(len(row['unlogged']) for row in rows)}",
        "pulses that ended late; the same during a hung bus":
            f"{_sum(rows, 'late_ends')}; {_sum(rows, 'late_ends_on_a_hanging_bus')}",
        "growth of the heap in the second half": f"{grown:.2f} %",
    }  # fmt: skip
    return table(("what", "count"), counts.items())


def _sum(rows: list[dict[str, Any]], key: str) -> int:
    return sum(int(row[key]) for row in rows)


TABLES: tuple[tuple[str, str, Callable[[], str]], ...] = (
    (_PAGE, "cost", cost_table),
    (_TOOLS_PAGE, "calibration", calibration_table),
    (_PAGE, "soak", soak_table),
)
