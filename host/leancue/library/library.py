"""The library: opening, its parts, and operations on all of them."""

from __future__ import annotations

from pathlib import Path
from typing import Self

from leancore.coaching.prescription import default
from sqlalchemy import select

from leancue.library import (
    adopt,
    backup,
    example_patient,
    locations,
    opening,
    overview,
    patient_export,
    restore,
)
from leancue.library.audit import Audit
from leancue.library.checks import Checks
from leancue.library.clinic_details import Clinic
from leancue.library.clip_contents import ClipContents
from leancue.library.drafts import Drafts
from leancue.library.erase import Eraser, Erasure
from leancue.library.known_devices import KnownDevices
from leancue.library.library_settings import LibrarySettings
from leancue.library.maintenance import Maintenance, Progress, Tidied
from leancue.library.models import BackupRecord
from leancue.library.overview import Chart, PatientSummary
from leancue.library.page_lock import PageLock
from leancue.library.patients import Patients
from leancue.library.prescriptions import Prescriptions
from leancue.library.repository import Clock, now_s
from leancue.library.run_marks import RunMarks
from leancue.library.safety_copies import SafetyCopies
from leancue.library.sessions import Notes, Sessions
from leancue.library.stored_records import Filing, Patient
from leancue.library.stored_runs import StoredRuns
from leancue.library.visits import Visits
from leancue.runs import trend


