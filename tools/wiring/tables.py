"""Tables and pictures of boards/README.md, generated from the board files."""

from __future__ import annotations

import importlib
from collections.abc import Callable
from functools import partial
from pathlib import Path
from types import ModuleType

from leancue.installer import payload

from tools.wiring import battery, memory
from tools.wiring.forms import edge_name, form_of
from tools.wiring.scene import Scene

ROOT = Path(__file__).resolve().parents[2]
REFERENCES = ("raspberry_pi_pico2",)
NAMES = sorted(payload.boards(), key=lambda board: (board not in REFERENCES, board))
_WITH_DRIVER = "adafruit_feather_rp2040"  # of the picture with a haptic driver
_CELLS = {
    "socket": "on the board's own socket, charged by the board",
    "pads": "on the BAT pads underneath, charged by the board",
    "charger": "behind a charger of its own",
}
_LIGHTS = {"neopixel": "colour", "active_high": "one colour", "active_low": "one colour"}


def spec_of(board: str) -> ModuleType:
    """Return the board file for CircuitPython's board id."""
    return importlib.import_module(f"boards.{payload.boards()[board].stem}")


def wiring() -> str:
    """Return each board's connections."""
    heads = ("board", "file", "sensor: data, clock", "motor", "button", "light", "cell",
             "cell measured")  # fmt: skip
    lines = [f"| {' | '.join(heads)} |", "|---" * len(heads) + "|"]
    for board in NAMES:
        spec = spec_of(board)
        name = form_of(board, spec).name + (" (reference)" if board in REFERENCES else "")
        lines.append(
            f"| {name} | `{payload.boards()[board].stem}` | {_sensor(board, spec)} "
            f"| {edge_name(board, spec.MOTOR or '–')} | {edge_name(board, spec.BUTTON)} "
            f"| {_LIGHTS[spec.LIGHT_KIND]} | {_CELLS[spec.CELL]} "
            f"| {'yes' if spec.BATTERY else 'no'} |"
        )
    return "\n".join(lines)


def _sensor(board: str, spec: ModuleType) -> str:
    if spec.SENSOR_PLUG:
        return f"{spec.SENSOR_PLUG} cable"
    return f"{edge_name(board, spec.SDA)}, {edge_name(board, spec.SCL)}"


def pictures() -> str:
    """Return the links to the pictures, one per board."""
    shown = [
        f"### {form_of(board, spec_of(board)).name}\n\n"
        f"![Wiring of the {form_of(board, spec_of(board)).name}](pictures/{board}.svg)"
        for board in NAMES
    ]
    shown.append(
        '### With a DRV2605L\n\nA motor driver instead of the transistor: `HAPTIC = "drv2605"`, '
        "or `leancue install --haptic drv2605`.\n\n"
        "![Wiring with a DRV2605L](pictures/with_drv2605.svg)"
    )
    return "\n\n".join(shown)


def picture(board: str, haptic: str | None = None) -> str:
    """Return a board's wiring as SVG."""
    return Scene(board, spec_of(board), haptic).svg()


TABLES: tuple[tuple[str, str, Callable[[], str]], ...] = (
    ("boards/README.md", "wiring", wiring),
    ("boards/README.md", "pictures", pictures),
    ("boards/README.md", "battery", battery.table),
    ("boards/README.md", "memory", memory.memory),
)
FILES: tuple[tuple[str, Callable[[], str]], ...] = (
    *((f"boards/pictures/{board}.svg", partial(picture, board)) for board in NAMES),
    ("boards/pictures/with_drv2605.svg", partial(picture, _WITH_DRIVER, "drv2605")),
)
