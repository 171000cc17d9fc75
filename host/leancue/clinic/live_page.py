"""The live view for the treadmill: one clip on the whole screen, with marks that the run keeps."""

from __future__ import annotations

import time
from html import escape
from typing import Any

from leancore.gait import activity
from nicegui import ui

from leancue.basis.errors import LeanCueError, NoDevice
from leancue.clinic import live_gauge
from leancue.clinic.clip_card import has_a_band
from leancue.clinic.connected_clips import Seen
from leancue.clinic.page_frame import ClinicContext, in_words, notice, off_loop, title
from leancue.clinic.widgets import Field, button, link, markup, row, say
from leancue.live.live_state import LiveState
from leancue.live.run_state import CUE_WORDS
from leancue.report.sentences import number, plus_minus
from leancue.runs import pace
from leancue.runs.measurement_error import METHOD_ERROR
from leancue.runs.spans import clock

_LOOK_S = 0.2
_FLASH_S = 1.5
_WHOLE = (
    "() => document.fullscreenElement ? document.exitFullscreen() : "
    "document.documentElement.requestFullscreen()"
)
_QUICK = ("faster", "slower", "tired", "pain")


class LivePage:
    """The page of one clip's live view."""

    def __init__(self, desk: ClinicContext, uid: str) -> None:
        self.desk, self.uid = desk, uid
        self.notice = notice()
        self.unit = desk.library.options.get("speed_unit")
        self.clip: Seen | None = None
        self.state = LiveState()
        self._cue_seen = 0
        self._flash_until_s = 0.0

    def build(self) -> None:
        """Build the page, then look for the clip."""
        title("Live view")
        with ui.element("div").classes("stage") as self._stage:
            with ui.element("div").classes("stage-main"):
                self._place = say("Looking for the clip …", "h1", "stage-place")
                self._place.props("aria-live=off")
                self._number = markup("–", "p", "stage-number").props("aria-live=off")
                self._facts = markup("", "p", "stage-facts").props("aria-live=off")
            self._gauge = markup("", "div", "stage-gauge")
            with ui.element("div").classes("stage-marks"):
                self._marks()
        ui.timer(0.01, self._begin, once=True)

    def _marks(self) -> None:
        for words in _QUICK:
            button(f"Mark: {words}", lambda words=words: self._mark(words))
        self._speed = Field(f"Speed, {pace.UNITS[self.unit]}", classes="short stage-field")
        self._incline = Field("Incline, %", classes="short stage-field")
        button("Mark speed and incline", self._mark_pace)
        with row("stage-ways"):
            whole = button("Whole screen", lambda: None)
            whole.on("click", js_handler=_WHOLE)
            markup(link("Back to the clip", "/clip", "button"), "span")
        self._kept = say("", "p", "stage-kept").props("role=status")

    async def _begin(self) -> None:
        clips = self.desk.clips
        found = await off_loop(clips.find, self.desk.library)
        self.clip = next((one for one in found.clips if one.hello.uid == self.uid), None)
        if self.clip is None:
            self._place.content = "The clip is not plugged in."
            raise NoDevice(f"The clip {self.uid} is not plugged in.")
        feed, begins = clips.watch(self.clip, self)
        self.state = feed.state
        client, clip = self._stage.client, self.clip
        client.on_disconnect(lambda: clips.leave_live(clip, self))
        client.sub_pages_router.on_path_changed(lambda _path: clips.leave_live(clip, self))
        timer = ui.timer(_LOOK_S, self._draw)
        try:
            await (off_loop(clips.live, clip, feed) if begins else off_loop(feed.wait, self))
            ended = "The live view has ended."
        except LeanCueError as error:
            ended = in_words(error)
        finally:
            timer.cancel()
        if not self._stage.is_deleted:
            self._place.content = escape(ended)

    def _draw(self) -> None:
        state = self.state
        assert self.clip is not None
        has_band = has_a_band(self.clip)
        self._place.content = escape(place_words(state, has_band))
        self._number.content = f"{number(state.lean_cdeg / 100)}°"
        cadence = f"{state.cadence_cspm / 100:.0f} steps/min" if state.running else "– steps/min"
        error = plus_minus(METHOD_ERROR.own_deg)
        self._facts.content = escape(f"{error} · {clock(state.run_ms)} of running · {cadence}")
        self._gauge.content = live_gauge.draw(state, has_band)
        self._flash()

    def _flash(self) -> None:
        """Show a cue as it comes, for a moment; in words, not by colour alone."""
        if len(self.state.cues) != self._cue_seen:
            self._cue_seen = len(self.state.cues)
            self._flash_until_s = time.monotonic() + _FLASH_S
        lit = time.monotonic() < self._flash_until_s and bool(self.state.cues)
        if lit:
            kind = CUE_WORDS.get(self.state.cues[-1][1], "cue")
            self._place.content = escape(f"Cue: {kind}")
        self._stage.classes(add="flash" if lit else "", remove="" if lit else "flash")

    def _mark_pace(self) -> None:
        values: list[int | None] = []
        for field, read in (
            (self._speed, lambda text: pace.typed_mm_s(text, self.unit)),
            (self._incline, pace.typed_permille),
        ):
            try:
                values.append(read(field.text))
            except ValueError as error:
                field.complain(str(error))
                return
            field.complain("")
        if values == [None, None]:
            self._speed.complain("Type a speed or an incline first.")
            return
        self._mark("", *values)

    def _mark(self, words: str, speed: int | None = None, incline: int | None = None) -> None:
        if self.clip is None:
            raise NoDevice("There is no clip whose run could be marked.")
        at_ms = self.state.run_ms
        code = self.clip.hello.patient
        self.desk.library.marks.live(self.uid, code, at_ms, words, speed, incline)
        said = mark_words(words, speed, incline, self.unit)
        self._kept.content = escape(f"Marked at {clock(at_ms)}: {said}. The run keeps it.")


def place_words(state: LiveState, has_band: bool) -> str:
    """Return the moment in few words."""
    if not state.running:
        return {activity.WALK: "Walking, no cues"}.get(state.activity, "Not running, no cues")
    if not has_band:
        return "Measuring the own lean"
    return state.place().capitalize() + ("" if state.feedback else ", no cues now")


def mark_words(words: str, speed: int | None, incline: int | None, unit: int) -> str:
    """Return what a mark says."""
    parts: list[Any] = [words] if words else []
    if speed is not None:
        parts.append(pace.speed_words(speed, unit))
    if incline is not None:
        parts.append(f"incline {pace.incline_words(incline)}")
    return ", ".join(parts)


def live(desk: ClinicContext, uid: str = "") -> None:
    """The page."""
    LivePage(desk, uid).build()
