"""Write the tables of the documentation from the tables of the code.

Usage: python tools/write_docs.py [--check]. The text between `<!-- NAME -->` and `<!-- end of NAME
-->` in the pages below is generated from the code and from the measurements in the files below.
With --check nothing is written, and the exit code is 1 if anything is stale.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
ACCURACY = ROOT / "tools" / "measured" / "accuracy.json"
FAULTS = ROOT / "tools" / "measured" / "faults.json"
DESK = ROOT / "tools" / "measured" / "desk.json"
DEVICE = ROOT / "tools" / "measured" / "device.json"
sys.path[:0] = [str(ROOT / room) for room in ("shared", "device/lib", "host", ".")]

from leancore.coaching import coach  # noqa: E402 (found only through the paths above)
from leancore.coaching.coach import CUES  # noqa: E402
from leancore.schema import faults, settings  # noqa: E402
from leandevice import button, user_input  # noqa: E402
from leandevice.feedback import feedback_patterns  # noqa: E402

from tools import (  # noqa: E402
    case_tables,
    check_tables,
    device_tables,
    draw_axes,
    library_tables,
)
from tools.flashmodel import tables as flash_tables  # noqa: E402
from tools.mutation import kept as mutation_tables  # noqa: E402
from tools.orientation import tables as orientation_tables  # noqa: E402
from tools.wire import tables  # noqa: E402
from tools.wiring import tables as wiring_tables  # noqa: E402


def signal_table() -> str:
    """Each moment of the clip: what is felt, what is seen."""
    rows = ["| moment | motor | light |", "|---|---|---|"]
    for name, (motor, light) in feedback_patterns.MOMENTS:
        rows.append(f"| {name} | {_felt(*motor)} | {_seen(*light)} |")
    return "\n".join(rows)


def button_table() -> str:
    """Each gesture of the button: what it does, and whether it does so while running."""
    rows = ["| the button | what it does | while running |", "|---|---|---|"]
    for gesture, name, does in button.GESTURES:
        running = "yes" if gesture == user_input.WHILE_RUNNING else "no"
        rows.append(f"| {name} | {does} | {running} |")
    return "\n".join(rows)


def cue_table() -> str:
    """Each cue at its shortest and, where it grows with the error, at its longest."""
    defaults = settings.checked({})
    rows = ["| cue | motor | at its longest |", "|---|---|---|"]
    for kind, shortest_ms in user_input.FEEL:
        name = CUES[kind]
        grows = f"{name}_ms" in defaults
        least_ms = defaults[f"{name}_ms"] if grows else shortest_ms
        most_ms = coach.fitting_ms(kind, defaults["cue_max_ms"])
        most = _felt(*coach.pulses(kind, most_ms)) if grows else "the same"
        felt = _felt(*coach.pulses(kind, least_ms))
        rows.append(f"| {name.replace('_', ' ')} | {felt} | {most} |")
    return "\n".join(rows)


def _felt(on_ms: int, off_ms: int, count: int, percent: int) -> str:
    if not count:
        return "–"
    pulses = f"{on_ms} ms" if count == 1 else f"{count} × {on_ms} ms, {off_ms} ms apart"
    return f"{pulses}, {percent} %"


def _seen(colour: int, blinks: int, on_ms: int, pause_ms: int) -> str:
    name = feedback_patterns.COLOUR_NAMES[colour]
    if not blinks:
        return name if colour == feedback_patterns.DARK else f"{name}, steady"
    times = "once" if blinks == 1 else f"{blinks} times"
    again = f", again after {pause_ms / 1000:g} s" if pause_ms else ""
    return f"{name}, {times} {on_ms} ms{again}"


def accuracy_table() -> str:
    """Every figure of sensing and coaching that has a goal, as measured by `bench_accuracy.py`."""
    measured = json.loads(ACCURACY.read_text("utf-8"))
    rows = ["| figure | value | 95 % interval | goal | reached |", "|---|---|---|---|---|"]
    for figure in measured["figures"].values():
        if figure["reached"] is not None:
            rows.append(_accuracy_row(figure))
    return "\n".join(rows)


def _accuracy_row(figure: dict[str, Any]) -> str:
    """One figure with its interval over seeds, its goal, and what it was measured on."""
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
    """The headline figures, each with its goal, and every goal that is missed."""
    rows = ["| what | measured | goal | reached |", "|---|---|---|---|"]
    measured = json.loads(ACCURACY.read_text("utf-8"))["figures"]
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
    """Yield description, value, unit, goal, and whether it is a maximum, of device and host."""
    device = json.loads(DEVICE.read_text("utf-8"))
    for path, name, unit, goal, most in DEVICE_HEADLINES:
        found = device
        for key in path:
            found = found[key]
        yield name, found, unit, goal, most
    desk = json.loads(DESK.read_text("utf-8"))
    for key, name, unit, goal, most in DESK_HEADLINES:
        yield name, desk[key], unit, goal, most


def _headline(name: str, value: float, unit: str, goal: float, most: bool) -> str:
    reached = "yes" if (value <= goal if most else value >= goal) else "**no**"
    said = f"{value:.0f}" if value >= 100 else f"{value:.2f}".rstrip("0").rstrip(".")
    if float(said) == goal != value:  # rounding must not hide a miss
        said = f"{value:.4g}"
    return f"| {name} | {said}{unit} | {'≤' if most else '≥'} {goal:g}{unit} | {reached} |"


def fault_table() -> str:
    """The clip's reaction to each fault, as measured by `fault_table.py`."""
    rows = ["| fault | back after | oldest data of a cue | pulse too long by | lean off by "
            "| differing bytes | noticed as |", "|---|---|---|---|---|---|---|"]  # fmt: skip
    for row in json.loads(FAULTS.read_text("utf-8")):
        keys = [faults.FAULTS[number - 1][1].replace("_", " ") for number in row["noticed"]]
        rows.append(
            f"| {row['name']} | {row['recovery_ms'] / 1000:.2f} s | {row['oldest_cue_ms']} ms "
            f"| {row['overrun_ms']} ms | {row['lean_off_cdeg'] / 100:.1f}° "
            f"| {row['differing_bytes']} | {', '.join(keys) or '–'} |"
        )
    return "\n".join(rows)


