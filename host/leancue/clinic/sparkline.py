"""A small line over the sessions: share in band, with cues (filled) and without (open)."""

from __future__ import annotations

from collections.abc import Sequence

from leancue.report.run_chart import FAINT
from leancue.report.svg import points as joined
from leancue.report.svg import tag
from leancue.report.trend_chart import WITH_CUES, WITHOUT_CUES, Line
from leancue.runs.trend import Point

WIDTH, HEIGHT, _MARGIN = 130, 36, 5


def sparkline(points: Sequence[Point]) -> str:
    """Return the picture; 100 % is its top, 0 % its foot."""
    step = (WIDTH - 2 * _MARGIN) / max(len(points) - 1, 1)
    foot = tag("line", x1=0, x2=WIDTH, y1=HEIGHT - _MARGIN, y2=HEIGHT - _MARGIN, stroke=FAINT)
    drawn = "".join(_drawn(line, points, step) for line in (WITHOUT_CUES, WITH_CUES))
    return tag("svg", foot + drawn, viewBox=f"0 0 {WIDTH} {HEIGHT}", width=WIDTH, height=HEIGHT,
               aria_hidden="true")  # fmt: skip


def _drawn(line: Line, points: Sequence[Point], step: float) -> str:
    where = [
        (_MARGIN + i * step, HEIGHT - _MARGIN - (HEIGHT - 2 * _MARGIN) * share / 100)
        for i, point in enumerate(points)
        if (share := line.value(point)) is not None
    ]
    if not where:
        return ""
    path = tag("polyline", points=joined(where), fill="none", stroke=line.colour, stroke_width=1.6,
               stroke_dasharray="4 3" if line.open else "none")  # fmt: skip
    x, y = where[-1]
    dot = tag("circle", cx=x, cy=y, r=3, fill="white" if line.open else line.colour,
              stroke=line.colour, stroke_width=1.6)  # fmt: skip
    return path + dot
