"""The clips on the desk: whose each is, how it is; calibrate, feel, send, pull, live."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from html import escape
from typing import Any

from leancore.coaching.session_plan import UNMEASURED
from leancore.schema import faults
from nicegui import ui

from leancue.basis.errors import DeviceError, PatientError
from leancue.basis.terminal import count
from leancue.clinic import clip_check, live_chart, unassigned_runs
from leancue.clinic.connected_clips import Clips, Found, Progress, PulledRuns, Seen
from leancue.clinic.page_frame import ClinicContext, ask, crumbs, in_words, notice, off_loop, title
from leancue.clinic.widgets import button, card, link, markup, path, row, say, uid_words, when
from leancue.commissioning.result import checked_words
from leancue.library.codes import NOBODY
from leancue.live.live_state import LiveState
from leancue.prescriptions.prescription_file import describe
from leancue.report.sentences import number, plus_minus
from leancue.runs.measurement_error import METHOD_ERROR

_LOOK_S = 0.2
_CALIBRATION_S = 40.0
_THERAPIST = 3  # column of the table of faults


class ClipPage:
    """The page of the clips; ``patient``: for whom one came here, or ""."""

    def __init__(self, desk: ClinicContext, patient: str) -> None:
        self.desk, self.patient = desk, patient
        self.notice = notice()
        self.clips: Clips = desk.clips
        self.busy = False

    def build(self) -> None:
        """Build the page, then look for clips. PatientError where there is no such patient."""
        if self.patient:
            self.desk.library.patients.get(self.patient)
            crumbs(("Patients", "/"), (self.patient, path("patient", self.patient)), ("Clip", ""))
        title("Clip")
        self._headline = say("Looking for clips …", "h1")
        with row("actions"):
            self._find = button("Find", self.find)
        self._working = markup("", "p", "working").props("aria-live=polite")
        self._inbox = ui.element("div").classes("stack")
        self._show_inbox()
        self._box = ui.element("div").classes("stack")
        ui.timer(0.01, self.find, once=True)

    async def find(self) -> None:
        """Look for clips anew."""
        if self.busy:
            return
        try:
            found = await self.do("Looking for clips …", self.clips.find)
        except DeviceError as error:
            self._headline.content = escape(in_words(error))
            return
        self._show(found)

    def _show(self, found: Found) -> None:
        self._headline.content = escape(_headline(found, self.patient))
        self._box.clear()
        with self._box:
            for clip in found.clips:
                ClipCard(self, clip).build()
            for trouble in found.trouble:
                say(in_words(trouble), classes="look")
            if not found.clips:
                with card(classes="empty"):
                    say("Plug a clip in with a cable that carries data, then press Find.")
                    say("Without a clip: start this page with --device sim:short, which brings a "
                        "simulated one.", classes="quiet")  # fmt: skip

    def _show_inbox(self) -> None:
        self._inbox.clear()
        with self._inbox:
            unassigned_runs.show(self.desk, self._show_inbox)

    async def do(self, words: str, work: Callable[..., Any], *args: Any) -> Any:
        """Do what blocks off the loop; meanwhile the page says what it is doing.

        Where the person has gone to another page meanwhile, what followed here is given up.
        """
        self.busy = True
        self._working.content = escape(words)
        try:
            return await off_loop(work, *args)
        finally:
            self.busy = False
            if self._box.is_deleted:
                raise asyncio.CancelledError
            self._working.content = ""

    async def pull(self, clip: Seen) -> None:
        """Pull the clip's runs, with progress."""
        progress = Progress("asking for the runs")

        def tell() -> None:
            self._working.content = escape(progress.words())

        timer = ui.timer(_LOOK_S, tell)
        try:
            pulled = await self.do("Pulling …", self.clips.pull, clip, self.desk.library, progress)
        finally:
            timer.cancel()
            if not self._box.is_deleted:
                self._show_inbox()
        await self.find()
        self.notice.tell(_pulled_words(pulled, clip))


