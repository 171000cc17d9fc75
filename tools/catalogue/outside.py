"""Find sentences of the source outside gettext calls, which cannot be translated."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from tools.catalogue.collecting import CALLS, ROOT, ROWS, called

# The rooms whose texts therapist, patient and runner read. Texts that only the command line shows
# (also those about recordings) are in English.
ROOMS = (
    "host/leancue/clinic/*.py",
    "host/leancue/report/*.py",
    "host/leancue/commissioning/[!l]*.py",
    "host/leancue/transports/base.py",
    "host/leancue/transports/port_*.py",
    "host/leancue/clip/[!s]*.py",
    "host/leancue/clip/sending.py",
    "host/leancue/installer/boot_out.py",
    "host/leancue/installer/circuitpython.py",
    "host/leancue/installer/clip_restart.py",
    "host/leancue/installer/drive_files.py",
    "host/leancue/installer/installation.py",
    "host/leancue/installer/log_length.py",
    "host/leancue/installer/making.py",
    "host/leancue/installer/uf2.py",
    "host/leancue/library/assignment_questions.py",
    "host/leancue/library/backup.py",
    "host/leancue/library/clinic_details.py",
    "host/leancue/library/database.py",
    "host/leancue/library/erase.py",
    "host/leancue/library/known_devices.py",
    "host/leancue/library/locks.py",
    "host/leancue/library/migration_runner.py",
    "host/leancue/library/page_lock.py",
    "host/leancue/library/patients.py",
    "host/leancue/library/prescriptions.py",
    "host/leancue/library/restore*.py",
    "host/leancue/library/run_files.py",
    "host/leancue/library/safety_copies.py",
    "host/leancue/library/sealed_backup.py",
    "host/leancue/library/visits.py",
    "host/leancue/runs/lost_time.py",
    "host/leancue/runs/pull.py",
    "host/leancue/runs/run_start.py",
    "host/leancue/runs/runlog.py",
    "host/leancue/language/*.py",
    "host/leancue/runs/own_lean.py",
    "host/leancue/runs/pace.py",
    "host/leancue/runs/trend.py",
    "host/leancue/runs/run_view.py",
    "host/leancue/runs/measurement_error.py",
    "host/leancue/runs/orientation_sources.py",
    "host/leancue/runs/verify.py",
    "host/leancue/recordings/stand_check.py",
    "host/leancue/prescriptions/differences.py",
    "host/leancue/prescriptions/on_clip_words.py",
    "host/leancue/prescriptions/unusual_values.py",
    "host/leancue/prescriptions/prescription_values.py",
)
# Calls whose texts users do not read: they name classes, keys, patterns, files.
UNREAD = {
    "add_head_html", "classes", "compile", "encode", "getLogger", "getattr", "name", "on", "props",
    "query", "run_javascript", "run_method", "style", "add_exception_handler", "tag", "error",
    "fromkeys", "findall", "fullmatch", "match", "search", "sub", "Depends", "Content", "TypeVar",
}  # fmt: skip
# Index of the first argument that names elements and classes.
CLASSES_FROM = {"markup": 1, "say": 1, "card": 1, "link": 1, "button": 2, "_show": 0, "answer": 2}
# Short strings that look like words but are not: paper sizes, file names, publications.
NOT_WORDS = {
    "Letter", "clinic page", "the log", "edit mode", "leancue settings", "leancue prescribe get",
    "• Or use the desk tool of the clip's release", "check keep", "check sense", "is full",
    "leancue install", "leancue uninstall", "connection closed", "a whole number or a list of them",
    "LeanCue safety copies", "LeanCue run •", "button first",
    "Teng & Powers 2014, J Orthop Sports Phys Ther 44(10):785",
}  # fmt: skip
# Texts that name a command to type: for the terminal, in English; the page has its own ways out.
_TYPED = re.compile(r"`(leancue|sudo|pip|ls|--?\w+)[ `-]|\bthe command\b|\btype `•`")
_SQL = re.compile(r"(PRAGMA|UPDATE|SELECT|BEGIN|VACUUM|SET NULL) ?")
_SCRIPT = re.compile(r"=>|filename=|#set |<!doctype|localStorage")
_MARKUP = re.compile(r"<[^>]*>|&\w+;|<[^>]*$|^[^<]*>")
_VALUE = "•"  # the values of an f-string
_TWO_WORDS = re.compile(rf"[^\W\d_]{{2,}}[.,;:!?…]?\s+\(?({_VALUE}\S*\s+)?[^\W\d_]{{2,}}")
_HEADING = re.compile(r"[A-Z][a-z]+( \(|[ :…]*$)")


class Outside(NamedTuple):
    """A sentence outside the catalogue: its file, line and text."""

    where: str
    words: str


def outside(root: Path = ROOT, rooms: tuple[str, ...] = ROOMS) -> Iterator[Outside]:
    """Yield each sentence of ``rooms`` outside of gettext calls."""
    for pattern in rooms:
        for path in sorted(root.glob(pattern)):
            for line, words in in_source(path.read_text("utf-8")):
                yield Outside(f"{path.relative_to(root)}:{line}", words)


def in_source(source: str) -> Iterator[tuple[int, str]]:
    """Yield line and text of each sentence in Python source outside of gettext calls."""
    tree = ast.parse(source)
    skipped = set(_skipped(tree))
    for node in ast.walk(tree):
        words = _words(node)
        read = words not in NOT_WORDS and not any(
            (_SCRIPT.search(words), _TYPED.search(words), _SQL.match(words))
        )
        if words and read and node not in skipped and is_sentence(words):
            yield node.lineno, words  # type: ignore[attr-defined]


def is_sentence(words: str) -> bool:
    """Whether this is text for users: two adjacent words, or one with a capital."""
    words = _MARKUP.sub(" ", words).strip()
    return bool(_TWO_WORDS.search(words) or _HEADING.match(words))


def _words(node: ast.AST) -> str:
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value
    if isinstance(node, ast.JoinedStr):
        return "".join(
            str(part.value) if isinstance(part, ast.Constant) else _VALUE for part in node.values
        )
    return ""


def _skipped(tree: ast.Module) -> Iterator[ast.AST]:
    """Yield nodes to skip: parts of sentences, calls of gettext, texts that nobody reads."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
            yield from _docstring(node)
        elif isinstance(node, ast.JoinedStr):
            yield from (part for part in node.values if isinstance(part, ast.Constant))
        elif isinstance(node, ast.Assert):
            yield from ast.walk(node)
        elif isinstance(node, ast.AnnAssign | ast.arg) and node.annotation is not None:
            yield from ast.walk(node.annotation)
        elif called(node) in CALLS or called(node) in ROWS:
            yield from ast.walk(node)
        elif isinstance(node, ast.Call) and called(node) in UNREAD:
            yield from node.args
        elif isinstance(node, ast.Call) and called(node) in CLASSES_FROM:
            yield from node.args[CLASSES_FROM[called(node)] :][:2]
        elif isinstance(node, ast.keyword) and node.arg in ("classes", "class_", "js_handler"):
            yield from ast.walk(node.value)
        elif isinstance(node, ast.Subscript):
            yield node.slice


def _docstring(owner: ast.AST) -> Iterator[ast.AST]:
    body = getattr(owner, "body", [])
    if body and isinstance(body[0], ast.Expr):
        yield body[0].value
