"""Copies of expressions whose variables keep their scope."""

from __future__ import annotations

import ast
from collections.abc import Mapping


def copied(node: ast.expr, values: Mapping[str, ast.expr] | None = None) -> ast.expr:
    """A copy of an expression with ``values`` in place of names; variables keep their scope."""
    values = values or {}
    if isinstance(node, ast.Name) and node.id in values:
        return copied(values[node.id])
    fields = {name: _field(value, values) for name, value in ast.iter_fields(node)}
    made = type(node)(**fields)  # type: ignore[arg-type]
    if isinstance(node, ast.Name):
        made.scope = node.scope  # type: ignore[attr-defined]
    return ast.copy_location(made, node)


def _field(value: object, values: Mapping[str, ast.expr]) -> object:
    if isinstance(value, list):
        return [_field(one, values) for one in value]
    return copied(value, values) if isinstance(value, ast.AST) else value  # type: ignore[arg-type]
