"""Heap by kind of chip: how much the clip's program leaves free on each."""

from __future__ import annotations

import json
from pathlib import Path

DEVICE = Path(__file__).resolve().parents[1] / "measured" / "device.json"
RP2040_HEAP_BYTES = 154_224  # at code.py: CircuitPython 10.3 for the Pico, all default modules
_RP2040_RAM_BYTES = 264 << 10
# chip: its memory, and the source of its heap size. If it was not measured, CircuitPython is taken
# to keep as much for itself as on an RP2040 (with Bluetooth's share on an nRF52840: its S140
# SoftDevice takes some 20 kB). Slots of the largest log on boards with it.
CHIPS = (
    ("RP2350", 520 << 10, 0, 2046, "estimated"),
    ("RP2040", _RP2040_RAM_BYTES, 0, 2046,
     "measured: CircuitPython 10.3, stock, on an emulated Pico"),
    ("nRF52840", 256 << 10, 20 << 10, 480, "estimated, marginal: not tested yet"),
)  # fmt: skip
_SLOT_BYTES = 3  # of heap (``leandevice.storage.page_table``)


def memory() -> str:
    """Return the memory table of boards/README.md."""
    found = json.loads(DEVICE.read_text("utf-8"))["heap"]
    used_bytes = max(row["used_bytes"] for row in found["moments"].values())
    lines = [
        "| chip | memory | heap at `code.py` | free with the largest log (pages), a run open and a "
        "desk pulling | source |",
        "|---|---|---|---|---|",
    ]
    for chip, ram_bytes, less_bytes, slots, how in CHIPS:
        heap_bytes = RP2040_HEAP_BYTES + ram_bytes - _RP2040_RAM_BYTES - less_bytes
        free_bytes = heap_bytes - used_bytes + _SLOT_BYTES * (found["slots"] - slots)
        lines.append(f"| {chip} | {ram_bytes >> 10} KiB | {heap_bytes / 1000:.0f} kB "
                     f"| {free_bytes / 1000:.0f} kB ({slots}) | {how} |")  # fmt: skip
    return "\n".join(lines)
