"""The visit's running step: the live view, the simulated runner."""

from __future__ import annotations

import asyncio
from html import escape
from typing import TYPE_CHECKING

from nicegui import ui

from leancue.clinic import clip_words, live_chart
from leancue.clinic.page_frame import off_loop
from leancue.clinic.visit_steps import RUN
from leancue.clinic.widgets import button, link, markup, say
from leancue.language.words import N_, _

if TYPE_CHECKING:
    from leancue.clinic.clip_card import ClipCard

_LOOK_S = 0.2
_STOP_LIVE = N_("Stop the live view")


class RunStep:
    """The live view in the card, until it is stopped or the run ends."""

    def __init__(self, card: ClipCard) -> None:
        self.card = card

    def build_view(self) -> None:
        """Build the slot of the live view."""
        self._live_box = ui.element("div")

    def build(self) -> None:
        """Build the buttons."""
        self.button = button(_("Live view"), self._live, self.card.main)
        to = f"/live?uid={self.card.clip.hello.uid}"
        markup(link(_("Live, full screen"), to, "button"), "span")
        if self.card.clip.simulated:
            main, self.card.main = self.card.main, ""
            self.card.act(_("Let the simulated runner run"), self._run_simulated, while_live=True)
            self.card.main = main

    async def _run_simulated(self) -> None:
        words = _("The simulated runner is running, faster than real time …")
        await self.card.do(words, self.card.page.clips.run_simulated, self.card.clip)
        self.card.page.clips.end_live(self.card.clip)
        self.card.log.note(RUN, _("The run has ended and is saved on the clip."))
        await asyncio.sleep(0)
        self.card.watching = False
        await self.card.look()
        self.card.page.notice.tell(
            _("The simulated run has ended and is saved on the clip. Pull it.")
        )

    async def _live(self) -> None:
        clips = self.card.page.clips
        if self.button.content == _(_STOP_LIVE):
            clips.leave_live(self.card.clip, self)
            return
        feed, begins = clips.watch(self.card.clip, self)
        self.card.watching = True
        has_band = clip_words.has_a_band(self.card.clip)
        with self._live_box:
            sentence = say("", "p", "live-words").props("aria-live=off")
            picture = markup("", "div", "chart live-chart")

        def draw() -> None:
            sentence.content = escape(live_chart.words(feed.state, has_band))
            picture.content = live_chart.draw(feed.state, has_band)

        self.button.content = _(_STOP_LIVE)
        timer = ui.timer(_LOOK_S, draw)
        ui.context.client.on_disconnect(lambda: clips.leave_live(self.card.clip, self))
        self.card.page.leave_with(lambda: clips.leave_live(self.card.clip, self))
        try:
            await (
                off_loop(clips.live, self.card.clip, feed) if begins else off_loop(feed.wait, self)
            )
        finally:
            timer.cancel()
            self.card.watching = False
            if not self._live_box.is_deleted:
                self.button.content = _("Live view")
                self._live_box.clear()
                self.card.disable()
