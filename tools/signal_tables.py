"""Tables of ``device/README.md`` generated from the program: signals, button, cues and faults."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

from leancore.coaching import coach
from leancore.coaching.coach import CUES
from leancore.schema import faults, settings
from leandevice import button, user_input
from leandevice.feedback import feedback_patterns

_PAGE = "device/README.md"
_FAULTS = Path(__file__).with_name("measured") / "faults.json"


def signal_table() -> str:
    """Return a row per state of the clip: what is felt and what is seen."""
    rows = ["| moment | motor | light |", "|---|---|---|"]
    for name, (motor, light) in feedback_patterns.MOMENTS:
        rows.append(f"| {name} | {_felt(*motor)} | {_seen(*light)} |")
    return "\n".join(rows)


def button_table() -> str:
    """Return a row per gesture of the button: its action, and whether it works while running."""
    rows = ["| the button | what it does | while running |", "|---|---|---|"]
    for gesture, name, does in button.GESTURES:
        running = "yes" if gesture == user_input.WHILE_RUNNING else "no"
        rows.append(f"| {name} | {does} | {running} |")
    return "\n".join(rows)


def cue_table() -> str:
    """Return each cue at its shortest and, if it grows with the error, at its longest."""
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


def fault_table() -> str:
    """Return the clip's reaction to each fault, as measured by `fault_table.py`."""
    rows = ["| fault | back after | oldest data of a cue | pulse too long by | lean off by "
            "| differing bytes | noticed as |", "|---|---|---|---|---|---|---|"]  # fmt: skip
    for row in json.loads(_FAULTS.read_text("utf-8")):
        keys = [faults.FAULTS[number - 1][1].replace("_", " ") for number in row["noticed"]]
        rows.append(
            f"| {row['name']} | {row['recovery_ms'] / 1000:.2f} s | {row['oldest_cue_ms']} ms "
            f"| {row['overrun_ms']} ms | {row['lean_off_cdeg'] / 100:.1f}° "
            f"| {row['differing_bytes']} | {', '.join(keys) or '–'} |"
        )
    return "\n".join(rows)


TABLES: tuple[tuple[str, str, Callable[[], str]], ...] = (
    (_PAGE, "signals", signal_table),
    (_PAGE, "button", button_table),
    (_PAGE, "cues", cue_table),
    (_PAGE, "faults", fault_table),
)
