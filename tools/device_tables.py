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
_PARTS = 4
DECISION_MS, IDLE_PERCENT, HEAP_KB = 4.0, 60, 120


def cost_table() -> str:
    """Time and heap on the emulated RP2040 (``bench_rp2040.py``)."""
    found = _read("device.json")
    rows = _time_rows(found["time"]) + _heap_rows(found["heap"])
    return table(("what", "measured", "goal"), rows)


def _time_rows(found: dict[str, Any]) -> list[tuple[str, str, str]]:
    decision, idle = found["decision_ms"], found["idle_percent"]
    largest = list(found["parts_percent"].items())[:_PARTS]
    parts = ", ".join(f"`{name}` {us:g} ({bus:g})" for name, (us, bus) in largest)
    took = f"{found['pass_heap_bytes_median']} B; {found['passes_that_took_heap']}"
    return [
        ("sample to decision: mean; 95 %; 99 % (behind the writing of a page)",
         f"{decision['mean']:g}; {decision['p95']:g}; {decision['p99']:g} ms",
         _goal(f"≤ {DECISION_MS:g} ms", decision["p99"] <= DECISION_MS)),
        ("a pass with a sample: mean; 99 %", _two(found["sample_pass_ms"]), ""),
        ("a pass without: mean; 99 %", _two(found["quiet_pass_ms"]), ""),
        ("idle", f"{idle:g} %", _goal(f"≥ {IDLE_PERCENT} %", idle >= IDLE_PERCENT)),
        ("% of the time in the largest parts (on the bus)", parts, ""),
        ("heap that a pass takes, median; passes that took some", f"{took} of {found['passes']}",
         _goal("0 B", found["pass_heap_bytes_median"] == 0)),
        ("a collection of the heap", f"{found['collector_ms']['worst']:g} ms", ""),
    ]  # fmt: skip


def _heap_rows(found: dict[str, Any]) -> list[tuple[str, str, str]]:
    scale = found["scale"]
    rows = [("heap: program loaded", found["imported_bytes"], False)]
    rows += [(f"heap: started, a log of {slots} pages", used, True)
             for slots, used in found["started_bytes"].items()]  # fmt: skip
    return [(what, f"{used * scale / 1000:.0f} kB (rig: {used / 1000:.0f} kB)",
             _goal(f"≤ {HEAP_KB} kB", used * scale <= 1000 * HEAP_KB) if is_goal else "")
            for what, used, is_goal in rows]  # fmt: skip


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


def _goal(text: str, reached: bool) -> str:
    return text if reached else f"{text}, **missed**"


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
