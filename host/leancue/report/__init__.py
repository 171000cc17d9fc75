"""The report: one page about a run or a patient, as self-contained HTML or PDF."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from leancue.basis import program
from leancue.basis.errors import LibraryError
from leancue.runs.run_view import RunView, of_replay, of_run

if TYPE_CHECKING:
    from leancue.library import Library
    from leancue.recordings.replay import Replay
    from leancue.report.sheet import Sheet
    from leancue.runs.runlog import Run
    from leancue.runs.verify import Verification

__all__ = [
    "RunView", "build_pdf", "build_report", "of_replay", "of_run", "patient_sheet_of", "sheet_of",
    "write_report",
]  # fmt: skip


def sheet_of(source: Run | Replay | RunView, verification: Verification | None = None) -> Sheet:
    """Return the page of a run as data.

    Args:
        verification: the verification of the run, if it was made.

    Raises:
        LogError: where the run's log lacks its configuration.
    """
    from leancue.recordings.replay import Replay
    from leancue.report.run_sheet import run_sheet

    if isinstance(source, Replay):
        source = of_replay(source)
    elif not isinstance(source, RunView):
        source = of_run(source, verification)
    return run_sheet(source, verification)


def patient_sheet_of(code: str, library: Library | None = None) -> Sheet:
    """Return the page of a patient of the library as data; default: the user's own library.

    Raises:
        LibraryError, PatientError: as the library.
    """
    from leancue.report.patient_sheet import patient_sheet

    if library is not None:
        return patient_sheet(library.chart(code))
    with open_library() as opened:
        return patient_sheet(opened.chart(code))


def open_library() -> Library:
    """Open the user's own library read-only; LibraryError if its packages are not installed."""
    try:
        from leancue.library import Library
    except ImportError as error:
        raise LibraryError(
            "There is no library here.",
            "It needs packages that are not installed.",
            program.get_part("clinic"),
        ) from error
    return Library(reading=True)


def build_report(source: Run | Replay | RunView, verification: Verification | None = None) -> str:
    """Return the report of a run as one self-contained HTML page; arguments as ``sheet_of``."""
    from leancue.report.html_page import as_html

    return as_html(sheet_of(source, verification))


def build_pdf(
    source: Run | Replay | RunView, verification: Verification | None = None, paper: str = "a4"
) -> bytes:
    """Return the report of a run as one printed page; ``paper``: of ``pdf_page.PAPERS``.

    Raises:
        LogError: as ``sheet_of``.
        OutputError: where the package typst is not installed.
    """
    from leancue.report.pdf_page import as_pdf

    return as_pdf(sheet_of(source, verification), paper)


def write_report(
    path: str | Path, source: Run | Replay | RunView, verification: Verification | None = None
) -> None:
    """Write the report of a run to ``path``: as PDF or HTML, by its suffix.

    Raises:
        LogError, OutputError.
    """
    from leancue.basis.files import write_atomically

    build = build_pdf if Path(path).suffix.lower() == ".pdf" else build_report
    write_atomically(path, build(source, verification))
