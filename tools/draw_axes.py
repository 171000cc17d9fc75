"""Draw the axes and the signs of the angles: ``shared/docs/pictures/axes.svg``.

Usage: python tools/draw_axes.py [--out FILE.svg]. Four views: the sensor as worn, the lean, the
lateral angle, the earth frame. Directions are those of ``leancore``; the text beside the picture
is ``shared/docs/axes.md``.
"""

from __future__ import annotations

import argparse
import math
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT)]

from tools.wiring.canvas import Canvas, Point  # noqa: E402 (found only through the path above)

PATH = "shared/docs/pictures/axes.svg"
LEAN_DEG, LATERAL_DEG = 16.0, 12.0  # exaggerated to be visible
WIDTH, HEIGHT, PANEL = 1080.0, 452.0, 270.0
# Okabe and Ito's colours; each axis is also labelled with a letter.
X, Y, Z, TURN = "#D55E00", "#009E73", "#0072B2", "#8a4b7c"
INK, QUIET, SKIN, BOARD = "#1b1f24", "#5b6570", "#dfe3e8", "#2f3b46"
_HIP_Y, _TRUNK, _HEAD = 268.0, 128.0, 21.0


def picture() -> str:
    """Return the SVG."""
    canvas = Canvas(WIDTH, flip=False)
    for number, (title, draw) in enumerate(VIEWS):
        left = PANEL * number
        if number:
            canvas.line([(left, 24), (left, HEIGHT - 24)], SKIN, 1.5)
        canvas.text(left + PANEL / 2, 38, title, 15, "middle", weight=600)
        draw(canvas, left + PANEL / 2)
    return canvas.svg(
        HEIGHT,
        "Axes of the sensor and signs of the angles",
        "As worn, the sensor's x axis points to the wearer's right, y up, z backwards. Lean is "
        "positive forward, the lateral angle positive to the right. The earth frame has z up; its "
        "heading is free.",
    )


def tilted(hip: Point, degrees: float, length: float) -> Point:
    """Return the point at ``length`` along the trunk from ``hip``; positive angles tilt right."""
    angle = math.radians(degrees)
    return hip[0] + length * math.sin(angle), hip[1] - length * math.cos(angle)


def _as_worn(canvas: Canvas, middle: float) -> None:
    """Draw the sensor as worn, from behind: right is right."""
    hip = (middle, _HIP_Y)
    _body(canvas, hip, 0.0, from_side=False)
    _sensor(canvas, middle, _HIP_Y - 10)
    _arrow(canvas, (middle + 19, _HIP_Y - 10), (middle + 102, _HIP_Y - 10), X)
    canvas.text(middle + 114, _HIP_Y - 5, "x", 17, fill=X, weight=700)
    _arrow(canvas, (middle, _HIP_Y - 29), (middle, _HIP_Y - 108), Y)
    canvas.text(middle + 9, _HIP_Y - 98, "y", 17, fill=Y, weight=700)
    _towards(canvas, (middle, _HIP_Y - 10), Z)
    canvas.text(middle - 23, _HIP_Y - 5, "z", 17, "end", fill=Z, weight=700)
    _notes(canvas, middle, "x: to the wearer's right", "y: up",
           "z: backwards, out of the back,", "towards the reader")  # fmt: skip


def _lean(canvas: Canvas, middle: float) -> None:
    """Draw the lean, from the wearer's right side: forward is right."""
    hip = (middle - 26, _HIP_Y)
    _body(canvas, hip, LEAN_DEG, from_side=True)
    _standing(canvas, hip)
    _angle(canvas, hip, LEAN_DEG, "lean +")
    back = tilted(hip, LEAN_DEG - 90, 14)
    tip = tilted(hip, LEAN_DEG - 90, 82)
    _arrow(canvas, back, tip, Z)
    canvas.text(tip[0] - 4, tip[1] - 8, "z", 17, "end", fill=Z, weight=700)
    _forward(canvas, middle)
    _notes(canvas, middle, "angle of the vertical, relative", "to standing, about the wearer's",
           "right; forward is positive", "(a turn about −x of the sensor)")  # fmt: skip


def _lateral(canvas: Canvas, middle: float) -> None:
    """Draw the lateral angle, from behind: right is right."""
    hip = (middle - 14, _HIP_Y)
    _body(canvas, hip, LATERAL_DEG, from_side=False)
    _standing(canvas, hip)
    _angle(canvas, hip, LATERAL_DEG, "lateral +")
    start, tip = tilted(hip, LATERAL_DEG + 90, 20), tilted(hip, LATERAL_DEG + 90, 100)
    _arrow(canvas, start, tip, X)
    canvas.text(tip[0] + 12, tip[1] + 8, "x", 17, fill=X, weight=700)
    _notes(canvas, middle, "angle to the side; positive", "to the wearer's right",
           "(a turn about −z of the sensor)")  # fmt: skip


