"""A sheet as one printed page (PDF), set by typst from ``paper.typ``."""

from __future__ import annotations

from leancue.report.printing import Letterhead, print_out
from leancue.report.sheet import Sheet
from leancue.report.typesetting import PAPERS

__all__ = ["PAPERS", "as_pdf", "as_png"]


def as_pdf(sheet: Sheet, paper: str = "a4") -> bytes:
    """Return the sheet as a PDF of one page; the same sheet gives the same bytes.

    Args:
        paper: one of ``PAPERS``.

    Raises:
        OutputError: where the packages for it are not installed.
    """
    return print_out((sheet,), Letterhead(), paper)


def as_png(sheet: Sheet, paper: str = "a4", dots_per_inch: float = 96.0) -> bytes:
    """Return a picture of the page; otherwise as ``as_pdf``."""
    return print_out((sheet,), Letterhead(), paper, format="png", ppi=dots_per_inch)
