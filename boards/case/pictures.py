"""Pictures of a case: exploded, section, and its contents after each building step."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import matplotlib as mpl
import numpy as np
from build123d import Part, Pos
from matplotlib.figure import Figure
from numpy.typing import NDArray
from PIL import Image

from boards.case import layout, mesh, render
from boards.case.checks import Case
from boards.case.rules import FOOT, WALL
from boards.case.shapes import box, rod
from boards.case.sizes import Variant
from boards.case.steps import of

COLOURS = {
    "body": "#8fb3d9", "lid": "#dfe5ec", "clip": "#f0a35e", "board": "#2f6b4f",
    "sensor": "#7a4fa0", "cell": "#d8c37c", "motor": "#c9ccd1", "driver": "#b5563c",
    "charger": "#2a5d8f", "button": "#59616b", "switch": "#59616b", "screws": "#a9b0b8",
}  # fmt: skip
# How far each is lifted in the exploded view, in mm.
_LIFTED = {
    "body": 0.0, "motor": 14.0, "driver": 20.0, "switch": 22.0, "charger": 20.0, "button": 26.0,
    "cell": 36.0, "board": 40.0, "sensor": 58.0, "lid": 78.0, "clip": 98.0, "screws": 118.0,
}  # fmt: skip
_IN_SECTION = ("body", "motor", "sensor", "cell", "lid", "clip")
_INK = "#1b1f24"
_LETTER, _APART, _MARGIN = 9.4, 28.0, 24  # of the names, in pixels
mpl.rcParams["svg.hashsalt"] = "leancue"


@dataclass(frozen=True)
class Shown:
    """A part in a picture: its name in the case, its solid as shown."""

    name: str
    solid: Part


def all_parts(case: Case) -> list[Shown]:
    """Printed and bought."""
    named = {**case.printed, **case.bought, "screws": _screws(case.variant)}
    return [Shown(name, one) for name, one in named.items()]


def _screws(variant: Variant) -> Part:
    """The four screws, tightened."""
    head = variant.inner[2] + WALL + FOOT - layout.HEAD_HIGH
    first, *rest = [
        rod(*at, head, layout.HEAD_ACROSS, layout.HEAD_HIGH)
        + rod(*at, head - layout.SCREW_LONG, layout.SCREW, layout.SCREW_LONG)
        for at in layout.screws(variant)
    ]
    for one in rest:
        first += one
    return first


def exploded(case: Case, path: Path) -> None:
    """All parts apart along z, with their names."""
    shown = [Shown(one.name, Pos(0, 0, _LIFTED[one.name]) * one.solid) for one in all_parts(case)]
    figure, seen = _figure(shown, -58, 24, (1500, 940), margin=0.84)
    _label(figure, seen, shown, _names(case.variant))
    _save(figure, path)


def _names(variant: Variant) -> dict[str, str]:
    names = {name: place.part.name for name, place in layout.places(variant).items()}
    return {**names, "body": "body, against the back", "lid": "lid", "clip": "belt clip",
            "driver": "transistor, diode, resistor", "screws": "screws M2 × 12"}  # fmt: skip


def section(case: Case, path: Path) -> None:
    """Cut open through the sensor and the motor, seen from the wearer's left."""
    place = case.variant.places["motor"]
    x = place.at[0] + place.part.size[0] / 2
    kept = box((x, -20, -20), (200, 200, 200))
    shown = [Shown(one.name, cut) for one in all_parts(case) if (cut := one.solid & kept)]
    figure, seen = _figure(shown, 62, 16, (1000, 900), margin=0.8)
    names = {key: name for key, name in _names(case.variant).items() if key in _IN_SECTION}
    _label(figure, seen, shown, names)
    _save(figure, path)


def worn(case: Case, path: Path) -> None:
    """Closed, from outside."""
    figure, _seen = _figure(all_parts(case), -32, 28, (900, 640))
    _save(figure, path)


