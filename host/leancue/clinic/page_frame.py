"""The frame of every page: location, last message, errors and the way out."""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from html import escape
from typing import TYPE_CHECKING, Any

from nicegui import context, run, ui

from leancue.basis import errors
from leancue.basis.errors import LeanCueError
from leancue.clinic.clip_activity import ClipBusy
from leancue.clinic.desk_lock import DeskLock
from leancue.clinic.page_head import LockScreen, who
from leancue.clinic.widgets import button, home, link, markup, say
from leancue.language.formats import decimal
from leancue.language.reasons import said
from leancue.language.words import N_, _

if TYPE_CHECKING:
    from leancue.clinic.connected_clips import Clips
    from leancue.library import Library

# Ways out for a user of the page; those of the errors themselves are commands to type.
WAYS_OUT: tuple[tuple[type[LeanCueError], str], ...] = (
    (errors.NoDevice, N_("Plug in the clip with a data cable, then press Find.")),
    (errors.PortDenied, N_(
        "This user may not open the port. Type `leancue doctor` in a terminal: it says how to "
        "allow it."
    )),
    (ClipBusy, N_("Stop the live view, or wait until the clip is free.")),
    (errors.PortBusy, N_(
        "Close the other program, or wait until it has finished, then press Find.")),
    (errors.DeviceLocked, N_("Use a desk of the clinic that locked it.")),
    (errors.DeviceRefused, N_("Press Find to see what the clip is doing, then try again.")),
    (errors.DeviceError, N_(
        "Plug the clip in again and press Find. Pulling continues where it stopped."
    )),
    (errors.DriveFailed, N_(
        "Plug the clip in again, then search again: it continues where it stopped."
    )),
    (errors.NotConfirmed, N_(
        "Eject its drive, switch the clip off and on, then search again: damaged files are "
        "repaired."
    )),
    (errors.DriveFull, N_(
        "Pull the runs from the clip, or remove what you do not need from its drive, then try "
        "again."
    )),
    (errors.WrongBoard, N_("Use a board that LeanCue knows, or the file for this board.")),
    (errors.NotCompiled, N_(
        "Type `leancue install --form source` in a terminal: it does not need it.")),
)  # fmt: skip

_HEAD = (
    '<link rel="stylesheet" href="{static}/clinic.css"><script src="{static}/clinic.js"></script>'
    '<link rel="stylesheet" href="{static}/look.css">'
    '<link rel="stylesheet" href="{static}/print.css">'
    "<script>window.LEANCUE_WORDS = {words};</script>"
)
_FAILED = "!"
_LOG = logging.getLogger("leancue")


@dataclass(frozen=True)
class ClinicContext:
    """Shared by all pages: the library and the clips on this desk."""

    library: Library
    clips: Clips
    lock: DeskLock = field(default_factory=DeskLock)


class Notice:
    """The line below the head: the last action, with undo, or an error."""

    def __init__(self) -> None:
        self._box = ui.element("div").classes("notice-place")
        self._box.props("aria-live=polite")
        self._there = ""

    def tell_there(self, words: str) -> None:
        """Show the message on the next page: this one is being left."""
        self._there = words

    def moved(self) -> None:
        """Drop the last page's message: another page is shown."""
        words, self._there = self._there, ""
        self.clear()
        if words:
            self.tell(words)

    def tell(self, words: str, undo: Callable[[], Any] | None = None, more: str = "") -> None:
        """Show a message; ``more``: a link to continue, as markup."""
        self._show("notice", "✓", words, undo, more)

    def fail(self, error: Exception) -> None:
        """Show an error."""
        self._show("notice failed", _FAILED, in_words(error), None)

    def clear(self) -> None:
        """Remove the message."""
        self._box.clear()

    def _show(
        self, classes: str, sign: str, words: str, undo: Callable[[], Any] | None, more: str = ""
    ) -> None:
        self._box.clear()
        role = "alert" if sign == _FAILED else "status"
        with self._box, ui.element("div").classes(classes).props(f"role={role}"):
            markup(sign, "span", "sign").props("aria-hidden=true")
            say(words, "p")
            if undo:
                button(_("Undo"), undo)
            if more:
                markup(more, "span")
            button(_("Close"), self.clear, "quiet")
        self._box.client.run_javascript("window.scrollTo({top: 0})")


def in_words(error: Exception) -> str:
    """Return an error as text for the page."""
    if not isinstance(error, LeanCueError):
        _LOG.error("an unexpected error", exc_info=error)
        return _(
            "The program had an internal error: {kind}. Nothing was lost.",
            kind=type(error).__name__,
        )
    way_out = next((_(words) for kind, words in WAYS_OUT if isinstance(error, kind)), "")
    if not way_out and "`" not in error.way_out:
        way_out = said(error.way_out)
    return str(LeanCueError(said(error.what).replace("`", ""), said(error.why), way_out))


