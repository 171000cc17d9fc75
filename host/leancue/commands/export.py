"""``leancue export``: a run for other programs."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from leancue import screen
from leancue.commands.options import RunFile


def export(
    run: RunFile,
    kind: Annotated[
        str, typer.Option("--format", metavar="KIND", help="csv, json or fit.")
    ] = "csv",
    out: Annotated[
        Path | None,
        typer.Option("--out", metavar="FILE", help="Where to; - = to this terminal's output."),
    ] = None,
) -> None:
    """Write a run for other programs: CSV, JSON or FIT."""
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
