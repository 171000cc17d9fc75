"""Marked moments of runs, with speed and incline; live ones are assigned when the run is pulled."""

from __future__ import annotations

import json

from sqlalchemy import Select, select
from sqlalchemy.orm import Session as Db

from leancue.basis.errors import LibraryError, LogError
from leancue.language.words import _
from leancue.library.known_devices import device_of
from leancue.library.models import DeviceRecord, RunRecord, SummaryRecord
from leancue.library.repository import Repository, patient_of
from leancue.library.session_points import refigure
from leancue.library.stored_records import RunMark
from leancue.library.visit_models import MarkRecord
from leancue.runs import pace
from leancue.runs.pace import Mark
from leancue.runs.run_view import RunView, of_run
from leancue.runs.runlog import runs_of

WORDS_MOST = 60
_EARLY_S = 120  # the clip's clock and the desk's differ by less


class RunMarks(Repository):
    """``library.marks``."""

    def live(
        self, uid: str, code: str, running_ms: int, words: str = "",
        speed_mm_s: int | None = None, incline_permille: int | None = None,
    ) -> RunMark:  # fmt: skip
        """Mark a moment of the current run; it is assigned when the run is pulled.

        Raises:
            PatientError, LibraryError.
        """
        words = checked_words(words)
        with self._database.write() as db:
            row = MarkRecord(
                device_id=device_of(db, uid, self._now_s()).id, patient_id=patient_of(db, code).id,
                marked_s=self._now_s(), live=True, at_ms=running_ms, words=words,
                speed_mm_s=speed_mm_s, incline_permille=incline_permille,
            )  # fmt: skip
            db.add(row)
            db.flush()
            return _mark(row)

    def put(
        self, run_id: int, at_ms: int, words: str = "",
        speed_mm_s: int | None = None, incline_permille: int | None = None,
    ) -> RunMark:  # fmt: skip
        """Mark a moment of a stored run, replacing one at the same time.

        Raises:
            LibraryError: where there is no such run, or it is nobody's yet.
        """
        words = checked_words(words)
        with self._database.write() as db:
            run = _run(db, run_id)
            row = db.scalar(_of_run(run_id).where(MarkRecord.at_ms == at_ms, ~MarkRecord.live))
            if row is None:
                row = MarkRecord(
                    run_id=run_id, device_id=run.device_id, patient_id=run.patient_id,
                    live=False, at_ms=at_ms,
                )  # fmt: skip
                db.add(row)
            row.marked_s, row.words = self._now_s(), words
            row.speed_mm_s, row.incline_permille = speed_mm_s, incline_permille
            db.flush()
            self._figure(db, run)
            return _mark(row)

    def remove(self, mark_id: int) -> None:
        """Remove a mark. LibraryError."""
        with self._database.write() as db:
            row = db.get(MarkRecord, mark_id)
            if row is None:
                raise LibraryError(_("The mark is not in the library any more."))
            run_id = row.run_id
            db.delete(row)
            db.flush()
            if run_id is not None:
                self._figure(db, _run(db, run_id))

    def of_run(self, run_id: int) -> list[RunMark]:
        """Return the run's marks in the order in which they were made."""
        with self._database.read() as db:
            return [_mark(row) for row in db.scalars(_of_run(run_id))]

    def waiting(self, uid: str, since_s: int = 0) -> list[RunMark]:
        """Return the marks of the clip's runs that are not pulled yet."""
        with self._database.read() as db:
            device = device_id_of(db, uid)
            wanted = select(MarkRecord).where(
                MarkRecord.device_id == device, MarkRecord.run_id.is_(None),
                MarkRecord.marked_s >= since_s,
            )  # fmt: skip
            return [_mark(row) for row in db.scalars(wanted.order_by(MarkRecord.id))]

    def settle(self, run_id: int) -> int:
        """Assign live marks to a run that has arrived; return how many."""
        with self._database.write() as db:
            run = db.get(RunRecord, run_id)
            if run is None or run.patient_id is None or run.began_s is None:
                return 0
            ends_s = run.began_s + _seconds(db, run_id) + _EARLY_S
            found = list(db.scalars(select(MarkRecord).where(
                MarkRecord.device_id == run.device_id, MarkRecord.patient_id == run.patient_id,
                MarkRecord.run_id.is_(None), MarkRecord.marked_s >= run.began_s - _EARLY_S,
                MarkRecord.marked_s <= ends_s,
            )))  # fmt: skip
            for mark in found:
                mark.run_id = run.id
            db.flush()
            if found:
                self._figure(db, run)
            return len(found)

    def _figure(self, db: Db, run: RunRecord) -> None:
        """Compute the run's mean speed and incline, and its session's figures."""
        try:
            view = of_run(runs_of(self._run_files.get(run.log_sha256), f"run {run.id}", "skip")[0])
        except LogError:
            return  # an unreadable run has no running time as a weight
        found = pace.stretches(on_axis([_mark(m) for m in db.scalars(_of_run(run.id))], view),
                               view.end_ms)  # fmt: skip
        run.speed_mm_s, run.incline_permille = pace.means(found, view.running)
        db.flush()
        refigure(db, run.session_id)


def on_axis(marks: list[RunMark], view: RunView) -> list[Mark]:
    """Return marks on the run's own axis, in order."""
    return pace.in_order(
        Mark(pace.axis_ms(m.at_ms, view.running) if m.live else m.at_ms, m.words, m.speed_mm_s,
             m.incline_permille)
        for m in marks
    )  # fmt: skip


def checked_words(words: str) -> str:
    """Return the words of a mark without blanks around them. LibraryError where too long."""
    words = " ".join(words.split())
    if len(words) > WORDS_MOST:
        raise LibraryError(_("A mark has at most {most} characters.", most=WORDS_MOST))
    return words


def device_id_of(db: Db, uid: str) -> int:
    """Return the row of a clip, -1 where it was never met."""
    return db.scalar(select(DeviceRecord.id).where(DeviceRecord.uid == uid)) or -1


def _seconds(db: Db, run_id: int) -> int:
    row = db.get(SummaryRecord, run_id)
    return int(json.loads(row.figures_json).get("seconds", 0)) if row else 0


def _run(db: Db, run_id: int) -> RunRecord:
    row = db.get(RunRecord, run_id)
    if row is None or row.patient_id is None:
        raise LibraryError(
            _("Run {run} cannot be marked.", run=run_id),
            _("It is not in the library, or not assigned to a patient yet."),
        )
    return row


def _of_run(run_id: int) -> Select[MarkRecord]:
    return select(MarkRecord).where(MarkRecord.run_id == run_id).order_by(MarkRecord.id)


def _mark(row: MarkRecord) -> RunMark:
    return RunMark(
        row.id, row.run_id, row.marked_s, row.live, row.at_ms, row.words, row.speed_mm_s,
        row.incline_permille,
    )  # fmt: skip
