"""Tables of measured figures: for the front page, for sensing and coaching, and for reports."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from tools import device_tables

_MEASURED = Path(__file__).with_name("measured")
_ACCURACY = _MEASURED / "accuracy.json"
_DESK = _MEASURED / "desk.json"
_DEVICE = _MEASURED / "device.json"


def accuracy_table() -> str:
    """Return the figures of sensing and coaching that have a goal (`bench_accuracy.py`)."""
    measured = json.loads(_ACCURACY.read_text("utf-8"))
    rows = ["| figure | value | 95 % interval | goal | reached |", "|---|---|---|---|---|"]
    for figure in measured["figures"].values():
        if figure["reached"] is not None:
            rows.append(_accuracy_row(figure))
    return "\n".join(rows)


def _accuracy_row(figure: dict[str, Any]) -> str:
    """Return the row of a figure: its interval over seeds, its goal and its data."""
    most = figure["at_most"] is not None
    goal = f"{'≤' if most else '≥'} {figure['at_most'] if most else figure['at_least']:g}"
    interval = "–" if figure["low"] is None or figure["high"] is None else (
        f"{figure['low']:.3g} to {figure['high']:.3g}"
    )  # fmt: skip
    name = f"{figure['name']}; {figure['note']}" if figure["note"] else figure["name"]
    unit = figure["unit"]
    reached = "yes" if figure["reached"] else "**no**"
    return f"| {name} | {figure['value']:.3g} {unit} | {interval} | {goal} | {reached} |"


# The figures of the front page: key in the accuracy bench, plain description.
HEADLINES = (
    ("lean_sacral_both", "RMS error of the lean, signals from optical capture of a real runner"),
    ("lean_real_worst_0", "the worst of three real runs, our own orientation, as worn"),
    ("lean_real_worst_5", "the same, gyroscope 5 ms early or late"),
    ("lean_synthetic_both", "RMS error of the lean, simulated runners, curves included"),
    ("lean_synthetic_both_worst", "the same, the worst runner"),
    ("lean_intervals", "RMS error of the lean, simulated runners who run and walk in turns"),
    ("cues_intervals", "false cues per hour there, lean in the middle of the band"),
    ("exit_4_95_clip", "lean leaves the band by 4° → pulse, 95 of 100 cases"),
    ("exit_2_95_clip", "lean leaves the band by 2° → pulse, 95 of 100 cases"),
    ("false_clip", "false cues per hour, lean held 1° inside the band, as the clip does it"),
    ("false_clip_mean", "the same, with a sensor whose readings are means over their interval"),
    ("false_steps", "the same, for the coach alone, given true leans"),
    ("cues_outside", "cues in walking, stairs, jumps, sitting, bending, band far from the lean"),
    ("alike_cues", "the same, in walking so brisk that it is almost a jog"),
    ("cadence_plates", "error of the cadence, against force plates, worst trial"),
    ("slip_sideways", "a clip that slipped sideways is noticed within 10 s"),
    ("run_f1", "running recognised, second by second, F1 score"),
    ("alike_f1", "the same, slow jogs between brisk walks"),
    ("run_stop_worst", "time until the end of a run is detected, worst case"),
    ("operations_own_orientation", "share of the core's operations used by the orientation"),
)
# The same for the host bench: key, description, unit, goal, and whether the goal is a maximum.
DESK_HEADLINES = (
    ("verify_x_real_time", "an hour's run replayed and verified on the desk, times real time", "×",
     300, False),
    ("report_s", "its report as HTML", "s", 3, True),
    ("report_pdf_s", "its report as PDF", "s", 3, True),
)  # fmt: skip
# The same for the device bench: path in its figures, description, unit, goal, is a maximum.
DEVICE_HEADLINES = (
    (("time", "decision_ms", "p99"), "sample → decision on an RP2040, 99 of 100 samples", "ms",
     device_tables.DECISION_MS, True),
    (("time", "idle_percent"), "share of the time an RP2040 is idle in a run", "%",
     device_tables.IDLE_PERCENT, False),
    (("time", "erases_a_minute"), "flash erases per minute, with raw samples", "",
     device_tables.ERASES_A_MINUTE, True),
)  # fmt: skip


def headline_table() -> str:
    """Return the headline figures with their goals, and every goal that is missed."""
    rows = ["| what | measured | goal | reached |", "|---|---|---|---|"]
    measured = json.loads(_ACCURACY.read_text("utf-8"))["figures"]
    rows += [_accuracy_headline(name, measured[key]) for key, name in HEADLINES]
    shown = {key for key, _name in HEADLINES}
    rows += [
        _accuracy_headline(f"{figure['name']} ({figure['note']})", figure)
        if figure["note"]
        else _accuracy_headline(figure["name"], figure)
        for key, figure in measured.items()
        if figure["reached"] is False and key not in shown
    ]
    rows += [
        _headline(name, found, f" {unit}".rstrip(), goal, most)
        for name, found, unit, goal, most in _program_headlines()
    ]
    return "\n".join(rows)


def _accuracy_headline(name: str, figure: dict[str, Any]) -> str:
    most = figure["at_most"] is not None
    goal = figure["at_most"] if most else figure["at_least"]
    unit = {"deg": "°", "cues": "", "per h": "", "": ""}.get(figure["unit"], " " + figure["unit"])
    return _headline(name, figure["value"], unit, goal, most)


def _program_headlines() -> Iterator[tuple[str, float, str, float, bool]]:
    """Yield description, value, unit, goal and whether it is a maximum, for device and host."""
    device = json.loads(_DEVICE.read_text("utf-8"))
    for path, name, unit, goal, most in DEVICE_HEADLINES:
        found = device
        for key in path:
            found = found[key]
        yield name, found, unit, goal, most
    desk = json.loads(_DESK.read_text("utf-8"))
    for key, name, unit, goal, most in DESK_HEADLINES:
        yield name, desk[key], unit, goal, most


def _headline(name: str, value: float, unit: str, goal: float, most: bool) -> str:
    reached = "yes" if (value <= goal if most else value >= goal) else "**no**"
    said = f"{value:.0f}" if value >= 100 else f"{value:.2f}".rstrip("0").rstrip(".")
    if float(said) == goal != value:  # rounding must not hide a miss
        said = f"{value:.4g}"
    return f"| {name} | {said}{unit} | {'≤' if most else '≥'} {goal:g}{unit} | {reached} |"


def report_figures() -> str:
    """Return the figures that every report shows, measured by `bench_accuracy.py`, as JSON.

    Each is the larger value of the recorded and the synthetic runners: RMS error, its upper 95 %
    limit, and the error of the worst mount or runner.
    """
    measured = json.loads(_ACCURACY.read_text("utf-8"))["figures"]
    lean = [measured[key] for key in LEAN_ERRORS]
    found = {
        "lean_rmse_deg": max(figure["value"] for figure in lean),
        "lean_rmse_high_deg": max(figure["high"] for figure in lean),
        "lean_rmse_worst_deg": max(measured[f"{key}_worst"]["value"] for key in LEAN_ERRORS),
        "remount_range_deg": measured["remount_range"]["value"],
        "cadence_percent": measured["cadence_plates"]["value"],
    }
    return json.dumps(found, indent=1) + "\n"


LEAN_ERRORS = ("lean_sacral_both", "lean_synthetic_both")

FILES: tuple[tuple[str, Callable[[], str]], ...] = (
    ("host/leancue/runs/measured.json", report_figures),
)
TABLES: tuple[tuple[str, str, Callable[[], str]], ...] = (
    ("README.md", "figures", headline_table),
    ("tools/README.md", "accuracy", accuracy_table),
)
