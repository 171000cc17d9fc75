"""One clip on the desk: what it is, what it holds, and the five steps of the visit with it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from html import escape
from typing import TYPE_CHECKING, Any

from nicegui import ui

from leancue.basis.errors import PatientError, PrescriptionChanged
from leancue.clinic import clip_check, clip_words, live_chart
from leancue.clinic.clip_records import Progress, PulledRuns, Seen
from leancue.clinic.connected_clips import LIVE
from leancue.clinic.page_frame import ask, off_loop
from leancue.clinic.visit_steps import FEEL, NOTHING, PULL, RUN, SEND, STAND, STEPS, next_step
from leancue.clinic.widgets import button, card, link, markup, row, say, uid_words, when
from leancue.language.words import N_, _, n_
from leancue.library import Chart, Prescription
from leancue.library.codes import NOBODY
from leancue.prescriptions.prescription_file import describe
from leancue.runs.own_lean import effective

if TYPE_CHECKING:
    from leancue.clinic.clip_page import ClipPage

_LOOK_S = 0.2
_STOP_LIVE = N_("Stop the live view")


class ClipCard:
    """One clip and what can be done with it. ``busy``: what this tab is doing, "" = nothing."""

    def __init__(self, page: ClipPage, clip: Seen) -> None:
        self.page, self.clip = page, clip
        self.desk = page.desk
        self.busy = ""
        self._told_elsewhere = False  # that the clip is busy in another tab
        self._buttons: list[tuple[ui.html, bool]] = []
        self._shown: Prescription | None = None
        self._watching = False

    def build(self) -> None:
        """Build the card into the slot that is open."""
        self.box = ui.element("div")
        self._fill()

    def show(self, clip: Seen) -> None:
        """Show the clip as it is now, unless this tab is doing something with it."""
        if not self.busy and not self._watching:
            self.clip = clip
            self._fill()

    def _fill(self) -> None:
        clip = self.clip
        self._buttons = []
        self.box.clear()
        with self.box, card(clip_words.owner_words(clip.hello.patient), "clip"):
            facts = "".join(f"<div><dt>{name}</dt><dd>{escape(value)}</dd></div>"
                            for name, value in clip_words.facts_of(clip))  # fmt: skip
            markup(facts, "dl", "details")
            for words in clip_words.noticed(clip):
                say(words, classes="look")
            self._working = markup("", "p", "working").props("aria-live=polite")
            with ui.element("ol").classes("steps"):
                for number_, build in enumerate(
                    (self._send_step, self._stand_step, self._feel_step, self._run_step,
                     self._pull_step)
                ):  # fmt: skip
                    self._step(number_, build)
            self._main = ""
            with row("actions"):
                self._act(_("Check this clip"), self._check)
            self._check_box = ui.element("div")
        self.disable()

    def _step(self, at: int, build: Callable[[], None]) -> None:
        """One step; the next one is the blue one."""
        self._main = "first" if at == self._next() else ""
        step = STEPS[at]
        happened = self._log.happened.get(at, "")
        with ui.element("li").classes(f"step {'next' if self._main else ''}"):
            with ui.element("div").classes("step-words"):
                mark = _("Next: ") if self._main else ""
                say(f"{mark}{_(step.name)}", "h3")
                patient = f"<strong>{escape(_('The patient:'))}</strong> {escape(_(step.does))}"
                markup(patient, "p", "quiet")
                if step.felt != NOTHING:
                    felt = f"<strong>{escape(_('Is felt:'))}</strong> {escape(_(step.felt))}"
                    markup(felt, "p", "quiet")
                told = say(happened, "p", "happened").props("aria-live=polite")
                if at == RUN:
                    self._live_box = ui.element("div")
                    if self._watching:
                        self._live_box.classes("on")
                self._told = told
            with ui.element("div").classes("step-acts"):
                build()

    def _next(self) -> int:
        info = self.clip.info
        return next_step(
            as_prescribed=self._holds_newest(), ready=info is not None and info.mode == "ready",
            new_runs=self.clip.new_runs, log=self._log,
        )  # fmt: skip

    @property
    def _log(self) -> Any:
        return self.page.clips.log_of(self.clip)

    def _holds_newest(self) -> bool:
        """Whether the clip says that it holds the newest prescription of the visit's patient."""
        code = self.page.patient or self.clip.hello.patient
        made = self._current(code)
        if code == NOBODY or self.clip.hello.patient != code:
            return False
        return made is not None and self.clip.values == made.values

    def _current(self, code: str) -> Prescription | None:
        library = self.desk.library
        return library.prescriptions.current(code) if library.patients.has(code) else None

    def _act(self, words: str, on_click: Callable[..., Any], *, bears_live: bool = False) -> None:
        """A button; ``bears_live``: it may be pressed while the live view runs."""
        self._buttons.append((button(words, on_click, self._main), bears_live))

    # the five steps

    def _send_step(self) -> None:
        codes = [patient.code for patient in self.desk.library.patients.all()]
        first = self.page.patient or self.clip.hello.patient
        if not codes:
            markup(link(_("Add a patient first"), "/"), "p")
            return
        self._chosen = ui.select(codes, value=first if first in codes else None,
                                 label=_("Prescription of"), on_change=self._chose)  # fmt: skip
        self._chosen.props('outlined aria-label="Prescription of"')
        self._act(_("Send the prescription"), self._ask_and_send)
        self._sends = say("", "p", "sends")
        self._chose()

    def _chose(self) -> None:
        """Show what would be sent: exactly that is sent, or nothing."""
        code = str(self._chosen.value or "")
        self._shown = self._current(code) if code else None
        if self._shown is None:
            words = _("Nothing is prescribed for {code} yet.", code=code) if code else ""
        else:
            chart = self.desk.library.chart(code)
            words = f"{describe(chart.asked or self._shown.values)} {self._difference(chart)}"
        self._sends.content = escape(words)

    def _difference(self, chart: Chart) -> str:
        mine = [words for one, words in zip(chart.on_clips, chart.clip_words(when), strict=True)
                if one.uid == self.clip.hello.uid]  # fmt: skip
        return mine[0].words if mine else _("It is not on this clip yet.")

    async def _ask_and_send(self) -> None:
        code = str(self._chosen.value or "")
        if not code:
            raise PatientError(_("No patient was chosen."), way_out=_("Choose one from the list."))
        made = self.desk.library.prescriptions.current(code)
        if made is None:
            raise PatientError(
                _("Nothing is prescribed for {code} yet.", code=code),
                way_out=_("Write the prescription on the patient's page first."),
            )
        if self._shown is None or made.id != self._shown.id:
            self._chose()
            raise PrescriptionChanged(
                _(
                    "{code}'s prescription was changed since this page showed it: {changes}.",
                    code=code,
                    changes=made.changes,
                ),
                _("Another tab or desk kept it. Nothing was sent."),
                _("The newest one is shown now. Look at it, then send it."),
            )
        owner = self.clip.hello.patient
        if owner in (code, NOBODY):
            await self._send(made)
            return
        with ask(
            _("This clip is {owner}'s. Give it to {code}?", owner=owner, code=code),
            _(
                "The prescription is {code}'s. If the clip is given to {code}, its count of "
                "sessions begins anew; {owner}'s runs stay on it until they are pulled.",
                code=code,
                owner=owner,
            ),
        ) as answer:
            answer(_("Leave it {owner}'s, send nothing", owner=owner), None, "first")
            answer(_("Give the clip to {code}", code=code), lambda: self._send(made))

    async def _send(self, made: Prescription) -> None:
        library = self.desk.library
        after = await self.do(_("Sending …"), self.page.clips.send, self.clip, library, made)
        sent = library.prescriptions.current(made.patient)
        assert sent is not None
        chart = library.chart(made.patient)
        said = describe(effective(after, chart.own_lean))
        self._log.note(SEND, _("Sent and read back at {sent}.", sent=when(sent.sent_s)))
        await self.look()
        self.page.notice.tell(
            _(
                "Sent. The clip {uid} itself reads back, at {sent}: {patient}. {said}",
                uid=uid_words(self.clip.hello.uid),
                sent=when(sent.sent_s),
                patient=after["patient"],
                said=said,
            )
        )

    def _stand_step(self) -> None:
        self._act(_("Calibrate"), self._calibrate, bears_live=True)
        self._stand_told = self._told

    async def _calibrate(self) -> None:
        self._stand_told.content = _(
            "Stand still until two ticks are felt, then bow from the hips."
        )
        mode = await self.do(_("Calibrating …"), self.page.clips.calibrate, self.clip)
        ready = mode == "ready"
        self._log.note(
            STAND, _("The clip is calibrated and ready.") if ready else
            _(
                "The clip is not calibrated. Stand still, upright, the clip firmly in place, "
                "and press Calibrate again."
            ),
        )  # fmt: skip
        await self.look()

    def _feel_step(self) -> None:
        self._act(_("Feel the cues"), self._feel, bears_live=True)

    async def _feel(self) -> None:
        await self.do(_("Asking the clip …"), self.page.clips.command, self.clip, "feel")
        self._log.note(FEEL, _("The clip gives every cue in turn. Ask which was which."))
        self._fill_unless_live()

    def _run_step(self) -> None:
        self._live_button = button(_("Live view"), self._live, self._main)
        to = f"/live?uid={self.clip.hello.uid}"
        markup(link(_("Live, full screen"), to, "button"), "span")
        if self.clip.simulated:
            main, self._main = self._main, ""
            self._act(_("Let the simulated runner run"), self._run_simulated, bears_live=True)
            self._main = main

    def _pull_step(self) -> None:
        self._act(_("Pull runs"), self._pull)
        if self.clip.new_runs:
            say(
                n_(
                    "{number} run on the clip not here yet.",
                    "{number} runs on the clip not here yet.",
                    self.clip.new_runs,
                ),
                "p",
                "quiet",
            )

    async def _pull(self) -> None:
        owner, wanted = self.clip.hello.patient, self.page.patient
        if not wanted or owner in (wanted, NOBODY):
            await self._pull_now()
            return
        with ask(
            _(
                "This clip is {owner}'s, not {wanted}'s. Pull its runs all the same?",
                owner=owner,
                wanted=wanted,
            ),
            _("Each run is filed with the patient whom it names itself."),
        ) as answer:
            answer(_("Pull nothing"), None, "first")
            answer(_("Pull its runs"), self._pull_now)

    async def _pull_now(self) -> None:
        progress = Progress(_("asking for the runs"))

        def tell() -> None:
            self._working.content = escape(progress.words())

        timer = ui.timer(_LOOK_S, tell)
        try:
            pulled = await self.do(
                _("Pulling …"), self.page.clips.pull, self.clip, self.desk.library, progress
            )
        finally:
            timer.cancel()
            if not self.box.is_deleted:
                self.page.show_inbox()
        words = clip_words.pulled_words(pulled, self.clip)
        self._log.note(PULL, words)
        await self.look()
        own = " ".join(self._own_leans(pulled))
        self.page.notice.tell(f"{words} {own}".strip())

    def _own_leans(self, pulled: PulledRuns) -> list[str]:
        """Say what the baseline runs that came now mean for the band."""
        new = [f.run for f in pulled.filings if f.outcome != "already" and f.run.patient]
        codes = dict.fromkeys(
            str(run.patient) for run in new if run.summary and run.summary.is_baseline
        )
        return [clip_words.own_lean_words(self.desk.library.chart(code)) for code in codes]

    async def _check(self) -> None:
        await clip_check.check(self, self._check_box)

    # what all steps share

    async def do(self, words: str, work: Callable[..., Any], *args: Any) -> Any:
        """Do what blocks off the loop; meanwhile the card says what it is doing.

        Where the person has gone to another page meanwhile, what followed here is given up.
        """
        self.busy = words
        self._working.content = escape(words)
        self.disable()
        try:
            return await off_loop(work, *args)
        finally:
            self.busy = ""
            if self.box.is_deleted:
                raise asyncio.CancelledError
            self._working.content = ""
            self.disable()

    async def look(self) -> None:
        """Ask the clip anew, and show it."""
        self.clip = await self.do(
            _("Looking …"), self.page.clips.look, self.clip, self.desk.library
        )
        self._fill_unless_live()
        self.page.headline()

    def _fill_unless_live(self) -> None:
        if self._watching:
            self.disable()
        else:
            self._fill()

    def disable(self) -> None:
        """Let only that be pressed which can be done now, whichever tab is at work."""
        doing = self.page.clips.doing(self.clip)
        live = doing == LIVE
        elsewhere = bool(doing) and not live and not self.busy and not self._watching
        blocked = bool(self.busy) or elsewhere
        for made, bears_live in self._buttons:
            _bar(made, blocked or (live and not bears_live))
        _bar(self._live_button, blocked and not self._watching)
        if elsewhere:
            self._told_elsewhere = True
            self._working.content = escape(
                _("The clip is {doing}, in another tab.", doing=_(doing))
            )
        elif not self.busy and self._told_elsewhere:
            self._working.content = ""
            self._told_elsewhere = False

    async def _run_simulated(self) -> None:
        words = _("The simulated runner runs, faster than life …")
        await self.do(words, self.page.clips.run_simulated, self.clip)
        self.page.clips.end_live(self.clip)
        self._log.note(RUN, _("The run is over and on the clip."))
        await asyncio.sleep(0)
        self._watching = False
        await self.look()
        self.page.notice.tell(_("The simulated run is over and on the clip. Pull it."))

    async def _live(self) -> None:
        clips = self.page.clips
        if self._live_button.content == _(_STOP_LIVE):
            clips.leave_live(self.clip, self)
            return
        feed, begins = clips.watch(self.clip, self)
        self._watching = True
        has_band = clip_words.has_a_band(self.clip)
        with self._live_box:
            sentence = say("", "p", "live-words").props("aria-live=off")
            picture = markup("", "div", "chart live-chart")

        def draw() -> None:
            sentence.content = escape(live_chart.words(feed.state, has_band))
            picture.content = live_chart.draw(feed.state, has_band)

        self._live_button.content = _(_STOP_LIVE)
        timer = ui.timer(_LOOK_S, draw)
        ui.context.client.on_disconnect(lambda: clips.leave_live(self.clip, self))
        self.page.leave_with(lambda: clips.leave_live(self.clip, self))
        try:
            await (off_loop(clips.live, self.clip, feed) if begins else off_loop(feed.wait, self))
        finally:
            timer.cancel()
            self._watching = False
            if not self._live_box.is_deleted:
                self._live_button.content = _("Live view")
                self._live_box.clear()
                self.disable()


def _bar(made: ui.html, barred: bool) -> None:
    if made.props.get("disabled", False) != barred:
        made.props["disabled"] = barred
        made.update()
