"""A label for a clip, to print and stick on: its UID as text and QR code, and its last check.

The QR code is segno's (ISO/IEC 18004), the page typst's.
"""

from __future__ import annotations

import importlib.util
import io
import json
from pathlib import Path
from typing import Any

from leancue.basis import program
from leancue.basis.errors import LeanCueError, OutputError
from leancue.basis.files import write_atomically

FORMS = ("svg", "pdf", "png")
_TEMPLATE = Path(__file__).with_name("label.typ")
_FONT_PACKAGE = "font_source_sans_pro"
_DOTS_PER_INCH = 300.0


def made(uid: str, board: str, state: str, form: str) -> bytes:
    """Return the label as one of ``FORMS``; ``state``: what the check came to.

    Raises:
        OutputError: where the packages for it are not installed.
    """
    try:
        import segno
        import typst
    except ImportError as error:
        raise _missing() from error
    font = importlib.util.find_spec(_FONT_PACKAGE)
    if font is None or font.origin is None:
        raise _missing()
    code = io.BytesIO()
    segno.make(uid, error="m", micro=False).save(code, kind="svg", border=2)
    options: dict[str, Any] = {"svg": {}, "pdf": {"timestamp": 0}, "png": {"ppi": _DOTS_PER_INCH}}
    compiled: Any = typst.compile  # its types do not include bytes as input
    page: bytes = compiled(
        _TEMPLATE.read_bytes(),
        root=str(_TEMPLATE.parent),
        font_paths=[str(Path(font.origin).with_name("files"))],
        ignore_system_fonts=True,
        sys_inputs={
            "label": json.dumps({"uid": uid, "board": board, "state": state}),
            "code": code.getvalue().decode(),
        },
        format=form,
        **options[form],
    )
    return page


def form_of(path: Path) -> str:
    """Return which of ``FORMS`` a file's name asks for. OutputError."""
    form = path.suffix.lower().removeprefix(".")
    if form not in FORMS:
        raise OutputError(
            f"A label cannot be written as {path.name}.",
            "Its name must end in .svg, .pdf or .png.",
            "Type `leancue check --label label.pdf`.",
        )
    return form


def write(path: Path, uid: str, board: str, state: str) -> None:
    """Write the label to ``path``. OutputError."""
    write_atomically(path, made(uid, board, state, form_of(path)))


def _missing() -> LeanCueError:
    return OutputError(
        "A label cannot be made on this computer.",
        "It needs the packages typst, segno and font-source-sans-pro.",
        program.get_part("report"),
    )
