"""Maintenance of the library: due work, and deletion of expired data."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from sqlalchemy import func, or_, select, update
from sqlalchemy.orm import InstrumentedAttribute
from sqlalchemy.orm import Session as Db

from leancue.basis.errors import LogError
from leancue.basis.times import EARLIEST_S, known_s
from leancue.library import previous_library
from leancue.library.incoming_log import summary_of
from leancue.library.log_rewrite import without_raw
from leancue.library.models import AuditRecord, RunRecord, SummaryRecord, SuperfluousRecord
from leancue.library.repository import Repository
from leancue.library.run_assignment import keep_summary
from leancue.library.session_points import any_stale, refigure, refigure_stale
from leancue.runs.run_summary import VERSION
from leancue.runs.runlog import runs_of
from leancue.runs.trend import DAY_S
from leancue.runs.verify import verify

Progress = Callable[[int, int], None]
_FRESH_S = 3600  # more recent entries have the same clock that is being checked
_LEAP_S = 100 * DAY_S  # time without an entry: longer than any holiday, shorter than a wrong year


@dataclass(frozen=True)
class Tidied:
    """The work done: recomputed figures, runs whose raw samples were deleted.

    ``strays``: files of interrupted imports moved to the bin; ``emptied``: expired files deleted
    from it. ``unread``: runs among them whose file is lost or damaged.
    """

    summaries: int
    raw: int
    strays: int
    emptied: int
    unread: int


class Maintenance(Repository):
    """Tidies."""

    def tidy(self, retention_days: int, bin_days: int, progress: Progress | None = None) -> Tidied:
        """Do what is due: stale figures, expired raw samples, interrupted imports, the bin.

        Before raw samples are deleted the run is verified once more, and the result is stored.

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
            except LogError:  # `check` reports each problem; continue with the others
                unread += 1
            if progress:
                progress(i + 1, len(stale) + len(old))
        if old:
            self._database.compact()
        return Tidied(len(stale), len(old), *self._clean(bin_days), unread)

    def _clean(self, bin_days: int) -> tuple[int, int]:
        """Move remains of killed programs to the bin, and delete expired files from it."""
        previous_library.clear_leftovers(self._database.place)
        with self._database.write() as db:
            strays = self._find_strays(db)
        self._clear()
        since_s = SuperfluousRecord.since_s
        with self._database.write() as db:
            now_s = self._sure_s(db)
            if now_s:  # the entry's clock was wrong: restart its waiting time
                misdated = or_(since_s < EARLIEST_S, since_s > now_s + DAY_S)
                db.execute(update(SuperfluousRecord).where(misdated).values(since_s=now_s))
            long_enough = SuperfluousRecord.in_bin & (since_s <= now_s - bin_days * DAY_S)
            gone = list(db.scalars(select(SuperfluousRecord).where(long_enough)))
            for row in gone:
                self._run_files.empty(row.sha256)
                db.delete(row)
        return strays, len(gone)

    def _sure_s(self, db: Db) -> int:
        """The time, 0 if this desk's clock is implausible or has jumped since the last entries.

        Deletion is final, and a clock may be wrong once. If it was right, new entries confirm it,
        and due deletions happen an hour later.
        """
        now_s = known_s(self._now_s())
        noted = (AuditRecord.at_s, RunRecord.filed_s)
        noted_s = max(_newest_s(db, column, now_s) for column in noted)
        return 0 if noted_s and now_s - noted_s > _LEAP_S else now_s

    def finish(self) -> None:
        """Finish interrupted work: delete erased and replaced files."""
        if self._any_waits():
            self._clear()

    def refresh(self, run_ids: list[int]) -> int:
        """Recompute the figures of another version; return how many."""
        stale = [run_id for run_id in self._stale() if run_id in set(run_ids)]
        for run_id in stale:
            self._refresh(run_id)
        return len(stale)

    def refigure(self) -> None:
        """Recompute sessions' figures of another version, without reading logs."""
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
        """Return how many runs hold expired raw samples."""
        return len(self._too_old(days))

    def _too_old(self, days: int) -> list[int]:
        if not days:
            return []
        when_s = func.coalesce(RunRecord.began_s, RunRecord.filed_s)
        with self._database.read() as db:
            before_s = self._sure_s(db) - days * DAY_S  # by a clock that is not sure: none is
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
                return  # it changed or was removed in the meantime: next time
            pages = without_raw(run)
            self._give_up(db, sha256, run_id)
            row.log_sha256, row.log_bytes = self._keep(db, pages), len(pages)
            row.raw_erased_s, row.proof = self._now_s(), said
        self._clear()


def _newest_s(db: Db, noted_s: InstrumentedAttribute[int], now_s: int) -> int:
    """The newest of the times that were noted an hour ago or earlier; 0 = none."""
    earlier = (noted_s >= EARLIEST_S) & (noted_s <= now_s - _FRESH_S)
    return db.scalar(select(func.max(noted_s)).where(earlier)) or 0
