"""The page of a patient: the lean over the sessions, from the library's record."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from leancue.language.words import N_, _, listed, n_
from leancue.prescriptions.prescription_file import describe, describe_next
from leancue.report import patient_record as record
from leancue.report import sentences, trend_chart
from leancue.report.chart_legend import box, picture
from leancue.report.discussion_points import retention
from leancue.report.plan_progress import plan_progress
from leancue.report.run_chart import BLUE, GREEN, VERMILION
from leancue.report.sheet import Card, Key, Section, Sheet
from leancue.report.svg import tag
from leancue.report.trend_events import NOTED, PRESCRIBED, events_of, mark
from leancue.runs.measurement_error import METHOD_ERROR, how_sure, method, purpose
from leancue.runs.run_summary import BASELINE
from leancue.runs.trend import Point

if TYPE_CHECKING:
    from leancue.library import Chart

_MOST = 4
_EMPTY = N_("There are no runs yet. Pull them from the clip, then make this page again.")


def patient_sheet(chart: Chart, *, with_notes: bool = True) -> Sheet:
    """Return the page of a patient; the same record gives the same page.

    ``with_notes``: whether to include the private notes.
    """
    told = record.notes(chart) if with_notes else ()
    points = chart.points
    coached = [point for point in points if point.number != BASELINE]
    return Sheet(
        patient=chart.patient.code,
        when=_("to {day}", day=record.date(points[-1].began_s)) if points else _("no runs yet"),
        headline=_headline(chart, coached),
        asked=_asked(chart),
        cards=_cards(chart, coached),
        charts=(_trend(chart, with_notes),) if points else (),
        empty=_(_EMPTY),
        keys=_keys(with_notes) if points else (),
        under=_under(chart),
        talk=Section(_("To talk about"), _questions(chart, coached)),
        sections=(
            Section(_("Prescriptions and notes") if told else _("Prescriptions"),
                    record.prescriptions(chart) + told),
            Section(_("What the clips noticed"), record.noticed(points)),
            Section(_("How it was measured"), (method(), how_sure(), purpose()), listed=False),
        ),
        origin=Section(_("Origin"), (record.origin(chart),), listed=False),
        details=record.details(chart),
    )  # fmt: skip


def _trend(chart: Chart, with_notes: bool) -> str:
    events = events_of(chart, with_notes=with_notes)
    return trend_chart.picture(chart.points, chart.speed_unit, events)


def _headline(chart: Chart, coached: Sequence[Point]) -> str:
    way = chart.progress
    done = n_("{done} of {number} session done", "{done} of {number} sessions done", way.planned,
              done=way.done)  # fmt: skip
    if not coached:
        return _("{done}; no run with a band yet.", done=done)
    last = coached[-1]
    said = []
    if last.in_band_with_cues is not None:
        said.append(_("{share} with cues", share=sentences.percent(last.in_band_with_cues)))
    if last.in_band_without_cues is not None:
        said.append(_("{share} without", share=sentences.percent(last.in_band_without_cues)))
    parts = [_("in the band {said}", said=listed(said))] if said else []
    if last.mean_lean_deg is not None:
        parts.append(_("mean lean {mean_lean}", mean_lean=_lean(last.mean_lean_deg)))
    return _("{done}. The last time: {what}.", done=done,
             what=", ".join(parts) or _("no running"))  # fmt: skip


def _asked(chart: Chart) -> str:
    values = chart.asked
    if values is None:
        return _("There is no prescription yet.")
    if chart.progress.done >= chart.progress.planned:
        return n_(
            "{asked} The plan of {number} session is done.",
            "{asked} The plan of {number} sessions is done.",
            values["sessions"], asked=describe(values),
        )  # fmt: skip
    return _("{asked} Next: {session}", asked=describe(values),
             session=describe_next(values, chart.progress.done))  # fmt: skip


def _cards(chart: Chart, coached: Sequence[Point]) -> tuple[Card, ...]:
    """Return the numbers of the last session, each next to the first one's."""
    if not coached:
        return ()
    first, last = coached[0], coached[-1]
    own = chart.own_lean.cdeg
    before = _("first session {value}", value=_lean(first.mean_lean_deg))
    if own is not None:
        before = _("own lean {own}, {source}", own=_lean(own / 100),
                   source=_(chart.own_lean.source))  # fmt: skip
    asked = [p for p in chart.points if p.pain is not None]
    return (
        Card(_("In band with cues"), _share(last.in_band_with_cues), "",
             _("first session {value}", value=_share(first.in_band_with_cues))),
        Card(_("In band without cues"), _share(last.in_band_without_cues), "",
             _retained(coached)),
        Card(_("Mean lean"), _lean(last.mean_lean_deg, ""), _error(), before),
        Card(_("Drift in the last third"), _lean(last.drift_deg, "", sentences.signed), _error(),
             _("first session {value}", value=_lean(first.drift_deg, form=sentences.signed))),
        Card(_("Cues"), _value(last.cues_per_min), _("per minute"),
             _("first session {value} per minute", value=_value(first.cues_per_min))),
        Card(_("Back in band after a cue"), _value(last.back_s), "s",
             _("first session {value} s", value=_value(first.back_s))),
        Card(_("Cadence"), _value(last.cadence_spm, 0), _("steps/min"),
             _("first session {value} steps/min", value=_value(first.cadence_spm, 0))),
        Card(_("Pain"), str(asked[-1].pain),
             _("of 10, as reported") + trend_chart.older(asked[-1], last),
             _("first {pain} of 10", pain=asked[0].pain))
        if asked else Card(_("Pain"), "–", "", _("not asked")),
    )  # fmt: skip


