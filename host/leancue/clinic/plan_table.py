"""The editable plan of a prescription: sessions, minutes and share of cues."""

from __future__ import annotations

from functools import partial
from html import escape
from typing import TYPE_CHECKING

from leancore.coaching.prescription import MAX_SESSIONS
from nicegui import ui

from leancue.clinic import plan_bars, prescription_form
from leancue.clinic.widgets import Field, markup, say
from leancue.language.words import _
from leancue.prescriptions.prescription_values import BY_CORE

if TYPE_CHECKING:
    from leancue.clinic.prescription_page import Editor


class PlanTable:
    """The part of the editor with a column for each session; its fields are the editor's."""

    def __init__(self, editor: Editor) -> None:
        self._editor = editor
        self._box = ui.element("div")
        self._fill()

    @property
    def _draft(self) -> prescription_form.PrescriptionForm:
        return self._editor.draft

    def take(self, minutes: list[int], shares: list[int]) -> None:
        """Replace the shown plan by another one."""
        self._draft.minutes = [str(entry) for entry in minutes]
        self._draft.feedback_percent = [str(entry) for entry in shares]
        self._draft.texts["sessions"] = str(len(minutes))
        self._fill()
        self._editor.show()

    def draw(self, minutes: list[int], shares: list[int]) -> None:
        """Draw the bars of a valid plan."""
        self._bars.content = plan_bars.draw(minutes, shares)

    def _fill(self) -> None:
        fields = self._editor.fields
        for place in [key for key in fields if isinstance(key, tuple) or key == "sessions"]:
            del fields[place]
        self._box.clear()
        with self._box:
            fields["sessions"] = Field(
                _("Sessions"), self._draft.texts["sessions"], self._resized, classes="short",
                hint=prescription_form.range_words("sessions"),
            )  # fmt: skip
            self._bars = markup("", "div", "bars")
            with ui.element("div").classes("plan-columns").style(self._columns()):
                say(_("Session"), classes="row-name first-name")
                with ui.element("div").classes("plan-row"):
                    for i in range(len(self._draft.minutes)):
                        say(str(i + 1), classes="at")
                for name, entries in (
                    ("minutes", self._draft.minutes),
                    ("feedback_percent", self._draft.feedback_percent),
                ):
                    self._row(name, entries)
            cued, uncued = escape(_("with cues")), escape(_("without: shows what stays"))
            markup(f'<span><i class="cued"></i>{cued}</span>'
                   f'<span><i class="uncued"></i>{uncued}</span>', "p", "legend")  # fmt: skip

    def _row(self, name: str, entries: list[str]) -> None:
        label = _(BY_CORE[name].label)
        say(f"{label}: {prescription_form.range_words(name)}", classes="row-name")
        with ui.element("div").classes("plan-row"):
            for i, text in enumerate(entries):
                self._editor.fields[name, i] = Field(
                    _("{label} of session {session}", label=label, session=i + 1), text,
                    partial(self._typed, name, i), hidden_label=True,
                )  # fmt: skip

    def _columns(self) -> str:
        return f"--sessions: {len(self._draft.minutes)}"

    def _typed(self, name: str, at: int, text: str) -> None:
        getattr(self._draft, name)[at] = text
        self._editor.show()

    def _resized(self, text: str) -> None:
        self._draft.texts["sessions"] = text
        sessions = prescription_form.sessions_in(self._draft)
        if sessions is not None and 1 <= sessions <= MAX_SESSIONS:
            before = len(self._draft.minutes)
            self._draft.resized(sessions)
            if before != sessions:
                self._fill()
                self._editor.fields["sessions"].input.run_method("focus")
        self._editor.show()
