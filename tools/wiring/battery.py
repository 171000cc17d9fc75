"""How long a cell lasts: currents from datasheets, and the motor's share of time from a run.

Currents in mA out of the cell. The boards' regulators are linear (what flows at 3.3 V flows at the
cell as well), the Pico's is not: for it the power counts, at 3.7 V.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

MEASURED = Path(__file__).resolve().parents[1] / "measured" / "battery.json"
CELL_MAH = 400
USABLE_PERCENT = 80  # the clip ends a run before the cell is empty, and cells age


@dataclass(frozen=True)
class Drain:
    """A part's current, with where the figure is from."""

    part: str
    milliamps: float
    source: str


SENSOR = Drain(
    "BNO085", 12.3,
    "BNO055 datasheet BST-BNO055-DS000-14, table 0-1, all sensors at 100 Hz: the same silicon",
)  # fmt: skip
LIGHT = Drain("light, dark in a run", 1.0, "a WS2812 takes about 1 mA when dark")
MOTOR_ON_MA, MOTOR_SOURCE = 60.0, "Adafruit product 1201: 60 mA at 3 V"
CHIPS = {
    "RP2040, RP2350": Drain(
        "chip and flash", 35.1, "26 mA at 5 V, measured by others on a Pico with an interpreter: "
        "130 mW are 35.1 mA at 3.7 V",
    ),
    "nRF52840": Drain(
        "chip and flash", 6.3,
        "nRF52840 product specification: CoreMark from flash at 64 MHz, LDO: 6.3 mA",
    ),
}  # fmt: skip


def table() -> str:
    """The arithmetic in Markdown."""
    share = json.loads(MEASURED.read_text("utf-8"))["motor on percent"]
    motor = Drain(
        "coin motor", MOTOR_ON_MA * share / 100,
        f"{MOTOR_SOURCE}, on for {share:.1f} % of a simulated run with {_cues()} pulses",
    )  # fmt: skip
    lines = ["| part | " + " | ".join(CHIPS) + " | from |", "|---" * (len(CHIPS) + 2) + "|"]
    chips = CHIPS.values()
    cells = [f"{chip.milliamps:.1f} mA" for chip in chips]
    sources = "; ".join(chip.source for chip in chips)
    lines.append(f"| chip and flash | {' | '.join(cells)} | {sources} |")
    common = (SENSOR, motor, LIGHT)
    for drain in common:
        cells = [f"{drain.milliamps:.1f} mA"] * len(CHIPS)
        lines.append(f"| {drain.part} | {' | '.join(cells)} | {drain.source} |")
    sums = [chip.milliamps + sum(d.milliamps for d in common) for chip in chips]
    lines.append("| **together** | " + " | ".join(f"{s:.1f} mA" for s in sums) + " | |")
    usable = CELL_MAH * USABLE_PERCENT / 100
    hours = " | ".join(f"**{usable / s:.1f} h**" for s in sums)
    lines.append(
        f"| {CELL_MAH} mAh × {USABLE_PERCENT} % ÷ that | {hours} "
        "| the rest stays for the end of a run and for the cell's age |"
    )
    return "\n".join(lines)


def _cues() -> int:
    return int(json.loads(MEASURED.read_text("utf-8"))["pulses"])
