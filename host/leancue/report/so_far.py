"""What became of a plan so far, in a few lines: the same on the page and on paper."""

from __future__ import annotations

from typing import TYPE_CHECKING

from leancue.basis import times
from leancue.report.sentences import percent
from leancue.report.trend_chart import older
from leancue.runs.run_summary import BASELINE
from leancue.runs.spans import minutes

if TYPE_CHECKING:
    from leancue.library import Chart


def so_far(chart: Chart) -> tuple[str, ...]:
    """Return done and due, minutes of minutes planned, in band with and without, what changed."""
    return tuple(
        line for line in (_done(chart), _minutes(chart), _in_band(chart), _changed(chart)) if line
    )


def _done(chart: Chart) -> str:
    way = chart.progress
    due = f", {way.due} due by now" if way.due else ""
    missed = f", {way.missed} missed" if way.missed else ""
    return f"{way.done} of {way.planned} sessions done{due}{missed}."


def _minutes(chart: Chart) -> str:
    coached = [point for point in chart.points if point.number != BASELINE]
    if not coached:
        return ""
    ran, planned = (sum(values) for values in zip(
        *((p.running_s, p.planned_s) for p in coached), strict=True
    ))  # fmt: skip
    return f"Ran {minutes(ran)} of {minutes(planned)} planned in these sessions."


def _in_band(chart: Chart) -> str:
    coached = [point for point in chart.points if point.number != BASELINE]
    if not coached:
        return ""
    parts = []
    for name, shares in (
        ("with cues", [(p, p.in_band_with_cues) for p in coached]),
        ("without", [(p, p.in_band_without_cues) for p in coached]),
    ):
        known = [(p, share) for p, share in shares if share is not None]
        if known:
            point, share = known[-1]
            first = f", at first {percent(known[0][1])}" if len(known) > 1 else ""
            parts.append(f"{percent(share)} {name}{older(point, coached[-1])}{first}")
    return f"In the band {'; '.join(parts)}." if parts else ""


def _changed(chart: Chart) -> str:
    if len(chart.history) < 2:
        return ""
    made = chart.history[0]
    day = times.said(made.made_s, "%d %b %Y").lstrip("0")
    return f"Prescription changed {day}: {made.changes}."
