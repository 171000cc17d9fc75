"""Unassigned runs: a question for each, the safe answer first."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from nicegui import ui

from leancue.basis.errors import PatientError
from leancue.clinic import look_alikes
from leancue.clinic.page_frame import ClinicContext, ask, notice
from leancue.clinic.widgets import button, card, row, say, uid_words, when
from leancue.language.words import _, n_
from leancue.library import RunRow
from leancue.runs.spans import minutes


def show(desk: ClinicContext, then: Callable[[], Any]) -> None:
    """Show the open questions, if any."""
    waiting = desk.library.runs.inbox()
    if not waiting:
        return
    words = n_(
        "{number} run waits to be assigned to "
        "a patient", "{number} runs wait to be assigned to a patient",
               len(waiting))  # fmt: skip
    with card(words, "asked"):
        for run in waiting:
            with row("question-row"):
                say(f"{_said(run)} {run.words} {run.doubt}".rstrip())
                button(_("Whose is it?"), lambda run=run: _ask(desk, run, then))


def _said(run: RunRow) -> str:
    lasted = _(", {running} running", running=minutes(run.summary.running_s)) if run.summary else ""
    return _(
        "Run {number} of the clip {uid}, {began}{lasted}.",
        number=run.number,
        uid=uid_words(run.uid),
        began=when(run.began_s),
        lasted=lasted,
    )


def _ask(desk: ClinicContext, run: RunRow, then: Callable[[], Any]) -> None:
    library = desk.library
    codes = [patient.code for patient in library.patients.all()]
    line = notice()  # the row disappears once it is answered

    def file(code: str, add: bool = False) -> None:
        if add:
            library.patients.add(code)
        library.runs.move(run.id, code)
        then()
        line.tell(_("The run now belongs to {code}.", code=code))

    def add_and_file(code: str) -> None:
        if not look_alikes.ask_first(desk, code, lambda: file(code, add=True)):
            file(code, add=True)

    def remove() -> None:
        library.runs.remove(run.id)
        then()
        line.tell(_("The run was removed from this computer; it may still be on the clip."))

    with ask(_("Whose run is this? {run}", run=_said(run)), run.words) as answer:
        answer(_("Decide later"), None, "first")
        if run.named and run.named not in codes and not library.patients.has(run.named):
            answer(
                _("Add {named} and file it there", named=run.named), lambda: add_and_file(run.named)
            )
        chosen = ui.select(codes).props(f'outlined dense aria-label="{_("Another patient")}"')
        answer(_("It is this patient's"), lambda: file(_chosen(chosen)))
        answer(_("Remove it"), remove, "danger")


def _chosen(select: ui.select) -> str:
    if not select.value:
        raise PatientError(_("No patient is chosen."), way_out=_("Choose one from the list."))
    return str(select.value)
