"""Which attributes of a class nobody but its own methods uses."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator

FIELDS = "FIELDS"  # names that a class lists of its own attributes


def named_elsewhere(statements: Iterable[ast.stmt]) -> set[str]:
    """Attributes of anything but ``self``, or in a subclass, and texts that might name one."""
    return {name for statement in statements for name in _named_elsewhere(statement)}


def _named_elsewhere(statement: ast.stmt) -> Iterator[str]:
    is_subclass = isinstance(statement, ast.ClassDef) and bool(statement.bases)
    own = () if is_subclass else {id(one) for one in fields_of(statement)}
    for node, me in with_self(statement):
        if isinstance(node, ast.Attribute) and (is_subclass or not is_name(node.value, me)):
            yield node.attr
        elif isinstance(node, ast.FunctionDef) and is_subclass:
            yield node.name
        elif isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in own:
            yield node.value


def with_self(statement: ast.stmt) -> Iterator[tuple[ast.AST, str]]:
    """Each node in a statement, with the name that ``self`` has there ("": none)."""
    if isinstance(statement, ast.ClassDef):
        for part in statement.body:
            me = _first_argument(part)
            yield from ((node, me) for node in ast.walk(part))
        yield from ((node, "") for base in statement.bases for node in ast.walk(base))
    else:
        yield from ((node, "") for node in ast.walk(statement))


def _first_argument(part: ast.stmt) -> str:
    if not isinstance(part, ast.FunctionDef) or not part.args.args:
        return ""
    is_static = any(is_name(one, "staticmethod") for one in part.decorator_list)
    return "" if is_static else part.args.args[0].arg


def fields_of(statement: ast.stmt) -> list[ast.Constant]:
    """The texts in the ``FIELDS`` of a class."""
    if not isinstance(statement, ast.ClassDef):
        return []
    return [
        node
        for part in statement.body
        if isinstance(part, ast.Assign) and is_name(part.targets[0], FIELDS)
        for node in ast.walk(part.value)
        if isinstance(node, ast.Constant)
    ]


def is_name(node: ast.expr, name: str) -> bool:
    return isinstance(node, ast.Name) and node.id == name
