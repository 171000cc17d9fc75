"""``leancue export``: a run for other programs, or all there is of a patient."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from leancue.basis import terminal
from leancue.basis.times import known_s, said

if TYPE_CHECKING:
    from leancue.runs.pace import Mark
    from leancue.runs.runlog import Run


def export(
    run: Annotated[
        Path | None, typer.Argument(metavar="[RUN]", help="A pulled run (.leanrun).")
    ] = None,
    number: Annotated[
        int | None,
        typer.Option(
            "--run",
            metavar="NUMBER",
            help=(
                "Instead: a run of the library with its marks, by its number in `leancue library "
                "runs`."
            ),
        ),
    ] = None,
    patient: Annotated[
        str | None,
        typer.Option(
            "--patient",
            metavar="CODE",
            help=("Instead: everything the library has about patient CODE."),
        ),
    ] = None,
    kind: Annotated[
        str, typer.Option("--format", metavar="KIND", help="csv, json or fit.")
    ] = "csv",
    out: Annotated[
        Path | None,
        typer.Option("--out", metavar="FILE", help="File or folder to write; - = standard output."),
    ] = None,
    began: Annotated[
        datetime | None,
        typer.Option(
            formats=["%Y-%m-%d %H:%M", "%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M:%S", "%Y-%m-%dT%H:%M:%S"],
            metavar="DATE",
            help='When the run began, e.g. "2026-11-03 14:05", if the clip had no time.',
        ),
    ] = None,
) -> None:
    """Write a run, or all there is of a patient.

    A run becomes CSV, JSON or FIT for other programs; a patient a zip that needs no LeanCue.
    """
    if sum(one is not None for one in (run, number, patient)) != 1:
        raise terminal.TypedError(
            "Name a pulled run, or one of the library with --run, or a patient with --patient.",
            way_out="Type `leancue export RUN.leanrun` or `leancue export --patient CODE`.",
        )
    if patient is not None:
        _export_patient(patient, out or Path(f"{patient}.zip"))
    elif number is not None:
        _export_kept(number, kind, out, _seconds(began))
    elif run is not None:
        _export_run(run, kind, out, _seconds(began))


def _seconds(began: datetime | None) -> int:
    """The typed time, in seconds since 1970; 0 = none."""
    if began is None:
        return 0
    try:
        found = known_s(int(began.timestamp()))
    except (OSError, OverflowError, ValueError):  # years that this system does not support
        found = 0
    if not found:
        raise terminal.TypedError(
            f"--began {began:%Y-%m-%d %H:%M}: there were no clips at that time."
        )
    return found


def _export_patient(code: str, out: Path) -> None:
    from leancue.commands.library import opened

    with opened(reading=True) as library:
        written = library.export_patient(code, out)
    terminal.say(str(written))
    terminal.note("It holds health data: keep it as safe as the library.")


def _export_kept(number: int, kind: str, out: Path | None, began_s: int) -> None:
    """Export a run of the library, with its marks."""
    from leancue.commands.library import opened
    from leancue.library.patient_export import marks_on_axis

    with opened(reading=True) as library:
        log = library.runs.log(number)
        marks = marks_on_axis(log, library.marks.of_run(number))
    _require_known(kind)
    _require_undated([log], began_s)
    _write(log, kind, out or Path(f"run-{number}.{kind}"), began_s, marks)
    _require_whole(Path(f"run {number}"), [log])


def _export_run(run: Path, kind: str, out: Path | None, began_s: int) -> None:
    from leancue.export.run_export import default_path
    from leancue.runs.runlog import read_runs

    _require_known(kind)
    runs = read_runs(run, damaged="skip")
    if len(runs) > 1 and out is not None:
        raise terminal.TypedError(
            f"{run} contains {len(runs)} runs, which do not fit into one file.",
            way_out="Leave out --out: each run gets its own file.",
        )
    _require_undated(runs, began_s)
    for one in runs:
        _write(one, kind, out or default_path(run, kind, one, len(runs) > 1), began_s)
    _require_whole(run, runs)


def _require_known(kind: str) -> None:
    from leancue.export.run_export import FORMATS

    if kind not in FORMATS:
        raise terminal.TypedError(f"--format is {', '.join(FORMATS)}, not {kind}.")


def _require_undated(runs: list[Run], began_s: int) -> None:
    """Raise TypedError if a date was typed for a run whose log has one."""
    dated = [one for one in runs if one.wall_s]
    if began_s and dated:
        raise terminal.TypedError(
            f"According to its log, run {dated[0].run_id} began "
            f"{said(dated[0].wall_s, '%Y-%m-%d %H:%M')}.",
            "--began is only for runs recorded before the clip's clock was set.",
            "Leave it out.",
        )


def _write(run: Run, kind: str, path: Path, began_s: int, marks: Sequence[Mark] = ()) -> None:
    """Write a run to ``path`` (- = stdout), and report what is missing."""
    from leancue.basis.files import write_atomically
    from leancue.export.run_export import FORMATS

    data = FORMATS[kind](run, began_s, marks)
    if str(path) == "-":
        terminal.say_bytes(data)
    else:
        write_atomically(path, data)
        terminal.say(str(path))
    for words in run.lacks():
        terminal.note(f"Run {run.run_id}: {words}")


def _require_whole(file: Path, runs: list[Run]) -> None:
    """Raise LogError if something is missing; the rest was written anyway."""
    from leancue.basis.errors import LogError
    from leancue.runs.run_start import AGAIN

    if not all(run.is_whole for run in runs):
        raise LogError(
            f"{file} is incomplete: the output contains only part of the run.",
            "Pages are damaged or missing.",
            AGAIN,
        )
