"""Removes unused functions, classes, tables and methods."""

from __future__ import annotations

import ast
from collections import Counter
from collections.abc import Iterable

Definition = ast.FunctionDef | ast.ClassDef


def prune(statements: list[ast.stmt]) -> list[ast.stmt]:
    """Return ``statements`` (linked, folded) without those that nothing refers to."""
    kept = list(statements)
    while True:
        used = _used(kept)
        fewer = [node for node in kept if _is_needed(node, used)]
        gone = [_without_methods(node, used) for node in fewer if isinstance(node, ast.ClassDef)]
        if len(fewer) == len(kept) and not any(gone):
            return fewer
        kept = fewer


def _used(statements: Iterable[ast.stmt]) -> Counter[str]:
    """Number of reads of each name or attribute, and of each text that may name one."""
    used: Counter[str] = Counter()
    for statement in statements:
        inside = _names(statement)
        if isinstance(statement, Definition):
            inside[statement.name] = 0  # recursion does not count as a use
        used += inside
    return used


def _names(node: ast.AST) -> Counter[str]:
    found: Counter[str] = Counter()
    for below in ast.walk(node):
        if isinstance(below, ast.Name) and isinstance(below.ctx, ast.Load):
            found[below.id] += 1
        elif isinstance(below, ast.Attribute) and isinstance(below.ctx, ast.Load):
            found[below.attr] += 1
        elif isinstance(below, ast.Constant) and isinstance(below.value, str):
            found[below.value] += 1
    return found


def _is_needed(node: ast.stmt, used: Counter[str]) -> bool:
    if isinstance(node, Definition):
        return used[node.name] > 0
    if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
        return used[node.targets[0].id] > 0 or not _is_plain(node.value)
    if isinstance(node, ast.Import | ast.ImportFrom):
        return any(used[alias.asname or alias.name.split(".")[0]] > 0 for alias in node.names)
    return True


def _is_plain(node: ast.expr) -> bool:
    """Whether evaluating the value has no side effect."""
    return not any(isinstance(below, ast.Call) for below in ast.walk(node))


def _without_methods(node: ast.ClassDef, used: Counter[str]) -> bool:
    """Remove unused methods and values from a class; return whether there were any."""
    body = [part for part in node.body if _is_read(part, used)]
    gone = len(body) < len(node.body)
    node.body = body or [_nothing(node)]
    return gone


def _nothing(node: ast.ClassDef) -> ast.stmt:
    made = ast.Pass()
    made.origin = node.origin  # type: ignore[attr-defined]
    return ast.copy_location(made, node)


def _is_read(part: ast.stmt, used: Counter[str]) -> bool:
    if isinstance(part, ast.FunctionDef):
        return part.name.startswith("__") or used[part.name] > 0
    if isinstance(part, ast.Assign) and isinstance(part.targets[0], ast.Name):
        return used[part.targets[0].id] > 0
    return True