def _earth(canvas: Canvas, middle: float) -> None:
    """Draw the earth's axes, with the sensor in some orientation."""
    origin = (middle - 14, _HIP_Y)
    canvas.shape([(middle - 120, 272), (middle + 10, 230), (middle + 122, 272), (middle - 14, 322)],
                 "#f1f3f5")  # fmt: skip
    _arrow(canvas, origin, (origin[0], 112), Z)
    canvas.text(origin[0] + 9, 122, "z: up", 16, fill=Z, weight=700)
    _arrow(canvas, origin, (origin[0] + 104, _HIP_Y + 18), X)
    canvas.text(origin[0] + 115, _HIP_Y + 26, "x", 17, fill=X, weight=700)
    _arrow(canvas, origin, (origin[0] + 74, _HIP_Y - 32), Y)
    canvas.text(origin[0] + 86, _HIP_Y - 32, "y", 17, fill=Y, weight=700)
    _ring(canvas, (origin[0], 178), 40, 11)
    canvas.text(origin[0] - 50, 183, "free", 14, "end", fill=TURN)
    _notes(canvas, middle, "the quaternion turns a vector", "of the sensor into the earth's;",
           "the vertical is known; heading", "is not needed (no magnetometer)")  # fmt: skip


VIEWS = (
    ("Sensor as worn, from behind", _as_worn),
    ("Lean, from the right side", _lean),
    ("Lateral angle, from behind", _lateral),
    ("Earth frame", _earth),
)


def _body(canvas: Canvas, hip: Point, degrees: float, *, from_side: bool) -> None:
    """Draw standing legs, and a trunk with a head that may be tilted."""
    for spread in (2.0,) if from_side else (-17.0, 17.0):
        canvas.line([(hip[0] + spread * 0.6, hip[1]), (hip[0] + spread, hip[1] + 58)], SKIN, 21)
    shoulder = tilted(hip, degrees, _TRUNK - 24)
    canvas.line([hip, shoulder], SKIN, 30 if from_side else 52)
    head = tilted(hip, degrees, _TRUNK + 26)
    canvas.circle(head, _HEAD, SKIN)
    if from_side:
        canvas.shape([tilted(head, degrees + turn, size)
                      for turn, size in ((75, 20.0), (92, 28.0), (108, 20.0))], SKIN)  # fmt: skip
        at = tilted(hip, degrees - 90, 17)
        top = tilted(at, degrees, 14)
        canvas.line([tilted(at, degrees, -14), top], BOARD, 8)


def _sensor(canvas: Canvas, x: float, y: float) -> None:
    canvas.rect(x - 17, y - 19, 34, 38, BOARD, 5)


def _standing(canvas: Canvas, hip: Point) -> None:
    """Draw the vertical through the hip, the direction of the trunk when standing."""
    canvas.line([hip, (hip[0], hip[1] - _TRUNK - 58)], QUIET, 1.6, stroke_dasharray="5 5")
    canvas.text(hip[0] - 7, hip[1] - _TRUNK - 42, "standing", 13, "end", fill=QUIET)


def _angle(canvas: Canvas, hip: Point, degrees: float, words: str) -> None:
    """Draw the axis of the trunk and its angle from standing."""
    canvas.line([hip, tilted(hip, degrees, _TRUNK + 66)], Y, 2.4)
    radius = _TRUNK + 52
    steps = 12
    arc = [tilted(hip, degrees * i / steps, radius) for i in range(steps + 1)]
    canvas.line(arc, TURN, 2.6)
    _head(canvas, arc[-3], arc[-1], TURN)
    end = tilted(hip, degrees, radius)
    canvas.text(end[0] + 10, end[1] + 4, words, 15, fill=TURN, weight=700)


def _forward(canvas: Canvas, middle: float) -> None:
    _arrow(canvas, (middle + 40, _HIP_Y + 36), (middle + 104, _HIP_Y + 36), QUIET)
    canvas.text(middle + 72, _HIP_Y + 56, "forward", 13, "middle", fill=QUIET)


def _arrow(canvas: Canvas, start: Point, tip: Point, colour: str) -> None:
    canvas.line([start, tip], colour, 3.4)
    _head(canvas, start, tip, colour)


def _head(canvas: Canvas, start: Point, tip: Point, colour: str) -> None:
    """Draw an arrowhead at ``tip``, pointing away from ``start``."""
    away = math.atan2(tip[1] - start[1], tip[0] - start[0])
    corners = [(tip[0] + 8 * math.cos(away), tip[1] + 8 * math.sin(away))]
    for side in (2.5, -2.5):
        corners.append((tip[0] + 8 * math.cos(away + side), tip[1] + 8 * math.sin(away + side)))
    canvas.shape(corners, colour)


def _towards(canvas: Canvas, at: Point, colour: str) -> None:
    """Draw an axis that points at the reader."""
    canvas.circle(at, 9.5, "#ffffff", stroke=colour, stroke_width=3)
    canvas.circle(at, 3.2, colour)


def _ring(canvas: Canvas, at: Point, wide: float, high: float) -> None:
    """Draw a turn about a vertical axis as a partial ellipse."""
    turns = [math.radians(degrees) for degrees in range(-230, 51, 10)]
    points = [(at[0] + wide * math.cos(turn), at[1] + high * math.sin(turn)) for turn in turns]
    canvas.line(points, TURN, 2.4)
    _head(canvas, points[-2], points[-1], TURN)


def _notes(canvas: Canvas, middle: float, *lines: str) -> None:
    for number, words in enumerate(lines):
        canvas.text(middle, 348 + 20 * number, words, 14, "middle", fill=QUIET)


# As ``write_docs.FILES``: path, content.
FILES = ((PATH, picture),)


def main() -> int:
    """Write the picture."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--out", type=Path, default=ROOT / PATH, help="file of the picture")
    out = parser.parse_args().out
    out.parent.mkdir(parents=True, exist_ok=True)
    out.write_text(picture(), "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
