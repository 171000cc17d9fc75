"""Base of the library's parts: the database, the files, the clock, a patient by code."""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import suppress

from sqlalchemy import delete, event, select
from sqlalchemy.orm import Session as Db

from leancue.library.codes import unknown
from leancue.library.database import Database
from leancue.library.models import AuditRecord, PatientRecord, RunRecord, SuperfluousRecord
from leancue.library.run_files import RunFiles

Clock = Callable[[], int]


def now_s() -> int:
    """Return the time, UTC in seconds since 1970."""
    return int(time.time())


class Repository:
    """A part of the library; each call is a separate transaction."""

    def __init__(self, database: Database, run_files: RunFiles, clock: Clock = now_s) -> None:
        """Take the opened library's resources; ``clock`` returns the time in seconds since 1970."""
        self._database = database
        self._run_files = run_files
        self._now_s = clock

    def _note_action(
        self, db: Db, action: str, patient: PatientRecord | None, detail: str = ""
    ) -> None:
        """Record an action in its transaction; ``action``: of ``audit.ACTIONS``."""
        db.add(AuditRecord(
            at_s=self._now_s(), who=self._database.who, action=action, detail=detail,
            patient_id=patient.id if patient else None,
        ))  # fmt: skip

    def _keep(self, db: Db, data: bytes) -> str:
        """Store a run's pages with this transaction; return their SHA-256. OutputError."""
        sha256 = self._run_files.put(data)
        db.execute(delete(SuperfluousRecord).where(SuperfluousRecord.sha256 == sha256))

        def settle(_db: Db) -> None:
            # If it cannot be renamed now (Windows, open in another program) `tidy` does it.
            with suppress(OSError):
                self._run_files.settle(sha256)
                self._run_files.empty(sha256)

        event.listen(db, "after_commit", settle, once=True)
        return sha256

    def _give_up(self, db: Db, sha256: str, run_id: int | None, *, erased: bool = False) -> None:
        """Record, in the transaction that detaches it from its run, that a file is superfluous.

        ``erased``: it is deleted instead of moved to the bin. ``_clear`` does it afterwards.
        """
        since_s = self._now_s()
        db.merge(SuperfluousRecord(
            sha256=sha256, since_s=since_s, run_id=run_id, erased=erased, in_bin=False
        ))  # fmt: skip

    def _find_strays(self, db: Db) -> int:
        """Record files left by killed imports, and settle the valid ones; return how many."""
        strays = 0
        for sha256 in list(self._run_files.unsettled()):
            if _is_kept(db, sha256):
                self._run_files.settle(sha256)
            else:
                self._give_up(db, sha256, None)
                strays += 1
        db.flush()
        return strays

    def _clear(self) -> int:
        """Move superfluous files to the bin, delete erased ones; return how many.

        Done after the transaction that recorded them, and finished by the next program if
        interrupted. Files that another host has filed again in the meantime stay.
        """
        with self._database.write() as db:
            waiting = list(db.scalars(select(SuperfluousRecord).where(_WAITING)))
            for row in waiting:
                if _is_kept(db, row.sha256):
                    db.delete(row)
                elif row.erased:
                    self._run_files.delete(row.sha256)
                    db.delete(row)
                else:
                    self._run_files.discard(row.sha256)
                    row.in_bin = True
        return len(waiting)

    def _any_waits(self) -> bool:
        """Whether a program was interrupted before clearing."""
        with self._database.read() as db:
            wanted = select(SuperfluousRecord.sha256).where(_WAITING).limit(1)
            return db.scalar(wanted) is not None


ERASED = {"erased": True, "in_bin": False}  # what is in the bin must go too
_WAITING = SuperfluousRecord.in_bin.is_(False)


def _is_kept(db: Db, sha256: str) -> bool:
    return db.scalar(select(RunRecord.id).where(RunRecord.log_sha256 == sha256)) is not None


def patient_of(db: Db, code: str) -> PatientRecord:
    """Return the patient's row. PatientError if there is none."""
    found = db.scalar(select(PatientRecord).where(PatientRecord.code == code.strip()))
    if found is None:
        raise unknown(code.strip())
    return found
