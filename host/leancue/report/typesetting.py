"""Typst: typesets a page as PDF or picture, without network access.

Typst comes as one wheel, the font (Source Sans Pro, SIL Open Font License) as another.
"""

from __future__ import annotations

import importlib.util
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from leancue.basis import program
from leancue.basis.errors import LeanCueError, OutputError

PAPERS = {"a4": "a4", "letter": "us-letter"}
_UNIT = re.compile(r"(\d) (?=(?:s|min|ms|V|%)(?!\w))")  # never separated from its number
_FONT_PACKAGE = "font_source_sans_pro"


def typeset(source: bytes, folder: Path | None, inputs: Mapping[str, str], **form: Any) -> bytes:
    """Typeset ``source``; ``folder``: of the files that it may include, if any.

    Args:
        inputs: texts by name; never interpreted as markup.
        form: what it is to make.

    Raises:
        OutputError: where the packages for it are not installed.
    """
    try:
        import typst
    except ImportError as error:
        raise _missing() from error
    compiled: Any = typst.compile  # its types do not include bytes as input
    page: bytes = compiled(
        source,
        root=str(folder) if folder else None,
        font_paths=[str(_fonts())],
        ignore_system_fonts=not any(map(_needs_more_fonts, inputs.values())),
        sys_inputs=dict(inputs),
        **form,
    )
    return page


def kept_together(text: str) -> str:
    """Return ``text`` with no line break between a number and its unit."""
    return _UNIT.sub("\\1\u00a0", text)


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
