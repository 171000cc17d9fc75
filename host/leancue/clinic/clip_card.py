"""The card of a clip on the desk: identity, content, and the five steps of the visit."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from html import escape
from typing import TYPE_CHECKING, Any

from nicegui import ui

from leancue.clinic import clip_check, clip_name, clip_words
from leancue.clinic.body_steps import FeelStep, StandStep
from leancue.clinic.clip_records import ClipReading
from leancue.clinic.connected_clips import LIVE
from leancue.clinic.page_frame import off_loop
from leancue.clinic.pull_step import PullStep
from leancue.clinic.run_step import RunStep
from leancue.clinic.send_step import SendStep
from leancue.clinic.visit_steps import NOTHING, RUN, STEPS, VisitLog, next_step
from leancue.clinic.widgets import bar, button, card, markup, row, say, uid_words
from leancue.language.words import _
from leancue.library import Prescription
from leancue.library.codes import NOBODY

if TYPE_CHECKING:
    from leancue.clinic.clip_page import ClipPage


class ClipCard:
    """A clip and its actions. ``busy``: this tab's current action, "" = none."""

    def __init__(self, page: ClipPage, clip: ClipReading, changes: int) -> None:
        """``changes``: change counter of the clip (``Clips``) at the time of the reading."""
        self.page, self.clip = page, clip
        self._changes = changes
        self.desk = page.desk
        self.busy = ""
        self._told_elsewhere = False  # the clip is busy in another tab
        self._buttons: list[tuple[ui.html, bool]] = []
        self.send, self.run = SendStep(self), RunStep(self)
        stand, feel, self.pull = StandStep(self), FeelStep(self), PullStep(self)
        self._builds = [self.send.build, stand.build, feel.build, self.run.build, self.pull.build]
        self.watching = False

    def build(self) -> None:
        """Build the card in the current slot."""
        self.box = ui.element("div")
        self._fill()

    def show(self, clip: ClipReading, changes: int) -> None:
        """Update the card, unless this tab is doing something with the clip."""
        if not self.busy and not self.watching:
            self.clip, self._changes = clip, changes
            self._fill()

    async def refresh(self) -> None:
        """Show what another tab, or this one before it was loaded anew, has made of the clip."""
        changes = self.page.clips.changes()[self.clip.hello.uid]
        here = self.busy or self.page.busy or self.watching
        if changes == self._changes or here or self.page.clips.doing(self.clip):
            return
        self._changes = changes
        clip = await off_loop(self.page.clips.look, self.clip, self.desk.library)
        if not self.box.is_deleted:
            self.show(clip, changes)
            self.page.headline()

    def _fill(self) -> None:
        clip = self.clip
        self._buttons = []
        self.box.clear()
        with self.box, card(clip_words.title_of(clip, self.name), "clip"):
            facts = "".join(f"<div><dt>{name}</dt><dd>{escape(value)}</dd></div>"
                            for name, value in clip_words.facts_of(clip))  # fmt: skip
            markup(facts, "dl", "details")
            for words in clip_words.noticed(clip):
                say(words, classes="look")
            self.working = markup("", "p", "working").props("aria-live=polite")
            with ui.element("ol").classes("steps"):
                for at, build in enumerate(self._builds):
                    self._step(at, build)
            self.main = ""
            with row("actions"):
                if len(self.page.found.clips) > 1:
                    self.act(_("Blink this one"), self._blink, while_live=True)
                self.act(_("Check this clip"), self._check)
                clip_name.show(self)
            self._check_box = ui.element("div")
        self.disable()

    def _step(self, at: int, build: Callable[[], None]) -> None:
        """One step; the next one is the blue one."""
        self.main = "first" if at == self._next() else ""
        step = STEPS[at]
        happened = self.log.happened.get(at, "")
        with ui.element("li").classes(f"step {'next' if self.main else ''}"):
            with ui.element("div").classes("step-words"):
                mark = _("Next: ") if self.main else ""
                say(f"{mark}{_(step.name)}", "h3")
                patient = f"<strong>{escape(_('The patient:'))}</strong> {escape(_(step.does))}"
                markup(patient, "p", "quiet")
                if step.felt != NOTHING:
                    felt = f"<strong>{escape(_('What is felt:'))}</strong> {escape(_(step.felt))}"
                    markup(felt, "p", "quiet")
                told = say(happened, "p", "happened").props("aria-live=polite")
                self.told = told
                if at == RUN:
                    self.run.build_view()
            with ui.element("div").classes("step-acts"):
                build()

    def _next(self) -> int:
        info = self.clip.info
        return next_step(
            as_prescribed=self._holds_newest(), ready=info is not None and info.mode == "ready",
            new_runs=self.clip.new_runs, log=self.log,
        )  # fmt: skip

    @property
    def name(self) -> str:
        """What the clinic calls the clip, "" = nothing."""
        known = self.desk.library.devices.get(self.clip.hello.uid)
        return known.name if known else ""

    def named(self) -> None:
        """Show the clip's new name; a running live view is kept."""
        self.fill_unless_live()

    @property
    def log(self) -> VisitLog:
        """The actions on the clip since the program started."""
        return self.page.clips.log_of(self.clip)

    def _holds_newest(self) -> bool:
        """Whether the clip reports the newest prescription of the visit's patient."""
        code = self.page.patient or self.clip.hello.patient
        made = self.current(code)
        if code == NOBODY or self.clip.hello.patient != code:
            return False
        return made is not None and self.clip.values == made.values

    def current(self, code: str) -> Prescription | None:
        """Return the patient's newest prescription, None where there is none."""
        library = self.desk.library
        return library.prescriptions.current(code) if library.patients.has(code) else None

    def act(self, words: str, on_click: Callable[..., Any], *, while_live: bool = False) -> None:
        """Add a button; ``while_live``: it may be used during the live view."""
        self._buttons.append((button(words, on_click, self.main), while_live))

    async def _blink(self) -> None:
        words = _(
            "{clip}: its light blinks white, its motor ticks.", clip=uid_words(self.clip.hello.uid)
        )
        await self.do(words, self.page.clips.blink, self.clip)

    async def _check(self) -> None:
        await clip_check.check(self, self._check_box)

    async def do(self, words: str, work: Callable[..., Any], *args: Any) -> Any:
        """Do blocking work outside the event loop, and show it on the card.

        If the user has left the page by then, the rest is abandoned.
        """
        self.busy = words
        self.working.content = escape(words)
        self.disable()
        try:
            return await off_loop(work, *args)
        finally:
            self.busy = ""
            self._changes = self.page.clips.changes()[self.clip.hello.uid]  # seen by who did it
            if self.box.is_deleted:
                raise asyncio.CancelledError
            self.working.content = ""
            self.disable()

    async def look(self) -> None:
        """Read the clip again, and show it."""
        self.clip = await self.do(
            _("Reading the clip …"), self.page.clips.look, self.clip, self.desk.library
        )
        self.fill_unless_live()
        self.page.headline()

    def fill_unless_live(self) -> None:
        """Rebuild the card; a running live view is kept."""
        if self.watching:
            self.disable()
        else:
            self._fill()

    def disable(self) -> None:
        """Enable only the buttons that are possible now, whichever tab is active."""
        doing = self.page.clips.doing(self.clip)
        live = doing == LIVE
        here = bool(self.busy) or self.page.busy
        elsewhere = bool(doing) and not live and not here and not self.watching
        blocked = here or elsewhere
        for made, while_live in self._buttons:
            bar(made, blocked or (live and not while_live))
        bar(self.run.button, blocked and not self.watching)
        if elsewhere:
            self._told_elsewhere = True
            self.working.content = escape(_("The clip is {doing}, in another tab.", doing=_(doing)))
        elif not self.busy and self._told_elsewhere:
            self.working.content = ""
            self._told_elsewhere = False
