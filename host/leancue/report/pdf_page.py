"""A sheet as one printed page (PDF), set by typst from ``paper.typ``; nothing is fetched.

Typst comes as one wheel, the font (Source Sans Pro, SIL Open Font License) as another.
"""

from __future__ import annotations

import importlib.util
import json
import re
from dataclasses import asdict
from pathlib import Path
from typing import Any

from leancue.basis import program
from leancue.basis.errors import LeanCueError, OutputError
from leancue.basis.plain_text import plain_lines
from leancue.report.sheet import Sheet

PAPERS = {"a4": "a4", "letter": "us-letter"}
_TEMPLATE = Path(__file__).with_name("paper.typ")
_UNIT = re.compile(r"(\d) (?=(?:s|min|ms|V|%)(?!\w))")  # never parted from its number
_FONT_PACKAGE = "font_source_sans_pro"


def as_pdf(sheet: Sheet, paper: str = "a4") -> bytes:
    """Return the sheet as a PDF of one page; the same sheet gives the same bytes.

    Args:
        paper: one of ``PAPERS``.

    Raises:
        OutputError: where the packages for it are not installed.
    """
    return _set(sheet, paper, format="pdf", timestamp=0)


def as_png(sheet: Sheet, paper: str = "a4", dots_per_inch: float = 96.0) -> bytes:
    """Return a picture of the page; otherwise as ``as_pdf``."""
    return _set(sheet, paper, format="png", ppi=dots_per_inch)


def _set(sheet: Sheet, paper: str, **form: Any) -> bytes:
    """Have the page set; ``form``: what typst is to make of it."""
    try:
        import typst
    except ImportError as error:
        raise _missing() from error
    said = plain_lines(json.dumps(_content(sheet, PAPERS[paper]), ensure_ascii=False))
    content = _UNIT.sub("\\1\u00a0", said)
    typeset: Any = typst.compile  # its own types know no bytes as input
    page: bytes = typeset(
        _TEMPLATE.read_bytes(),
        root=str(_TEMPLATE.parent),
        font_paths=[str(_fonts())],
        ignore_system_fonts=not _needs_more_fonts(content),
        sys_inputs={"sheet": content},
        **form,
    )
    return page


def _content(sheet: Sheet, paper: str) -> dict[str, Any]:
    """Return what the template reads; texts stay texts there, whatever stands in them."""
    return {**asdict(sheet), "hover": None, "paper": paper}


def _needs_more_fonts(text: str) -> bool:
    """Whether a note is in a script that our font lacks: it has Latin, Greek and Cyrillic."""
    return any(0x530 <= ord(sign) < 0x2000 or ord(sign) >= 0x2E80 for sign in text)


def _fonts() -> Path:
    found = importlib.util.find_spec(_FONT_PACKAGE)
    if found is None or found.origin is None:
        raise _missing()
    return Path(found.origin).with_name("files")


def _missing() -> LeanCueError:
    return OutputError(
        "A PDF cannot be made here.",
        "It needs the packages typst and font-source-sans-pro.",
        f"{program.get_part('report')} Or write HTML and print it from the browser.",
    )
