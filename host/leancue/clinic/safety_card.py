"""Safety copies from the page: make one, and try in words what bringing one back would do."""

from __future__ import annotations

from html import escape
from pathlib import Path

from leancue.clinic.page_frame import ClinicContext, notice, off_loop
from leancue.clinic.widgets import Field, button, card, link, markup, say
from leancue.language import formats
from leancue.language.words import _
from leancue.library.sealed_backup import PASSPHRASE_LEAST

_FOLDER = "LeanCue safety copies"


def reminder(desk: ClinicContext) -> None:
    """Show that a safety copy is due, where one is."""
    words = desk.library.safety.reminder(desk.library.options.get("backup_days"))
    if words:
        more = link(_("Make a safety copy"), "/clinic")
        markup(f"{escape(words)} {more}", "p", "look reminder")


class SafetyCard:
    """The part of the clinic's page that is about safety copies."""

    def __init__(self, desk: ClinicContext) -> None:
        self.desk, self.safety = desk, desk.library.safety
        self.notice = notice()

    def build(self) -> None:
        """Build it."""
        with card(_("Safety copies"), "safety"):
            self._last = say(self._last_words())
            folder = str(Path.home() / _FOLDER)
            self._folder = Field(
                _("Folder for copies"),
                folder,
                classes="long",
                hint=_("Best on another disk: a stick, a network folder."),
            )
            self._passphrase = _secret(
                _("Passphrase"),
                _(
                    "Empty: an open copy. With at least {least} letters it is closed (age); "
                    "without the passphrase nobody can open it, we neither.",
                    least=PASSPHRASE_LEAST,
                ),
            )
            button(_("Make a safety copy"), self._make)
            say(_("Bring one back"), "h3")
            self._saved = Field(_("Copy: its folder or file"), "", classes="long")
            self._opening = _secret(_("Its passphrase"), _("Empty for an open copy."))
            button(_("Try it, in words"), self._try)
            self._told = markup("", "div").props("aria-live=polite")

    def _last_words(self) -> str:
        last_s = self.safety.last_s()
        if last_s is None:
            return _("None was made yet.")
        return _("The last one was made {at}.", at=formats.moment(last_s))

    async def _make(self) -> None:
        library, passphrase = self.desk.library, self._passphrase.text
        if passphrase and len(passphrase) < PASSPHRASE_LEAST:
            self._passphrase.complain(_("At least {least} letters.", least=PASSPHRASE_LEAST))
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
        saved = Path(self._saved.text).expanduser()
        self._told.content = f"<p>{escape(_('Reading the whole copy …'))}</p>"
        try:
            trial = await off_loop(self.safety.trial, saved, self._opening.text)
        except BaseException:
            self._told.content = ""
            raise
        lines = "".join(f"<li>{escape(words)}</li>" for words in trial.words)
        self._told.content = f"<ul>{lines}</ul><p>{escape(_then(saved, trial.sound))}</p>"


def _then(saved: Path, sound: bool) -> str:
    if not sound:
        return _("It should not be brought back: take another copy.")
    return _(
        "Nothing was changed. To bring it back, end the page and type in a terminal: leancue "
        "library restore “{place}”. It tells this once more and asks.",
        place=saved,
    )


def _secret(words: str, hint: str) -> Field:
    made = Field(words, "", classes="long", hint=hint)
    made.input.props("type=password autocomplete=new-password")
    return made
