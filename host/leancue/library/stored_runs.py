"""The runs: filed once however often they are pulled, questioned if the patient is unclear.

The file is written first, then one transaction follows. An import killed in between leaves a file
without a run: `tidy` finds it, and the run can be imported again.
"""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session as Db

from leancue.basis.errors import LogError
from leancue.language.words import _
from leancue.library import incoming_log
from leancue.library.incoming_log import IncomingRun
from leancue.library.known_devices import device_of, hand_over, owner_at
from leancue.library.models import (
    DeviceRecord,
    PatientRecord,
    RunRecord,
    SessionRecord,
    SummaryRecord,
    SuperfluousRecord,
)
from leancue.library.repository import ERASED, Repository, patient_of
from leancue.library.run_assignment import drop_if_empty, keep_summary, settle, undate, whose
from leancue.library.run_dating import doubted
from leancue.library.run_rows import RUNS, no_run, row_of, rows_of
from leancue.library.stored_records import Filing, RunRow
from leancue.runs.run_summary import RunSummary
from leancue.runs.runlog import Run, log_bytes, runs_of


class StoredRuns(Repository):
    """``library.runs``."""

    def file(
        self, log: bytes | Path | str, *, patient: str | None = None, uid: str = ""
    ) -> list[Filing]:
        """Import a pulled log; one result for each run in it.

        A run is filed with the patient named in its log. If that is unclear it stays in the inbox,
        with the question (``QUESTIONS``), until ``move`` or ``remove``.

        Args:
            log: the pages, or the file they are in; a copy of a clip's whole log will do.
            patient: the code of the patient whose clip this is meant to be: asked where the log
                names another one.
            uid: the clip's, where the log itself has lost it.

        Raises:
            PatientError: where the library has no such ``patient``; nothing is kept.
            LogError: where there is no whole page in it; nothing is kept.
            OutputError: where the file cannot be written; nothing is kept.
        """
        if patient is not None:
            with self._database.read() as db:
                patient = patient_of(db, patient).code
        data = log if isinstance(log, bytes) else log_bytes(Path(log))
        name = "" if isinstance(log, bytes) else str(log)
        return [self._file(came, patient) for came in incoming_log.read(data, uid, name)]

    def _file(self, came: IncomingRun, expected: str | None) -> Filing:
        with self._database.write() as db:
            device = device_of(db, came.uid, self._now_s())
            device.board = device.board or came.board
            device.version = came.version or device.version
            known = db.scalar(
                select(RunRecord).where(
                    RunRecord.device_id == device.id,
                    RunRecord.number == came.run.run_id,
                    RunRecord.start_sha256 == came.start_sha256,
                )
            )
            if known is None:
                row = self._add(db, device, came, expected)
                return Filing("questioned" if row.question else "filed", row_of(db, row.id))
            before = known.log_sha256
            outcome = self._grow(db, known, came)
            if known.question and self._ask_again(db, known, device, came, expected):
                outcome = "filed"
            filing = Filing(outcome, row_of(db, known.id))
        if filing.run.log_sha256 != before:
            self._clear()  # only after the database refers to the new file
        return filing

    def _ask_again(
        self, db: Db, row: RunRecord, device: DeviceRecord, came: IncomingRun, expected: str | None
    ) -> bool:
        """Check again whether a re-pulled run is clear: the patient may have been added since."""
        patient, (row.question, row.detail) = whose(db, device, came, row.began_s, expected)
        if patient is not None and not row.question:
            self._give(db, row, device, patient, came.summary)
        db.flush()
        return not row.question

    def _add(
        self, db: Db, device: DeviceRecord, came: IncomingRun, expected: str | None
    ) -> RunRecord:
        doubtful = doubted(db, device, came, self._now_s())
        for run_id in doubtful - {0}:
            undate(db, db.get_one(RunRecord, run_id), row_of(db, run_id).summary)
        began_s, doubted_s = (None, came.began_s) if 0 in doubtful else (came.began_s, None)
        patient, (question, other) = whose(db, device, came, began_s, expected)
        row = RunRecord(
            patient_id=patient.id if patient is not None and not question else None,
            device_id=device.id, number=came.run.run_id, start_sha256=came.start_sha256,
            log_sha256=self._keep(db, came.pages), log_bytes=len(came.pages), named=came.named,
            began_s=began_s, doubted_s=doubted_s, filed_s=self._now_s(), question=question,
            detail=other,
        )  # fmt: skip
        db.add(row)
        db.flush()
        keep_summary(db, row.id, came.summary)
        if patient is not None and not question:
            self._give(db, row, device, patient, came.summary)
        return row

    @staticmethod
    def _give(
        db: Db, row: RunRecord, device: DeviceRecord, patient: PatientRecord,
        summary: RunSummary | None,
    ) -> None:  # fmt: skip
        """File a run with its patient; the log shows that the clip belonged to the patient."""
        row.patient_id = patient.id
        settle(db, row, summary)
        if owner_at(db, device.id, row.began_s) is None:
            hand_over(db, device.uid, patient.id, row.began_s or row.filed_s)

    def _grow(self, db: Db, row: RunRecord, came: IncomingRun) -> str:
        """Add new pages; deleted raw samples stay deleted."""
        if row.raw_erased_s is not None:
            return "already"
        try:
            here = self._run_files.get(row.log_sha256)
        except LogError:  # the file was lost or damaged: replace it by the new one
            here = b""
        if here == came.pages:
            return "already"
        (whole,) = incoming_log.read(here + came.pages, came.uid)
        if whole.pages == here:
            return "already"
        self._give_up(db, row.log_sha256, row.id)
        row.log_sha256 = self._keep(db, whole.pages)
        row.log_bytes = len(whole.pages)
        keep_summary(db, row.id, whole.summary)
        if row.patient_id is not None:
            settle(db, row, whole.summary)
        db.flush()
        return "grown"

    def get(self, run_id: int) -> RunRow:
        """Return a run by the library's id. LibraryError if there is none."""
        with self._database.read() as db:
            return row_of(db, run_id)

    def of(self, code: str) -> list[RunRow]:
        """Return the patient's runs, newest first. PatientError."""
        with self._database.read() as db:
            return rows_of(db, RUNS.where(RunRecord.patient_id == patient_of(db, code).id))

    def inbox(self) -> list[RunRow]:
        """Return the unassigned runs, newest first."""
        with self._database.read() as db:
            return rows_of(db, RUNS.where(RunRecord.patient_id.is_(None)))

    def move(self, run_id: int, code: str) -> RunRow:
        """File a run with this patient by a person's decision, from the inbox or as a correction.

        Raises:
            PatientError, LibraryError: where there is no such patient or run.
        """
        with self._database.write() as db:
            patient, row = patient_of(db, code), _run(db, run_id)
            before, row.session_id = row.session_id, None
            day = db.scalar(select(SessionRecord.day).where(SessionRecord.id == before))
            row.patient_id, row.question, row.detail = patient.id, "", ""
            db.flush()
            settle(db, row, row_of(db, run_id).summary, day)
            drop_if_empty(db, before)
            if row.named == patient.code and row.began_s is not None:
                device = db.get_one(DeviceRecord, row.device_id)
                owner = owner_at(db, device.id, row.began_s)
                if owner is None or owner.patient_id != patient.id:
                    hand_over(db, device.uid, patient.id, row.began_s)
            return row_of(db, run_id)

    def remove(self, run_id: int) -> None:
        """Remove a run and all its files permanently. LibraryError."""
        with self._database.write() as db:
            row = _run(db, run_id)
            session_id = row.session_id
            self._give_up(db, row.log_sha256, run_id, erased=True)
            earlier = SuperfluousRecord.run_id == run_id
            db.execute(update(SuperfluousRecord).where(earlier).values(ERASED))
            db.execute(delete(SummaryRecord).where(SummaryRecord.run_id == run_id))
            db.delete(row)
            db.flush()
            drop_if_empty(db, session_id)
        self._clear()

    def data(self, run_id: int) -> bytes:
        """Return a run's pages as in a ``.leanrun`` file. LibraryError, LogError."""
        return self._run_files.get(self.get(run_id).log_sha256)

    def path(self, run_id: int) -> Path:
        """Return the path of a run's file, for reading only. LibraryError."""
        return self._run_files.path(self.get(run_id).log_sha256)

    def log(self, run_id: int) -> Run:
        """Return a run with everything in its log. LibraryError, LogError."""
        return runs_of(self.data(run_id), _("Run {run_id}", run_id=run_id), "skip")[0]


def _run(db: Db, run_id: int) -> RunRecord:
    row = db.get(RunRecord, run_id)
    if row is None:
        raise no_run(run_id)
    return row
