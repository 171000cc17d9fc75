"""The page of a patient: what became of the lean over the sessions, from the library's record."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from leancue.prescriptions.prescription_file import describe, describe_next
from leancue.report import patient_record as record
from leancue.report import sentences, trend_chart
from leancue.report.chart_legend import box, picture
from leancue.report.discussion_points import retention
from leancue.report.run_chart import BLUE, GREEN, VERMILION
from leancue.report.sheet import Card, Key, Section, Sheet
from leancue.report.so_far import so_far
from leancue.report.svg import tag
from leancue.runs.measurement_error import HOW_SURE, METHOD, METHOD_ERROR, PURPOSE
from leancue.runs.run_summary import BASELINE
from leancue.runs.trend import Point

if TYPE_CHECKING:
    from leancue.library import Chart

_MOST = 4
_ERROR = sentences.plus_minus(METHOD_ERROR.own_deg)
_EMPTY = "There are no runs yet. Pull them from the clip, then write this page again."


def patient_sheet(chart: Chart) -> Sheet:
    """Return the page of a patient; the same record gives the same page."""
    points = chart.points
    coached = [point for point in points if point.number != BASELINE]
    return Sheet(
        patient=chart.patient.code,
        when=f"to {record.date(points[-1].began_s)}" if points else "no runs yet",
        headline=_headline(chart, coached),
        asked=_asked(chart),
        cards=_cards(chart, coached),
        charts=(trend_chart.picture(points),) if points else (),
        empty=_EMPTY,
        keys=_keys() if points else (),
        under=_under(chart),
        talk=Section("To talk about", _questions(chart, coached)),
        sections=(
            Section("Prescriptions and notes", record.prescriptions(chart) + record.notes(chart)),
            Section("What the clips noticed", record.noticed(points)),
            Section("How it was measured", (METHOD, HOW_SURE, PURPOSE), listed=False),
        ),
        origin=Section("Origin", (record.origin(chart),), listed=False),
        details=record.details(chart),
    )


def _headline(chart: Chart, coached: Sequence[Point]) -> str:
    way = chart.progress
    done = f"{way.done} of {way.planned} sessions done"
    if not coached:
        return f"{done}; no run with a band yet."
    last = coached[-1]
    said = []
    if last.in_band_with_cues is not None:
        said.append(f"{sentences.percent(last.in_band_with_cues)} with cues")
    if last.in_band_without_cues is not None:
        said.append(f"{sentences.percent(last.in_band_without_cues)} without")
    parts = [f"in the band {' and '.join(said)}"] if said else []
    if last.mean_lean_deg is not None:
        parts.append(f"mean lean {_lean(last.mean_lean_deg)}")
    return f"{done}. The last time: {', '.join(parts) or 'no running'}."


def _asked(chart: Chart) -> str:
    values = chart.asked
    if values is None:
        return "Nothing is prescribed yet."
    if chart.progress.done >= chart.progress.planned:
        return f"{describe(values)} The plan of {values['sessions']} sessions is done."
    return f"{describe(values)} Next: {describe_next(values, chart.progress.done)}"


def _cards(chart: Chart, coached: Sequence[Point]) -> tuple[Card, ...]:
    """Return the last session in numbers, each with the first one beside it."""
    if not coached:
        return ()
    first, last = coached[0], coached[-1]
    own = chart.own_lean.cdeg
    before = f"first session {_lean(first.mean_lean_deg)}"
    if own is not None:
        before = f"own lean {_lean(own / 100)}, {chart.own_lean.source}"
    asked = [p for p in chart.points if p.pain is not None]
    return (
        Card("In band with cues", _share(last.in_band_with_cues), "",
             f"first session {_share(first.in_band_with_cues)}"),
        Card("In band without cues", _share(last.in_band_without_cues), "",
             _retained(coached)),
        Card("Mean lean", _lean(last.mean_lean_deg, ""), _ERROR, before),
        Card("Drift in the last third", _lean(last.drift_deg, "", sentences.signed), _ERROR,
             f"first session {_lean(first.drift_deg, form=sentences.signed)}"),
        Card("Cues", _value(last.cues_per_min), "a minute",
             f"first session {_value(first.cues_per_min)} a minute"),
        Card("Back in band after a cue", _value(last.back_s), "s",
             f"first session {_value(first.back_s)} s"),
        Card("Cadence", _value(last.cadence_spm, 0), "steps/min",
             f"first session {_value(first.cadence_spm, 0)} steps/min"),
        Card("Pain", str(asked[-1].pain), f"of 10, as said{trend_chart.older(asked[-1], last)}",
             f"at first {asked[0].pain} of 10")
        if asked else Card("Pain", "–", "", "not asked"),
    )  # fmt: skip


def _retained(coached: Sequence[Point]) -> str:
    known = [p for p in coached if p.in_band_without_cues is not None]
    if not known:
        return "no time without cues yet"
    if known[-1] is not coached[-1]:
        last = known[-1]
        return f"none; session {last.number + 1}: {_share(last.in_band_without_cues)}"
    if len(known) == 1:
        return "what stays"
    first = known[0]
    return f"what stays; session {first.number + 1}: {_share(first.in_band_without_cues)}"


def _share(value: float | None) -> str:
    return "–" if value is None else sentences.percent(value)


def _value(value: float | None, decimals: int = 1) -> str:
    return "–" if value is None else sentences.number(value, decimals)


def _lean(
    value: float | None,
    error: str = f"\u00a0{_ERROR}",
    form: Callable[[float], str] = sentences.number,
) -> str:
    return "–" if value is None else f"{form(value)}°{error}"


def _keys() -> tuple[Key, ...]:
    dot = tag("line", x1=1, x2=21, y1=8, y2=8, stroke=BLUE, stroke_width=1.8)
    dot += tag("circle", cx=11, cy=8, r=4, fill=BLUE)
    ring = tag("line", x1=1, x2=21, y1=8, y2=8, stroke=VERMILION, stroke_width=1.8,
               stroke_dasharray="5 4")  # fmt: skip
    ring += tag("circle", cx=11, cy=8, r=4, fill="white", stroke=VERMILION, stroke_width=2)
    error = tag("rect", x=8, y=1, width=6, height=14, fill=BLUE, fill_opacity="0.22")
    cap = tag("line", x1=1, x2=21, y1=8, y2=8, stroke=VERMILION, stroke_width=1.5,
              stroke_dasharray="9 5")  # fmt: skip
    edges = "".join(
        tag("line", x1=1, x2=21, y1=y, y2=y, stroke=GREEN, stroke_width=1.5) for y in (3, 13)
    )
    return (
        Key(picture(dot), "a session; with cues"),
        Key(picture(ring), "the same without cues"),
        Key(picture(error), f"error of the method, {_ERROR}"),
        Key(picture(box(GREEN, opacity=0.19) + edges), "band"),
        Key(picture(cap), "cap"),
        Key(picture(trend_chart.moved_mark(11, 8)), "the clip moved"),
    )


def _under(chart: Chart) -> str:
    return " ".join(so_far(chart)) if chart.points else ""


def _questions(chart: Chart, coached: Sequence[Point]) -> tuple[str, ...]:
    """Return what the numbers ask, the weightiest first."""
    asked = [flag.words for flag in chart.flags if flag.key != "fault"]
    last = coached[-1] if coached else None
    if last and last.in_band_with_cues is not None and last.in_band_without_cues is not None:
        asked.append(retention(last.in_band_with_cues, last.in_band_without_cues))
    if last and last.drift_deg is not None and abs(last.drift_deg) >= METHOD_ERROR.own_deg:
        way = "less" if last.drift_deg < 0 else "more"
        lean = f"{sentences.number(abs(last.drift_deg))}°\u00a0{_ERROR}"
        asked.append(f"Late in the last session the lean was {lean} {way}: tired, pace, slope?")
    return tuple(asked[:_MOST]) or ("How does it feel, and what helps to find the lean?",)
