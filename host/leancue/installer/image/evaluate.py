"""Evaluates marked expressions of the source: computed values, and tables without descriptions.

``built(expression)`` is replaced by its value, an integer or text computed by functions and tables
of the program; that has no effect when the source is run directly. ``described(rows)`` becomes the
columns of the rows without the last two, unit and description (``leancore/numeric/const.py``).
"""

from __future__ import annotations

import ast
import copy
from typing import Any

Definitions = dict[str, ast.stmt]
_FOR_PEOPLE = 2  # columns of a table: unit and description


def evaluate(statements: list[ast.stmt]) -> list[ast.stmt]:
    """Return ``statements`` (linked) with marked expressions evaluated.

    Raises:
        SyntaxError: the value is not an integer or text, or not a table.
    """
    definitions = _definitions(statements)
    return [_Worker(definitions, _file(node)).visit(node) for node in statements]


def _file(statement: ast.stmt) -> str:
    return getattr(statement, "origin", ("", 0))[0]


def _definitions(statements: list[ast.stmt]) -> Definitions:
    """The top-level statements by the names they bind."""
    found: Definitions = {}
    for node in statements:
        if isinstance(node, ast.FunctionDef):
            found[node.name] = node
        elif isinstance(node, ast.Assign):
            names = (below for target in node.targets for below in ast.walk(target))
            found |= {name.id: node for name in names if isinstance(name, ast.Name)}
        elif type(node) in (ast.Import, ast.ImportFrom):
            found |= {alias.asname or alias.name: node for alias in node.names}  # type: ignore[attr-defined]
    return found


class _Worker(ast.NodeTransformer):
    def __init__(self, definitions: Definitions, file: str) -> None:
        self._definitions, self._file = definitions, file

    def visit_Call(self, node: ast.Call) -> ast.AST:  # noqa: N802 (ast's name)
        mark = node.func.id.rpartition("__")[2] if isinstance(node.func, ast.Name) else ""
        if mark == "described":
            return self._without_words(node)
        self.generic_visit(node)
        return self._built(node) if mark == "built" else node

    def _built(self, node: ast.Call) -> ast.expr:
        value = _evaluated(node.args[0], self._definitions)
        if not isinstance(value, int | str):
            raise self._error(node, f"{ast.unparse(node)} is no integer or text")
        return ast.copy_location(ast.Constant(value), node)

    def _without_words(self, node: ast.Call) -> ast.expr:
        table = node.args[0]
        rows = table.elts if isinstance(table, ast.Tuple) else [table]
        cells = []
        for row in rows:
            if not isinstance(row, ast.Tuple):
                raise self._error(node, "described() takes rows as they stand")
            cells.append(row.elts[:-_FOR_PEOPLE])
        columns = [ast.Tuple(list(column), ast.Load()) for column in zip(*cells, strict=True)]
        return ast.copy_location(ast.Tuple(list(columns), ast.Load()), node)

    def _error(self, node: ast.Call, words: str) -> SyntaxError:
        return SyntaxError(f"{self._file}:{node.lineno}: {words}")


def _evaluated(expression: ast.expr, definitions: Definitions) -> Any:
    """The value of an expression, with the definitions that it needs."""
    needed: dict[str, ast.stmt] = {}
    _gather(expression, definitions, needed)
    order = list(dict.fromkeys(node for node in definitions.values() if node in needed.values()))
    space: dict[str, Any] = {}
    body: list[ast.stmt] = [copy.deepcopy(node) for node in order]
    module = ast.fix_missing_locations(ast.Module(body, []))
    exec(compile(module, "tables", "exec"), space)  # noqa: S102 (the program's own)
    return eval(compile(ast.Expression(copy.deepcopy(expression)), "table", "eval"), space)  # noqa: S307


def _gather(node: ast.AST, definitions: Definitions, needed: Definitions) -> None:
    for below in ast.walk(node):
        if isinstance(below, ast.Name) and below.id in definitions and below.id not in needed:
            needed[below.id] = definitions[below.id]
            _gather(definitions[below.id], definitions, needed)
