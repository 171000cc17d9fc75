"""Safety copies on the page: create one; describe a restore, then do it."""

from __future__ import annotations

from collections.abc import Callable
from html import escape
from pathlib import Path

from nicegui import Client, ui

from leancue.clinic.page_frame import ClinicContext, ask, notice, off_loop
from leancue.clinic.widgets import Field, button, card, link, markup, say
from leancue.language import formats
from leancue.language.words import _, speak
from leancue.library import Library
from leancue.library.safety_copies import SafetyCopies, Trial, opened_copy
from leancue.library.sealed_backup import PASSPHRASE_LEAST

_FOLDER = "LeanCue safety copies"


def reminder(desk: ClinicContext) -> None:
    """Show a reminder if a safety copy is due."""
    words = desk.library.safety.reminder(desk.library.options.get("backup_days"))
    if words:
        more = link(_("Make a safety copy"), "/clinic")
        markup(f"{escape(words)} {more}", "p", "look reminder")


class SafetyCard:
    """The part of the clinic's page that is about safety copies."""

    def __init__(self, desk: ClinicContext, then: Callable[[], object]) -> None:
        """``then``: called after a restore."""
        self.desk, self._then = desk, then
        self.notice = notice()

    @property
    def safety(self) -> SafetyCopies:
        """Of the current library: a restore replaces its parts."""
        return self.desk.library.safety

    def build(self) -> None:
        """Build it."""
        with card(_("Safety copies"), "safety"):
            self._last = say(self._last_words())
            folder = str(Path.home() / _FOLDER)
            self._folder = Field(
                _("Folder for copies"),
                folder,
                classes="long",
                hint=_("Best on another disk: a USB stick or a network folder."),
            )
            self._passphrase = _secret(
                _("Passphrase"),
                _(
                    "Leave empty for a copy without encryption. With a passphrase of at least "
                    "{least} characters the copy is encrypted (age). Nobody can open it without "
                    "the passphrase, not even we.",
                    least=PASSPHRASE_LEAST,
                ),
            )
            button(_("Make a safety copy"), self._make)
            say(_("Restore a copy"), "h3")
            self._saved = Field(_("Folder or file of the copy"), "", classes="long")
            self._opening = _secret(
                _("Its passphrase"), _("Leave empty if the copy is not encrypted.")
            )
            button(_("Show what would change"), self._try)
            self._told = markup("", "div").props("aria-live=polite")
            self._ways_on = ui.element("div").classes("row actions")

    def _last_words(self) -> str:
        last_s = self.safety.last_s()
        if last_s is None:
            return _("None yet.")
        return _("The last one was made {at}.", at=formats.moment(last_s))

    async def _make(self) -> None:
        library, passphrase = self.desk.library, self._passphrase.text
        if passphrase and len(passphrase) < PASSPHRASE_LEAST:
            self._passphrase.complain(_("At least {least} characters.", least=PASSPHRASE_LEAST))
            return
        self.notice.tell(_("The safety copy is being made …"))
        made = await off_loop(library.backup, Path(self._folder.text).expanduser())
        if passphrase:
            made = await off_loop(self.safety.seal, made, passphrase)
        self._passphrase.input.set_value("")
        self._last.content = escape(self._last_words())
        self._saved.input.set_value(str(made))
        self.notice.tell(
            _(
                "The safety copy is at {place}. It holds health data: keep it as safe "
                "as the library.",
                place=made,
            )
        )

    async def _try(self) -> None:
        saved, passphrase = Path(self._saved.text).expanduser(), self._opening.text
        self._ways_on.clear()
        self._told.content = f"<p>{escape(_('Reading the whole copy …'))}</p>"
        try:
            trial = await off_loop(self.safety.trial, saved, passphrase)
        except BaseException:
            self._told.content = ""
            raise
        lines = "".join(f"<li>{escape(words)}</li>" for words in trial.words)
        then = _("Nothing was changed.")
        if not trial.sound:
            then = _("Do not restore this copy. Use another one.")
        self._told.content = f"<ul>{lines}</ul><p>{escape(then)}</p>"
        if trial.sound:
            with self._ways_on:
                button(_("Restore …"), lambda: self._ask(saved, passphrase, trial), "danger")

    def _ask(self, saved: Path, passphrase: str, trial: Trial) -> None:
        """The second step: the description again, the safe answer first."""

        async def bring_back() -> None:
            await self._bring_back(saved, passphrase)

        words = _("Replace the library by this copy?")
        with ask(words, " ".join(trial.words)) as answer:
            answer(_("Change nothing"), None, "first")
            answer(_("Restore"), bring_back, "danger")

    async def _bring_back(self, saved: Path, passphrase: str) -> None:
        """Restore; every other window reloads, since it shows the old state."""
        self._ways_on.clear()
        self._told.content = f"<p>{escape(_('Restoring the copy …'))}</p>"
        try:
            aside = await off_loop(_brought_back, self.desk.library, saved, passphrase)
        finally:
            self._told.content = ""
        speak(self.desk.library.clinic.get().language)
        here = self._told.client
        for client in list(Client.instances.values()):
            if client is not here and client.has_socket_connection:
                client.run_javascript("window.location.reload()")
        self._then()
        self.notice.tell(
            _(
                "The library was restored from {place}. The former library is at {aside}: delete "
                "it when you no longer need it.",
                place=saved,
                aside=aside or "–",
            )
        )


def _brought_back(library: Library, saved: Path, passphrase: str) -> Path | None:
    with opened_copy(saved, passphrase) as folder:
        return library.bring_back(folder)


def _secret(words: str, hint: str) -> Field:
    made = Field(words, "", classes="long", hint=hint)
    made.input.props("type=password autocomplete=new-password")
    return made
