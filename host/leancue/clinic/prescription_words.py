"""Texts of the editor before sending: errors, warnings, changes."""

from __future__ import annotations

from html import escape
from typing import Any

from leancue.clinic import prescription_form
from leancue.clinic.prescription_form import Reading
from leancue.clinic.widgets import link, markup, path, say, when
from leancue.language.words import _
from leancue.library import Chart
from leancue.prescriptions.differences import changes_in_words, same
from leancue.prescriptions.prescription_file import describe
from leancue.prescriptions.prescription_values import BY_CORE


def before_sending(
    reading: Reading, before: dict[str, Any] | None, measured_cdeg: int | None
) -> str:
    """Return the texts about the input, as markup.

    ``before``: the saved values, None if there are none; ``measured_cdeg``: the own lean measured
    by a run.
    """
    if reading.problems:
        lines = [_problem(place, words) for place, words in reading.problems.items()]
        return _list(_("Correct first"), lines, "wrong")
    values = reading.values
    assert values is not None
    parts = []
    if found := prescription_form.warnings(values, measured_cdeg):
        parts.append(_list(_("Worth a second look"), found, "warn"))
    if before is None:
        parts.append(f"<p>{escape(_('This is the first prescription.'))}</p>")
    else:
        parts.append(_changes(changes_in_words(before, values)))
    return "".join(parts)


def _changes(changes: str) -> str:
    if changes == same():
        return f"<p>{escape(_('Nothing is changed yet.'))}</p>"
    return _list(_("What changes"), changes.split("; "), "changes")


def history(chart: Chart) -> None:
    """Return earlier prescriptions, newest first, and the result of each."""
    if not chart.history:
        say(_("Nothing was prescribed before."), classes="quiet")
    for made in chart.history:
        what = made.changes if made.changes != same() else describe(made.values)
        say(f"{when(made.made_s)}: {what}; {chart.status_words(made, when)}.")
    markup(link(_("Back to the patient"), path("patient", chart.patient.code)))


def _problem(place: Any, words: str) -> str:
    if isinstance(place, tuple):
        return _(
            "{label} of session {session}: {words}",
            label=_(BY_CORE[place[0]].label),
            session=place[1] + 1,
            words=words,
        )
    return f"{_(BY_CORE[place].label)}: {words}" if place else words


def _list(heading: str, lines: list[str], classes: str) -> str:
    items = "".join(f"<li>{escape(line)}</li>" for line in lines)
    return f'<div class="{classes}"><strong>{escape(heading)}</strong><ul>{items}</ul></div>'
