"""Writes statements as text in as few lines as possible, and records the origin of each line.

Consecutive simple statements share a line, because each line number costs memory on the clip.
``Origin`` is (file, line) of the source.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable

Origin = tuple[str, int]
_COMPOUND = (
    ast.FunctionDef, ast.ClassDef, ast.If, ast.For, ast.While, ast.With, ast.Try,
)  # fmt: skip


class Writer:
    """``lines``: of the text; ``origins``: for each of them, those of its statements."""

    def __init__(self) -> None:
        self.lines: list[str] = []
        self.origins: list[list[Origin]] = []

    @property
    def text(self) -> str:
        """The whole text."""
        return "\n".join(self.lines) + "\n"

    def body(self, statements: Iterable[ast.stmt], depth: int = 0) -> None:
        """Write statements, indented by ``depth`` blanks."""
        waiting: list[ast.stmt] = []
        for node in statements:
            if isinstance(node, _COMPOUND):
                self._simple(waiting, depth)
                waiting = []
                self._compound(node, depth)
            else:
                waiting.append(node)
        self._simple(waiting, depth)

    def _simple(self, statements: list[ast.stmt], depth: int) -> None:
        if statements:
            text = ";".join(ast.unparse(node) for node in statements)
            self._line(text, depth, [_origin(node) for node in statements])

    def _line(self, text: str, depth: int, origins: list[Origin]) -> None:
        self.lines.append(" " * depth + text)
        self.origins.append(origins)

    def _compound(self, node: ast.stmt, depth: int) -> None:
        for decorator in getattr(node, "decorator_list", ()):
            self._line("@" + ast.unparse(decorator), depth, [_origin(node)])
        self._block(_head(node), node, node.body, depth)  # type: ignore[attr-defined]
        for handler in getattr(node, "handlers", ()):
            self._block(_handler_head(handler), handler, handler.body, depth)
        self._else(node, depth)
        if final := getattr(node, "finalbody", ()):
            self._block("finally:", node, final, depth)

    def _else(self, node: ast.stmt, depth: int) -> None:
        rest = getattr(node, "orelse", ())
        if not rest:
            return
        if isinstance(node, ast.If) and len(rest) == 1 and isinstance(rest[0], ast.If):
            self._block("el" + _head(rest[0]), rest[0], rest[0].body, depth)
            self._else(rest[0], depth)
        else:
            self._block("else:", rest[0], rest, depth)

    def _block(self, head: str, node: ast.AST, body: list[ast.stmt], depth: int) -> None:
        if any(isinstance(one, _COMPOUND) for one in body):
            self._line(head, depth, [_origin(node)])
            self.body(body, depth + 1)
        else:
            text = head + ";".join(ast.unparse(one) for one in body)
            self._line(text, depth, [_origin(node), *(_origin(one) for one in body)])


def _origin(node: ast.AST) -> Origin:
    found: Origin = node.origin  # type: ignore[attr-defined]
    return found


def _head(node: ast.stmt) -> str:
    """The first line of a compound statement, up to the colon."""
    bare = {name: value for name, value in ast.iter_fields(node)
            if name not in ("orelse", "handlers", "finalbody", "decorator_list")}  # fmt: skip
    bare["body"] = [ast.Pass()]
    for name in ("orelse", "handlers", "finalbody", "decorator_list"):
        if name in node._fields:
            bare[name] = []
    if isinstance(node, ast.Try):
        return "try:"
    text = ast.unparse(ast.fix_missing_locations(type(node)(**bare, lineno=1, col_offset=0)))
    return text.rpartition("\n")[0]


def _handler_head(node: ast.ExceptHandler) -> str:
    kind = f" {ast.unparse(node.type)}" if node.type else ""
    return f"except{kind}{f' as {node.name}' if node.name else ''}:"