def notice() -> Notice:
    """Return the notice of the page that is shown."""
    found = getattr(context.client, "leancue_notice", None)
    assert isinstance(found, Notice)
    return found


class Pages(ui.sub_pages):
    """The pages by address; an unknown address or patient gives a message."""

    def _render_404(self) -> None:
        empty(_("There is no such page."), _("Go to the list of patients."))

    def _render_error(self, _error: Exception) -> None:
        empty(
            _("The line above says why this page is not shown."), _("Go to the list of patients.")
        )


def empty(words: str, next_step: str, to: str = "/") -> None:
    """Show that there is nothing yet, and what to do next."""
    markup(f"<h1>{escape(words)}</h1><p>{link(next_step, to)}</p>", "div", "card empty")


def frame(desk: ClinicContext, routes: dict[str, Callable[..., None]]) -> None:
    """Build the frame; ``routes``: the pages by address."""
    client = context.client
    ui.add_head_html(_HEAD.format(static=f"{home()}/static", words=_words_of_scripts()))
    ui.on_exception(lambda error: notice().fail(error))
    ui.query(".nicegui-content").classes("page")
    ui.dark_mode(None)  # as set on the computer
    head = ui.element("header").classes("head")
    with head:
        _head(desk)
    client.leancue_notice = Notice()  # type: ignore[attr-defined]
    content = ui.element("div").props("id=content tabindex=-1")
    if not desk.lock.locked:
        with content:
            client.sub_pages_router.on_path_changed(lambda _path: notice().moved())
            Pages(dict(routes), data={"desk": desk})
    LockScreen(desk, content, head)


def _words_of_scripts() -> str:
    """The texts of the page's scripts, as JSON that is safe inside a script."""
    unsaved = _("What you typed is not saved yet. It stays as a draft. Leave this page?")
    return json.dumps(
        {
            "unsaved": unsaved,
            "ended": [
                _("LeanCue has ended."),
                _("Type leancue clinic in a terminal: it opens the page."),
            ],
            "anew": [
                _("LeanCue was restarted."),
                _("Use its new page, or type leancue clinic in a terminal: it opens the page."),
            ],
            "lean": _("lean"),
            "steps": _("steps/min"),
            "decimal": decimal(0.5)[1],
        }
    ).replace("<", "\\u003c")


def _head(desk: ClinicContext) -> None:
    ways = ((_("Patients"), "/"), (_("Clip"), "/clip"), (_("Clinic"), "/clinic"))
    skip = f'<a class="skip" href="#content">{escape(_("Skip to the content"))}</a>'
    markup(skip + link("LeanCue", "/", "brand"), "span")
    nav = markup("".join(link(words, to) for words, to in ways), "nav")
    nav.props["aria-label"] = _("Main")
    who(desk)
    say(_("on this computer only"), "span", "local")


async def off_loop(work: Callable[..., Any], *args: Any) -> Any:
    """Run blocking work outside the page's event loop.

    Raises:
        asyncio.CancelledError: the program is ending; the work may continue unattended.
    """
    done = await run.io_bound(lambda: (work(*args),))
    if done is None:
        raise asyncio.CancelledError
    return done[0]


def crumbs(*steps: tuple[str, str]) -> None:
    """Show the breadcrumbs: (text, address); the last one is this page."""
    parts = [link(words, to) for words, to in steps[:-1]]
    markup(" / ".join([*parts, escape(steps[-1][0])]), "nav", "crumbs")


def title(words: str) -> None:
    """Show a page's heading, also as the browser's title."""
    ui.page_title(f"{words} · LeanCue")


def ask(words: str, more: str = "") -> AbstractContextManager[Any]:
    """Open a question; add the safe answer first. Esc gives no answer."""
    dialog = ui.dialog(value=True)
    dialog.props["aria-label"] = words
    dialog.on("hide", dialog.delete)
    with dialog:
        box = ui.element("div").classes("card question").props("role=alertdialog")
        box.props["aria-label"] = words
    with box:
        say(words, "h2")
        if more:
            say(more)
    return _Question(dialog, box)


class _Question(AbstractContextManager["Any"]):
    """The open question, to which answers are added."""

    def __init__(self, dialog: ui.dialog, box: ui.element) -> None:
        self._dialog, self._box = dialog, box

    def __enter__(self) -> Callable[..., None]:
        self._box.__enter__()
        self._row = ui.element("div").classes("row answers")
        self._row.__enter__()
        return self.answer

    def __exit__(self, *error: Any) -> None:
        self._row.__exit__(*error)
        self._box.__exit__(*error)

    def answer(self, words: str, then: Callable[[], Any] | None = None, classes: str = "") -> None:
        """Add an answer; without ``then`` it only closes the question."""
        place = context.slot.parent

        async def given() -> None:
            self._dialog.close()
            if then is not None:
                result = then()
                if hasattr(result, "__await__"):
                    await result

        made = button(words, given, classes)
        if len(place.default_slot.children) == 1:
            made.props("autofocus")
