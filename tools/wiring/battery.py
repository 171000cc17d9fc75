"""Battery life: currents from datasheets, and the motor's share of time from a run.

Currents in mA out of the cell. The boards' regulators are linear (the current at 3.3 V is also that
of the cell); the Pico's is not: there the power counts, at 3.7 V.
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
    """A part's current, with the source of the figure."""

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
    # Of 20 mA at 125 MHz 17 scale with rate (6 mA at 20 MHz: adafruit/circuitpython, pull request
    # 7430) and the core's voltage, 1.20 instead of 1.10 V: 26 mA × (0.17 + 0.83 × 1.6 × 1.09).
    "RP2040": Drain(
        "chip and flash", 56.8, "26 mA at 5 V and 125 MHz, measured by others on a Pico with an "
        "interpreter; scaled to 200 MHz: 42 mA, or 210 mW, are 56.8 mA at 3.7 V",
    ),
    "RP2350": Drain(
        "chip and flash", 35.1, "taken for the same as a Pico's at 125 MHz: 130 mW are 35.1 mA at "
        "3.7 V",
    ),
    "nRF52840": Drain(
        "chip and flash", 6.3,
        "nRF52840 product specification: CoreMark from flash at 64 MHz, LDO: 6.3 mA",
    ),
}  # fmt: skip


def drains(chip: str) -> tuple[Drain, ...]:
    """Return the currents during a run, per part; ``chip``: a key of CHIPS."""
    share = json.loads(MEASURED.read_text("utf-8"))["motor on percent"]
    motor = Drain(
        "coin motor", MOTOR_ON_MA * share / 100,
        f"{MOTOR_SOURCE}, on for {share:.1f} % of a simulated run with {_cues()} pulses",
    )  # fmt: skip
    return CHIPS[chip], SENSOR, motor, LIGHT


def milliamps(chip: str) -> float:
    """Return the total current in mA."""
    return sum(drain.milliamps for drain in drains(chip))


def hours(chip: str) -> float:
    """Return the battery life in hours."""
    return CELL_MAH * USABLE_PERCENT / 100 / milliamps(chip)


def table() -> str:
    """Return the calculation in Markdown."""
    lines = ["| part | " + " | ".join(CHIPS) + " | from |", "|---" * (len(CHIPS) + 2) + "|"]
    for same in zip(*(drains(chip) for chip in CHIPS), strict=True):
        cells = " | ".join(f"{drain.milliamps:.1f} mA" for drain in same)
        sources = "; ".join(dict.fromkeys(drain.source for drain in same))
        lines.append(f"| {same[0].part} | {cells} | {sources} |")
    sums = " | ".join(f"{milliamps(chip):.1f} mA" for chip in CHIPS)
    lines.append(f"| **together** | {sums} | |")
    life = " | ".join(f"**{hours(chip):.1f} h**" for chip in CHIPS)
    lines.append(
        f"| {CELL_MAH} mAh × {USABLE_PERCENT} % ÷ that | {life} "
        "| the rest is a reserve for the end of a run and for ageing |"
    )
    return "\n".join(lines)


def _cues() -> int:
    return int(json.loads(MEASURED.read_text("utf-8"))["pulses"])
