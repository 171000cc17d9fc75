"""Make a clip: the guided dialog, from a blank board to a clip that answers.

The CircuitPython file is not uploaded through the browser: the page runs on this computer and looks
into the download folder itself.
"""

from __future__ import annotations

from html import escape
from pathlib import Path
from typing import Any

from nicegui import ui

from leancue.basis.errors import LeanCueError
from leancue.clinic.page_frame import in_words, off_loop
from leancue.clinic.widgets import Field, button, markup, row, say
from leancue.installer import boot_loaders, boot_out, circuitpython, making
from leancue.installer.drives import UnreadableDrive
from leancue.installer.making import MadeClip, PluggedIn
from leancue.installer.uf2 import Firmware
from leancue.language.words import _
from leancue.report.svg import tag

_LOOK_S = 0.2
_OTHERS_MOST = 3  # files that do not fit, with the reason


def downloads() -> Path:
    """The download folder of this computer's browsers."""
    from platformdirs import user_downloads_path

    return user_downloads_path()


class MakeClip:
    """The dialog."""

    def __init__(self) -> None:
        self.there = PluggedIn()
        self.told = ("", 0, 0)
        self._file = ""

    def open(self) -> None:
        """Open it, and look for boards."""
        self._dialog = ui.dialog(value=True).props("persistent")
        self._dialog.props["aria-label"] = _("Make a clip")
        self._dialog.on("hide", self._dialog.delete)
        with self._dialog, ui.element("div").classes("card question make-clip"):
            say(_("Make a clip"), "h2")
            self._panel = ui.element("div").classes("stack").props("aria-live=polite")
            with row("answers") as self._answers:
                button(_("Close"), self._dialog.close)
                button(_("Search again"), self._look)
        ui.timer(0.01, self._look, once=True)

    async def _look(self) -> None:
        self.there = await off_loop(making.look, downloads())
        self._draw()

    def _draw(self) -> None:
        self._panel.clear()
        with self._panel:
            if self.there.several:
                say(_("Several boards are plugged in. Unplug all but one, then search again."))
            elif self.there.loader:
                self._blank()
            elif self.there.drive:
                self._with_circuitpython()
            else:
                say(_("No board was found. Plug it in with a data cable."))
                for one in self.there.closed:
                    say(_closed(one))
                say(_("A new board needs CircuitPython first."))
                say(_(boot_loaders.HOW))

    def _blank(self) -> None:
        """A board in its boot loader: the file to use, or where to get it."""
        loader, folder = self.there.loader, downloads()
        assert loader is not None
        name = loader.model or loader.says
        say(_("1. A board is in its boot loader: {name}.", name=name))
        if self.there.fitting:
            say(_("2. CircuitPython for this board is in {folder}. Choose:", folder=folder))
            for i, found in enumerate(self.there.fitting):
                words = _("{file}: CircuitPython {version} for the {board}", file=found.path.name,
                          version=found.version_text, board=found.name)  # fmt: skip
                button(words, lambda found=found: self._make(found), "first" * (i == 0))
        elif loader.boards:
            say(_(
                "2. It needs CircuitPython {version}. Download the .UF2 file from your board's "
                "page, then search again:", version=boot_out.NEWEST[0] - 1))  # fmt: skip
            pages = "".join(f"<li>{_page(board)}</li>" for board in loader.boards)
            markup(pages, "ul", "pages")
        else:
            say(_("LeanCue does not know this board."))
        for file, error in self.there.others[:_OTHERS_MOST]:
            say(_("Not {file}: {why}", file=file, why=error.what), classes="quiet")
        self._elsewhere()

    def _elsewhere(self) -> None:
        field = Field(_("Or a file in another folder"), self._file)
        with row():
            button(_("Use it"), lambda: self._use(field))

    async def _use(self, field: Field) -> None:
        assert self.there.loader is not None
        self._file = field.text
        try:
            found = await off_loop(
                circuitpython.check, self.there.loader, Path(field.text).expanduser()
            )
        except LeanCueError as error:
            field.complain(in_words(error))
            return
        await self._make(found)

    def _with_circuitpython(self) -> None:
        drive = self.there.drive
        assert drive is not None
        say(_("A board with CircuitPython {version} was found at {drive}: {board}.",
              version=drive.boot.version_text, drive=drive.root,
              board=drive.boot.board))  # fmt: skip
        say(_("Its runs, settings and prescription are kept."), classes="quiet")
        button(_("Make it a clip"), lambda: self._make(None), "first")

    async def _make(self, firmware: Firmware | None) -> None:
        """Do it in the background, and show the progress."""
        self._answers.set_visibility(False)
        self._panel.clear()
        with self._panel:
            words = markup("", "p", "working")
            bar = ui.linear_progress(0, show_value=False).props("instant-feedback")
            bar.props["aria-label"] = _("Progress")
            timer = ui.timer(_LOOK_S, lambda: self._show(words, bar))
        self._tell(making.PREPARING, 0, 0)
        try:
            made = await off_loop(making.make, self.there, firmware, self._tell)
        except LeanCueError as error:
            self._over(in_words(error), "look")
        else:
            self._over(_made(made))
        finally:
            timer.cancel()

    def _tell(self, step: str, done: int, total: int) -> None:
        self.told = (step, done, total)

    def _show(self, words: Any, bar: Any) -> None:
        step, done, total = self.told
        words.content = escape(f"{_(step)} …")
        bar.props(remove="indeterminate") if total else bar.props("indeterminate")
        bar.value = done / total if total else 0

    def _over(self, words: str, classes: str = "") -> None:
        if self._panel.is_deleted:
            return
        self._answers.set_visibility(True)
        self._panel.clear()
        with self._panel:
            say(words, classes=classes)


def _page(board: str) -> str:
    return tag("a", escape(board), href=boot_loaders.page(board), target="_blank",
               rel="noreferrer")  # fmt: skip


def _made(made: MadeClip) -> str:
    words = _("The clip is ready ({board}).", board=made.board)
    if made.confirmed:
        return words + " " + _("All files were read back correctly.")
    return words + " " + _(
        "Now eject its drive and press reset: the light turns white and the motor ticks once. Then "
        "close this window and press Find."
    )


def _closed(drive: UnreadableDrive) -> str:
    return _(
        "{drive} cannot be read: {reason}. If it is the board's drive, unlock it, allow access in "
        "the system settings (on a Mac: Privacy, Removable Volumes), or plug it in again.",
        drive=drive.root,
        reason=drive.reason,
    )
