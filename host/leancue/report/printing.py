"""Printing: the chosen parts under the clinic's letterhead, as one PDF."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from leancue.basis.plain_text import plain_lines
from leancue.language.words import _, current
from leancue.report.home_sheet import HomeSheet
from leancue.report.sheet import Sheet
from leancue.report.typesetting import PAPERS, kept_together, typeset

_FOLDER = Path(__file__).parent
_TEMPLATES: dict[type, str] = {HomeSheet: "home.typ", Sheet: "paper.typ"}


@dataclass(frozen=True)
class Letterhead:
    """The head and foot of every page.

    ``clinic``, ``contact``: the clinic's name, and where to call; ``logo``: a picture (PNG, JPEG)
    or b""; ``printed``: the day in words, or "".
    """

    clinic: str = ""
    contact: str = ""
    logo: bytes = b""
    printed: str = ""


def print_out(
    parts: tuple[HomeSheet | Sheet, ...], letterhead: Letterhead, paper: str = "a4", **form: Any
) -> bytes:
    """Return the parts as one document, each starting on a new page.

    The same parts give the same bytes.

    Args:
        paper: one of ``PAPERS``.
        form: what typst makes of it; without, a PDF.

    Raises:
        OutputError: where the packages for it are not installed.
    """
    said = {f"part{i}": _said({**asdict(part), "hover": None}) for i, part in enumerate(parts)}
    common = {
        "paper": PAPERS[paper], "language": current(), "clinic": letterhead.clinic,
        "contact": letterhead.contact, "printed": letterhead.printed, "page": _("page"),
        "of": _("of"), "logo": list(letterhead.logo), "title": _title(parts),
    }  # fmt: skip
    body = "\n".join(
        f'#import "{_TEMPLATES[type(part)]}" as part{i}\n#part{i}.show-page('
        f"json(bytes(sys.inputs.part{i})), common)"
        for i, part in enumerate(parts)
    )
    source = (_FOLDER / "print_out.typ").read_text("utf-8") + body
    inputs = {**said, "common": _said(common)}
    return typeset(source.encode(), _FOLDER, inputs, **(form or {"format": "pdf", "timestamp": 0}))


def _said(content: dict[str, Any]) -> str:
    return kept_together(plain_lines(json.dumps(content, ensure_ascii=False)))


def _title(parts: tuple[HomeSheet | Sheet, ...]) -> str:
    first = parts[0]
    return f"{first.patient}: {first.when if isinstance(first, Sheet) else first.title}"
