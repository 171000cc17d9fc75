"""Collect user-visible text: gettext calls in the source, and data tables."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from leancore.schema import faults

ROOT = Path(__file__).resolve().parents[2]
HOST = ROOT / "host" / "leancue"
CALLS = frozenset({"_", "N_", "n_", "p_"})
# Calls that make rows of a table, and which of their arguments are shown to users.
ROWS = {"Rule": slice(3, 6)}


class Found(NamedTuple):
    """A message: ``words`` is a pair if it has a plural; ``where``: its file."""

    words: str | tuple[str, ...]
    context: str | None
    where: str


def collect(host: Path = HOST) -> list[Found]:
    """Return all messages that a catalogue must have, in the order of the source files.

    Python's own parser reads the source, so calls within f-strings are found too.
    """
    found = [one for path in sorted(host.rglob("*.py")) for one in _of_file(path)]
    return found + [Found(words, None, "shared/leancore/schema/faults.py") for words in _faults()]


def _of_file(path: Path) -> Iterator[Found]:
    where = path.relative_to(ROOT).as_posix()
    nodes = list(ast.walk(ast.parse(path.read_text("utf-8"))))
    calls = (node for node in nodes if called(node) in CALLS or called(node) in ROWS)
    for call in sorted(calls, key=lambda node: (node.lineno, node.col_offset)):  # type: ignore[attr-defined]
        if called(call) in ROWS:
            yield from (Found(words, None, where) for words in row_texts(call))
            continue
        texts = [
            str(part.value)
            for part in call.args[:2]  # type: ignore[attr-defined]
            if isinstance(part, ast.Constant) and isinstance(part.value, str)
        ]
        if not texts:
            continue  # words of a table, marked there by N_
        if called(call) == "n_":
            yield Found((texts[0], texts[1]), None, where)
        elif called(call) == "p_":
            yield Found(texts[1], texts[0], where)
        else:
            yield Found(texts[0], None, where)


def row_texts(row: ast.AST) -> Iterator[str]:
    """Yield the texts of a table's row that are shown to users."""
    for part in row.args[ROWS[called(row)]]:  # type: ignore[attr-defined]
        if isinstance(part, ast.Constant) and isinstance(part.value, str):
            yield part.value


def _faults() -> Iterator[str]:
    """The texts for the therapist, from the core's table, which does not know gettext."""
    for row in faults.FAULTS:
        yield str(row[3])


def called(node: ast.AST) -> str:
    """Return the name of the called function, "" for anything else."""
    if not isinstance(node, ast.Call):
        return ""
    if isinstance(node.func, ast.Name):
        return node.func.id
    return node.func.attr if isinstance(node.func, ast.Attribute) else ""
