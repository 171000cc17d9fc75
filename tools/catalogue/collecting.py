"""Collect the words that people read: calls of gettext in the source, and tables that are data."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from babel.messages.extract import extract_from_dir
from leancore.schema import faults

ROOT = Path(__file__).resolve().parents[2]
HOST = ROOT / "host" / "leancue"
KEYWORDS = {"_": None, "N_": None, "n_": (1, 2), "p_": ((1, "c"), 2)}
_METHODS = [("**.py", "python")]


class Found(NamedTuple):
    """Words of the source: ``words`` is a pair where they have a plural; ``where``: its file."""

    words: str | tuple[str, ...]
    context: str | None
    where: str


def collect(host: Path = HOST) -> list[Found]:
    """Return all words that a catalogue must have, in the order of the source's files."""
    found = []
    for file, _line, words, _comments, context in extract_from_dir(
        str(host), _METHODS, keywords=KEYWORDS
    ):
        if words:
            found.append(Found(words, context, f"host/leancue/{file}"))
    found += [Found(words, None, "shared/leancore/schema/faults.py") for words in _faults()]
    return sorted(found, key=lambda one: one.where)


def _faults() -> Iterator[str]:
    """The words for the therapist; the core's table has them, and knows no gettext."""
    for row in faults.FAULTS:
        yield str(row[3])


CALLS = frozenset(KEYWORDS)


def called(node: ast.AST) -> str:
    """Return the name of what a call calls, "" for anything else."""
    if not isinstance(node, ast.Call):
        return ""
    if isinstance(node.func, ast.Name):
        return node.func.id
    return node.func.attr if isinstance(node.func, ast.Attribute) else ""
