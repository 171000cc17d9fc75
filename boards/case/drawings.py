"""Drawings with sizes, as SVG and PDF: outside from three sides, and the body from inside."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

import matplotlib as mpl
import numpy as np
from build123d import Edge, GeomType, Part
from matplotlib.figure import Figure
from matplotlib.patches import PathPatch
from matplotlib.path import Path as PathOf
from numpy.typing import NDArray

from boards.case import checks, layout
from boards.case.checks import Case
from boards.case.rules import USB_WALL, WALL
from boards.case.sizes import Variant

mpl.rcParams["svg.hashsalt"] = "leancue"
mpl.rcParams["svg.fonttype"] = "none"
_A4 = (11.69, 8.27)
_MM_A_INCH = 25.4
_DIMENSION = {"arrowstyle": "<|-|>", "lw": 0.5, "color": "#0b4f8a", "mutation_scale": 6}
_FAR = 1000.0
# View direction, and up.
_VIEWS = {
    "behind": ((0, 0, _FAR), (0, 1, 0)),
    "left": ((-_FAR, 0, 0), (0, 1, 0)),
}


def save(case: Case, folder: Path) -> list[Path]:
    """The drawing of a variant, as SVG and PDF; the paths."""
    figure = _drawn(case)
    folder.mkdir(parents=True, exist_ok=True)
    found = []
    for kind, metadata in (("svg", {"Date": None}), ("pdf", {"CreationDate": None})):
        path = folder / f"{case.variant.key}.{kind}"
        figure.savefig(path, metadata=metadata)
        found.append(path)
    return found


def _drawn(case: Case) -> Figure:
    variant = case.variant
    figure = Figure(figsize=_A4)
    width, height, depth = checks.outer_mm(case, with_clip=True)
    left, bottom = -USB_WALL, -WALL
    closed = [case.printed[name] for name in ("body", "lid", "clip")]
    outside = _sheet(figure, (34, 122), (left, bottom), "from behind (lid and belt clip)",
                     (width, height))  # fmt: skip
    _lines(outside, closed, "behind")
    _size(outside, (left, bottom), (left + width, bottom), -7, f"{width:g}")
    _size(outside, (left, bottom), (left, bottom + height), -7, f"{height:g}")
    side = _sheet(figure, (34 + width + 40, 122), (-WALL, bottom), "from the wearer's left",
                  (depth, height))  # fmt: skip
    _lines(side, closed, "left")
    _size(side, (-WALL, bottom), (-WALL + depth, bottom), -7, f"{depth:g}")
    case_deep = checks.outer_mm(case, with_clip=False)[2]
    _size(side, (-WALL, bottom + height), (-WALL + case_deep, bottom + height), 5, f"{case_deep:g}")
    _inside(figure, case, (34, 32))
    _words(figure, variant, case, (34 + width + 40, 32))
    return figure


def _inside(figure: Figure, case: Case, at: tuple[float, float]) -> None:
    """The body, lid off, with the screws, the button and the openings."""
    variant = case.variant
    w, h, _depth = variant.inner
    axes = _sheet(figure, at, (-USB_WALL, -WALL), "body, from inside",
                  (w + USB_WALL + WALL, h + 2 * WALL))  # fmt: skip
    _lines(axes, [case.printed["body"]], "behind")
    holes = layout.screws(variant)
    (x0, y0), (x1, y1) = holes[0], holes[-1]
    _size(axes, (x0, y1), (x1, y1), h + WALL + 5 - y1, f"{x1 - x0:.2f} screws")
    _size(axes, (x1, y0), (x1, y1), w + WALL + 3 - x1, f"{y1 - y0:.2f} screws")
    _size(axes, (0, h + WALL), (variant.button_x, h + WALL), 9, f"{variant.button_x:g} button")
    usb = layout.usb(variant)
    low, high = usb.middle - usb.width / 2, usb.middle + usb.width / 2
    _size(axes, (-USB_WALL, low), (-USB_WALL, high), -5, f"{usb.width:g} USB")
    _size(axes, (0, 0), (w, 0), -7, f"{w:g} inside")
    _size(axes, (w + WALL, 0), (w + WALL, h), 8, f"{h:g} inside")


def _words(figure: Figure, variant: Variant, case: Case, at: tuple[float, float]) -> None:
    tilt, turn = layout.sensor_tilt_deg(variant)
    mass = sum(checks.masses_g(case).values())
    lines = (
        f"LeanCue case, {variant.name}",
        "lengths in mm, scale 1:1 on A4",
        f"walls {WALL:g}, on the side of the USB socket {USB_WALL:g}",
        f"sensor parallel to the back wall within {tilt:.1f}°, turned in it by at most {turn:.1f}°",
        f"screws M2 × {layout.SCREW_LONG:g} in holes of {layout.PILOT:g}",
        f"mass with cell {mass:.0f} g",
        "PETG, 0.2 mm layers, 4 walls, no supports",
    )
    for i, line in enumerate(lines):
        figure.text(at[0] / _MM_A_INCH / _A4[0], (at[1] + 40 - 6 * i) / _MM_A_INCH / _A4[1], line,
                    fontsize=11 if i == 0 else 8)  # fmt: skip


def _sheet(figure: Figure, at: tuple[float, float], low: tuple[float, float], title: str,
           size: tuple[float, float]) -> Any:  # fmt: skip
    """Axes at 1:1 on the paper; ``at``: where ``low`` lies, mm from the lower left."""
    page = np.array(_A4) * _MM_A_INCH
    margin = 15.0
    box = np.array([*at, *size]) + (-margin, -margin, 2 * margin, 2 * margin)
    axes: Any = figure.add_axes(
        (box[0] / page[0], box[1] / page[1], box[2] / page[0], box[3] / page[1])
    )
    axes.set_xlim(low[0] - margin, low[0] + size[0] + margin)
    axes.set_ylim(low[1] - margin, low[1] + size[1] + margin)
    axes.axis("off")
    axes.text(low[0] + size[0] / 2, low[1] + size[1] + margin - 3, title, fontsize=8, ha="center",
              color="#4a5561")  # fmt: skip
    return axes


def _lines(axes: Any, solids: list[Part], view: str) -> None:
    whole = solids[0]
    for one in solids[1:]:
        whole = whole + one
    eye, up = _VIEWS[view]
    visible, _hidden = whole.project_to_viewport(eye, up, (0, 0, 0))
    curves = list(_curves(visible))
    starts = [PathOf.MOVETO, *[PathOf.LINETO] * 99]
    codes = [code for points in curves for code in starts[: len(points)]]
    whole_path = PathOf(np.round(np.concatenate(curves), 2), codes)
    axes.add_patch(PathPatch(whole_path, fill=False, color="black", lw=0.6, capstyle="round"))


def _curves(edges: Iterable[Edge]) -> Iterable[NDArray[np.float64]]:
    for edge in edges:
        count = 2 if edge.geom_type == GeomType.LINE else 16
        points = [edge @ t for t in np.linspace(0, 1, count)]
        yield np.array([(point.X, point.Y) for point in points])


def _size(axes: Any, start: tuple[float, float], end: tuple[float, float], off: float,
          words: str) -> None:  # fmt: skip
    """A dimension line for a horizontal or vertical distance, ``off`` mm from it."""
    level = start[1] == end[1]
    shift = np.array((0.0, off) if level else (off, 0.0))
    a, b = np.array(start) + shift, np.array(end) + shift
    for point, at in ((start, a), (end, b)):
        axes.plot((point[0], at[0]), (point[1], at[1]), color="#0b4f8a", lw=0.3)
    axes.annotate("", tuple(b), tuple(a), arrowprops=_DIMENSION)
    middle = (a + b) / 2
    axes.text(*middle, words, fontsize=7, color="#0b4f8a", ha="center", va="center",
              rotation=0 if level else 90,
              bbox={"boxstyle": "square,pad=0.1", "fc": "white", "ec": "none"})  # fmt: skip
