"""Integrity check: everything is read, nothing is changed."""

from __future__ import annotations

import os
import stat
from collections.abc import Callable, Iterator
from pathlib import Path

from sqlalchemy import select

from leancue.basis.errors import LogError
from leancue.library import identity, locations, locks
from leancue.library.models import RunRecord, SuperfluousRecord
from leancue.library.repository import Repository
from leancue.runs.runlog import runs_of

Progress = Callable[[int, int], None]


class Checks(Repository):
    """Looks for lost, damaged, orphaned or exposed files."""

    def problems(self, progress: Progress | None = None) -> list[str]:
        """Return the problems as text; empty = none. Every file is read."""
        return [
            *self._database_problems(),
            *self._file_problems(progress),
            *self._unknown_files(),
            *self._open_to_others(),
        ]

    def strangers(self) -> list[Path]:
        """Return the files that are not LeanCue's, which are left alone."""
        return list(self._run_files.strangers())

    def _database_problems(self) -> Iterator[str]:
        if not self._database.is_sqlite:
            return
        with self._database.connect() as connection:
            found = [row[0] for row in connection.exec_driver_sql("PRAGMA integrity_check")]
            strays = list(connection.exec_driver_sql("PRAGMA foreign_key_check"))
        if found != ["ok"]:
            yield f"The database is damaged: {'; '.join(map(str, found[:3]))}."
        if strays:
            yield f"{len(strays)} rows of the database refer to rows that do not exist."

    def _file_problems(self, progress: Progress | None) -> Iterator[str]:
        with self._database.read() as db:
            known = list(db.execute(select(RunRecord.id, RunRecord.log_sha256)))
        for i, (run_id, sha256) in enumerate(known):
            try:
                runs_of(self._run_files.get(sha256), f"run {run_id}")
            except LogError as error:
                yield f"Run {run_id}: {error}"
            if progress:
                progress(i + 1, len(known))

    def _unknown_files(self) -> Iterator[str]:
        """Files unknown to the database, which was restored by other means."""
        with self._database.read() as db:
            known = set(db.scalars(select(RunRecord.log_sha256)))
            known |= set(db.scalars(select(SuperfluousRecord.sha256)))
        unknown = set(self._run_files.settled()) - known
        if unknown:
            files = f"{len(unknown)} file{'' if len(unknown) == 1 else 's'}"
            yield (
                f"{files} of runs are in the folder but not in the library: add them with `leancue "
                "library adopt`."
            )

    def _open_to_others(self) -> Iterator[str]:
        """Files readable by others; those in a private folder are out of reach."""
        folder = self._database.place.folder
        if folder is None or os.name == "nt":
            return
        ours = [folder, self._run_files.folder, *(path for _, path in self._run_files.runs())]
        ours += [
            folder / locations.DATABASE,
            folder / locks.NAME,
            self._run_files.folder / identity.NAME,
        ]
        for path in ours:
            if path.exists() and stat.S_IMODE(path.stat().st_mode) & 0o077:
                yield f"{path} can be read by other users of this computer: chmod go= it."
