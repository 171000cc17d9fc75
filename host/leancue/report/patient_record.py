"""The small print of a patient's page: prescriptions, notes, what the clips noticed, origin."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from leancore import __version__
from leancore.coaching.session_plan import for_session

from leancue.basis import times
from leancue.basis.terminal import count
from leancue.prescriptions.prescription_file import describe
from leancue.report import trend_chart
from leancue.runs.run_view import fault_words
from leancue.runs.trend import Point

if TYPE_CHECKING:
    from leancue.library import Chart

_MOST = 4


def date(t_s: int) -> str:
    """Return a local date: ``3 November 2026``."""
    return times.said(t_s, "%d %B %Y", "an unknown day").lstrip("0")


def prescriptions(chart: Chart) -> tuple[str, ...]:
    """Return what was prescribed when, the newest first."""
    lines = []
    for made in chart.history[:_MOST]:
        what = made.changes or describe(made.values)
        status = chart.status_words(made, lambda t_s: date(t_s or 0))
        lines.append(f"{date(made.made_s)}: {what.rstrip('.')}; {status}.")
    if not lines:
        return ("Nothing is prescribed yet.",)
    return (*lines, f"Plan, minutes and share with cues: {_plan(chart.history[0].values)}.")


def _plan(values: dict[str, Any]) -> str:
    return ", ".join(
        f"{for_session(values, 'minutes', i)} min {for_session(values, 'feedback_percent', i)} %"
        for i in range(values["sessions"])
    )


def notes(chart: Chart) -> tuple[str, ...]:
    """Return the newest notes, each with its day."""
    return tuple(f"{date(note.written_s)}: “{_short(note.text)}”" for note in chart.notes[:_MOST])


def _short(text: str, most: int = 120) -> str:
    text = " ".join(text.split())
    return text if len(text) <= most else text[: most - 1].rstrip() + "…"


def noticed(points: Sequence[Point]) -> tuple[str, ...]:
    """Return each fault with the sessions in which it was noticed."""
    where: dict[int, list[str]] = {}
    for point in points:
        for fault in point.faults:
            where.setdefault(fault, []).append(trend_chart.name_of(point))
    lines = []
    for fault, names in sorted(where.items()):
        sessions = f"{len(names)} of {len(points)} sessions" if len(names) > 3 else (
            f"session {', '.join(names)}"
        )  # fmt: skip
        lines.append(f"{fault_words(fault)} ({sessions})")
    return tuple(lines) or ("No faults.",)


def origin(chart: Chart) -> str:
    """Return where the figures come from."""
    raw = [run for run in chart.runs if not run.raw_erased_s and run.summary and run.summary.raw]
    kept = (
        f"{len(raw)} with their raw samples, so that what the clip decided can be proved"
        if raw
        else "none with its raw samples"
    )
    return f"From the clinic's library: {count(len(chart.runs), 'run')}, {kept}."


def details(chart: Chart) -> tuple[tuple[str, str], ...]:
    """Return rows of name and value: runs, clips, versions."""
    clips = dict.fromkeys(run.uid for run in chart.runs)
    software = dict.fromkeys(run.summary.core for run in chart.runs if run.summary)
    return (
        ("Runs", str(len(chart.runs))),
        ("Clips", ", ".join(clips) or "none"),
        ("Software on the clips", ", ".join(filter(None, software)) or "not said"),
        ("Software on the desk", __version__),
    )
