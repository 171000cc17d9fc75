"""A runner from the side whose trunk leans as prescribed, before the band and the cap."""

from __future__ import annotations

import math
from collections.abc import Mapping
from html import escape
from typing import Any, NamedTuple

from leancore.coaching.session_plan import UNMEASURED

from leancue.language.words import _
from leancue.report.run_chart import FAINT, GREEN, INK, QUIET, VERMILION
from leancue.report.sentences import number
from leancue.report.svg import Point, points, tag, text

# Pixels from the hip; y runs down. The trunk's parts are drawn upright and turned about the hip.
_TRUNK = ((0.0, 0.0), (2.0, -104.0))
_HEAD = (8.0, -150.0)
_ARMS = (
    ((0.0, -100.0), (-44.0, -64.0), (-22.0, -24.0)),
    ((4.0, -100.0), (26.0, -56.0), (66.0, -74.0)),
)
_LEGS = (
    ((0.0, 2.0), (-12.0, 78.0), (-62.0, 132.0), (-46.0, 152.0)),
    ((4.0, 2.0), (66.0, 36.0), (50.0, 106.0), (74.0, 112.0)),
)
_GROUND_Y = 160.0
_REACH = 236.0
_BODY, _BODY_FAR = "#455a6b", "#7f909d"
_LABEL_X, _LABEL_Y, _LABEL_STEP = 112.0, -262.0, 27.0
_BOX = (-120, -285, 440, 455)


class PostureFigure(NamedTuple):
    """Angles in degrees from standing, forward positive. ``own`` None: not measured yet."""

    own_deg: float | None
    low_deg: float
    high_deg: float
    cap_deg: float

    @property
    def middle_deg(self) -> float:
        """The lean that is drawn: the middle of the band."""
        return (self.low_deg + self.high_deg) / 2


def posture(values: Mapping[str, Any]) -> PostureFigure:
    """Return the prescribed posture, relative to the own lean if that is unknown."""
    own = values["baseline_cdeg"]
    known = own != UNMEASURED
    base = own / 100 if known else 0.0
    low, high, cap = (
        base + values[name] / 100
        for name in ("offset_low_cdeg", "offset_high_cdeg", "cap_offset_cdeg")
    )
    return PostureFigure(base if known else None, low, high, cap)


def draw(asked: PostureFigure) -> str:
    """Return the picture (SVG)."""
    parts = [_ground(), _wedge(asked), *_lines(asked), _body(asked.middle_deg), *_labels(asked)]
    return tag(
        "svg", "".join(parts), viewBox=" ".join(map(str, _BOX)), role="img",
        aria_label=escape(_said(asked)), class_="posture-figure", xmlns="http://www.w3.org/2000/svg",
    )  # fmt: skip


def _said(asked: PostureFigure) -> str:
    return _(
        "A runner leaning {middle}°: band {low} to {high}, cap {cap}",
        middle=number(asked.middle_deg),
        low=_angle(asked, asked.low_deg),
        high=_angle(asked, asked.high_deg),
        cap=_angle(asked, asked.cap_deg),
    )


def _turned(angle_deg: float, radius: float) -> Point:
    angle = math.radians(angle_deg)
    return radius * math.sin(angle), -radius * math.cos(angle)


def _ground() -> str:
    return tag("line", x1=-110, x2=170, y1=_GROUND_Y, y2=_GROUND_Y, stroke=FAINT, stroke_width=3)


def _wedge(asked: PostureFigure) -> str:
    rim = [
        _turned(asked.low_deg + (asked.high_deg - asked.low_deg) * i / 12, _REACH)
        for i in range(13)
    ]
    return tag("polygon", points=points([(0.0, 0.0), *rim]), fill=GREEN, fill_opacity=0.22)


def _lines(asked: PostureFigure) -> list[str]:
    lines = [_ray(0.0, FAINT, "none", 1.5), _ray(asked.low_deg, GREEN), _ray(asked.high_deg, GREEN)]
    if asked.own_deg is not None:
        lines.append(_ray(asked.own_deg, QUIET, "2 6"))
    return [*lines, _ray(asked.cap_deg, VERMILION, "10 6")]


def _ray(angle_deg: float, colour: str, dash: str = "none", width: float = 2.2) -> str:
    x, y = _turned(angle_deg, _REACH)
    return tag("line", x1=0, y1=0, x2=x, y2=y, stroke=colour, stroke_width=width,
               stroke_dasharray=dash, stroke_linecap="round")  # fmt: skip


def _body(lean_deg: float) -> str:
    far_arm, near_arm = (_limb(arm, 15, colour) for arm, colour in
                         zip(_ARMS, (_BODY_FAR, _BODY), strict=True))  # fmt: skip
    far_leg, near_leg = (_limb(leg, 22, colour) for leg, colour in
                         zip(_LEGS, (_BODY_FAR, _BODY), strict=True))  # fmt: skip
    head = tag("circle", cx=_HEAD[0], cy=_HEAD[1], r=23, fill=_BODY)
    clip = tag("rect", x=-29, y=-17, width=9, height=21, rx=3, fill="#E69F00", stroke="white",
               stroke_width=1.5)  # fmt: skip
    trunk = far_arm + _limb(_TRUNK, 38, _BODY) + head + clip + near_arm
    turn = f"rotate({lean_deg:.2f})"
    return far_leg + near_leg + tag("g", trunk, transform=turn, class_="trunk")


def _limb(joints: tuple[Point, ...], width: float, colour: str) -> str:
    return tag("polyline", points=points(joints), fill="none", stroke=colour, stroke_width=width,
               stroke_linecap="round", stroke_linejoin="round")  # fmt: skip


def _labels(asked: PostureFigure) -> list[str]:
    """Labels at the edge, from upright to forward, each with a leader to its angle."""
    rows = [
        (asked.low_deg, _("band from {angle}", angle=_angle(asked, asked.low_deg)), INK),
        (asked.high_deg, _("band to {angle}", angle=_angle(asked, asked.high_deg)), INK),
        (asked.cap_deg, _("cap {angle}", angle=_angle(asked, asked.cap_deg)), INK),
    ]
    if asked.own_deg is not None:
        rows.append(
            (asked.own_deg, _("own lean {angle}", angle=_angle(asked, asked.own_deg)), QUIET)
        )
    drawn = []
    for i, (angle_deg, words, colour) in enumerate(sorted(rows)):
        x, y = _turned(angle_deg, _REACH + 4)
        label_x, label_y = _LABEL_X, _LABEL_Y + i * _LABEL_STEP
        leader = points([(x, y), (label_x - 14, label_y - 5), (label_x - 5, label_y - 5)])
        drawn.append(tag("polyline", points=leader, fill="none", stroke="#b6c0c9"))
        drawn.append(text(label_x, label_y, words, font_size=18, fill=colour))
    return drawn


def _angle(asked: PostureFigure, angle_deg: float) -> str:
    """An angle from standing, or signed from the own lean if that is unknown."""
    if asked.own_deg is None:
        return ("+" if angle_deg >= 0 else "") + number(angle_deg) + "°"
    return number(angle_deg) + "°"