def steps(case: Case, path: Path) -> None:
    """A strip with one picture a building step, from the same list as the text."""
    shown = {one.name: one.solid for one in all_parts(case)}
    stages = [(number, step.shown) for number, step in of(case.variant) if step.shown]
    columns = (len(stages) + 1) // 2
    figure = Figure(figsize=(3.1 * columns, 5.4), dpi=90, facecolor="white")
    seen: list[str] = []
    every = [mesh.of(one.solid, mesh.COARSE) for one in all_parts(case)]
    view = render.fitting(every, -28, 26, (540, 420))
    for i, (number, names) in enumerate(stages):
        seen += names
        axes = figure.add_subplot(2, columns, i + 1)
        parts = [(mesh.of(shown[name], mesh.COARSE), COLOURS[name]) for name in seen]
        axes.imshow(render.picture(parts, view)[0], interpolation="antialiased")
        axes.set_title(f"{number}", loc="left", fontsize=18, color=_INK, fontweight="bold")
        axes.axis("off")
    figure.subplots_adjust(0, 0.01, 1, 0.93, 0.02, 0.12)
    _save(figure, path)


def _figure(shown: list[Shown], turn: float, tilt: float,
            size: tuple[int, int],
            margin: float = 0.9) -> tuple[Figure, NDArray[np.int64]]:  # fmt: skip
    """A figure of the parts, and the visible part at each pixel."""
    parts = [(mesh.of(one.solid, mesh.COARSE), COLOURS[one.name]) for one in shown]
    view = render.fitting([one for one, _colour in parts], turn, tilt, size, margin)
    figure = Figure(figsize=(size[0] / 100, size[1] / 100), dpi=100, facecolor="white")
    axes = figure.add_axes((0, 0, 1, 1))
    drawn, seen = render.picture(parts, view)
    axes.imshow(drawn, interpolation="nearest", aspect="auto")
    axes.axis("off")
    return figure, seen


def _label(figure: Figure, seen: NDArray[np.int64], shown: list[Shown],
           names: dict[str, str]) -> None:  # fmt: skip
    """Names in a row above and one below, each with a line to a dot on its part.

    Both rows are outside the parts and in the order of the dots, so that no line meets a name, and
    lines rarely meet.
    """
    axes: Any = figure.axes[0]
    height, width = seen.shape
    found = [
        (*at, names[one.name]) for i, one in enumerate(shown)
        if one.name in names and (at := render.pointed_at(seen, i)) is not None
    ]  # fmt: skip
    found.sort()
    for upper in (True, False):
        row = [one for one in found if (one[1] < height * 0.52) is upper]
        middles = _side_by_side([(x, _LETTER * len(name) + _APART) for x, _y, name in row], width)
        for (x, y, name), text_x in zip(row, middles, strict=True):
            axes.annotate(
                name, (x, y), (text_x, _MARGIN if upper else height - _MARGIN), ha="center",
                va="center", fontsize=13, color=_INK,
                arrowprops={"arrowstyle": "-", "color": _INK, "lw": 0.9, "shrinkB": 0},
            )  # fmt: skip
            axes.plot(x, y, "o", color=_INK, markersize=4.5, markeredgecolor="white")


def _side_by_side(wanted: list[tuple[float, float]], width: float) -> list[float]:
    """Positions of names in a row, by (place, width), in order: as close as they fit."""
    ends: list[float] = []
    left = 0.0
    for x, wide in wanted:
        left = max(left, x - wide / 2) + wide
        ends.append(left)
    right = width
    for i in range(len(wanted) - 1, -1, -1):
        ends[i] = min(ends[i], right)
        right = ends[i] - wanted[i][1]
    return [end - wide / 2 for end, (_x, wide) in zip(ends, wanted, strict=True)]


def _save(figure: Figure, path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    figure.savefig(path, metadata={"Software": None})
    with Image.open(path) as whole:
        few = whole.convert("RGB").quantize(160, dither=Image.Dither.NONE)
    few.save(path, optimize=True)


def save_all(case: Case, folder: Path) -> None:
    """The four pictures of a variant."""
    key = case.variant.key
    exploded(case, folder / f"{key}_exploded.png")
    section(case, folder / f"{key}_section.png")
    worn(case, folder / f"{key}_closed.png")
    steps(case, folder / f"{key}_steps.png")
