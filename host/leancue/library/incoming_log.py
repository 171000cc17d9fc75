"""An incoming log: its runs, their pages in order, and what identifies them."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from typing import Any

from leancue.basis.errors import LogError
from leancue.basis.times import known_s
from leancue.library.codes import NOBODY
from leancue.runs.run_summary import RunSummary, summarise
from leancue.runs.runlog import Run, runs_of

NO_CLIP = "unknown"
_WORD_MOST = 64  # characters


@dataclass(frozen=True)
class IncomingRun:
    """One run. ``pages``: its valid pages in order, and the one that dates it: its file.

    ``start_sha256``: hash of its start, the same however much of it was pulled. ``named``: the
    patient's code in the log, "" if none. ``summary``: None if the configuration is missing or of
    another version.
    """

    run: Run
    pages: bytes
    uid: str
    start_sha256: str
    named: str
    summary: RunSummary | None

    @property
    def began_s(self) -> int | None:
        """When it began, or None if the clip had no plausible time."""
        return known_s(self.run.wall_s) or None

    @property
    def board(self) -> str:
        """The clip's board, "" if unknown."""
        return _word(self.run.info.get("board"))

    @property
    def version(self) -> str:
        """The version of the clip's software, "" if unknown."""
        return _word(self.run.info.get("version"))


def read(data: bytes, uid: str = "", name: str = "") -> list[IncomingRun]:
    """Return the runs in ``data`` (pages as pulled, or a copy of a clip's whole log).

    Args:
        uid: the clip's, where the log itself has lost it.
        name: what messages call it.

    Raises:
        LogError: where there is no whole page in it.
    """
    return [_incoming(run, uid) for run in runs_of(data, name, "skip")]


def _incoming(run: Run, uid: str) -> IncomingRun:
    named = run.patient
    return IncomingRun(
        run=run,
        pages=b"".join(bytes(piece.page) for piece in run.pages) + run.clock,
        uid=run.info.get("uid") or uid or NO_CLIP,
        start_sha256=_start(run),
        named="" if named == NOBODY else _word(named),
        summary=summary_of(run),
    )


def _word(value: Any) -> str:
    """Return a word of a log as stored in the library, "" for one that no clip writes.

    Control characters, halves of surrogate pairs and NUL go neither into a database nor to a
    terminal.
    """
    fits = isinstance(value, str) and value.isascii() and value.isprintable()
    return value if fits and len(value) <= _WORD_MOST else ""


def summary_of(run: Run) -> RunSummary | None:
    """Return the figures of a run, None if its log cannot be interpreted."""
    try:
        return summarise(run)
    except LogError:
        return None


def _start(run: Run) -> str:
    """The identity of a run: its configuration and the pipeline's state at its start."""
    begun: Any = run.state + json.dumps(run.info, sort_keys=True).encode()
    if not run.state:
        begun = bytes(run.pages[0].page)
    return hashlib.sha256(begun).hexdigest()
