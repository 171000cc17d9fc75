"""Unsaved input: stored while typing, offered again, asked about on leaving."""

from __future__ import annotations

from collections.abc import Callable
from weakref import WeakMethod

from nicegui import ui

from leancue.clinic.page_frame import ClinicContext
from leancue.library.stored_records import Draft

_SAVE_S = 0.3  # a crash loses no more than this


class TypedWork:
    """One draft of one patient: ``kind`` of ``library.drafts``.

    ``text``: returns the current input, "" = nothing unsaved.
    """

    def __init__(
        self, desk: ClinicContext, code: str, kind: str, text: Callable[[], str],
        base_id: int | None = None,
    ) -> None:  # fmt: skip
        self._drafts, self._code, self._kind = desk.library.drafts, code, kind
        self._text, self._base_id = text, base_id
        self.found: Draft | None = self._drafts.get(code, kind)
        self._saved = self.found.text if self.found else ""
        # The browser asks before it leaves a page on which this is marked (clinic.js).
        self._mark = ui.element("span").props("hidden")
        ui.timer(_SAVE_S, self.save)
        # In a tab that has shown many pages only the current one's input is kept.
        ours = WeakMethod(self.save)
        ui.context.client.on_disconnect(lambda: (found := ours()) and found())

    def save(self) -> None:
        """Store the input if it changed."""
        text = self._text()
        if text == self._saved:
            return
        self._saved = text
        if text:
            self._drafts.keep(self._code, self._kind, text, self._base_id)
        else:
            self._drafts.drop(self._code, self._kind)
        self.show()

    def show(self) -> None:
        """Mark the page as having unsaved input, or not."""
        if not self._mark.is_deleted:
            self._mark.classes(add="unsaved" if self._saved else "",
                               remove="" if self._saved else "unsaved")  # fmt: skip

    def hide(self) -> None:
        """Leave without a question; the draft stays."""
        self._mark.classes(remove="unsaved")

    def drop(self) -> None:
        """Delete the draft: saved or discarded."""
        self._saved = ""
        self.found = None
        self._drafts.drop(self._code, self._kind)
        self.show()
