"""Progress of a plan in a few lines, the same on the page and on paper."""

from __future__ import annotations

from typing import TYPE_CHECKING

from leancue.language import formats
from leancue.language.words import _, n_
from leancue.prescriptions.differences import changes_in_words
from leancue.report.sentences import percent
from leancue.report.trend_chart import older
from leancue.runs.run_summary import BASELINE
from leancue.runs.spans import minutes

if TYPE_CHECKING:
    from leancue.library import Chart


def plan_progress(chart: Chart) -> tuple[str, ...]:
    """Return sessions done and due, minutes run and planned, shares in band, changes."""
    return tuple(
        line for line in (_done(chart), _minutes(chart), _in_band(chart), _changed(chart)) if line
    )


def _done(chart: Chart) -> str:
    way = chart.progress
    done = n_("{done} of {number} session done", "{done} of {number} sessions done", way.planned,
              done=way.done)  # fmt: skip
    parts = [done]
    if way.due:
        parts.append(_("{due} due by now", due=way.due))
    if way.missed:
        parts.append(_("{missed} missed", missed=way.missed))
    return ", ".join(parts) + "."


def _minutes(chart: Chart) -> str:
    coached = [point for point in chart.points if point.number != BASELINE]
    if not coached:
        return ""
    ran, planned = (sum(values) for values in zip(
        *((p.running_s, p.planned_s) for p in coached), strict=True
    ))  # fmt: skip
    return _("Ran {ran} of {planned} planned in these sessions.", ran=minutes(ran),
             planned=minutes(planned))  # fmt: skip


def _in_band(chart: Chart) -> str:
    coached = [point for point in chart.points if point.number != BASELINE]
    if not coached:
        return ""
    parts = []
    for name, shares in (
        (_("with cues"), [(p, p.in_band_with_cues) for p in coached]),
        (_("without cues"), [(p, p.in_band_without_cues) for p in coached]),
    ):
        known = [(p, share) for p, share in shares if share is not None]
        if known:
            point, share = known[-1]
            first = _(", first {first}", first=percent(known[0][1])) if len(known) > 1 else ""
            parts.append(f"{percent(share)} {name}{older(point, coached[-1])}{first}")
    return _("In the band {parts}.", parts="; ".join(parts)) if parts else ""


def _changed(chart: Chart) -> str:
    if len(chart.history) < 2:
        return ""
    made = chart.history[0]
    return _("Prescription changed {day}: {what}.", day=formats.day(made.made_s),
             what=changes_in_words(chart.history[1].values, made.values))  # fmt: skip