def report_figures() -> str:
    """The figures that every report shows, as measured by `bench_accuracy.py`; JSON.

    Each is the larger of the recorded and the synthetic runners: RMS error, its upper 95 % limit,
    and the error of the worst mount or runner.
    """
    measured = json.loads(ACCURACY.read_text("utf-8"))["figures"]
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

# Whole files: path, function that returns the content.
FILES: tuple[tuple[str, Callable[[], str]], ...] = (
    ("host/leancue/runs/measured.json", report_figures),
    *draw_axes.FILES,
    *flash_tables.FILES,
    *wiring_tables.FILES,
)

TABLES: tuple[tuple[str, str, Callable[[], str]], ...] = (
    ("device/README.md", "signals", signal_table),
    ("device/README.md", "button", button_table),
    ("device/README.md", "cues", cue_table),
    ("device/README.md", "faults", fault_table),
    ("README.md", "figures", headline_table),
    ("tools/README.md", "accuracy", accuracy_table),
    *library_tables.TABLES,
    *flash_tables.TABLES,
    *device_tables.TABLES,
    *mutation_tables.TABLES,
    *tables.TABLES,
    *orientation_tables.TABLES,
    *wiring_tables.TABLES,
    *case_tables.TABLES,
    *check_tables.TABLES,
)


def with_table(text: str, name: str, table: str) -> str:
    """`text` with the part between the markers of `name` replaced; ValueError without them."""
    begin, end = f"<!-- {name} -->\n", f"<!-- end of {name} -->"
    if begin not in text or end not in text:
        raise ValueError(f"the markers of {name} are missing")
    before, rest = text.split(begin, 1)
    return before + begin + table + "\n" + end + rest.split(end, 1)[1]


def stale(root: Path, write: bool) -> list[str]:
    """The pages that differ from the code; with `write` they are updated."""
    found = []
    for page, name, table in TABLES:
        path = root / page
        text = path.read_text("utf-8")
        fresh = with_table(text, name, table())
        if fresh != text:
            found.append(page)
            if write:
                path.write_text(fresh, "utf-8")
    return found + _stale_files(root, write)


def _stale_files(root: Path, write: bool) -> list[str]:
    """The same for files that are written as a whole."""
    found = []
    for name, content in FILES:
        path = root / name
        fresh = content()
        if not path.exists() or path.read_text("utf-8") != fresh:
            found.append(name)
            if write:
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_text(fresh, "utf-8")
    return found


def main() -> int:
    """Write or check; return 1 if a check found something stale."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--check", action="store_true", help="write nothing, only look")
    check = parser.parse_args().check
    pages = stale(ROOT, write=not check)
    for page in pages:
        sys.stdout.write(f"{page} {'is stale' if check else 'written'}\n")
    return 1 if check and pages else 0


if __name__ == "__main__":
    sys.exit(main())
