"""Verification of a run on the page: in the background, with progress and time left."""

from __future__ import annotations

import time

from nicegui import ui

from leancue.clinic.page_frame import off_loop
from leancue.clinic.widgets import say
from leancue.language.formats import decimal
from leancue.language.words import _
from leancue.runs.runlog import Run
from leancue.runs.verify import Verification, verify

_LOOK_S = 0.2


class Proof:
    """A running verification; ``tell`` is called by the worker thread."""

    def __init__(self, log: Run) -> None:
        self._log = log
        self._done, self._total = 0, 0
        self._began_s = time.monotonic()

    def tell(self, done: int, total: int) -> None:
        """Note the number of processed samples, and the total."""
        self._done, self._total = done, total

    def words(self) -> str:
        """Return the progress and the time left."""
        if not self._done:
            return _("The raw samples are replayed through the clip's own code …")
        spent_s = time.monotonic() - self._began_s
        return _(
            "Replaying the raw samples through the clip's own code: {percent} %, {seconds} s left",
            percent=100 * self._done // self._total,
            seconds=decimal(spent_s * (self._total - self._done) / self._done, 0),
        )

    async def run(self) -> Verification:
        """Verify the run, showing the progress in the current slot."""
        line = say(self.words(), "p", "working").props("role=status")
        bar = ui.linear_progress(0, show_value=False).props("aria-hidden=true")

        def draw() -> None:
            line.content = self.words()
            bar.set_value(self._done / self._total if self._total else 0)

        timer = ui.timer(_LOOK_S, draw)
        try:
            return await off_loop(verify, self._log, self.tell)
        finally:
            timer.cancel()
