"""The picture of two runs on one axis, self-contained so that it can be saved and sent."""

from __future__ import annotations

import math
from collections.abc import Iterable

import numpy as np

from leancue.language.words import _
from leancue.report.comparison import Difference, Side, answer
from leancue.report.run_chart import BLUE, FAINT, GREEN, INK, QUIET, VERMILION
from leancue.report.sentences import number, plus_minus
from leancue.report.svg import FONTS, Point, Scale, points, tag, text
from leancue.report.typesetting import typeset
from leancue.runs.run_figures import Floats, line

WIDTH, HEIGHT = 1000, 520
_LEFT, _RIGHT, _TOP, _END = 62, 900, 96, 430
_LOOKS = ((BLUE, "none"), (VERMILION, "9 5"))
_SIZE = 15
_WRAP = 118  # letters of the last line


def picture(first: Side, second: Side, found: list[Difference], *, told: bool = True) -> str:
    """Return the lean of both over the time since each began, bands, errors and the answer.

    ``told``: whether the answer is below it; on a page it is the heading.
    """
    height = HEIGHT if told else _END + 52
    sides = (first, second)
    lines = [line(one.view.decisions.step_t_ms, one.view.decisions.stride_lean_cdeg)
             for one in sides]  # fmt: skip
    time = Scale(0, max(max(one.view.end_ms for one in sides), 60_000) / 60_000, _LEFT, _RIGHT)
    degrees = Scale(*_reach(sides, lines), _END, _TOP)
    parts = [tag("rect", x=0, y=0, width=WIDTH, height=height, fill="white"),
             *_axes(time, degrees), *_bands(sides, degrees)]  # fmt: skip
    for one, pieces, look in zip(sides, lines, _LOOKS, strict=True):
        parts += [_drawn(piece, one.view.error_deg, time, degrees, look) for piece in pieces]
    parts += [_name(i, one, look) for i, (one, look) in enumerate(zip(sides, _LOOKS, strict=True))]
    parts += _told(answer(found)) if told else []
    return tag(
        "svg", "".join(parts), viewBox=f"0 0 {WIDTH} {height}", width=WIDTH, height=height,
        role="img", aria_label=_("Two runs on one axis. {answer}", answer=answer(found)),
        font_family=FONTS, xmlns="http://www.w3.org/2000/svg",
    )  # fmt: skip


def as_png(svg: str, dots_per_inch: float = 144.0) -> bytes:
    """Return a picture (SVG) as PNG. OutputError where the packages for it are not installed."""
    source = (
        "#set page(width: auto, height: auto, margin: 3mm)\n"
        '#image(bytes(sys.inputs.picture), format: "svg", width: 240mm)'
    )
    return typeset(source.encode(), None, {"picture": svg}, format="png", ppi=dots_per_inch)


def _reach(sides: Iterable[Side], lines: list[list[Floats]]) -> tuple[float, float]:
    values = [piece[:, 1] / 100 for pieces in lines for piece in pieces]
    low, high = 0.0, 15.0
    if values:
        low, high = np.percentile(np.concatenate(values), [0.5, 99.5]).tolist()
    for one in sides:
        low, high = low - one.view.error_deg / 2, high + one.view.error_deg / 2
        if one.view.judged:
            low = min(low, one.view.plan.low_cdeg / 100)
            high = max(high, one.view.plan.high_cdeg / 100)
    return math.floor(low) - 1, math.ceil(high) + 1


def _axes(time: Scale, degrees: Scale) -> Iterable[str]:
    name = _("lean at the lower back, relative to standing")
    yield text(_LEFT, _TOP - 12, name, font_size=_SIZE, fill=INK)
    for value in degrees.ticks(7):
        y = degrees(value)
        yield tag("line", x1=_LEFT, x2=_RIGHT, y1=y, y2=y, stroke=FAINT)
        yield text(_LEFT - 8, y + 5, f"{number(value, 0)}°", text_anchor="end", font_size=_SIZE,
                   fill=QUIET)  # fmt: skip
    for value in time.ticks(10):
        yield text(time(value), _END + 20, number(value, 0 if value % 1 == 0 else 1),
                   text_anchor="middle", font_size=_SIZE, fill=QUIET)  # fmt: skip
    yield text(_RIGHT, _END + 40, _("time since each run began, min"), text_anchor="end",
               font_size=_SIZE, fill=QUIET)  # fmt: skip


def _bands(sides: tuple[Side, Side], degrees: Scale) -> Iterable[str]:
    """Yield the bands; one if both are the same."""
    found = [(one.view.plan.low_cdeg / 100, one.view.plan.high_cdeg / 100) if one.view.judged
             else None for one in sides]  # fmt: skip
    same = found[0] == found[1] or None in found
    for i, (band, (colour, _dash)) in enumerate(zip(found, _LOOKS, strict=True)):
        if band is None or (same and i == 1 and found[0] is not None):
            continue
        low, high = band
        top, end = degrees(high), degrees(low)
        fill = GREEN if same else colour
        yield tag("rect", x=_LEFT, y=top, width=_RIGHT - _LEFT, height=end - top, fill=fill,
                  fill_opacity="0.12")  # fmt: skip
        words = _("band") if same else _("band {run}", run=i + 1)
        yield text(_RIGHT + 8, (top + end) / 2 + 5 + (0 if same else 18 * i - 9), words,
                   font_size=_SIZE, fill=INK)  # fmt: skip


def _drawn(
    piece: Floats, error_deg: float, time: Scale, degrees: Scale, look: tuple[str, str]
) -> str:
    colour, dash = look
    rows = [(float(t_ms) / 60_000, float(cdeg) / 100) for t_ms, cdeg in piece]

    def at(more_deg: float) -> list[Point]:
        return [(time(t), degrees.held(lean + more_deg)) for t, lean in rows]

    area = tag("polygon", points=points(at(error_deg) + at(-error_deg)[::-1]), fill=colour,
               fill_opacity="0.10")  # fmt: skip
    return area + tag("polyline", points=points(at(0)), fill="none", stroke=colour,
                      stroke_width=2.4, stroke_dasharray=dash, stroke_linejoin="round")  # fmt: skip


def _name(i: int, one: Side, look: tuple[str, str]) -> str:
    colour, dash = look
    y = 24 + 24 * i
    words = f"{i + 1}: {one.name}"
    if one.found.mean_lean_deg is not None:
        lean = f"{number(one.found.mean_lean_deg)}° {plus_minus(one.view.error_deg)}"
        words = _("{run}; mean lean {lean}", run=words, lean=lean)
    mark = tag("line", x1=_LEFT, x2=_LEFT + 44, y1=y - 5, y2=y - 5, stroke=colour,
               stroke_width=2.6, stroke_dasharray=dash)  # fmt: skip
    return mark + text(_LEFT + 54, y, words, font_size=16, fill=INK)


def _told(words: str) -> Iterable[str]:
    """Yield the answer, in lines that fit."""
    rows, row = [], ""
    for word in words.split(" "):
        if len(row) + len(word) >= _WRAP:
            rows.append(row)
            row = ""
        row = f"{row} {word}".strip()
    for i, told in enumerate([*rows, row]):
        yield text(_LEFT, _END + 66 + 20 * i, told, font_size=16, fill=INK, font_weight="600")
