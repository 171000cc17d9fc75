"""Safety copies: date of the last one, reminder, and a description of a restore.

A copy is a folder (``backup.py``) or one closed file (``sealed_backup.py``).
"""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import func, select
from sqlalchemy.orm import Session as Db

from leancue.basis.errors import LeanCueError, LibraryError
from leancue.basis.times import EARLIEST_S, LATEST_S, known_s
from leancue.language import formats
from leancue.language.words import _, n_
from leancue.library import locations, sealed_backup
from leancue.library.models import BackupRecord, NoteRecord, PatientRecord, RunRecord
from leancue.library.opening import OpenedLibrary, to_read
from leancue.library.repository import Repository
from leancue.runs.runlog import runs_of

_DAY_S = 86_400


@dataclass(frozen=True)
class Trial:
    """Effect of a restore: ``words``, a sentence each; ``sound``: whether it is possible."""

    words: tuple[str, ...]
    sound: bool


@dataclass(frozen=True)
class _Content:
    """Content of a library: patients' codes, number of runs and notes, newest run."""

    codes: frozenset[str]
    runs: frozenset[str]
    notes: int
    newest_s: int | None


class SafetyCopies(Repository):
    """``library.safety``."""

    def last_s(self) -> int | None:
        """Return when the last copy was made, None before the first; 0 = by a wrong clock.

        A date in the future is wrong and must not hide the age of the last copy.
        """
        made_s = BackupRecord.made_s
        latest_s = (known_s(self._now_s()) or LATEST_S) + _DAY_S
        with self._database.read() as db:
            if not db.scalar(select(func.count()).select_from(BackupRecord)):
                return None
            told = made_s.between(EARLIEST_S, latest_s)
            return db.scalar(select(func.max(made_s)).where(told)) or 0

    def reminder(self, every_days: int) -> str:
        """Return the reminder that is due, or ""; ``every_days`` 0 = never remind."""
        if not every_days:
            return ""
        with self._database.read() as db:
            if not db.scalar(select(PatientRecord.id).where(~PatientRecord.example).limit(1)):
                return ""
        last_s = self.last_s()
        if last_s is None:
            return _("There is no safety copy of the library yet.")
        if not last_s:
            return _("The date of the last safety copy is unknown.")
        days = (known_s(self._now_s()) - last_s) // _DAY_S
        if days < every_days:
            return ""
        return n_("The last safety copy is {number} day old.",
                  "The last safety copy is {number} days old.", days)  # fmt: skip

    def seal(self, made: Path, passphrase: str) -> Path:
        """Seal a new backup into one file next to it; the open folder is removed.

        Raises:
            LibraryError, OutputError: as ``sealed_backup.seal``; the folder is gone then, too: an
            open copy was not asked for.
        """
        out = made.with_name(made.name + sealed_backup.ENDING)
        try:
            sealed_backup.seal(made, out, passphrase)
        finally:
            shutil.rmtree(made)
        with self._database.write() as db:
            for row in db.scalars(select(BackupRecord).where(BackupRecord.place == str(made))):
                row.place = str(out)
        return out

    def trial(self, saved: Path, passphrase: str = "") -> Trial:
        """Read a whole copy and describe a restore; nothing is changed.

        Raises:
            LibraryError: where it is no copy, or does not open.
        """
        with opened_copy(saved, passphrase) as folder:
            source = to_read(locations.find(folder))
            try:
                there, damaged = _read(source.database.read), list(_damaged(source))
                others = source.library_id not in ("", self._run_files.library_id)
            finally:
                source.close()
        here = _read(self._database.read)
        strange = [_("It is a copy of a different library.")] if others else []
        return Trial(tuple([*strange, *_told(there, here), *damaged]), not damaged)


@contextmanager
def opened_copy(saved: Path, passphrase: str = "") -> Iterator[Path]:
    """Yield the folder of a copy; a sealed one is unpacked privately and removed afterwards.

    Raises:
        LibraryError: where it is no copy, or does not open.
    """
    if saved.is_dir() and (saved / locations.DATABASE).is_file():
        yield saved
    elif saved.is_file() and saved.name.endswith(sealed_backup.ENDING):
        with tempfile.TemporaryDirectory(prefix="leancue-restore-") as place:  # mode 0700
            yield sealed_backup.unseal(saved, Path(place), passphrase)
    else:
        raise LibraryError(
            _("{place} is not a safety copy.", place=saved),
            _("A copy is a folder leancue-DATE or a file whose name ends in {ending}.",
              ending=sealed_backup.ENDING),
            _("Choose the folder or file of a safety copy."),
        )  # fmt: skip


def _read(read: Callable[[], AbstractContextManager[Db]]) -> _Content:
    with read() as db:
        return _Content(
            frozenset(db.scalars(select(PatientRecord.code))),
            frozenset(db.scalars(select(RunRecord.log_sha256))),
            int(db.scalar(select(func.count()).select_from(NoteRecord)) or 0),
            db.scalar(select(func.max(RunRecord.began_s))),
        )


def _damaged(source: OpenedLibrary) -> Iterator[str]:
    """Read every run; return what cannot be read."""
    with source.database.read() as db:
        known = list(db.scalars(select(RunRecord.log_sha256)))
    for sha256 in known:
        try:
            runs_of(source.run_files.get(sha256), sha256[:8])
        except LeanCueError as error:
            yield _("A run in the copy is damaged: {why}", why=error)


def _told(there: _Content, here: _Content) -> Iterator[str]:
    yield n_("The copy holds {number} patient, {runs} and {notes}.",
             "The copy holds {number} patients, {runs} and {notes}.", len(there.codes),
             runs=n_("{number} run", "{number} runs", len(there.runs)),
             notes=n_("{number} note", "{number} notes", there.notes))  # fmt: skip
    if there.newest_s:
        yield _("Its newest run is from {at}.", at=formats.moment(there.newest_s))
    lost, back = sorted(here.codes - there.codes), sorted(there.codes - here.codes)
    if lost:
        yield _(
            "Patients that are not in the copy and would be lost from the list: {codes}.",
            codes=", ".join(lost),
        )
    if back:
        yield _(
            "Patients that are only in the copy and would come back: {codes}.",
            codes=", ".join(back),
        )
    runs = len(here.runs - there.runs)
    if runs:
        yield n_("{number} run of the present library is not in the copy.",
                 "{number} runs of the present library are not in the copy.", runs)  # fmt: skip
    if there.codes == here.codes and there.runs == here.runs and there.notes == here.notes:
        yield _("It has the same patients and runs, and as many notes, as the present library.")
    yield _("The present library would be kept in another folder, not deleted.")