def _retained(coached: Sequence[Point]) -> str:
    known = [p for p in coached if p.in_band_without_cues is not None]
    if not known:
        return _("no time without cues yet")
    if known[-1] is not coached[-1]:
        last = known[-1]
        return _("none; session {session}: {share}", session=last.number + 1,
                 share=_share(last.in_band_without_cues))  # fmt: skip
    if len(known) == 1:
        return _("what stays")
    first = known[0]
    return _("what stays; session {session}: {share}", session=first.number + 1,
             share=_share(first.in_band_without_cues))  # fmt: skip


def _share(value: float | None) -> str:
    return "–" if value is None else sentences.percent(value)


def _value(value: float | None, decimals: int = 1) -> str:
    return "–" if value is None else sentences.number(value, decimals)


def _lean(
    value: float | None,
    error: str | None = None,
    form: Callable[[float], str] = sentences.number,
) -> str:
    behind = f"\u00a0{_error()}" if error is None else error
    return "–" if value is None else f"{form(value)}°{behind}"


def _error() -> str:
    return sentences.plus_minus(METHOD_ERROR.own_deg)


def _keys(with_notes: bool) -> tuple[Key, ...]:
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
        Key(picture(dot), _("a session; with cues")),
        Key(picture(ring), _("the same session without cues")),
        Key(picture(error), _("error of the method, {error}", error=_error())),
        Key(picture(box(GREEN, opacity=0.19) + edges), _("band")),
        Key(picture(cap), _("cap")),
        Key(picture(trend_chart.moved_mark(11, 8)), _("the clip moved")),
        Key(picture(mark(PRESCRIBED, 11, 8)), _("prescription")),
        *((Key(picture(mark(NOTED, 11, 8)), _("note")),) if with_notes else ()),
    )


def _under(chart: Chart) -> str:
    return " ".join(plan_progress(chart)) if chart.points else ""


def _questions(chart: Chart, coached: Sequence[Point]) -> tuple[str, ...]:
    """Return the questions raised by the numbers, the most important first."""
    asked = [flag.words for flag in chart.flags if flag.key != "fault"]
    last = coached[-1] if coached else None
    if last and last.in_band_with_cues is not None and last.in_band_without_cues is not None:
        asked.append(retention(last.in_band_with_cues, last.in_band_without_cues))
    if last and last.drift_deg is not None and abs(last.drift_deg) >= METHOD_ERROR.own_deg:
        lean = f"{sentences.number(abs(last.drift_deg))}°\u00a0{_error()}"
        asked.append(
            _(
                "Late in the last session the lean was {lean} less: tired, different pace, "
                "a slope?", lean=lean)
            if last.drift_deg < 0
            else _(
                "Late in the last session the lean was {lean} more: tired, different pace, "
                "a slope?",
                   lean=lean)
        )  # fmt: skip
    return tuple(asked[:_MOST]) or (_("How does it feel, and what helps you to find the lean?"),)