class ClipCard:
    """One clip and what can be done with it."""

    def __init__(self, page: ClipPage, clip: Seen) -> None:
        self.page, self.clip = page, clip
        self.desk = page.desk

    def build(self) -> None:
        """Build the card."""
        clip = self.clip
        owner = clip.hello.patient
        with card(_owner_words(owner), "clip"):
            facts = "".join(f"<div><dt>{name}</dt><dd>{escape(value)}</dd></div>"
                            for name, value in _facts(clip))  # fmt: skip
            markup(facts, "dl", "details")
            for words in _noticed(clip):
                say(words, classes="look")
            with row("actions"):
                button("Pull runs", self._pull, "first" if self._has_runs() else "")
                button("Calibrate", self._calibrate)
                button("Feel the cues", self._feel)
                button("Check this clip", self._check)
                self._live_button = button("Live view", self._live)
                if clip.simulated:
                    button("Let the simulated runner run", self._run_simulated)
            self._send_row()
            self._told = markup("", "div").props("aria-live=polite")
            self._check_box = ui.element("div")
            self._live_box = ui.element("div")

    def _has_runs(self) -> bool:
        return bool(self.clip.info and self.clip.info.runs)

    def _send_row(self) -> None:
        codes = [patient.code for patient in self.desk.library.patients.all()]
        first = self.page.patient or self.clip.hello.patient
        with row("send"):
            if not codes:
                markup(link("Add a patient first", "/"), "p")
                return
            say("Prescription of")
            self._chosen = ui.select(codes, value=first if first in codes else None)
            self._chosen.props('outlined dense aria-label="Prescription of"')
            button("Send the prescription", self._ask_and_send)

    async def _ask_and_send(self) -> None:
        code = str(self._chosen.value or "")
        if not code:
            raise PatientError("No patient was chosen.", way_out="Choose one from the list.")
        made = self.desk.library.prescriptions.current(code)
        if made is None:
            raise PatientError(
                f"Nothing is prescribed for {code} yet.",
                way_out="Write the prescription on the patient's page first.",
            )
        owner = self.clip.hello.patient
        if owner in (code, NOBODY):
            await self._send(code)
            return
        with ask(
            f"This clip is {owner}'s. Give it to {code}?",
            f"The prescription is {code}'s. If the clip is given to {code}, its count of sessions "
            f"begins anew; {owner}'s runs stay on it until they are pulled.",
        ) as answer:
            answer(f"Leave it {owner}'s, send nothing", None, "first")
            answer(f"Give the clip to {code}", lambda: self._send(code))

    async def _send(self, code: str) -> None:
        library = self.desk.library
        made = library.prescriptions.current(code)
        assert made is not None
        after = await self.page.do("Sending …", self.page.clips.send, self.clip, library, made)
        sent = library.prescriptions.current(code)
        assert sent is not None
        await self.page.find()
        self.page.notice.tell(
            f"Sent. The clip {uid_words(self.clip.hello.uid)} itself reads back, at "
            f"{when(sent.sent_s)}: {after['patient']}. {describe(after)}"
        )

    async def _pull(self) -> None:
        owner, wanted = self.clip.hello.patient, self.page.patient
        if not wanted or owner in (wanted, NOBODY):
            await self.page.pull(self.clip)
            return
        with ask(
            f"This clip is {owner}'s, not {wanted}'s. Pull its runs all the same?",
            "Each run is filed with the patient whom it names itself.",
        ) as answer:
            answer("Pull nothing", None, "first")
            answer("Pull its runs", lambda: self.page.pull(self.clip))

    async def _calibrate(self) -> None:
        await self.page.do("Asking the clip …", self.page.clips.command, self.clip, "calibrate")
        self._told.content = "<p>Stand still until two ticks are felt, then bow from the hips.</p>"
        mode = "calibrating"
        for _ in range(int(_CALIBRATION_S)):
            mode = await self.page.do("Calibrating …", self.page.clips.mode, self.clip)
            if mode != "calibrating":
                break
            await asyncio.sleep(1.0)
        self._told.content = (
            "<p>The clip is calibrated and ready.</p>" if mode == "ready" else
            "<p>The clip is not calibrated. Stand still, upright, the clip firmly in place, and "
            "press Calibrate again.</p>"
        )  # fmt: skip

    async def _feel(self) -> None:
        await self.page.do("Asking the clip …", self.page.clips.command, self.clip, "feel")
        self._told.content = (
            "<p>The clip gives every cue in turn: back in the band (one soft tick), lean more "
            "(short pulses), ease off (one long), cap (two very long).</p>"
        )

    async def _check(self) -> None:
        await clip_check.check(self, self._check_box)

    async def _run_simulated(self) -> None:
        words = "The simulated runner runs, faster than life …"
        await self.page.do(words, self.page.clips.run_simulated, self.clip)
        self.page.clips.stop_live()
        await self.page.find()
        self.page.notice.tell("The simulated run is over and on the clip. Pull it.")

    async def _live(self) -> None:
        if self._live_button.content == "Stop the live view":
            self.page.clips.stop_live()
            return
        state = LiveState()
        info = self.clip.info
        has_band = info is not None and info.baseline_cdeg not in (None, UNMEASURED)
        with self._live_box:
            sentence = say("", "p", "live-words").props("aria-live=off")
            picture = markup("", "div", "chart live-chart")

        def draw() -> None:
            sentence.content = escape(live_chart.words(state, has_band))
            picture.content = live_chart.draw(state, has_band)

        self._live_button.content = "Stop the live view"
        timer = ui.timer(_LOOK_S, draw)
        ui.context.client.on_disconnect(self.page.clips.stop_live)
        try:
            await off_loop(self.page.clips.live, self.clip, state)
        finally:
            timer.cancel()
            if not self._live_box.is_deleted:
                self._live_button.content = "Live view"
                self._live_box.clear()


