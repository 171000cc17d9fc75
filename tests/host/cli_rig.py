"""The command line in this process: its output and exit code."""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import NamedTuple

import pytest
from leancue import cli


class Answer(NamedTuple):
    code: int
    out: str
    err: str


Run = Callable[..., Answer]


def typed(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], *before: str) -> Run:
    """What runs ``leancue`` with ``before`` and the words it is called with; no clip is chosen."""
    monkeypatch.delenv("LEANCUE_DEVICE", raising=False)

    def run(*words: object) -> Answer:
        monkeypatch.setattr(sys, "argv", ["leancue", *before, *map(str, words)])
        with pytest.raises(SystemExit) as stopped:
            cli.main()
        said = capsys.readouterr()
        assert "Traceback" not in said.err + said.out
        code = stopped.value.code
        return Answer(code if isinstance(code, int) else 0, said.out, said.err)

    return run
