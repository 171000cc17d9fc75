"""The library: opened, its parts, and what concerns all of them."""

from __future__ import annotations

from pathlib import Path
from typing import Self

from leancore.prescription import default
from sqlalchemy import select

from leancue import trend
from leancue.library import backup, example, export, overview, places, schema
from leancue.library.database import Database
from leancue.library.devices import Devices
from leancue.library.erase import Eraser, Erasure
from leancue.library.models import BackupRecord, RunRecord
from leancue.library.options import Options
from leancue.library.overview import Chart, Glance
from leancue.library.part import Clock, now_s
from leancue.library.patients import Patients
from leancue.library.prescriptions import Prescriptions
from leancue.library.rows import Filing, Patient
from leancue.library.runs import Runs
from leancue.library.sessions import Notes, Sessions
from leancue.library.upkeep import Progress, Tidied, Upkeep
from leancue.library.vault import Vault


class Library:
    """Patients, prescriptions, clips, sessions, runs and notes of a clinic.

    ``patients``, ``prescriptions``, ``devices``, ``runs``, ``sessions``, ``notes``, ``options``:
    its parts. Every call is a transaction of its own and may come from any thread.
    """

    def __init__(self, where: str | Path | None = None, clock: Clock = now_s) -> None:
        """Open the library, made or brought up to date where it must be.

        Args:
            where: a folder, or the URL of a PostgreSQL database; without it the environment's
                LEANCUE_LIBRARY, else the user's data folder.
            clock: gives the time, UTC in seconds since 1970.

        Raises:
            LibraryError: where it cannot be opened, or is of a later version.
        """
        self._where = where
        self.place = places.find(where)
        self._database = Database(self.place)
        self._now_s = clock
        try:
            schema.bring_up_to_date(self._database)
            self._vault = Vault(self.place.files)
            self.patients = Patients(self._database, self._vault, clock)
            self.prescriptions = Prescriptions(self._database, self._vault, clock)
            self.devices = Devices(self._database, self._vault, clock)
            self.runs = Runs(self._database, self._vault, clock)
            self.sessions = Sessions(self._database, self._vault, clock)
            self.notes = Notes(self._database, self._vault, clock)
            self.options = Options(self._database, self._vault, clock)
            self._eraser = Eraser(self._database, self._vault, clock)
            self._upkeep = Upkeep(self._database, self._vault, clock)
            self.sweep()
            self._upkeep.refigure()
        except BaseException:
            self.close()
            raise

    def file_run(
        self, log: bytes | Path | str, *, patient: str | None = None, uid: str = ""
    ) -> list[Filing]:
        """As ``runs.file``."""
        return self.runs.file(log, patient=patient, uid=uid)

    def overview(self, *, archived: bool = False) -> list[Glance]:
        """Return all patients at a glance, by code: progress, points of the sessions, flags."""
        per_week = self.options.get("sessions_per_week")
        planned = len(default()["minutes"])
        with self._database.read() as db:
            return overview.glances(db, self._now_s(), per_week, planned, archived=archived)

    def chart(self, code: str) -> Chart:
        """Return a patient whole; figures of an older version are worked out anew. PatientError."""
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
        )

    def erasure(self, code: str) -> Erasure:
        """Return what would be erased with a patient, in words: the first step. PatientError."""
        return self._eraser.plan(code)

    def erase(self, plan: Erasure) -> None:
        """Erase a patient for ever: the second step.

        Raises:
            LibraryError: where something changed since the first step; nothing is erased then.
        """
        self._eraser.erase(plan)

    def export_patient(self, code: str, out: str | Path) -> Path:
        """Write all there is of a patient to a new folder, or a zip where ``out`` ends so.

        Raises:
            PatientError, OutputError, LogError: whatever is in the way; nothing is written then.
        """
        chart = self.chart(code)
        give = lambda run: self._vault.get(run.log_sha256)  # noqa: E731
        return export.export(chart, give, Path(out), self._now_s())

    def backup(self, folder: str | Path) -> Path:
        """Write a backup into a new folder under ``folder``; return it. OutputError, LogError."""
        made_s = self._now_s()
        written = backup.back_up(self._database, self._vault, Path(folder).absolute(), made_s)
        self._note_copy(written)
        return written

    def _note_copy(self, place: Path) -> None:
        """Remember a copy of the library: who is erased here stands in it still."""
        with self._database.write() as db:
            db.add(BackupRecord(made_s=self._now_s(), place=str(place)))

    @staticmethod
    def restore(saved: str | Path, where: str | Path | None = None) -> Path | None:
        """Make the library what a backup holds; return where the present one was put, or None.

        No library may be open there meanwhile. LibraryError, LogError, OutputError.
        """
        aside = backup.restore(Path(saved).absolute(), places.find(where), now_s())
        with Library(where) as library:
            for copy in filter(None, (Path(saved).absolute(), aside)):
                library._note_copy(copy)
        return aside

    def check(self, progress: Progress | None = None) -> list[str]:
        """Read everything; return what is wrong, in words. Empty = all is well."""
        return self._upkeep.check(progress)

    def overdue(self) -> int:
        """Return how many runs hold raw samples past the retention time: `tidy` gives them up."""
        return self._upkeep.overdue(self.options.get("retention_days"))

    def tidy(self, progress: Progress | None = None) -> Tidied:
        """Do what has become due: figures of an older version, raw samples past their time."""
        return self._upkeep.tidy(self.options.get("retention_days"), progress)

    def add_example(self) -> Patient:
        """Make the example patient, with a clip and eight runs. PatientError if it is there."""
        calendar = example.Calendar(self._now_s())
        with Library(self._where, calendar) as past:
            example.fill(past, calendar)
        return self.patients.get(example.CODE)

    def remove_example(self) -> None:
        """Remove the example patient and all that came with it; twice is no harm."""
        if self.patients.has(example.CODE) and self.patients.get(example.CODE).example:
            self.erase(self.erasure(example.CODE))
            self.devices.forget(example.UID)
            self._database.compact()

    def sweep(self) -> list[Path]:
        """Remove the files that a killed import or erasure left behind; return them."""
        with self._database.write() as db:
            return self._vault.sweep(set(db.scalars(select(RunRecord.log_sha256))))

    def close(self) -> None:
        """Let go of the library."""
        self._database.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
