"""``leancue export``: a run for other programs, or all there is of a patient."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from leancue import screen


def export(
    run: Annotated[
        Path | None, typer.Argument(metavar="[RUN]", help="A pulled run (.leanrun).")
    ] = None,
    patient: Annotated[
        str | None,
        typer.Option("--patient", metavar="CODE", help="Instead: all the library has of CODE."),
    ] = None,
    kind: Annotated[
        str, typer.Option("--format", metavar="KIND", help="csv, json or fit.")
    ] = "csv",
    out: Annotated[
        Path | None,
        typer.Option("--out", metavar="FILE", help="Where to; - = to this terminal's output."),
    ] = None,
) -> None:
    """Write a run, or all there is of a patient.

    A run becomes CSV, JSON or FIT for other programs; a patient a zip that needs no LeanCue.
    """
    if (run is None) == (patient is None):
        raise screen.TypedError(
            "Name a pulled run, or a patient with --patient.",
            way_out="Type `leancue export RUN.leanrun` or `leancue export --patient CODE`.",
        )
    if patient is not None:
        _export_patient(patient, out or Path(f"{patient}.zip"))
    elif run is not None:
        _export_run(run, kind, out)


def _export_patient(code: str, out: Path) -> None:
    from leancue.commands.library import opened

    with opened(reading=True) as library:
        written = library.export_patient(code, out)
    screen.say(str(written))
    screen.note("It holds health data: keep it as safe as the library.")


def _export_run(run: Path, kind: str, out: Path | None) -> None:
    from leancue.export import FORMATS, default_path
    from leancue.files import write_atomically
    from leancue.runlog import read_runs

    if kind not in FORMATS:
        raise screen.TypedError(f"--format is {', '.join(FORMATS)}, not {kind}.")
    runs = read_runs(run, damaged="skip")
    if len(runs) > 1 and out is not None:
        raise screen.TypedError(
            f"{run} holds {len(runs)} runs: they do not fit into one file.",
            way_out="Leave --out away; each gets a file of its own.",
        )
    for one in runs:
        data = FORMATS[kind](one)
        if out is not None and str(out) == "-":
            typer.get_binary_stream("stdout").write(data)
            continue
        path = out or default_path(run, kind, one, len(runs) > 1)
        write_atomically(path, data)
        screen.say(str(path))
