"""The tables of boards/case/README.md: sizes, parts, currents, building steps.

Made from the data in ``boards.case`` and the board files; the sizes are those that
``python -m boards.case --write`` measured. It needs no CAD library.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType

from boards.case import layout, parts, steps
from boards.case.sizes import Variant
from boards.case.variants import VARIANTS
from tools.wiring import battery
from tools.wiring import tables as wiring_tables
from tools.wiring.forms import edge_name

ROOT = Path(__file__).resolve().parents[1]
MEASURED = ROOT / "boards" / "case" / "measured.json"
PARTS = ROOT / "tools" / "measured" / "parts.json"
PAGE = "boards/case/README.md"


def spec(variant: Variant) -> ModuleType:
    """The board file of a variant."""
    return wiring_tables.spec_of(variant.boards[0])


def plugged(variant: Variant) -> bool:
    """Whether the sensor is joined by a cable with plugs."""
    return spec(variant).SENSOR_PLUG is not None


def sizes() -> str:
    """Outer size, mass and what the checks measured."""
    found = json.loads(MEASURED.read_text("utf-8"))
    heads = ("case", "for", "size, mm", "deep with the clip", "mass with cell", "of it printed",
             "thinnest wall", "steepest overhang", "sensor tilted", "turned")  # fmt: skip
    lines = [f"| {' | '.join(heads)} |", "|---" * len(heads) + "|"]
    for key, variant in VARIANTS.items():
        one = found[key]
        printed = one["printed"].values()
        size = " × ".join(f"{side:g}" for side in one["case_mm"])
        boards = ", ".join(f"`{board}`" for board in variant.boards)
        lines.append(
            f"| `{key}` | {boards} | {size} | {one['with_clip_mm'][2]:g} mm "
            f"| {one['mass_g']:.0f} g | {sum(part['mass_g'] for part in printed):.0f} g "
            f"| {min(part['wall_mm'] for part in printed):.1f} mm "
            f"| {max(part['overhang_deg'] for part in printed):.0f}° "
            f"| ≤ {one['sensor_tilt_deg']:.1f}° | ≤ {one['sensor_turn_deg']:.1f}° |"
        )
    return "\n".join(lines)


def goals() -> str:
    """The goals, and whether they are reached."""
    found = json.loads(MEASURED.read_text("utf-8"))
    lines = ["| goal | measured | reached |", "|---|---|---|"]
    heaviest = max(one["mass_g"] for one in found.values())
    light = _yes(heaviest <= 60)
    lines.append(f"| every case, with its cell, ≤ 60 g | {heaviest:.0f} g | {light} |")
    for name, key in (("without", "case_mm"), ("with", "with_clip_mm")):
        size = found["qtpy"][key]
        fits = all(side <= most for side, most in zip(size, (60, 45, 20), strict=True))
        said = " × ".join(f"{side:g}" for side in size)
        lines.append(
            f"| QT Py, {name} the belt clip, ≤ 60 × 45 × 20 mm | {said} mm | {_yes(fits)} |"
        )
    return "\n".join(lines)


def lives() -> str:
    """Each case: how many parts, the sum of currents, how long the cell lasts."""
    heads = ("case", "kinds of parts", "pieces", "current in a run", "the cell lasts")
    rows = [f"| {' | '.join(heads)} |", "|---" * len(heads) + "|"]
    for row in json.loads(PARTS.read_text("utf-8")):
        pieces = sum(part["amount"] for part in row["parts"])
        rows.append(f"| `{row['case']}` | {len(row['parts'])} | {pieces} | {row['run_ma']:.1f} mA "
                    f"| {row['hours']:.1f} h |")  # fmt: skip
    return "\n".join(rows)


def _yes(reached: bool) -> str:
    return "yes" if reached else "**no**"


def bill() -> str:
    """Parts of each variant, with the sum of currents and the cell's life."""
    return "\n\n".join(_bill(variant) for variant in VARIANTS.values())


