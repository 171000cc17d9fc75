"""The gauge of the live view: lean against band and cap, readable from 3 m."""

from __future__ import annotations

from leancue.language.words import _
from leancue.live.live_state import LiveState
from leancue.report.run_chart import BLUE, GREEN, VERMILION
from leancue.report.sentences import number
from leancue.report.svg import Scale, points, tag, text

_WIDTH, _HEIGHT, _LEFT, _RIGHT = 300, 560, 40, 120
_PALE, _DARK = "#dfe6ec", "#33414e"


def draw(state: LiveState, has_band: bool) -> str:
    """Return the picture; ``has_band``: whether the own lean, and with it the band, is known."""
    most = max(state.cap_cdeg / 100 + 4, state.lean_cdeg / 100, 20.0)
    degrees = Scale(min(0.0, state.lean_cdeg / 100), most, _HEIGHT - 20, 20)
    column = tag("rect", x=_LEFT, y=20, width=_RIGHT - _LEFT, height=_HEIGHT - 40, rx=10,
                 fill=_DARK)  # fmt: skip
    parts = [column]
    if has_band and state.high_cdeg:
        parts += _band(state, degrees)
    y = degrees(state.lean_cdeg / 100)
    arrow = points([(_RIGHT - 4, y), (_RIGHT + 40, y - 26), (_RIGHT + 40, y + 26)])
    parts.append(tag("polygon", points=arrow, fill="white", stroke=BLUE, stroke_width=4))
    return tag("svg", "".join(parts), viewBox=f"0 0 {_WIDTH} {_HEIGHT}", role="img",
               aria_label=_("The lean against the band and the cap"))  # fmt: skip


def _band(state: LiveState, degrees: Scale) -> list[str]:
    low, high, cap = (degrees(v / 100) for v in (state.low_cdeg, state.high_cdeg, state.cap_cdeg))
    box = tag("rect", x=_LEFT, y=high, width=_RIGHT - _LEFT, height=low - high, fill=GREEN)
    rule = tag("line", x1=_LEFT - 14, x2=_RIGHT + 14, y1=cap, y2=cap, stroke=VERMILION,
               stroke_width=7, stroke_dasharray="14 8")  # fmt: skip
    words = ((high, f"{number(state.high_cdeg / 100)}°"), (low, f"{number(state.low_cdeg / 100)}°"),
             (cap, _("cap {lean}°", lean=number(state.cap_cdeg / 100))))  # fmt: skip
    labels = [text(_RIGHT + 52, y + 9, said, font_size=27, fill=_PALE) for y, said in words]
    return [box, rule, *labels]
