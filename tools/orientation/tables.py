"""The tables of ``shared/docs/orientation.md``, measured by ``tools/bench_orientation.py``."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

from tools.orientation.names import OPTICAL, RUNS, SACRAL
from tools.wire.tables import table

MEASURED = Path(__file__).resolve().parents[1] / "measured" / "orientation.json"
PAGE = "shared/docs/orientation.md"
_WAYS = ("own", "vqf", "chip", "selector")
_EVENTS = {
    "freeze_short": "frozen for 3 s", "freeze_long": "frozen for 30 s",
    "jump": "jumps by 8°", "reset": "resets itself, all silent for 0.3 s",
    "reset_hard": "resets itself to 20°, all silent for 1 s",
}  # fmt: skip


def _values() -> dict[str, float]:
    figures = json.loads(MEASURED.read_text("utf-8"))["figures"]
    return {key: one["value"] for key, one in figures.items() if one["value"] is not None}


def _deg(value: float) -> str:
    return f"{value:.2f}°"


def recorded_table() -> str:
    """Return the tilt on the recordings, ours beside VQF's."""
    found = _values()
    names = [*OPTICAL.items(), *((name, "running") for name in RUNS),
             (f"{SACRAL}_spoiled", "running; bias, noise and clipping added")]  # fmt: skip
    rows = [
        (name.replace("_spoiled", ""), what, _deg(found[f"tilt_own_{name}"]),
         _deg(found[f"tilt_vqf_{name}"]), f"{found[f'tilt_ratio_{name}']:.2f}")
        for name, what in names
    ]  # fmt: skip
    return table(("recording", "motion", "ours", "VQF", "ratio"), rows)


def hard_table() -> str:
    """Return the errors on the hard synthetic set, by three sources."""
    found = _values()
    ways = ("chip", "ours", "selector")
    rows = [
        ("all runners", *(_deg(found[f"hard_{way}"]) for way in ways)),
        ("the worst of them", *(_deg(found[f"hard_{way}_worst"]) for way in ways)),
    ]
    return table(("stride-mean lean, RMSE", "the chip", "ours", "selector"), rows)


def event_table() -> str:
    """Return the errors when the chip fails during a run."""
    found = _values()
    rows = [
        (what, _deg(found[f"{kind}_median"]), _deg(found[f"{kind}_worst"]),
         _deg(found[f"{kind}_without"]), f"{found[f'{kind}_cues']:.0f}")
        for kind, what in _EVENTS.items()
    ]  # fmt: skip
    head = ("the chip", "worst error, median runner", "worst runner", "median without the event",
            "cues it caused")  # fmt: skip
    return table(head, rows)


def motion_table() -> str:
    """Return the tilt in other motions, by source."""
    figures = json.loads(MEASURED.read_text("utf-8"))["figures"]
    cases = [key for key in figures if key.startswith("tough_") and f"{key}_own" in figures]
    rows: Iterable[Sequence[object]] = (
        (figures[key]["name"].partition(", ours over")[0],
         *(_deg(figures[f"{key}_{way}"]["value"]) for way in _WAYS))
        for key in cases
    )  # fmt: skip
    return table(("case", "ours", "VQF", "the chip", "selector"), rows)


def cost_table() -> str:
    """Return the cost of the integer form: precision, operations."""
    found = _values()
    rows = [
        ("integer form from its float64 twin, RMS, recordings", _deg(found["twin_rms_recorded"])),
        ("the same, synthetic tumbling but tapping", _deg(found["twin_rms_tumbling"])),
        ("interpreter operations a sample, our filter", f"{found['operations_filter']:.0f}"),
        ("their share of a whole step", f"{found['operations_filter_share']:.0f} %"),
        ("interpreter operations a sample, chip and selector",
         f"{found['operations_selector']:.0f}"),
        ("bytes of heap a sample, MicroPython", f"{found['heap_selector']:.0f}"),
    ]  # fmt: skip
    return table(("what", "measured"), rows)


TABLES: tuple[tuple[str, str, Callable[[], str]], ...] = (
    (PAGE, "recorded", recorded_table),
    (PAGE, "hard", hard_table),
    (PAGE, "events", event_table),
    (PAGE, "motions", motion_table),
    (PAGE, "cost", cost_table),
)
