"""Which of a clip's runs the library has whole already, and how far the fetch of one is."""

from __future__ import annotations

import time
from collections.abc import Callable

from leancue.clinic.clip_records import Progress
from leancue.clip.answers import Hello, RunEntry
from leancue.language.words import _
from leancue.library import Library


def known_runs(library: Library, hello: Hello) -> set[tuple[int, int]]:
    """The runs of this clip that are in the library whole, as (number, when it began in s)."""
    rows = list(library.runs.inbox())
    if library.patients.has(hello.patient):
        rows += library.runs.of(hello.patient)
    return {
        (row.number, row.began_s)
        for row in rows
        if row.uid == hello.uid and row.began_s and row.summary
        and row.summary.closed and not row.summary.holes
    }  # fmt: skip


def is_here(entry: RunEntry, known: set[tuple[int, int]]) -> bool:
    """Whether a run of the clip is among those that are known."""
    return bool(entry.wall_s) and (entry.run_id, entry.wall_s) in known


def teller(progress: Progress, entry: RunEntry) -> Callable[[int, int], None]:
    """Return what a pull of the run tells its progress to."""
    progress.label = _("run {run}", run=entry.run_id)
    progress.began_s = time.monotonic()

    def tell(done: int, total: int) -> None:
        progress.done, progress.total = done, total

    return tell
