"""The head of every page: the current user's initials, the lock, its PIN."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from nicegui import ui

from leancue.clinic.widgets import button, row, say
from leancue.language.words import _

if TYPE_CHECKING:
    from leancue.clinic.page_frame import ClinicContext

_LOOK_S = 2.0
# Activity (key, press, wheel) is reported at most every 10 s.
_TOUCHED = """
(() => {
  let last = 0;
  const told = () => {
    const now = Date.now();
    if (now - last > 10000) { last = now; emitEvent("touched"); }
  };
  for (const kind of ["pointerdown", "keydown", "wheel"]) addEventListener(kind, told, true);
})();
"""


def who(desk: ClinicContext) -> None:
    """Show a choice of the clinic's initials, which are stored with every entry."""
    people = desk.library.clinic.get().people
    with row("who"):
        if people:
            now = desk.library.audit.who
            chosen = ui.select(
                {"": _("Who is working?"), **{one: one for one in people}},
                value=now if now in people else "", on_change=lambda e: _is(desk, e.value),
            )  # fmt: skip
            chosen.props(f'outlined dense aria-label="{_("Who is working?")}"')
        if desk.library.page_lock.is_set:
            button(_("Lock"), lambda: desk.lock.lock(True), "quiet")


def _is(desk: ClinicContext, initials: Any) -> None:
    desk.library.audit.who = str(initials or "")


class LockScreen:
    """Covers a locked page; ``content``: the hidden part."""

    def __init__(self, desk: ClinicContext, content: ui.element, head: ui.element) -> None:
        self._desk, self._parts = desk, (content, head)
        self._box = ui.element("div").classes("lock-screen").props("role=dialog aria-modal=true")
        self._shown = False
        self._built_locked = desk.lock.locked
        ui.on("touched", lambda _event: desk.lock.touch())
        ui.run_javascript(_TOUCHED)
        self._look()
        ui.timer(_LOOK_S, self._look)

    def _look(self) -> None:
        desk = self._desk
        minutes = desk.library.options.get("lock_minutes")
        locked = desk.lock.look(minutes, desk.library.page_lock.is_set)
        if locked != self._shown:
            self._show(locked)

    def _show(self, locked: bool) -> None:
        self._shown = locked
        for part in self._parts:
            part.classes(add="covered" if locked else "", remove="" if locked else "covered")
            part.props("inert" if locked else "", remove="" if locked else "inert")
        self._box.clear()
        self._box.classes(add="shown" if locked else "", remove="" if locked else "shown")
        if locked:
            with self._box:
                self._form()
        elif self._built_locked:  # its content was not sent to the browser yet
            self._box.client.run_javascript("location.reload()")

    def _form(self) -> None:
        with ui.element("form").classes("card").on("submit.prevent", self._try):
            say(_("The page is locked."), "h1")
            say(_("Work in the background continues."), classes="quiet")
            label = say(_("PIN"), "label")
            label.props["for"] = "pin"
            self._pin = ui.input(password=True).props("outlined for=pin autocomplete=off autofocus")
            self._says = say("", "p", "wrong-pin").props("role=alert")
            button(_("Open"), self._try, "first")

    def _try(self) -> None:
        pin, lock = str(self._pin.value or ""), self._desk.lock
        if lock.attempt(lambda: self._desk.library.page_lock.opens(pin)):
            self._show(False)
            return
        self._pin.set_value("")
        wait_s = math.ceil(lock.wait_s())
        self._says.content = (
            _("This is not the PIN. Try again in {seconds} s.", seconds=wait_s)
            if wait_s
            else _("This is not the PIN.")
        )
