"""The small print of a patient's page: prescriptions, notes, faults of the clips, origin."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from leancore import __version__
from leancore.coaching.session_plan import for_session

from leancue.language import formats
from leancue.language.words import _, n_
from leancue.prescriptions.differences import changes_in_words
from leancue.prescriptions.prescription_file import describe
from leancue.report import trend_chart
from leancue.runs.run_view import fault_words
from leancue.runs.trend import Point

if TYPE_CHECKING:
    from leancue.library import Chart, Prescription

_MOST = 4


def date(t_s: int) -> str:
    """Return a local date: ``3 November 2026``."""
    return formats.day(t_s, _("an unknown day"), formats.DAY_LONG)


def prescriptions(chart: Chart) -> tuple[str, ...]:
    """Return the prescriptions with their dates, newest first."""
    lines = []
    for made in chart.history[:_MOST]:
        what = changed(chart, made).rstrip(".")
        status = chart.status_words(made, lambda t_s: date(t_s or 0))
        lines.append(f"{date(made.made_s)}: {what}; {status}.")
    if not lines:
        return (_("There is no prescription yet."),)
    return (
        *lines,
        _(
            "Plan, minutes and share with cues: {plan}.",
            plan=_plan(chart.history[0].values),
        ),
    )


def changed(chart: Chart, made: Prescription) -> str:
    """Return the differences to the previous prescription, or all of the first."""
    at = chart.history.index(made)
    if at + 1 == len(chart.history):
        return describe(made.values)
    return changes_in_words(chart.history[at + 1].values, made.values)


def _plan(values: dict[str, Any]) -> str:
    return ", ".join(
        _(
            "{minutes} min {percent} %",
            minutes=for_session(values, "minutes", i),
            percent=for_session(values, "feedback_percent", i),
        )
        for i in range(values["sessions"])
    )


def notes(chart: Chart) -> tuple[str, ...]:
    """Return the newest notes, each with its day."""
    return tuple(f"{date(note.written_s)}: “{_short(note.text)}”" for note in chart.notes[:_MOST])


def _short(text: str, most: int = 120) -> str:
    text = " ".join(text.split())
    return text if len(text) <= most else text[: most - 1].rstrip() + "…"


def noticed(points: Sequence[Point]) -> tuple[str, ...]:
    """Return each fault with its sessions."""
    where: dict[int, list[str]] = {}
    for point in points:
        for fault in point.faults:
            where.setdefault(fault, []).append(trend_chart.name_of(point))
    lines = []
    for fault, names in sorted(where.items()):
        sessions = (
            n_("{several} of {number} session", "{several} of {number} sessions", len(points),
               several=len(names))
            if len(names) > 3
            else n_("session {names}", "sessions {names}", len(names), names=", ".join(names))
        )  # fmt: skip
        lines.append(f"{fault_words(fault)} ({sessions})")
    return tuple(lines) or (_("No faults."),)


def origin(chart: Chart) -> str:
    """Return the origin of the figures."""
    raw = [run for run in chart.runs if not run.raw_erased_s and run.summary and run.summary.raw]
    kept = (
        n_(
            "{number} with its raw samples, so that the clip's decisions can be proved",
            "{number} with their raw samples, so that the clip's decisions can be proved",
            len(raw),
        )
        if raw
        else _("none with its raw samples")
    )
    return n_(
        "From the clinic's library: {number} run, {kept}.",
        "From the clinic's library: {number} runs, {kept}.",
        len(chart.runs), kept=kept,
    )  # fmt: skip


def details(chart: Chart) -> tuple[tuple[str, str], ...]:
    """Return rows of name and value: runs, clips, versions."""
    clips = dict.fromkeys(run.uid for run in chart.runs)
    software = dict.fromkeys(run.summary.core for run in chart.runs if run.summary)
    return (
        (_("Runs"), str(len(chart.runs))),
        (_("Clips"), ", ".join(clips) or _("none")),
        (_("Software on the clips"), ", ".join(filter(None, software)) or _("unknown")),
        (_("Software on the desk"), __version__),
    )
