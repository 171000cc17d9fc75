"""The clinic's settings: letterhead, language, users, lock, audit list."""

from __future__ import annotations

import base64
from html import escape
from typing import Any

from nicegui import ui

from leancue.basis.errors import LibraryError
from leancue.clinic.page_frame import ClinicContext, crumbs, notice, title
from leancue.clinic.safety_card import SafetyCard
from leancue.clinic.widgets import Field, button, card, markup, row, say, table_box, whole_of
from leancue.language import formats
from leancue.language.words import LANGUAGES, _, speak
from leancue.library.clinic_details import LOGO_BYTES_MOST, PAPER_SIZES
from leancue.library.library_settings import OPTIONS

_ENTRIES_SHOWN = 50


class SettingsPage:
    """The page of the clinic."""

    def __init__(self, desk: ClinicContext) -> None:
        self.desk, self.library = desk, desk.library
        self.notice = notice()

    def build(self) -> None:
        """Build the page."""
        title(_("Clinic"))
        crumbs((_("Patients"), "/"), (_("Clinic"), ""))
        self._box = ui.element("div")
        self._fill()

    def _fill(self) -> None:
        """Build the content from the library; again after a restore."""
        self._box.clear()
        with self._box:
            say(_("This clinic"), "h1")
            self._cards()

    def _cards(self) -> None:
        with ui.element("div").classes("stack"):
            with ui.element("div").classes("two"):
                with ui.element("div").classes("stack"):
                    self._details()
                    SafetyCard(self.desk, self._fill).build()
                with ui.element("div").classes("stack"):
                    self._people()
                    self._lock()
            self._audit()

    def _details(self) -> None:
        found = self.library.clinic.get()
        with card(_("On paper, and the language")):
            self._name = Field(_("Name of the clinic"), found.name, classes="long")
            self._contact = Field(
                _("Phone number for patients"),
                found.contact,
                classes="long",
                hint=_("It is printed on the sheet under “Stop and call us”."),
            )
            with row("choices"):
                languages = {code: one.name for code, one in LANGUAGES.items()}
                self._language = _choice(_("Language"), languages, found.language)
                papers = dict(zip(PAPER_SIZES, ("A4", "Letter"), strict=True))
                self._paper = _choice(_("Paper"), papers, found.paper)
            self._logo()
            button(_("Keep"), self._keep_details, "first")

    def _logo(self) -> None:
        kept = self.library.clinic.get().logo
        with row("logo-row"):
            self._seen = markup(_shown(kept), "span")
            words = _("Logo (PNG or JPEG, at most {size} kB)", size=LOGO_BYTES_MOST // 1000)
            markup(
                f'<label class="button">{escape(words)}<input type="file" '
                'accept="image/png,image/jpeg" class="hidden" data-logo></label>',
                "span",
            ).on("logo", self._take_logo, js_handler="(e) => emit(e.detail)")
            if kept:
                button(_("No logo"), lambda: self._set_logo(b""), "quiet")

    def _take_logo(self, event: Any) -> None:
        self._set_logo(base64.b64decode(str(event.args)))

    def _set_logo(self, picture: bytes) -> None:
        self.library.clinic.set_logo(picture)
        self._seen.content = _shown(picture)
        self.notice.tell(_("The logo is kept.") if picture else _("There is no logo now."))

    def _keep_details(self) -> None:
        before = self.library.clinic.get().language
        self.library.clinic.set(
            name=self._name.text,
            contact=self._contact.text,
            paper=str(self._paper.value),
            language=str(self._language.value),
        )
        if before != self._language.value:
            speak(str(self._language.value))
            ui.navigate.reload()
            return
        self.notice.tell(_("Kept."))

    def _people(self) -> None:
        with card(_("Who works here")):
            say(
                _(
                    "The initials chosen at the top of the page are recorded with prescriptions, "
                    "sends, notes and erasures. Initials are not a password."
                ),
                classes="quiet",
            )
            people = " ".join(self.library.clinic.get().people)
            self._initials = Field(_("Initials, separated by spaces"), people, classes="long")
            button(_("Keep the initials"), self._keep_people)

    def _keep_people(self) -> None:
        try:
            self.library.clinic.set(people=self._initials.text)
        except LibraryError as error:
            self._initials.complain(error.what)
            return
        ui.navigate.reload()

    def _lock(self) -> None:
        with card(_("Lock")):
            say(
                _(
                    "After some minutes without use the page locks; a running pull continues. The "
                    "PIN keeps passers-by out, but not somebody who can read this computer's disk."
                ),
                classes="quiet",
            )
            minutes = str(self.library.options.get("lock_minutes"))
            self._minutes = Field(_("Minutes until it locks (0: never)"), minutes, classes="short")
            self._pin = Field(
                _("New PIN"), "", classes="short", hint=_("Leave empty for no change.")
            )
            self._pin.input.props("type=password autocomplete=new-password")
            with row("actions"):
                button(_("Keep the lock"), self._keep_lock)
                if self.library.page_lock.is_set:
                    button(_("No PIN"), self._no_pin, "quiet")

    def _keep_lock(self) -> None:
        minutes, most = whole_of(self._minutes.text), OPTIONS["lock_minutes"].high
        if minutes is None:
            self._minutes.complain(_("A whole number."))
            return
        if minutes > most:
            self._minutes.complain(_("At most {most} minutes.", most=most))
            return
        try:
            self.library.options.set("lock_minutes", minutes)
            if self._pin.text:
                self.library.page_lock.set(self._pin.text)
        except LibraryError as error:
            self._pin.complain(f"{error.what} {error.why}")
            return
        ui.navigate.reload()

    def _no_pin(self) -> None:
        self.library.page_lock.set("")
        ui.navigate.reload()

    def _audit(self) -> None:
        with card(_("Who did what"), "wide"):
            heads = (_("When"), _("Who"), _("Patient"), _("What"))
            head = "".join(f"<th>{escape(words)}</th>" for words in heads)
            rows = "".join(
                f"<tr><td>{escape(formats.moment(entry.at_s))}</td><td>{escape(entry.who or '–')}"
                f"</td><td>{escape(entry.patient)}</td><td>{escape(entry.words)}</td></tr>"
                for entry in self.library.audit.newest(_ENTRIES_SHOWN)
            )
            with table_box(_("Who did what")):
                markup(
                    f"<thead><tr>{head}</tr></thead><tbody>{rows}</tbody>", "table", "list audit"
                )


def _choice(words: str, options: dict[str, str], value: str) -> ui.select:
    chosen = ui.select(options, value=value, label=words)
    chosen.props(f'outlined aria-label="{words}"')
    return chosen


def _shown(logo: bytes) -> str:
    if not logo:
        return ""
    kind = "png" if logo.startswith(b"\x89PNG") else "jpeg"
    data = base64.b64encode(logo).decode()
    return f'<img class="logo" alt="{escape(_("Logo"))}" src="data:image/{kind};base64,{data}">'


def settings(desk: ClinicContext) -> None:
    """The page."""
    SettingsPage(desk).build()
