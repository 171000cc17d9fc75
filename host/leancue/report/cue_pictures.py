"""Pictures of the cues, drawn from the clip's own table of pulses."""

from __future__ import annotations

from typing import NamedTuple

from leancore.coaching import coach
from leancore.schema import settings, table

from leancue.language.words import _, n_
from leancue.report.run_chart import BLUE, FAINT
from leancue.report.svg import tag

WHOLE_MS = 1500  # the time span of every picture, so that lengths can be compared
_WIDE, _HIGH, _BASE_Y = 240, 44, 34
_PULSE_HIGH = 24
_SETTINGS = table.defaults(settings.SETTINGS)
_SHORTEST_MS = {
    coach.LEAN_MORE: _SETTINGS["lean_more_ms"],
    coach.EASE_OFF: _SETTINGS["ease_off_ms"],
    coach.CAP: coach._CAP_MS,
    coach.BACK_IN: coach._BACK_IN_MS,
}
_GROWS = (coach.LEAN_MORE, coach.EASE_OFF)


class CueShape(NamedTuple):
    """A cue as the motor gives it: pulses of ``on_ms`` with pauses of ``off_ms`` between them.

    ``least`` and ``most``: number of pulses, depending on the error. ``percent``: motor strength,
    only for the drawing's height: strength has no meaning for the runner.
    """

    on_ms: int
    off_ms: int
    least: int
    most: int
    percent: int


def shape(kind: int) -> CueShape:
    """Return the shape of a cue with the default settings; ``kind``: of ``coach``."""
    shortest_ms = coach.fitting_ms(kind, _SHORTEST_MS[kind])
    longest_ms = shortest_ms
    if kind in _GROWS:
        longest_ms = coach.fitting_ms(kind, _SETTINGS["cue_max_ms"])
    on_ms, off_ms, least, percent = coach.pulses(kind, shortest_ms)
    *_same, most, _percent = coach.pulses(kind, longest_ms)
    if kind in _GROWS and least == most:
        on_ms = (shortest_ms + longest_ms) // 2  # one pulse, drawn half grown
    return CueShape(on_ms, off_ms, least, most, percent)


def words(kind: int) -> str:
    """Return the description of a cue, with the numbers of its shape."""
    found = shape(kind)
    if found.least < found.most:
        return _("{least} to {most} short pulses, more when farther off",
                 least=found.least, most=found.most)  # fmt: skip
    if kind == coach.BACK_IN:
        return _("one soft short tick")
    if kind == coach.EASE_OFF:
        return _("one long pulse, longer when farther off")
    return n_("{number} long, strong pulse", "{number} long, strong pulses", found.most)


def picture(kind: int) -> str:
    """Return a cue as bars over a time line; optional pulses are hollow."""
    found = shape(kind)
    high = _PULSE_HIGH * found.percent / 100
    line = tag("line", x1=4, x2=_WIDE - 4, y1=_BASE_Y, y2=_BASE_Y, stroke=FAINT, stroke_width=2)
    bars = "".join(_bar(found, at, high) for at in range(found.most))
    return tag("svg", line + bars, xmlns="http://www.w3.org/2000/svg", width=_WIDE, height=_HIGH,
               viewBox=f"0 0 {_WIDE} {_HIGH}", role="img", aria_label=words(kind))  # fmt: skip


def _bar(found: CueShape, at: int, high: float) -> str:
    scale = (_WIDE - 16) / WHOLE_MS
    x = 8 + at * (found.on_ms + found.off_ms) * scale
    sure = at < found.least
    return tag("rect", x=x, y=_BASE_Y - high, width=found.on_ms * scale, height=high, rx=2,
               fill=BLUE if sure else "white", stroke=BLUE, stroke_width=1.5)  # fmt: skip