def _bill(variant: Variant) -> str:
    lines = [f"### {variant.name}", "", "| part | maker's number | amount | what else does it |",
             "|---|---|---|---|"]  # fmt: skip
    for item, count in parts.of(variant, spec(variant).CELL, plugged(variant)):
        lines.append(f"| {item.name} | {item.number} | {count} | {item.else_} |")
    currents = ", ".join(f"{drain.part} {drain.milliamps:.1f} mA"
                         for drain in battery.drains(variant.chip))  # fmt: skip
    lines += ["", f"Currents while running: {currents}: together "
              f"**{battery.milliamps(variant.chip):.1f} mA**. {battery.CELL_MAH} mAh, of which "
              f"{battery.USABLE_PERCENT} % count, last **{battery.hours(variant.chip):.1f} h**. "
              "([Where the currents are from](../README.md#how-long-the-cell-lasts))"]  # fmt: skip
    return "\n".join(lines)


def steps_of(variant: Variant) -> Iterator[tuple[int, str, str]]:
    """Yield number, action and check of a variant's steps."""
    file = spec(variant)
    pins = {net: edge_name(variant.boards[0], pin)
            for net, pin in (("motor", file.MOTOR), ("button", file.BUTTON))}  # fmt: skip
    yield from steps.filled(
        variant, pins, file.CELL, plugged(variant), layout.screw_bite_mm(variant)
    )


def built() -> str:
    """The steps of each variant with their pictures."""
    return "\n\n".join(_built(variant) for variant in VARIANTS.values())


def _built(variant: Variant) -> str:
    lines = [
        f"### {variant.name}, step by step", "",
        f"[Its wiring](../pictures/{variant.boards[0]}.svg). What is in the case after each step:",
        "", f"![The case of the {variant.name} after each step](pictures/{variant.key}_steps.png)",
        "", "| | do | then check |", "|---|---|---|",
    ]  # fmt: skip
    lines += [f"| {number} | {does} | {check} |" for number, does, check in steps_of(variant)]
    return "\n".join(lines)


def views() -> str:
    """Pictures and drawing of each variant."""
    shown = []
    for key, variant in VARIANTS.items():
        shown.append(
            f"### {variant.name}: `{key}`\n\n"
            f"![Closed: the case of the {variant.name} with belt clip](pictures/{key}_closed.png)\n"
            f"![Exploded, with the names of the parts](pictures/{key}_exploded.png)\n"
            f"![Cut open through sensor and motor](pictures/{key}_section.png)\n\n"
            f"[Drawing with sizes](pictures/{key}_drawing.svg)"
        )
    return "\n\n".join(shown)


def sources() -> str:
    """The size of each bought part: from a maker's document, or assumed."""
    lines = [
        "| part | plate, mm | mass | read | assumed: measure it on the part |",
        "|---|---|---|---|---|",
    ]
    seen = {
        place.part.name: place.part
        for variant in VARIANTS.values()
        for place in layout.places(variant).values()
    }
    for name, part in seen.items():
        size = " × ".join(f"{side:g}" for side in part.size)
        read = part.read or "nothing"
        lines.append(f"| {name} | {size} | {part.mass_g:g} g | {read} | {part.assumed} |")
    return "\n".join(lines)


def safety() -> str:
    """What to know about the cell."""
    return "\n".join(f"- {line}" for line in steps.SAFETY)


def cleaning() -> str:
    """How the clip is cleaned."""
    return "\n".join(f"- {line}" for line in steps.CLEANING)


TABLES: tuple[tuple[str, str, Callable[[], str]], ...] = (
    (PAGE, "sizes", sizes),
    (PAGE, "goals", goals),
    (PAGE, "views", views),
    (PAGE, "lives", lives),
    (PAGE, "bill", bill),
    (PAGE, "safety", safety),
    (PAGE, "steps", built),
    (PAGE, "cleaning", cleaning),
    (PAGE, "sources", sources),
)
