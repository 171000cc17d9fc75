"""Gives the body of a method a single exit, so that it can replace a call within another method.

A ``return`` in the middle ends a branch, and what follows goes to the other branch. That is not
possible for a ``return`` in a loop or a ``try``, nor where what follows would be needed twice.
"""

from __future__ import annotations

import ast
from collections.abc import Callable

#: The statements in place of ``return value``.
Leave = Callable[[ast.expr], list[ast.stmt]]


class Impossible(Exception):  # noqa: N818 (an answer, not an error)
    """The body cannot have a single exit."""


def can_leave_once(body: list[ast.stmt]) -> bool:
    """Whether ``left_once`` is possible."""
    try:
        left_once(body, lambda value: [])
    except Impossible:
        return False
    return True


def left_once(body: list[ast.stmt], leave: Leave) -> list[ast.stmt]:
    """Return ``body`` with ``leave(value)`` at the end of each path. Impossible."""
    for at, node in enumerate(body):
        if isinstance(node, ast.Return):
            return body[:at] + leave(node.value or ast.Constant(None))
        if _returns(node):
            if not isinstance(node, ast.If):
                raise Impossible
            return body[:at] + _branches(node, body[at + 1 :], leave)
    return body if _ends(body) else body + leave(ast.Constant(None))


def _branches(node: ast.If, rest: list[ast.stmt], leave: Leave) -> list[ast.stmt]:
    """An ``if`` that returns in a branch; ``rest`` follows it."""
    goes_on = [branch for branch in (node.body, node.orelse) if not _ends(branch)]
    if len(goes_on) > 1 and rest:
        raise Impossible
    body, orelse = (
        left_once(branch if _ends(branch) else branch + rest, leave)
        for branch in (node.body, node.orelse)
    )
    test = node.test if body else _opposite(node.test)
    made: ast.stmt = ast.If(test, body or orelse, orelse if body else [])
    if not body and not orelse:
        made = ast.Expr(node.test)
    made.origin = node.origin  # type: ignore[attr-defined]
    return [ast.copy_location(made, node)]


def _opposite(test: ast.expr) -> ast.expr:
    if isinstance(test, ast.UnaryOp) and isinstance(test.op, ast.Not):
        return test.operand
    return ast.copy_location(ast.UnaryOp(ast.Not(), test), test)


def _returns(node: ast.stmt) -> bool:
    return any(isinstance(one, ast.Return) for one in ast.walk(node))


def _ends(body: list[ast.stmt]) -> bool:
    """Whether nothing after ``body`` is reached."""
    if not body:
        return False
    last = body[-1]
    if isinstance(last, ast.If):
        return _ends(last.body) and _ends(last.orelse)
    return isinstance(last, ast.Return | ast.Raise)
