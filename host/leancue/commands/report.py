"""``leancue report``: one page about a run or a patient, as HTML or PDF."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from leancue.basis import terminal

if TYPE_CHECKING:
    from leancue.report.sheet import Sheet

Named = tuple[str, Path, Callable[[], "Sheet"]]  # description, destination, the page


class Paper(StrEnum):
    """Sizes of paper."""

    A4 = "a4"
    LETTER = "letter"


def report(
    run: Annotated[
        Path | None, typer.Argument(metavar="[RUN]", help="A pulled run (.leanrun).")
    ] = None,
    patient: Annotated[
        str | None,
        typer.Option(metavar="CODE", help="Instead of a run: all sessions of a patient."),
    ] = None,
    out: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="The .html or .pdf to write; default: beside the run."),
    ] = None,
    pdf: Annotated[bool, typer.Option("--pdf", help="Write a one-page PDF to print.")] = False,
    paper: Annotated[Paper, typer.Option(help="Paper size of the PDF.")] = Paper.A4,
    proof: Annotated[
        bool,
        typer.Option(
            "--proof/--no-proof", help="Replay the run to prove it; the report is faster without."
        ),
    ] = True,
) -> None:
    """Write one page about a run, or about a patient."""
    if (run is None) == (patient is None):
        raise terminal.TypedError(
            "A report is about one run, or about one patient.",
            way_out="Type `leancue report RUN.leanrun` or `leancue report --patient CODE`.",
        )
    ending = _ending(out, pdf)
    pages = list(_of_runs(run, ending, proof) if run else _of_patient(patient or "", ending))
    if out and len(pages) > 1:
        raise terminal.TypedError(
            f"{run} contains {len(pages)} runs, which do not fit into one file.",
            way_out="Leave out --out: each run gets its own file.",
        )
    for what, path, sheet in pages:
        path = out or path
        _write(path, sheet(), paper)
        terminal.say(f"The report of {what} is at {path}.")


def _ending(out: Path | None, pdf: bool) -> str:
    """Return ``.pdf`` or ``.html``: as the name ends, or as asked for."""
    asked = ".pdf" if pdf else ".html"
    found = out.suffix.lower() if out else asked
    if found in (".pdf", ".html", ".htm") and not (pdf and found != ".pdf"):
        return found
    raise terminal.TypedError(
        f"--out {out} has no known file type.",
        way_out=f"The name must end in {asked}." if pdf else "The name must end in .html or .pdf.",
    )


def _of_runs(file: Path, ending: str, proof: bool) -> Iterator[Named]:
    from functools import partial

    from leancue.export.run_export import default_path
    from leancue.report import sheet_of
    from leancue.runs.runlog import Run, read_runs
    from leancue.runs.verify import verify

    def page(run: Run) -> Sheet:
        return sheet_of(run, verify(run) if proof else None)

    runs = read_runs(file)
    for run in runs:
        path = default_path(file, ending.removeprefix("."), run, len(runs) > 1)
        yield f"run {run.run_id}", path, partial(page, run)


def _of_patient(code: str, ending: str) -> Iterator[Named]:
    from leancue.report import patient_sheet_of

    yield f"patient {code}", Path(f"{code}{ending}"), lambda: patient_sheet_of(code)


def _write(path: Path, sheet: Sheet, paper: str) -> None:
    from leancue.basis.files import write_atomically
    from leancue.report.html_page import as_html
    from leancue.report.pdf_page import as_pdf

    pdf = path.suffix.lower() == ".pdf"
    write_atomically(path, as_pdf(sheet, paper) if pdf else as_html(sheet))
