"""Four small pictures for the home sheet: wear the clip, press it, stand, bow."""

from __future__ import annotations

import math
from collections.abc import Iterable

from leancue.report.run_chart import BLUE, FAINT, GREEN, INK
from leancue.report.svg import Point, points, tag

_WIDE, _HIGH = 150, 130
_BODY = "#5b6875"
_FOOT: Point = (70.0, 118.0)
_HIP: Point = (70.0, 70.0)
_TRUNK, _NECK, _HEAD_R, _ARM = 38.0, 9.0, 8.5, 30.0


def wear() -> str:
    """The runner from behind; the clip in the middle of the waistband, the motor to the skin."""
    trunk = _shape([(52, 34), (98, 34), (92, 66), (95, 84), (55, 84), (58, 66)], "#dfe5ea")
    band = tag("rect", x=54, y=76, width=42, height=7, rx=2, fill=_BODY)
    legs = _line([(64, 86), (62, 122)], 15) + _line([(86, 86), (88, 122)], 15)
    arms = _line([(54, 38), (42, 76)], 9) + _line([(96, 38), (108, 76)], 9)
    head = tag("circle", cx=75, cy=18, r=11, fill=_BODY)
    return _picture(arms, legs, trunk, head, band, _clip(75, 78, 13, 17))


def press() -> str:
    """A large clip, and a finger on its button."""
    clip = tag("rect", x=38, y=22, width=58, height=84, rx=10, fill="white", stroke=INK,
               stroke_width=3)  # fmt: skip
    button = tag("circle", cx=67, cy=54, r=12, fill=BLUE)
    light = tag("circle", cx=67, cy=88, r=5, fill=GREEN)
    finger = _line([(77, 60), (126, 92)], 17, "#c9b29b")
    return _picture(clip, light, button, finger)


def stand() -> str:
    """The runner from the side, upright; two lines indicate stillness."""
    still = "".join(
        tag("line", x1=x, x2=x, y1=44, y2=62, stroke=BLUE, stroke_width=2.5) for x in (38, 106)
    )
    return _picture(_ground(), _runner(0), still)


def bow() -> str:
    """The runner from the side, bent at the hips, the back straight; an arrow shows the way."""
    reach = [_turned((0, -62), angle) for angle in range(8, 64, 4)]
    arc = tag("polyline", points=points(reach), fill="none", stroke=BLUE, stroke_width=2.5)
    tip, before = _turned((0, -62), 68), _turned((0, -62), 58)
    side = (tip[1] - before[1]) * 0.55, (before[0] - tip[0]) * 0.55
    head = _shape(
        [tip, (before[0] + side[0], before[1] + side[1]),
         (before[0] - side[0], before[1] - side[1])], BLUE,
    )  # fmt: skip
    return _picture(_ground(), _runner(0, 0.22), _runner(58), arc, head)


def _runner(bend_deg: float, opacity: float = 1.0) -> str:
    shoulder, head = _turned((0, -_TRUNK), bend_deg), _turned((2, -_TRUNK - _NECK - 7), bend_deg)
    hand = (shoulder[0] + 1, shoulder[1] + _ARM)
    back = _turned((-6.5, -6), bend_deg)
    parts = (
        _line([_FOOT, (_HIP[0] + 1, 94), _HIP], 9),
        _line([_FOOT, (_FOOT[0] + 11, _FOOT[1])], 7),
        _line([_HIP, shoulder], 12),
        _line([shoulder, hand], 6),
        tag("circle", cx=head[0], cy=head[1], r=_HEAD_R, fill=_BODY),
        _clip(back[0], back[1], 7, 11, bend_deg),
    )
    return tag("g", "".join(parts), opacity=f"{opacity:g}")


def _turned(at: Point, angle_deg: float) -> Point:
    """Return a point of the upright trunk (from the hip) when it is bent forward, to the right."""
    angle = math.radians(angle_deg)
    x, y = at
    return (
        _HIP[0] + x * math.cos(angle) - y * math.sin(angle),
        _HIP[1] + x * math.sin(angle) + y * math.cos(angle),
    )


def _clip(x: float, y: float, wide: float, high: float, turn_deg: float = 0) -> str:
    return tag("rect", x=x - wide / 2, y=y - high / 2, width=wide, height=high, rx=2.5, fill=BLUE,
               stroke="white", stroke_width=1.2,
               transform=f"rotate({turn_deg:.0f} {x:.1f} {y:.1f})")  # fmt: skip


def _ground() -> str:
    return tag("line", x1=20, x2=130, y1=123, y2=123, stroke=FAINT, stroke_width=3)


def _line(where: Iterable[Point], wide: float, colour: str = _BODY) -> str:
    return tag("polyline", points=points(where), fill="none", stroke=colour, stroke_width=wide,
               stroke_linecap="round", stroke_linejoin="round")  # fmt: skip


def _shape(where: Iterable[Point], colour: str) -> str:
    return tag("polygon", points=points(where), fill=colour)


def _picture(*parts: str) -> str:
    return tag("svg", "".join(parts), xmlns="http://www.w3.org/2000/svg", width=_WIDE,
               height=_HIGH, viewBox=f"0 0 {_WIDE} {_HIGH}")  # fmt: skip
