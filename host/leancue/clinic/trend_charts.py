"""The charts of a patient for a screen: the report's panels, each a picture of its own.

So they keep the size of their letters when the window becomes narrow, and wrap.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from leancue.report.sentences import number, percent, plus_minus, signed
from leancue.report.svg import FONTS, tag
from leancue.report.trend_chart import (
    PAIN,
    PANELS,
    Frame,
    Panel,
    lean,
    name_of,
    older,
    panels_of,
    small,
)
from leancue.runs.measurement_error import METHOD_ERROR
from leancue.runs.run_summary import BASELINE
from leancue.runs.trend import Point

_WIDE, _HIGH = 760, 400
_SMALL_WIDE, _SMALL_HIGH = 380, 170


def pictures(sessions: Sequence[Point]) -> str:
    """Return the lean against the band, and beside it what belongs to it; pain is elsewhere."""
    return tag("figure", _lean_picture(sessions), class_="lean") + "".join(
        picture for panel, picture in _small(sessions).items() if panel is not PAIN
    )


def pain_picture(sessions: Sequence[Point]) -> str:
    """Return the pain over the sessions."""
    return _small(sessions)[PAIN]


def _lean_picture(sessions: Sequence[Point]) -> str:
    frame = Frame(62, _WIDE - 88, 36, _HIGH - 50, len(sessions))
    label = "Mean lean against the band, session by session"
    return _picture(lean(sessions, frame), _WIDE, _HIGH, label)


def _small(sessions: Sequence[Point]) -> dict[Panel, str]:
    """Return the small charts, each below its answer in words."""
    shown = panels_of(sessions)
    frame = Frame(46, _SMALL_WIDE - 8, 14, _SMALL_HIGH - 28, len(sessions))

    def drawn(panel: Panel) -> str:
        marks = small(panel, sessions, frame, titled=False)  # its words stand above it
        return _picture(marks, _SMALL_WIDE, _SMALL_HIGH, panel.title)

    return {
        panel: tag("figure", tag("figcaption", answer) + drawn(panel))
        for panel, answer in zip(PANELS, _answers(sessions), strict=True)
        if panel in shown
    }  # fmt: skip


def _picture(marks: str, width: int, height: int, label: str) -> str:
    return tag("svg", marks, viewBox=f"0 0 {width} {height}", role="img", aria_label=label,
               font_family=FONTS, xmlns="http://www.w3.org/2000/svg")  # fmt: skip


def _answers(sessions: Sequence[Point]) -> list[str]:
    """Return a sentence for each of ``PANELS``, of the last session."""
    coached = [point for point in sessions if point.number != BASELINE]
    last = coached[-1] if coached else None
    if last is None:
        return ["No session with a band yet."] * len(PANELS)
    name = f"session {name_of(last)}"
    without = [point for point in coached if point.in_band_without_cues is not None]
    stays = without[-1].in_band_without_cues if without else None
    where = older(without[-1], last) if without else ""
    return [
        _value(last.in_band_with_cues, percent, "in band with cues", "No time with cues")
        + (f", {percent(stays)} without{where}: what stays." if stays is not None else "."),
        _value(last.back_s, lambda v: f"{number(v)} s", "until back in band after a cue", "No cues")
        + ".",
        _value(last.cues_per_min, lambda v: f"{number(v)}", "cues a minute", "No cues")
        + f" in {name}.",
        _value(last.drift_deg, lambda v: f"Drift {signed(v)}° {plus_minus(METHOD_ERROR.own_deg)}",
               "in the last third", "Too short for a drift") + ".",
        _value(last.cadence_spm, lambda v: f"Cadence {number(v, 0)} steps/min", f"in {name}",
               "No cadence") + ".",
        _pain(sessions),
        _value(last.speed_mps, lambda v: f"Speed {number(3.6 * v)} km/h", f"in {name}",
               "No speed marked") + ".",
        _value(last.incline_percent, lambda v: f"Incline {number(v)} %", f"in {name}",
               "No incline marked") + _slope(last) + ".",
    ]  # fmt: skip


def _slope(last: Point) -> str:
    steep = last.incline_percent is not None and abs(last.incline_percent) >= 1
    return ": a slope itself changes the lean" if steep else ""


def _value(value: float | None, form: Callable[[float], str], words: str, nothing: str) -> str:
    return nothing if value is None else f"{form(value)} {words}"


def _pain(sessions: Sequence[Point]) -> str:
    asked = [point for point in sessions if point.pain is not None]
    if not asked:
        return "Pain was not asked yet."
    first = f", at first {asked[0].pain}" if len(asked) > 1 else ""
    return f"Pain {asked[-1].pain} of 10{older(asked[-1], sessions[-1])}{first}."
