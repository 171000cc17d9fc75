"""The full-screen live view for the treadmill, with marks that are saved with the run."""

from __future__ import annotations

import time
from html import escape
from typing import Any

from leancore.gait import activity
from nicegui import ui

from leancue.basis.errors import LeanCueError, NoDevice
from leancue.clinic import live_gauge
from leancue.clinic.clip_records import ClipReading
from leancue.clinic.clip_words import has_a_band
from leancue.clinic.page_frame import ClinicContext, in_words, notice, off_loop, title
from leancue.clinic.widgets import Field, button, link, markup, row, say
from leancue.language.words import N_, _
from leancue.live.live_state import LiveState
from leancue.report.sentences import CUE_WORDS, number, plus_minus
from leancue.runs import pace
from leancue.runs.measurement_error import METHOD_ERROR
from leancue.runs.spans import clock

_LOOK_S = 0.2
_FLASH_S = 1.5
_SILENT_S = 2.0  # the clip sends several moments per second; report silence after this time
_WHOLE = (
    "() => document.fullscreenElement ? document.exitFullscreen() : "
    "document.documentElement.requestFullscreen()"
)
_QUICK = (N_("faster"), N_("slower"), N_("tired"), N_("pain"))


class LivePage:
    """The page of one clip's live view."""

    def __init__(self, desk: ClinicContext, uid: str) -> None:
        self.desk, self.uid = desk, uid
        self.notice = notice()
        self.unit = desk.library.options.get("speed_unit")
        self.clip: ClipReading | None = None
        self.state = LiveState()
        self._cue_seen = 0
        self._flash_until_s = 0.0

    def build(self) -> None:
        """Build the page, then look for the clip."""
        title(_("Live view"))
        with ui.element("div").classes("stage") as self._stage:
            with ui.element("div").classes("stage-main"):
                self._place = say(_("Looking for the clip …"), "h1", "stage-place")
                self._place.props("aria-live=off")
                self._number = markup("–", "p", "stage-number").props("aria-live=off")
                self._facts = markup("", "p", "stage-facts").props("aria-live=off")
            self._gauge = markup("", "div", "stage-gauge")
            with ui.element("div").classes("stage-marks"):
                self._marks()
        ui.timer(0.01, self._begin, once=True)

    def _marks(self) -> None:
        for words in _QUICK:
            button(_("Mark: {words}", words=_(words)), lambda words=words: self._mark(words))
        self._speed = Field(
            _("Speed, {unit}", unit=pace.UNITS[self.unit]), classes="short stage-field"
        )
        self._incline = Field(_("Incline, %"), classes="short stage-field")
        button(_("Mark speed and incline"), self._mark_pace)
        with row("stage-ways"):
            whole = button(_("Full screen"), lambda: None)
            whole.on("click", js_handler=_WHOLE)
            markup(link(_("Back to the clip"), "/clip", "button"), "span")
        self._kept = say("", "p", "stage-kept").props("role=status")

    async def _begin(self) -> None:
        clips = self.desk.clips
        found = await off_loop(clips.find, self.desk.library)
        self.clip = next((one for one in found.clips if one.hello.uid == self.uid), None)
        if self.clip is None:
            self._place.content = _("The clip is not plugged in.")
            raise NoDevice(_("The clip {uid} is not plugged in.", uid=self.uid))
        feed, begins = clips.watch(self.clip, self)
        self.state = feed.state
        client, clip = self._stage.client, self.clip
        client.on_disconnect(lambda: clips.leave_live(clip, self))
        client.sub_pages_router.on_path_changed(lambda _path: clips.leave_live(clip, self))
        timer = ui.timer(_LOOK_S, self._draw)
        try:
            await (off_loop(clips.live, clip, feed) if begins else off_loop(feed.wait, self))
            ended = _("The live view has ended.")
        except LeanCueError as error:
            ended = in_words(error)
        finally:
            timer.cancel()
        if not self._stage.is_deleted:
            self._place.content = escape(ended)

    def _draw(self) -> None:
        state = self.state
        assert self.clip is not None
        if state.silent_s > _SILENT_S:
            self._tell_silence()
            return
        has_band = has_a_band(self.clip)
        self._place.content = escape(place_words(state, has_band))
        self._number.content = f"{number(state.lean_cdeg / 100)}°"
        cadence = _(
            "{value} steps/min", value=number(state.cadence_cspm / 100, 0) if state.running else "–"
        )
        error = plus_minus(METHOD_ERROR.own_deg)
        self._facts.content = escape(
            _(
                "{error} · {run} of running · {cadence}",
                error=error,
                run=clock(state.run_ms),
                cadence=cadence,
            )
        )
        self._gauge.content = live_gauge.draw(state, has_band)
        self._flash()

    def _tell_silence(self) -> None:
        """Hide an outdated number, and report the silence."""
        self._place.content = escape(
            _("No data from the clip for {seconds} s", seconds=int(self.state.silent_s))
        )
        self._number.content = "–"
        self._gauge.content = ""

    def _flash(self) -> None:
        """Show a new cue briefly; as text, not by colour alone."""
        if len(self.state.cues) != self._cue_seen:
            self._cue_seen = len(self.state.cues)
            self._flash_until_s = time.monotonic() + _FLASH_S
        lit = time.monotonic() < self._flash_until_s and bool(self.state.cues)
        if lit:
            kind = _(CUE_WORDS.get(self.state.cues[-1][1], "cue"))
            self._place.content = escape(_("Cue: {kind}", kind=kind))
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
            self._speed.complain(_("Type a speed or an incline first."))
            return
        self._mark("", *values)

    def _mark(self, words: str, speed: int | None = None, incline: int | None = None) -> None:
        if self.clip is None:
            raise NoDevice(_("No clip is connected, so there is no run to mark."))
        at_ms = self.state.run_ms
        code = self.clip.hello.patient
        self.desk.library.marks.live(self.uid, code, at_ms, words, speed, incline)
        said = mark_words(words, speed, incline, self.unit)
        self._kept.content = escape(
            _(
                "Marked at {at}: {said}. The mark is saved with the run.",
                at=clock(at_ms),
                said=said,
            )
        )


def place_words(state: LiveState, has_band: bool) -> str:
    """Return the moment in a few words."""
    if not state.running:
        return {activity.WALK: _("Walking, no cues")}.get(state.activity, _("Not running, no cues"))
    if not has_band:
        return _("Measuring the own lean")
    return state.place().capitalize() + ("" if state.feedback else _(", no cues now"))


def mark_words(words: str, speed: int | None, incline: int | None, unit: int) -> str:
    """Return the text of a mark."""
    parts: list[Any] = [words] if words else []
    if speed is not None:
        parts.append(pace.speed_words(speed, unit))
    if incline is not None:
        parts.append(_("incline {incline}", incline=pace.incline_words(incline)))
    return ", ".join(parts)


def live(desk: ClinicContext, uid: str = "") -> None:
    """The page."""
    LivePage(desk, uid).build()
