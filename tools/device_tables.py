"""Tables of ``device/README.md``: what a pass costs, and what days of faults did."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from tools.wire.tables import table

_MEASURED = Path(__file__).resolve().parent / "measured"
_PAGE = "device/README.md"
_PARTS = 6
DECISION_MS, IDLE_PERCENT = 4.0, 60


def cost_table() -> str:
    """Operations of a pass, and the times of an RP2040 that follow from them."""
    found = _read("device.json")
    operations = list(found["operations"].items())
    largest = ", ".join(f"{part} {count:.0f}" for part, count in operations[:_PARTS])
    rows = [
        ("operations of a mean pass, by part", largest, ""),
        ("sample to decision, 99 %", _between(found["decision_p99_ms"], "ms"),
         _goal(f"≤ {DECISION_MS:g} ms", found["decision_p99_ms"][0] <= DECISION_MS)),
        ("a pass with a sample", _between(found["sample_pass_ms"], "ms"), ""),
        ("a pass without", _between(found["quiet_pass_ms"], "ms"), ""),
        ("idle", _between(found["idle_percent"], "%"),
         _goal(f"≥ {IDLE_PERCENT} %", found["idle_percent"][0] >= IDLE_PERCENT)),
    ]  # fmt: skip
    return table(("what", "reckoned", "goal"), rows)


def _read(name: str) -> Any:
    return json.loads((_MEASURED / name).read_text("utf-8"))


def _between(values: list[float], unit: str) -> str:
    return f"{min(values):g} to {max(values):g} {unit}"


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
    (_PAGE, "soak", soak_table),
)
