"""Small lines over the sessions: the lean against its band, and the share in band beside it."""

from __future__ import annotations

from collections.abc import Sequence

from leancue.report.run_chart import BLUE, FAINT, GREEN
from leancue.report.svg import points as joined
from leancue.report.svg import tag
from leancue.report.trend_chart import WITH_CUES, WITHOUT_CUES, Line
from leancue.runs.trend import Point

WIDTH, HEIGHT, _MARGIN = 84, 36, 5


def lean_line(points: Sequence[Point]) -> str:
    """Return the picture of the mean leans, the band of each session behind them."""
    known = [(i, point) for i, point in enumerate(points) if point.mean_lean_deg is not None]
    edges = [edge for _i, point in known
             for edge in (point.low_deg, point.high_deg, point.mean_lean_deg)
             if edge is not None]  # fmt: skip
    if not edges:
        return ""
    low, high, step = min(edges), max(max(edges), min(edges) + 1), _step(points)

    def y(deg: float) -> float:
        return HEIGHT - _MARGIN - (HEIGHT - 2 * _MARGIN) * (deg - low) / (high - low)

    bands = "".join(
        tag("rect", x=_MARGIN + (i - 0.5) * step, y=y(point.high_deg), width=step,
            height=y(point.low_deg) - y(point.high_deg), fill=GREEN, fill_opacity="0.22")
        for i, point in known if point.low_deg is not None and point.high_deg is not None
    )  # fmt: skip
    where = [(_MARGIN + i * step, y(point.mean_lean_deg)) for i, point in known
             if point.mean_lean_deg is not None]  # fmt: skip
    line = tag("polyline", points=joined(where), fill="none", stroke=BLUE, stroke_width=1.6)
    dot = tag("circle", cx=where[-1][0], cy=where[-1][1], r=3, fill=BLUE)
    return _picture(bands + line + dot)


def sparkline(points: Sequence[Point]) -> str:
    """Return the picture of the shares in band; 100 % is its top, 0 % its foot."""
    step = _step(points)
    foot = tag("line", x1=0, x2=WIDTH, y1=HEIGHT - _MARGIN, y2=HEIGHT - _MARGIN, stroke=FAINT)
    drawn = "".join(_drawn(line, points, step) for line in (WITHOUT_CUES, WITH_CUES))
    return _picture(foot + drawn)


def _step(points: Sequence[Point]) -> float:
    return (WIDTH - 2 * _MARGIN) / max(len(points) - 1, 1)


def _picture(marks: str) -> str:
    return tag("svg", marks, viewBox=f"0 0 {WIDTH} {HEIGHT}", width=WIDTH, height=HEIGHT,
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
