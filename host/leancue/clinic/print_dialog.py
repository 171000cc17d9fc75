"""The print dialog, with the comment for the patient."""

from __future__ import annotations

from html import escape
from typing import Any
from urllib.parse import urlencode

from nicegui import ui

from leancue.clinic.page_frame import ClinicContext
from leancue.clinic.widgets import button, link, markup, path, row, say
from leancue.language.words import LANGUAGES, _, current
from leancue.library.patients import COMMENT_MOST

_PAPERS = {"a4": "A4", "letter": "Letter"}


class PrintDialog:
    """The dialog of one patient."""

    def __init__(self, desk: ClinicContext, code: str) -> None:
        self.desk, self.code = desk, code
        details = desk.library.clinic.get()
        self.wish: dict[str, Any] = {
            "home": 1, "report": 0, "notes": 0, "paper": details.paper, "language": current(),
        }  # fmt: skip

    def open(self) -> None:
        """Open it; the comment is saved as it is typed."""
        dialog = ui.dialog(value=True)
        dialog.props["aria-label"] = _("Print for {code}", code=self.code)
        dialog.on("hide", dialog.delete)
        with dialog, ui.element("div").classes("card question print-dialog"):
            say(_("Print for {code}", code=self.code), "h2")
            self._parts()
            self._comment()
            with row("choices"):
                self._choice("paper", _("Paper"), _PAPERS)
                languages = {code: one.name for code, one in LANGUAGES.items()}
                self._choice("language", _("Language"), languages)
            with row("answers"):
                self._link = markup("", "span")
                button(_("Close"), dialog.close)
        self._draw()

    def _parts(self) -> None:
        for name, words in (
            ("home", _("The patient's home sheet")),
            ("report", _("The report, for your records")),
            ("notes", _("Private notes in the report")),
        ):
            ui.checkbox(words, value=bool(self.wish[name]),
                        on_change=lambda e, name=name: self._set(name, int(e.value)))  # fmt: skip

    def _comment(self) -> None:
        kept = self.desk.library.patients.get(self.code).comment
        words = _("For the patient: a comment on the sheet, separate from the notes")
        say(words, "p", "comment-label")
        field = ui.textarea(value=kept).props(f'outlined autogrow aria-label="{words}"')
        field.props["maxlength"] = COMMENT_MOST
        field.on("blur", lambda: self._keep(str(field.value or "")))

    def _keep(self, text: str) -> None:
        self.desk.library.patients.set_comment(self.code, text)

    def _choice(self, name: str, words: str, options: dict[str, str]) -> None:
        chosen = ui.select(options, value=self.wish[name], label=words,
                           on_change=lambda e: self._set(name, e.value))  # fmt: skip
        chosen.props(f'outlined aria-label="{words}"')

    def _set(self, name: str, value: Any) -> None:
        self.wish[name] = value
        self._draw()

    def _draw(self) -> None:
        if not (self.wish["home"] or self.wish["report"]):
            self._link.content = escape(_("Choose what to print."))
            return
        where = f"{path('print', 'patient', self.code)}.pdf?{urlencode(self.wish)}"
        self._link.content = link(_("Open the PDF"), where, "button first", target="_blank",
                                  rel="noopener")  # fmt: skip