def _headline(found: Found, patient: str) -> str:
    if not found.clips:
        return "No clip is plugged in." if not found.trouble else "No clip can be reached."
    owners = [clip.hello.patient for clip in found.clips]
    names = ", ".join("nobody's" if owner == NOBODY else f"{owner}'s" for owner in owners)
    words = f"{count(len(owners), 'clip')} here: {names}."
    if patient and patient not in owners:
        words += f" None is {patient}'s."
    return words


def _owner_words(owner: str) -> str:
    return "Nobody's clip yet" if owner == NOBODY else f"{owner}'s clip"


def _facts(clip: Seen) -> list[tuple[str, str]]:
    hello, info = clip.hello, clip.info
    facts = [("clip", f"{hello.uid}, {'simulated' if clip.simulated else hello.board}")]
    if info is None:
        return [*facts, ("state", "it did not answer")]
    battery = f"{info.battery_mv / 1000:.2f} V" if info.battery_mv else "unknown"
    own = info.baseline_cdeg
    lean = "not measured yet"
    if own is not None and own != UNMEASURED:
        lean = f"{number(own / 100)}° {plus_minus(METHOD_ERROR.own_deg)}"
    free = f", {100 * info.free_pages // info.pages} % of the memory free" if info.pages else ""
    return [
        *facts, ("state", info.mode), ("battery", battery),
        ("runs on it", f"{info.runs}{free}"), ("sessions done", str(info.session)),
        ("own lean", lean), ("check", checked_words(info.check)),
    ]  # fmt: skip


def _noticed(clip: Seen) -> list[str]:
    """What the clip noticed about itself, in words."""
    counts = clip.info.faults if clip.info else {}
    rows = [(faults.row(number), times) for number, times in counts.items()]
    return [f"{found[_THERAPIST]} ({count(times, 'time')})" for found, times in rows if found]


def _pulled_words(pulled: PulledRuns, clip: Seen) -> str:
    came = [filing for filing in pulled.filings if filing.outcome != "already"]
    new = [filing for filing in came if not filing.run.question]
    asked = len(came) - len(new)
    here = pulled.here + sum(1 for filing in pulled.filings if filing.outcome == "already")
    if not (new or asked or here):
        return "No run is on the clip yet." if clip.info else "No run was found."
    owners = ", ".join(dict.fromkeys(str(filing.run.patient) for filing in new))
    parts = []
    if new:
        parts.append(f"{count(len(new), 'run')} pulled and filed with {owners}")
    if asked:
        parts.append(f"{count(asked, 'run')} pulled; it is not clear whose, see below")
    if here:
        parts.append(f"{here} here already")
    if pulled.missing_pages:
        parts.append(f"{count(pulled.missing_pages, 'page')} damaged on the clip")
    return "; ".join(parts) + "."


def clip(desk: ClinicContext, patient: str = "") -> None:
    """The page."""
    ClipPage(desk, patient).build()
