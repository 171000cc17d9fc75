"""The plan as bars: as high as the minutes, filled as far as there are cues."""

from __future__ import annotations

from collections.abc import Sequence

from leancue.language.words import _
from leancue.report.run_chart import BLUE, FAINT
from leancue.report.svg import tag

STEP, HEIGHT, _TOP, _FOOT = 92, 170, 14, 168


def draw(minutes: Sequence[int], percents: Sequence[int]) -> str:
    """Return the picture: a column of ``STEP`` px for each session."""
    most = max(minutes, default=1)
    hatch_line = tag("path", d="M0 8L8 0", stroke="#9fb2c1", stroke_width=1.6)
    hatch = tag("pattern", hatch_line, id="uncued", width=8, height=8,
                patternUnits="userSpaceOnUse")  # fmt: skip
    parts = [tag("defs", hatch)]
    for i, (minute, percent) in enumerate(zip(minutes, percents, strict=True)):
        parts.append(_bar(i, minute / most * (_FOOT - _TOP), percent))
    width = STEP * len(minutes)
    parts.append(tag("line", x1=0, x2=width, y1=_FOOT, y2=_FOOT, stroke=FAINT, stroke_width=2))
    said = ", ".join(
        _(
            "session {session}: {minutes} min, {percent} % with cues",
            session=i + 1,
            minutes=minute,
            percent=percent,
        )
        for i, (minute, percent) in enumerate(zip(minutes, percents, strict=True))
    )
    return tag("svg", "".join(parts), viewBox=f"0 0 {width} {HEIGHT}", role="img",
               aria_label=_("The plan. {said}", said=said), preserveAspectRatio="none")  # fmt: skip


def _bar(i: int, high: float, percent: int) -> str:
    x, width = STEP * i + 14, STEP - 28
    cued = high * percent / 100
    outline = tag("rect", x=x, y=_FOOT - high, width=width, height=high, fill="url(#uncued)",
                  stroke=BLUE, stroke_width=1.6)  # fmt: skip
    return outline + tag("rect", x=x, y=_FOOT - cued, width=width, height=cued, fill=BLUE)
