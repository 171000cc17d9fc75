"""Runs of a clip that are complete in the library, and the progress of a fetch."""

from __future__ import annotations

import time
from collections.abc import Callable

from leancue.clinic.clip_records import Progress
from leancue.clip.answers import Hello, RunEntry
from leancue.language.words import _
from leancue.library import Library

# 50 ppm over four weeks. Two runs with the same number are farther apart: the clip was reset
# between them.
_CLOCK_OFF_S = 120


def known_runs(library: Library, hello: Hello) -> set[tuple[int, int]]:
    """The runs of this clip that are complete in the library, as (number, start in s)."""
    rows = list(library.runs.inbox())
    if library.patients.has(hello.patient):
        rows += library.runs.of(hello.patient)
    return {
        (row.number, row.logged_s)
        for row in rows
        if row.uid == hello.uid and row.logged_s and row.summary
        and row.summary.closed and not row.summary.holes
    }  # fmt: skip


def is_here(entry: RunEntry, known: set[tuple[int, int]]) -> bool:
    """Whether a run of the clip is among the known ones.

    A clip computes the start of a run back from the last time it was given, so its list and the log
    differ by its clock error in between.
    """
    return bool(entry.wall_s) and any(
        number == entry.run_id and abs(began_s - entry.wall_s) <= _CLOCK_OFF_S
        for number, began_s in known
    )


def teller(progress: Progress, entry: RunEntry) -> Callable[[int, int], None]:
    """Return the progress callback for a pull of the run."""
    progress.label = _("run {run}", run=entry.run_id)
    progress.began_s = time.monotonic()

    def tell(done: int, total: int) -> None:
        progress.done, progress.total = done, total

    return tell
