"""The charts of a patient on screen: the report's panels, each a separate picture.

So they keep their font size in a narrow window, and wrap.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from leancue.language.words import _
from leancue.library import Chart
from leancue.report.sentences import number, percent, plus_minus, signed
from leancue.report.svg import FONTS, tag
from leancue.report.trend_chart import (
    PAIN,
    Frame,
    Panel,
    all_panels,
    lean,
    name_of,
    older,
    panels_of,
    small,
)
from leancue.report.trend_events import TrendEvent, events_of
from leancue.runs import pace
from leancue.runs.measurement_error import METHOD_ERROR
from leancue.runs.run_summary import BASELINE
from leancue.runs.trend import Point

_WIDE, _HIGH = 760, 400
_SMALL_WIDE, _SMALL_HIGH = 380, 170


def pictures(chart: Chart) -> str:
    """Return the lean against the band, and the related charts; pain is separate."""
    small_ones = _small(chart.points, chart.speed_unit).items()
    lean_box = tag("div", _lean_picture(chart.points, events_of(chart)), class_="scrolls",
                   tabindex="0", role="group", aria_label=_("Lean over the sessions"))  # fmt: skip
    return tag("figure", lean_box, class_="lean") + "".join(
        picture for panel, picture in small_ones if panel is not PAIN
    )


def pain_picture(chart: Chart) -> str:
    """Return the pain over the sessions."""
    return _small(chart.points, chart.speed_unit)[PAIN]


def _lean_picture(sessions: Sequence[Point], events: Sequence[TrendEvent]) -> str:
    frame = Frame(62, _WIDE - 88, 36, _HIGH - 50, len(sessions))
    label = _("Mean lean against the band, session by session")
    return _picture(lean(sessions, frame, events), _WIDE, _HIGH, label)


def _small(sessions: Sequence[Point], unit: int) -> dict[Panel, str]:
    """Return the small charts, each below its answer in words."""
    shown = {panel.name for panel in panels_of(sessions, unit)}
    frame = Frame(46, _SMALL_WIDE - 8, 14, _SMALL_HIGH - 28, len(sessions))

    def drawn(panel: Panel) -> str:
        marks = small(panel, sessions, frame, titled=False)  # its text is above it
        return _picture(marks, _SMALL_WIDE, _SMALL_HIGH, panel.title)

    return {
        panel: tag("figure", tag("figcaption", answer) + drawn(panel))
        for panel, answer in zip(all_panels(unit), _answers(sessions, unit), strict=True)
        if panel.name in shown
    }  # fmt: skip


def _picture(marks: str, width: int, height: int, label: str) -> str:
    return tag("svg", marks, viewBox=f"0 0 {width} {height}", role="img", aria_label=label,
               font_family=FONTS, xmlns="http://www.w3.org/2000/svg")  # fmt: skip


def _answers(sessions: Sequence[Point], unit: int) -> list[str]:
    """Return a sentence for each of ``all_panels``, of the last session."""
    coached = [point for point in sessions if point.number != BASELINE]
    last = coached[-1] if coached else None
    if last is None:
        return [_("No session with a band yet.")] * len(all_panels(unit))
    name = name_of(last)
    without = [point for point in coached if point.in_band_without_cues is not None]
    stays = without[-1].in_band_without_cues if without else None
    where = older(without[-1], last) if without else ""
    return [
        _value(last.in_band_with_cues, percent, _("in band with cues"), _("No time with cues"))
        + (_(", {stays} without{where}: what stays.", stays=percent(stays), where=where)
           if stays is not None else "."),
        _value(last.back_s, lambda v: _("{value} s", value=number(v)),
               _("until back in band after a cue"), _("No cues")) + ".",
        _("{what} in session {name}.", name=name, what=_value(
            last.cues_per_min, number, _("cues per minute"), _("No cues"))),
        _value(last.drift_deg, lambda v: _(
            "Drift {value}", value=f"{signed(v)}° {plus_minus(METHOD_ERROR.own_deg)}"),
               _("in the last third"), _("Too short for a drift")) + ".",
        _("{what} in session {name}.", name=name, what=_value(
            last.cadence_spm, lambda v: _("Cadence {value}", value=number(v, 0)),
            _("steps/min"), _("No cadence"))),
        _pain(sessions),
        _in_session(last.speed_mps, lambda v: _(
            "Speed {value}", value=pace.speed_words(round(1000 * v), unit)), name,
                    _("No speed marked.")),
        _in_session(last.incline_percent, lambda v: _("Incline {value} %", value=number(v)), name,
                    _("No incline marked.")) + _slope(last),
    ]  # fmt: skip


def _slope(last: Point) -> str:
    steep = last.incline_percent is not None and abs(last.incline_percent) >= 1
    return _(" A slope alone changes the lean.") if steep else ""


def _in_session(value: float | None, form: Callable[[float], str], name: str, nothing: str) -> str:
    if value is None:
        return nothing
    return _("{what} in session {name}.", what=form(value), name=name)


def _value(value: float | None, form: Callable[[float], str], words: str, nothing: str) -> str:
    return nothing if value is None else f"{form(value)} {words}"


def _pain(sessions: Sequence[Point]) -> str:
    asked = [point for point in sessions if point.pain is not None]
    if not asked:
        return _("Pain was not recorded yet.")
    first = _(", first {first}", first=asked[0].pain) if len(asked) > 1 else ""
    return _("Pain {last} of 10{where}{first}.", last=asked[-1].pain,
             where=older(asked[-1], sessions[-1]), first=first)  # fmt: skip
