"""Check this clip: commissioning on the page."""

from __future__ import annotations

import queue
import time
from collections.abc import Callable
from html import escape
from typing import TYPE_CHECKING

from nicegui import ui

from leancue.basis.errors import DeviceGone
from leancue.clinic.widgets import button, markup, row, say
from leancue.clip.client import Client
from leancue.commissioning import guided_check, result
from leancue.commissioning.result import Result
from leancue.language.words import N_, _

if TYPE_CHECKING:
    from leancue.clinic.clip_page import ClipCard

_LOOK_S = 0.1
_ANSWER_TIMEOUT_S = 300.0  # the person may have to fetch a screwdriver
_DONE, _LEAVE, _NOW, _SHOW = N_("Done"), N_("Skip"), N_("Now"), N_("Show")


class PageOperator:
    """A ``guided_check.Operator`` at the page, called from the checking thread.

    ``shown``: the current text and its answer buttons.
    """

    def __init__(self) -> None:
        self.shown: tuple[str, tuple[str, ...]] = ("", ())
        self._answers: queue.Queue[str] = queue.Queue()
        self.left = False

    def answer(self, words: str) -> None:
        """Handle a pressed answer button."""
        self._answers.put(words)

    def told(self, text: str) -> None:
        """Show the current step."""
        self.shown = (f"{text} …", ())

    def lays(self, posture: str, text: str) -> bool:
        """See ``guided_check.Operator``."""
        return self._asked(text, _DONE, _LEAVE) == _DONE

    def presses(self, text: str) -> bool:
        """See ``guided_check.Operator``."""
        how = _("Press Now, then press the clip's button within five seconds.")
        done = self._asked(f"{text} {how}", _NOW, _LEAVE) == _NOW
        self.told(text.rstrip("."))
        return done

    def sees(self, text: str, show: Callable[[], None]) -> str | None:
        """See ``guided_check.Operator``."""
        if self._asked(text, _SHOW, _LEAVE) != _SHOW:
            return None
        self.told(_("Look at the light"))
        show()
        seen = self._asked(_("What did the light show?"), *guided_check.LIGHTS.values())
        return next(key for key, words in guided_check.LIGHTS.items() if words == seen)

    def _asked(self, text: str, *answers: str) -> str:
        """Wait for one of ``answers``; DeviceGone if the page was left."""
        while not self._answers.empty():  # discard a double press
            self._answers.get_nowait()
        self.shown = (text, answers)
        until_s = time.monotonic() + _ANSWER_TIMEOUT_S
        while time.monotonic() < until_s and not self.left:
            try:
                return self._answers.get(timeout=_LOOK_S)
            except queue.Empty:
                continue
        raise DeviceGone(_("The check was stopped before its end."), way_out=_("Start it again."))


async def check(card: ClipCard, box: ui.element) -> None:
    """Guide the check of the card's clip in ``box``, file it, and show the result."""
    hands, clip = PageOperator(), card.clip
    wearer = card.page.clips.wearer(clip)
    if wearer is not None:
        guided_check.require_unworn(wearer)
    box.clear()
    with box:
        panel = ui.element("div").props("aria-live=polite")
    drawn: list[tuple[str, tuple[str, ...]]] = []

    def draw() -> None:
        if drawn and drawn[-1] == hands.shown:
            return
        drawn.append(hands.shown)
        words, answers = hands.shown
        panel.clear()
        with panel:
            say(words)
            with row("actions"):
                for one in answers:
                    button(_(one), lambda one=one: hands.answer(one), "first" * (one is answers[0]))

    def leave() -> None:
        hands.left = True

    timer = ui.timer(_LOOK_S, draw)
    ui.context.client.on_disconnect(leave)
    try:
        found = await card.do(
            _("Checking …"), card.page.clips.using, clip, lambda client: _checked(client, hands)
        )
    finally:
        timer.cancel()
        if not box.is_deleted:
            box.clear()
    now_s = int(time.time())
    devices = card.desk.library.devices
    devices.seen(clip.hello.uid, clip.hello.board, clip.hello.version)
    devices.checked(clip.hello.uid, found.filed(now_s))
    with box:
        say(found.answer)
        rows = "".join(f"<div><dt>{escape(part)}</dt><dd>{escape(text)}</dd></div>"
                       for part, text in found.lines())  # fmt: skip
        markup(rows, "dl", "details")


def _checked(client: Client, hands: PageOperator) -> Result:
    """Ask the clip and the person; the clip stores the result."""
    hello = client.hello()
    found = result.of(guided_check.gathered(client, hands, hello.uid, hello.board, time.monotonic))
    guided_check.keep(client, int(time.time()), len(found.found), found.shakes_cmps2())
    guided_check.done(client)
    return found
