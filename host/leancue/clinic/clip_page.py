"""The clips on the desk: search, owners, and the visit with each in five steps."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from html import escape

from nicegui import ui

from leancue.basis.errors import DeviceError, NoDevice
from leancue.clinic import pending_send, today, unassigned_runs
from leancue.clinic.clip_card import ClipCard
from leancue.clinic.clip_records import Found
from leancue.clinic.connected_clips import Clips
from leancue.clinic.make_clip import MakeClip
from leancue.clinic.page_frame import ClinicContext, crumbs, in_words, notice, off_loop, title
from leancue.clinic.print_dialog import PrintDialog
from leancue.clinic.pull_all import pull_all
from leancue.clinic.widgets import button, card, link, markup, path, row, say
from leancue.language.words import _, n_
from leancue.library.codes import NOBODY

_OUTDATED = -1  # instead of a number of changes
_BUSY_LOOK_S = 0.7  # interval of checking what other tabs are doing


class ClipPage:
    """The page of the clips; ``patient``: the patient of this visit, or ""."""

    def __init__(self, desk: ClinicContext, patient: str) -> None:
        self.desk, self.patient = desk, patient
        self.notice = notice()
        self.clips: Clips = desk.clips
        self.busy = False
        self.cards: dict[str, ClipCard] = {}
        self.found = Found((), ())

    def build(self) -> None:
        """Build the page, then look for clips. PatientError if there is no such patient."""
        if self.patient:
            self.desk.library.patients.get(self.patient)
            crumbs(
                (_("Patients"), "/"), (self.patient, path("patient", self.patient)), (_("Clip"), "")
            )
        title(_("Clip"))
        self._headline = say(_("Looking for clips …"), "h1")
        self._working = markup("", "p", "working").props("aria-live=polite")
        if self.patient:
            today.show(self.desk, self.patient)
        self._inbox = ui.element("div").classes("stack")
        self.show_inbox()
        self._pulled = ui.element("div").props("aria-live=polite")
        self._box = ui.element("div").classes("stack")
        self._rest = ui.element("div").classes("stack")
        with row("actions"):
            self._find = button(_("Find"), self.find)
            self._all = button(_("Pull all"), self._pull_all)
            self._all.set_visibility(False)
            if self.patient:
                self._prints()
            button(_("Make a clip"), lambda: MakeClip().open())
        ui.timer(0.01, self._first_look, once=True)
        ui.timer(_BUSY_LOOK_S, self._look_round)

    async def _pull_all(self) -> None:
        await pull_all(list(self.cards.values()), self._pulled)

    def _prints(self) -> None:
        """The end of a visit: the home sheet, or a choice of prints."""
        sheet = f"{path('print', 'patient', self.patient)}.pdf?home=1&report=0&notes=0"
        words = _("Print the sheet for home")
        markup(link(words, sheet, "button", target="_blank", rel="noopener"), "span")
        button(_("Print …"), PrintDialog(self.desk, self.patient).open)

    async def _first_look(self) -> None:
        """Look for clips; send at once after “Keep and send”."""
        wanted = pending_send.taken(self.patient)
        await self.find()
        if not wanted or self._box.is_deleted:
            return
        theirs = [made for made in self.cards.values() if made.clip.hello.patient == self.patient]
        if len(theirs) == 1:
            await theirs[0].send.ask_and_send()
            return
        self.notice.fail(
            NoDevice(
                _("Nothing was sent: no clip here belongs to {patient}.", patient=self.patient)
                if not theirs
                else _("Nothing was sent: {patient} has several clips here.", patient=self.patient)
            )
        )

    async def find(self) -> None:
        """Look for clips again."""
        if self.busy:
            return
        self._set_busy(True)
        self._working.content = _("Looking for clips …")
        try:
            changes = self.clips.changes()
            found = await off_loop(self.clips.find, self.desk.library)
        except DeviceError as error:
            if not self._box.is_deleted:
                self._headline.content = escape(in_words(error))
            return
        finally:
            self._set_busy(False)
        if not self._box.is_deleted:
            self._working.content = ""
            self._show(found, changes)

    def _set_busy(self, busy: bool) -> None:
        """Disable cards that are about to be rebuilt, so that no press is lost."""
        self.busy = busy
        if not self._box.is_deleted:
            for made in self.cards.values():
                made.disable()

    def _show(self, found: Found, changes: Counter[str]) -> None:
        self.found = found
        for port in self.cards.keys() - {clip.port for clip in found.clips}:
            self.cards.pop(port).box.delete()
        for clip in found.clips:
            # A clip in use was not read now but before: read it again as soon as it is free.
            known = _OUTDATED if clip.doing else changes[clip.hello.uid]
            if clip.port in self.cards:
                self.cards[clip.port].show(clip, known)
                continue
            with self._box:
                self.cards[clip.port] = made = ClipCard(self, clip, known)
                made.build()
        self._all.set_visibility(len(found.clips) > 1)
        self._rest.clear()
        with self._rest:
            for trouble in found.trouble:
                say(in_words(trouble), classes="look")
            if not found.clips:
                with card(classes="empty"):
                    say(_("Plug in a clip with a data cable, then press Find."))
                    say(_(
                        "No clip? Start this page with --device sim:short to use a simulated one."
                    ), classes="quiet")  # fmt: skip
        self.headline()

    def headline(self) -> None:
        """Say whose the clips are."""
        owners = [made.clip.hello.patient for made in self.cards.values()]
        self._headline.content = escape(_headline(owners, bool(self.found.trouble), self.patient))

    def show_inbox(self) -> None:
        """Show the unassigned runs."""
        self._inbox.clear()
        with self._inbox:
            unassigned_runs.show(self.desk, self.show_inbox)

    def leave_with(self, end: Callable[[], None]) -> None:
        """Call ``end`` when this page is left for another one in the same tab."""
        client = self._box.client
        client.sub_pages_router.on_path_changed(lambda _path: end())

    async def _look_round(self) -> None:
        if not self._box.client.has_socket_connection:
            return  # this page was left; it is kept for a while without querying clips
        for made in list(self.cards.values()):
            made.disable()
            await made.refresh()


def _headline(owners: list[str], trouble: bool, patient: str) -> str:
    if not owners:
        return _("No clip answers.") if trouble else _("No clip is plugged in.")
    names = ", ".join(
        _("not assigned yet") if owner == NOBODY else _("{owner}'s", owner=owner)
        for owner in owners
    )
    words = n_("{number} clip here: {names}.", "{number} clips here: {names}.", len(owners),
               names=names)  # fmt: skip
    if patient and patient not in owners:
        words += _(" None belongs to {patient}.", patient=patient)
    return words


def clip(desk: ClinicContext, patient: str = "") -> None:
    """The page."""
    ClipPage(desk, patient).build()
