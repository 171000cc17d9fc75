"""Run the command line in this process; capture its output and exit code."""

from __future__ import annotations

import io
import os
import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from leancue import cli
from leancue.basis.errors import EXIT_CODES

_CODES = {row[0] for row in EXIT_CODES}
_STEERS = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]")


def typed(*words: str) -> int:
    """Run the command line with ``words``; return its exit code.

    Raises:
        AssertionError: if it prints terminal control characters or its exit code is unknown.
        Exception: any exception that it does not handle.
    """
    said = [io.TextIOWrapper(io.BytesIO(), encoding="utf-8", errors="strict") for _ in range(2)]
    before = sys.argv, sys.stdout, sys.stderr
    sys.argv, (sys.stdout, sys.stderr) = ["leancue", *words], said
    code: object = None
    try:
        cli.main()
    except SystemExit as end:
        code = end.code or 0
    finally:
        sys.argv, sys.stdout, sys.stderr = before
    for stream in said:
        stream.flush()
        text = stream.buffer.getvalue().decode()
        steers = _STEERS.search(text)
        assert not steers, f"a terminal gets {steers!r} of {words}"
        assert "Traceback" not in text, text[-300:]
    assert code in _CODES, f"{words} ends with {code!r}"
    assert isinstance(code, int)
    return code


@contextmanager
def library_at(folder: Path) -> Iterator[None]:
    """Use ``folder`` as the library."""
    before = os.environ.get("LEANCUE_LIBRARY")
    os.environ["LEANCUE_LIBRARY"] = str(folder)
    try:
        yield
    finally:
        if before is None:
            del os.environ["LEANCUE_LIBRARY"]
        else:
            os.environ["LEANCUE_LIBRARY"] = before
