"""Looking after the library: what has become due is done, what is too old is given up."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from sqlalchemy import func, select

from leancue.basis.errors import LogError
from leancue.basis.times import EARLIEST_S, known_s
from leancue.library import previous_library
from leancue.library.incoming_log import summary_of
from leancue.library.log_rewrite import without_raw
from leancue.library.models import RunRecord, SummaryRecord, SuperfluousRecord
from leancue.library.repository import Repository
from leancue.library.run_assignment import keep_summary
from leancue.library.session_points import any_stale, refigure, refigure_stale
from leancue.runs.run_summary import VERSION
from leancue.runs.runlog import runs_of
from leancue.runs.trend import DAY_S
from leancue.runs.verify import verify

Progress = Callable[[int, int], None]


@dataclass(frozen=True)
class Tidied:
    """What was done: figures worked out anew, runs whose raw samples were given up.

    ``strays``: files of killed imports that went into the bin; ``emptied``: files that were in it
    long enough, and were deleted. ``unread``: runs among them whose file is lost or spoilt.
    """

    summaries: int
    raw: int
    strays: int
    emptied: int
    unread: int


class Maintenance(Repository):
    """Tidies."""

    def tidy(self, retention_days: int, bin_days: int, progress: Progress | None = None) -> Tidied:
        """Do what is due: stale figures, raw samples that are too old, killed imports, the bin.

        Before raw samples go the run is proved once more, and what the proof said is kept.

        Args:
            retention_days: how long raw samples are kept, 0 = for ever.
            bin_days: how long a file that is needed no more stays in the bin.
            progress: called with (done, of how many).
        """
        stale = [(self._refresh, run_id) for run_id in self._stale()]
        old = [(self._give_up_raw, run_id) for run_id in self._too_old(retention_days)]
        unread = 0
        for i, (work, run_id) in enumerate([*stale, *old]):
            try:
                work(run_id)
            except LogError:  # `check` says of each what is wrong; the others go on
                unread += 1
            if progress:
                progress(i + 1, len(stale) + len(old))
        if old:
            self._database.compact()
        return Tidied(len(stale), len(old), *self._clean(bin_days), unread)

    def _clean(self, bin_days: int) -> tuple[int, int]:
        """Put what killed programs left into the bin, and empty it of what is there long enough."""
        previous_library.clear_leftovers(self._database.place)
        with self._database.write() as db:
            strays = self._find_strays(db)
        self._clear()
        before_s = self._now_s() - bin_days * DAY_S
        long_enough = SuperfluousRecord.binned & (SuperfluousRecord.since_s <= before_s)
        with self._database.write() as db:
            gone = list(db.scalars(select(SuperfluousRecord).where(long_enough)))
            for row in gone:
                self._run_files.empty(row.sha256)
                db.delete(row)
        return strays, len(gone)

    def finish(self) -> None:
        """Finish what a program was cut off in: what was erased goes, what was replaced too."""
        if self._any_waits():
            self._clear()

    def refresh(self, run_ids: list[int]) -> int:
        """Work out anew those of the figures that are of another version; return how many."""
        stale = [run_id for run_id in self._stale() if run_id in set(run_ids)]
        for run_id in stale:
            self._refresh(run_id)
        return len(stale)

    def refigure(self) -> None:
        """Work out the figures of sessions that are of another version; no log is read."""
        with self._database.read() as db:
            if not any_stale(db):
                return
        with self._database.derive() as db:
            refigure_stale(db)

    def _stale(self) -> list[int]:
        with self._database.read() as db:
            return list(
                db.scalars(select(SummaryRecord.run_id).where(SummaryRecord.version != VERSION))
            )

    def _refresh(self, run_id: int) -> None:
        with self._database.derive() as db:
            row = db.get(RunRecord, run_id)
            if row is not None:
                (run,) = runs_of(self._run_files.get(row.log_sha256), damaged="skip")
                keep_summary(db, run_id, summary_of(run))
                refigure(db, row.session_id)

    def overdue(self, days: int) -> int:
        """Return how many runs hold raw samples that are past their time."""
        return len(self._too_old(days))

    def _too_old(self, days: int) -> list[int]:
        if not days:
            return []
        before_s = known_s(self._now_s()) - days * DAY_S  # by a clock that was never set: none is
        when_s = func.coalesce(RunRecord.began_s, RunRecord.filed_s)
        with self._database.read() as db:
            wanted = select(RunRecord.id).where(
                when_s < before_s, when_s >= EARLIEST_S, RunRecord.raw_erased_s.is_(None)
            )
            return list(db.scalars(wanted))

    def _give_up_raw(self, run_id: int) -> None:
        with self._database.read() as db:
            sha256 = db.scalar(select(RunRecord.log_sha256).where(RunRecord.id == run_id))
        if sha256 is None:
            return
        (run,) = runs_of(self._run_files.get(sha256), damaged="skip")
        said = str(verify(run))
        with self._database.write() as db:
            row = db.get(RunRecord, run_id)
            if row is None or row.log_sha256 != sha256:
                return  # it has grown or gone meanwhile: next time
            pages = without_raw(run)
            self._give_up(db, sha256, run_id)
            row.log_sha256, row.log_bytes = self._keep(db, pages), len(pages)
            row.raw_erased_s, row.proof = self._now_s(), said
        self._clear()
