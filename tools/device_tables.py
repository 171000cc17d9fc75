"""Tables of ``device/README.md``: what a pass costs, and what days of faults did."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from tools.rp2040.measure import DRIVER_BYTES
from tools.wire.tables import table

_MEASURED = Path(__file__).resolve().parent / "measured"
_PAGE = "device/README.md"
_TOOLS_PAGE = "tools/README.md"
_PARTS = 3
DECISION_MS, IDLE_PERCENT, HEAP_KB = 4.0, 60, 120


def cost_table() -> str:
    """Time and heap on the emulated RP2040 (``bench_rp2040.py``)."""
    found = _read("device.json")
    head = ("what", "reports in three cargos", "in one", "goal")
    return table(head, _time_rows(found["time"], found["together"]) + _heap_rows(found["heap"]))


def _time_rows(*runs: dict[str, Any]) -> list[tuple[str, ...]]:
    def row(what: str, said: Callable[[dict[str, Any]], str], goal: str = "") -> tuple[str, ...]:
        return (what, *(said(found) for found in runs), goal)

    return [
        row("sample to decision: mean; 95 %; 99 % (behind the writing of a page)",
            _decision, f"≤ {DECISION_MS:g} ms"),
        row("a pass with a sample: mean; 99 %", lambda found: _two(found["sample_pass_ms"])),
        row("a pass without: mean; 99 %", lambda found: _two(found["quiet_pass_ms"])),
        row("idle", _idle, f"≥ {IDLE_PERCENT} %"),
        row("% of the time in the largest parts (on the bus)", _parts),
        row("heap that a pass takes, median; passes that took some", _taken, "0 B"),
        row("a collection of the heap", lambda found: f"{found['collector_ms']['worst']:g} ms"),
    ]  # fmt: skip


def _decision(found: dict[str, Any]) -> str:
    spread = found["decision_ms"]
    text = f"{spread['mean']:g}; {spread['p95']:g}; {spread['p99']:g} ms"
    return _judged(text, spread["p99"] <= DECISION_MS)


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
    rows = [("heap: program loaded", found["imported_bytes"], "")]
    rows += [(f"heap: {when}, a log of {found['slots']} pages", used, f"≤ {HEAP_KB} kB")
             for when, used in found["used_bytes"].items()]  # fmt: skip
    return [(what, _heap(used, found["scale"], bool(goal)), "", goal) for what, used, goal in rows]


def _heap(used: int, scale: float, is_judged: bool) -> str:
    text = f"{used * scale / 1000:.0f} kB (rig: {used / 1000:.0f} kB)"
    return _judged(text, not is_judged or used * scale <= 1000 * HEAP_KB)


def calibration_table() -> str:
    """How far the emulated RP2040 can be believed."""
    found = _read("device.json")
    rows = [(row["what"], f"{row['known_us']:g} µs", f"{row['measured_us']:g} µs",
             f"{row['known_us'] / row['measured_us']:.2f}") for row in found["calibration"]]
    heap = found["heap"]
    rows.append(("heap of the sensor's driver", f"{DRIVER_BYTES / 1000:g} kB",
                 f"{heap['driver_bytes'] / 1000:.1f} kB", f"{heap['scale']:.2f}"))  # fmt: skip
    return table(("what", "CircuitPython", "the rig", "ratio"), rows)


def _read(name: str) -> Any:
    return json.loads((_MEASURED / name).read_text("utf-8"))


def _two(spread: dict[str, float]) -> str:
    return f"{spread['mean']:g}; {spread['p99']:g} ms"


def _judged(text: str, reached: bool) -> str:
    return text if reached else f"{text} **missed**"


def soak_table() -> str:
    """Days of running with faults at random times."""
    rows = _read("soak.json")
    settled = [(row["blocks"][len(row["blocks"]) // 2], row["blocks"][-1]) for row in rows]
    grown = max(last - half for half, last in settled) * 100 / settled[0][0]
    counts = {
        "hours": _sum(rows, "hours"),
        "runs; pulses of the motor": f"{_sum(rows, 'runs')}; {_sum(rows, 'pulses')}",
        "faults made": _sum(rows, "faults"),
        "faults that nobody noticed; that the log does not hold":
            f"{sum(len(row['unnoticed']) for row in rows)}; "
            f"{sum(len(row['unlogged']) for row in rows)}",
        "pulses that ended late; the same while the bus hung":
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