class Library:
    """Patients, prescriptions, clips, sessions, runs and notes of a clinic.

    ``patients``, ``prescriptions``, ``devices``, ``runs``, ``sessions``, ``notes``, ``options``,
    ``audit``, ``clinic``, ``page_lock``, ``safety``, ``drafts``, ``visits``, ``marks``,
    ``on_clips``: its parts. Every call is a separate transaction and may come from any thread.
    """

    def __init__(
        self, where: str | Path | None = None, clock: Clock = now_s, *, reading: bool = False
    ) -> None:
        """Open the library; for writing it is created or updated if necessary.

        Args:
            where: a folder, or the URL of a PostgreSQL database; without it the environment's
                LEANCUE_LIBRARY, else the user's data folder.
            clock: gives the time, UTC in seconds since 1970.
            reading: it is as of this moment and only read; nothing is written there, so it may be
                on a read-only disk or another user's.

        Raises:
            LibraryError: where it cannot be opened, is of a later version, or database and files
                do not fit; to be read, where there is none.
        """
        self._where = where
        self.place = locations.find(where)
        self._now_s = clock
        self._open(reading=reading)

    def _open(self, *, reading: bool = False) -> None:
        """Open it and make its parts."""
        clock = self._now_s
        self._opened = (opening.to_read if reading else opening.to_write)(self.place)
        self.is_new, self.id = self._opened.is_new, self._opened.library_id
        database, run_files = self._database, self._run_files = (
            self._opened.database,
            self._opened.run_files,
        )
        self.patients = Patients(database, run_files, clock)
        self.prescriptions = Prescriptions(database, run_files, clock)
        self.devices = KnownDevices(database, run_files, clock)
        self.runs = StoredRuns(database, run_files, clock)
        self.sessions = Sessions(database, run_files, clock)
        self.notes = Notes(database, run_files, clock)
        self.audit = Audit(database, run_files, clock)
        self.clinic = Clinic(database, run_files, clock)
        self.page_lock = PageLock(database, run_files, clock)
        self.safety = SafetyCopies(database, run_files, clock)
        self.options = LibrarySettings(database, run_files, clock)
        self.drafts = Drafts(database, run_files, clock)
        self.visits = Visits(database, run_files, clock)
        self.marks = RunMarks(database, run_files, clock)
        self.on_clips = ClipContents(database, run_files, clock)
        self._eraser = Eraser(database, run_files, clock)
        self._upkeep = Maintenance(database, run_files, clock)
        self._checks = Checks(database, run_files, clock)
        try:
            if not reading:
                self._upkeep.finish()
            self._upkeep.refigure()
        except BaseException:
            self.close()
            raise

    def file_run(
        self, log: bytes | Path | str, *, patient: str | None = None, uid: str = ""
    ) -> list[Filing]:
        """Like ``runs.file``; live marks made during a run are assigned to it."""
        filings = self.runs.file(log, patient=patient, uid=uid)
        for filing in filings:
            self.marks.settle(filing.run.id)
        return filings

    def overview(self, *, archived: bool = False) -> list[PatientSummary]:
        """Return all patients at a glance, by code: progress, points of the sessions, flags."""
        per_week = self.options.get("sessions_per_week")
        planned = len(default()["minutes"])
        with self._database.read() as db:
            return overview.glances(db, self._now_s(), per_week, planned, archived=archived)

    def chart(self, code: str) -> Chart:
        """Return everything about a patient; outdated figures are recomputed. PatientError."""
        patient = self.patients.get(code)
        history = self.prescriptions.history(code)
        runs = self.runs.of(code)
        if self._upkeep.refresh([run.id for run in runs if run.summary is None]):
            runs = self.runs.of(code)
        pairs = overview.in_order(self.sessions.of(code), runs)
        points = tuple(point for _, point in pairs)
        planned = int((history[0].values if history else default())["sessions"])
        now_s = self._now_s()
        way = trend.progress(points, planned, self.options.get("sessions_per_week"), now_s)
        return Chart(
            patient=patient,
            prescription=history[0] if history else None,
            history=tuple(history),
            sessions=tuple(session for session, _ in pairs),
            points=points,
            progress=way,
            flags=tuple(trend.flags(points, way, now_s)),
            runs=tuple(runs),
            notes=tuple(self.notes.of(code)),
            devices=tuple(self.devices.of(code)),
            own_lean=overview.own_lean_of(history[0] if history else None, runs),
            on_clips=tuple(self.on_clips.of(code)),
            visits=tuple(self.visits.of(code)),
            speed_unit=self.options.get("speed_unit"),
        )

    def erasure(self, code: str) -> Erasure:
        """Return what would be erased with a patient, as text: the first step. PatientError."""
        return self._eraser.plan(code)

    def erase(self, plan: Erasure) -> None:
        """Erase a patient permanently: the second step.

        Raises:
            LibraryError: where something changed since the first step; nothing is erased then.
        """
        self._eraser.erase(plan)

    def export_patient(self, code: str, out: str | Path) -> Path:
        """Write all data of a patient to a new folder, or to a zip by the suffix of ``out``.

        Raises:
            PatientError, OutputError, LogError: whatever is in the way; nothing is written then.
        """
        chart = self.chart(code)
        give = lambda run: self._run_files.get(run.log_sha256)  # noqa: E731
        marks = lambda run: self.marks.of_run(run.id)  # noqa: E731
        return patient_export.export(chart, give, marks, Path(out), self._now_s())

    def backup(self, folder: str | Path) -> Path:
        """Write a backup into a new folder under ``folder``; return it. OutputError, LogError.

        A writable library records it, so that an erasure can mention it.
        """
        made_s = self._now_s()
        note = self._forget if self._database.reading else self.note_copy
        return backup.back_up(
            self._database, self._run_files, Path(folder).absolute(), made_s, note
        )

    def note_copy(self, place: Path) -> None:
        """Record a copy of the library, which still contains patients erased here. LibraryError."""
        with self._database.write() as db:
            known = select(BackupRecord.id).where(BackupRecord.place == str(place))
            if db.scalar(known) is None:
                db.add(BackupRecord(made_s=self._now_s(), place=str(place)))
        self.audit.note("backup")

    @staticmethod
    def _forget(_place: Path) -> None:
        """Discard the record: a read-only library stores nothing."""

    @staticmethod
    def restore(saved: str | Path, where: str | Path | None = None) -> Path | None:
        """Restore a backup; return where the present library was put, or None.

        If interrupted, the library is either the previous one or the backup. LibraryError
        where a program has it open, or ``saved`` is no backup; LogError, OutputError.
        """
        return restore.restore(Path(saved).absolute(), locations.find(where), now_s())

    def bring_back(self, saved: str | Path) -> Path | None:
        """Like ``restore``, for this library while it is open; its users continue with the backup.

        Writes in the meantime are refused, not lost. LibraryError where another program has it
        open, too; it is as it was then.
        """
        who = self._database.who
        self.close()
        try:
            return self.restore(saved, self._where)
        finally:
            self._open()
            self._database.who = who

    @staticmethod
    def adopt(
        where: str | Path | None = None,
        *,
        add_patients: bool = False,
        progress: Progress | None = None,
    ) -> adopt.Adopted:
        """Adopt the files of a library's folder, creating a new database if it is lost.

        Args:
            where: as for ``Library``.
            add_patients: add each patient whom a log names and the library does not have; else
                such runs wait in the inbox.
            progress: called with (files done, of how many).

        Raises:
            LibraryError: where a program has the library open, or there is nothing to adopt.
        """
        return adopt.adopt(locations.find(where), add_patients, progress, now_s)

    def check(self, progress: Progress | None = None) -> list[str]:
        """Read everything; return the problems as text. Empty = none."""
        return self._checks.problems(progress)

    def strangers(self) -> list[Path]:
        """Return the files among the runs' that are not LeanCue's; they are left alone."""
        return self._checks.strangers()

    def overdue(self) -> int:
        """Return how many runs hold expired raw samples, which `tidy` deletes."""
        return self._upkeep.overdue(self.options.get("retention_days"))

    def tidy(self, progress: Progress | None = None) -> Tidied:
        """Do what is due: stale figures, old raw samples, interrupted imports, the bin."""
        days = self.options.get("retention_days"), self.options.get("bin_days")
        return self._upkeep.tidy(*days, progress)

    def add_example(self) -> Patient:
        """Make the example patient, with a clip and eight runs. PatientError if it is there."""
        calendar = example_patient.Calendar(self._now_s())
        with Library(self._where, calendar) as past:
            example_patient.fill(past, calendar)
        return self.patients.get(example_patient.CODE)

    def remove_example(self) -> None:
        """Remove the example patient and everything with it; idempotent."""
        if (
            self.patients.has(example_patient.CODE)
            and self.patients.get(example_patient.CODE).example
        ):
            self.erase(self.erasure(example_patient.CODE))
            self.devices.forget(example_patient.UID)
            self._database.compact()

    def close(self) -> None:
        """Close the library."""
        self._opened.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
