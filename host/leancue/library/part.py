"""What the parts of the library share: the database, the files, the clock, a patient by code."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable

from sqlalchemy import select
from sqlalchemy.orm import Session as Db

from leancue.library.codes import unknown
from leancue.library.database import Database
from leancue.library.models import PatientRecord, RunRecord
from leancue.library.vault import Vault

Clock = Callable[[], int]


def now_s() -> int:
    """Return the time, UTC in seconds since 1970."""
    return int(time.time())


class Part:
    """A part of the library; each call is a transaction of its own."""

    def __init__(self, database: Database, vault: Vault, clock: Clock = now_s) -> None:
        """Take what the library has opened; ``clock`` gives the time in seconds since 1970."""
        self._database = database
        self._vault = vault
        self._now_s = clock

    def _drop(self, gone: Iterable[str]) -> None:
        """Remove files that no run has any more, after the transaction that said so.

        Another desk may have filed the same content meanwhile: then they stay.
        """
        with self._database.write() as db:
            for sha256 in gone:
                if db.scalar(select(RunRecord.id).where(RunRecord.log_sha256 == sha256)) is None:
                    self._vault.drop(sha256)


def patient_of(db: Db, code: str) -> PatientRecord:
    """Return the patient's row. PatientError where there is none."""
    found = db.scalar(select(PatientRecord).where(PatientRecord.code == code.strip()))
    if found is None:
        raise unknown(code.strip())
    return found
