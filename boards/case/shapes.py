"""Basic shapes of the case, which keep its rules: walls, gaps, no overhang beyond 45°."""

from __future__ import annotations

from math import sqrt

from build123d import (
    Align,
    Axis,
    Box,
    Circle,
    Cylinder,
    Part,
    Plane,
    Polygon,
    Pos,
    RectangleRounded,
    chamfer,
    extrude,
)  # fmt: skip

from boards.case.rules import CHAMFER, USB_WALL, WALL
from boards.case.sizes import Block, Place

_CORNER, _INNER_CORNER = 2.5, 0.3
_MIN = (Align.MIN, Align.MIN, Align.MIN)

Point = tuple[float, float, float]


def box(at: Point, size: Point) -> Part:
    """A box from its lowest corner."""
    return Pos(*at) * Box(*size, align=_MIN)


def block(place: Place, part: Block, side: float = 0.0, below: float = 0.0,
          above: float = 0.0) -> Part:  # fmt: skip
    """A part's block in place, enlarged at its sides, below and above."""
    x, y, z = (a + b for a, b in zip(place.at, part.at, strict=True))
    w, d, h = part.size
    return box((x - side, y - side, z - below), (w + 2 * side, d + 2 * side, h + below + above))


def rod(x: float, y: float, z: float, across: float, high: float) -> Part:
    """A cylinder along z."""
    return Pos(x, y, z) * Cylinder(across / 2, high, align=(Align.CENTER, Align.CENTER, Align.MIN))


def tray(inner: Point, low: float, high: float, edge: str) -> Part:
    """The outline, from z to z, with the edges of one side ("low" or "high") cut at 45°."""
    w, h, _depth = inner
    size = (w + USB_WALL + WALL, h + 2 * WALL)
    middle = ((w + WALL - USB_WALL) / 2, h / 2)
    solid = Pos(*middle, low) * extrude(RectangleRounded(*size, _CORNER), high - low)
    edges = solid.faces().sort_by(Axis.Z)[0 if edge == "low" else -1].edges()
    return chamfer(edges, CHAMFER)


def room(inner: Point, side: float, low: float, high: float) -> Part:
    """The space inside the walls, smaller by ``side`` on all sides."""
    w, h, _depth = inner
    plate = RectangleRounded(w - 2 * side, h - 2 * side, _INNER_CORNER)
    return Pos(w / 2, h / 2, low) * extrude(plate, high - low)


def teardrop(at: Point, across: float, length: float, along: Point, up: Point) -> Part:
    """A hole that prints without supports: its roof rises at 45° to a tip in direction ``up``."""
    r, s = across / 2, across / 2 / sqrt(2)
    face = Circle(r) + Polygon((s, s), (0, r * sqrt(2)), (-s, s), align=None)
    plane = Plane(origin=at, x_dir=_cross(up, along), z_dir=along)
    return plane * extrude(face, length, dir=(0, 0, 1))


def wedge(x: float, z: float, reach: float, half: float, y: tuple[float, float]) -> Part:
    """A 45° ridge along y that points to −x, from a face at x."""
    face = Plane.XZ * Polygon((x, z - half), (x, z + half), (x - reach, z + half - reach),
                              (x - reach, z - half + reach), align=None)  # fmt: skip
    return Pos(0, y[1], 0) * extrude(face, y[1] - y[0])


def _cross(a: Point, b: Point) -> Point:
    return (
        a[1] * b[2] - a[2] * b[1],
        a[2] * b[0] - a[0] * b[2],
        a[0] * b[1] - a[1] * b[0],
    )
