"""Exports everything about a patient, as a folder or zip that is readable without LeanCue."""

from __future__ import annotations

import csv
import io
import json
import os
import shutil
import tempfile
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from leancore import __version__

from leancue.basis.errors import LogError, OutputError
from leancue.basis.times import known_s
from leancue.export.run_export import as_csv
from leancue.library.overview import Chart
from leancue.library.run_marks import on_axis
from leancue.library.stored_records import RunMark, RunRow
from leancue.prescriptions.prescription_file import dump
from leancue.runs.pace import Mark
from leancue.runs.pull import file_name
from leancue.runs.run_view import of_run
from leancue.runs.runlog import Run, runs_of
from leancue.runs.trend import Point

README = """All that the library holds of the patient {code}, written {when} by LeanCue {version}.

patient.json        prescriptions with history, sessions with pain scores and figures, runs with
                    their figures, notes, clips, flags. Angles in degrees, lean at the lower back
                    relative to standing; shares 0 to 1; times in seconds since 1970 (UTC).
sessions.csv        one line for each session, the figures of the page.
prescriptions/      each prescription as LeanCue reads it (TOML), named by when it was made.
runs/*.leanrun      each run as it was pulled from the clip: log pages of 4096 bytes, raw samples
                    in it. `leancue verify FILE` proves it, `leancue report FILE` shows it.
runs/*.csv          the same run as one line for each running step, with speed, incline and
                    words where they were marked.

A lean has an error of some degrees (see a report). Nothing here is a diagnosis.
"""
Give = Callable[[RunRow], bytes]
Marks = Callable[[RunRow], list[RunMark]]


def export(chart: Chart, data: Give, marks: Marks, out: Path, now_s: int) -> Path:
    """Write everything to ``out`` (a zip or a folder, by its suffix), atomically.

    ``data``: gives a run's pages; ``marks``: what somebody marked in it.

    Raises:
        OutputError: where it cannot be written, or something stands there already.
    """
    if out.exists():
        raise OutputError(f"{out} already exists.", way_out="Choose another name.")
    try:
        with _beside(out) as stage:
            for name, content in _files(chart, data, marks, now_s):
                path = stage / name
                path.parent.mkdir(exist_ok=True, mode=0o700)
                path.write_bytes(content)
                os.chmod(path, 0o600)
            if out.suffix.lower() == ".zip":
                _zip(stage, out)
            else:
                os.replace(stage, out)
    except OSError as error:
        raise OutputError(
            f"Cannot write {out}: {error.strerror or error}.",
            "The disk may be full or the folder read-only.",
            "Choose another place.",
        ) from error
    return out


@contextmanager
def _beside(out: Path) -> Iterator[Path]:
    """Give an empty folder, for this user alone, that is gone afterwards unless renamed."""
    out.parent.mkdir(parents=True, exist_ok=True)
    stage = Path(tempfile.mkdtemp(prefix=f".{out.name}.", suffix=".part", dir=out.parent))
    try:
        yield stage
    finally:
        shutil.rmtree(stage, ignore_errors=True)


def _zip(stage: Path, out: Path) -> None:
    handle, name = tempfile.mkstemp(prefix=f".{out.name}.", suffix=".part", dir=out.parent)
    try:
        with (
            os.fdopen(handle, "wb") as file,
            zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive,
        ):
            for path in sorted(p for p in stage.rglob("*") if p.is_file()):
                archive.write(path, path.relative_to(stage).as_posix())
        os.replace(name, out)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


def _files(chart: Chart, data: Give, marks: Marks, now_s: int) -> Iterator[tuple[str, bytes]]:
    code = chart.patient.code
    when = _said(now_s, "%Y-%m-%d %H:%M UTC") or "at an unknown time"
    yield "README.txt", README.format(code=code, when=when, version=__version__).encode()
    yield "patient.json", _json(chart)
    yield "sessions.csv", _sessions_csv(chart.points)
    for made in chart.history:
        stamp = _said(made.made_s, "%Y-%m-%d-%H%M%S") or "undated"
        yield f"prescriptions/{stamp}-{made.id}.toml", dump(made.values).encode()
    for run in chart.runs:
        name = file_name(code, run.uid, run.number).removesuffix(".leanrun") + f"-{run.id}"
        pages = data(run)
        yield f"runs/{name}.leanrun", pages
        try:
            log = runs_of(pages, name, "skip")[0]
            yield f"runs/{name}.csv", as_csv(log, 0, marks_on_axis(log, marks(run)))
        except (LogError, ValueError) as error:
            yield f"runs/{name}.txt", f"The steps of this run cannot be read: {error}\n".encode()


def _said(time_s: int, form: str) -> str:
    """A time in UTC, "" if implausible."""
    known = known_s(time_s)
    return datetime.fromtimestamp(known, UTC).strftime(form) if known else ""


def marks_on_axis(log: Run, marks: list[RunMark]) -> list[Mark]:
    """Return what somebody marked, on the run's own axis."""
    return on_axis(marks, of_run(log)) if marks else []


def _json(chart: Chart) -> bytes:
    whole: dict[str, Any] = asdict(chart)
    return (json.dumps(whole, indent=1, ensure_ascii=False) + "\n").encode()


def _sessions_csv(points: tuple[Point, ...]) -> bytes:
    out = io.StringIO()
    names = [name for name in Point.__dataclass_fields__ if name != "faults"]
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(names)
    for point in points:
        writer.writerow([getattr(point, name) for name in names])
    return out.getvalue().encode()
