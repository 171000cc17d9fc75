"""Looking after the library: is all there and whole; what is too old is given up."""

from __future__ import annotations

import os
import stat
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from sqlalchemy import func, select

from leancue.errors import LogError
from leancue.library.belonging import keep_summary
from leancue.library.incoming import summary_of
from leancue.library.models import RunRecord, SummaryRecord
from leancue.library.part import Part
from leancue.library.repack import without_raw
from leancue.library.session_points import any_stale, refigure, refigure_stale
from leancue.run_summary import VERSION
from leancue.runlog import runs_of
from leancue.trend import DAY_S
from leancue.verify import verify

Progress = Callable[[int, int], None]


@dataclass(frozen=True)
class Tidied:
    """What was done: figures worked out anew, and runs whose raw samples were given up."""

    summaries: int
    raw: int


class Upkeep(Part):
    """Checks and tidies."""

    def check(self, progress: Progress | None = None) -> list[str]:
        """Return what is wrong, in words; empty = all is well. Every file is read."""
        return [*self._database_problems(), *self._file_problems(progress), *self._open_to_others()]

    def _database_problems(self) -> Iterator[str]:
        if not self._database.is_sqlite:
            return
        with self._database.connect() as connection:
            found = [row[0] for row in connection.exec_driver_sql("PRAGMA integrity_check")]
            strays = list(connection.exec_driver_sql("PRAGMA foreign_key_check"))
        if found != ["ok"]:
            yield f"The database is damaged: {'; '.join(map(str, found[:3]))}."
        if strays:
            yield f"{len(strays)} rows of the database belong to nothing."

    def _file_problems(self, progress: Progress | None) -> Iterator[str]:
        with self._database.read() as db:
            known = list(db.execute(select(RunRecord.id, RunRecord.log_sha256)))
        for i, (run_id, sha256) in enumerate(known):
            try:
                runs_of(self._vault.get(sha256), f"run {run_id}")
            except LogError as error:
                yield f"Run {run_id}: {error}"
            if progress:
                progress(i + 1, len(known))

    def _open_to_others(self) -> Iterator[str]:
        folder = self._database.place.folder
        if folder is None or os.name == "nt":
            return
        for path in (folder, *folder.rglob("*")):
            if stat.S_IMODE(path.stat().st_mode) & 0o077:
                yield f"{path} can be read by other users of this computer: chmod go= it."

    def tidy(self, retention_days: int, progress: Progress | None = None) -> Tidied:
        """Work out stale figures anew and give up the raw samples that are too old.

        Before raw samples go the run is proved once more, and what the proof said is kept.
        """
        stale = self._stale()
        old = self._too_old(retention_days)
        for i, run_id in enumerate([*stale, *old]):
            (self._refresh if i < len(stale) else self._give_up_raw)(run_id)
            if progress:
                progress(i + 1, len(stale) + len(old))
        if old:
            self._database.compact()
        return Tidied(len(stale), len(old))

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
        with self._database.write() as db:
            refigure_stale(db)

    def _stale(self) -> list[int]:
        with self._database.read() as db:
            return list(
                db.scalars(select(SummaryRecord.run_id).where(SummaryRecord.version != VERSION))
            )

    def _refresh(self, run_id: int) -> None:
        with self._database.write() as db:
            row = db.get(RunRecord, run_id)
            if row is not None:
                (run,) = runs_of(self._vault.get(row.log_sha256), damaged="skip")
                keep_summary(db, run_id, summary_of(run))
                refigure(db, row.session_id)

    def overdue(self, days: int) -> int:
        """Return how many runs hold raw samples that are past their time."""
        return len(self._too_old(days))

    def _too_old(self, days: int) -> list[int]:
        if not days:
            return []
        before_s = self._now_s() - days * DAY_S
        when_s = func.coalesce(RunRecord.began_s, RunRecord.filed_s)
        with self._database.read() as db:
            wanted = select(RunRecord.id).where(when_s < before_s, RunRecord.raw_erased_s.is_(None))
            return list(db.scalars(wanted))

    def _give_up_raw(self, run_id: int) -> None:
        with self._database.read() as db:
            sha256 = db.scalar(select(RunRecord.log_sha256).where(RunRecord.id == run_id))
        if sha256 is None:
            return
        (run,) = runs_of(self._vault.get(sha256), damaged="skip")
        said = str(verify(run))
        with self._database.write() as db:
            row = db.get(RunRecord, run_id)
            if row is None or row.log_sha256 != sha256:
                return  # it has grown or gone meanwhile: next time
            pages = without_raw(run)
            row.log_sha256, row.log_bytes = self._vault.put(pages), len(pages)
            row.raw_erased_s, row.proof = self._now_s(), said
        self._drop([sha256])
