"""Lets variables of a function share a place if their uses do not overlap.

A function that has inlined others has all their variables, and on the clip each has a place of its
own in the interpreter's stack of 1536 bytes, for as long as the function runs. The first sixteen
also have shorter instructions.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import NamedTuple

from leancue.installer.image.moving import NESTED
from leancue.installer.image.scopes import Scope

_LOOPS = (ast.For, ast.While)


class _Span(NamedTuple):
    """First and last use of a variable, or begin and end of a loop."""

    first: int
    last: int


def share_slots(statements: list[ast.stmt]) -> list[ast.stmt]:
    """Rename variables in all functions and methods of ``statements``; return these."""
    for node in (below for statement in statements for below in ast.walk(statement)):
        if isinstance(node, ast.FunctionDef) and _is_simple(node):
            _Function(node).share()
    return statements


def _is_simple(node: ast.FunctionDef) -> bool:
    """Whether all names are variables of this function alone, and no exception is one of them."""
    below = [one for part in node.body for one in ast.walk(part)]
    return not any(
        isinstance(one, (*NESTED, ast.Delete)) or isinstance(one, ast.ExceptHandler) and one.name
        for one in below
    )


class _Function:
    """The variables of a function: where they are used, in the order of execution."""

    def __init__(self, node: ast.FunctionDef) -> None:
        self._scope: Scope = node.inner  # type: ignore[attr-defined]
        self._arguments = list(self._scope.arguments)
        self._uses: list[ast.Name] = []
        self._loops: list[_Span] = []
        for part in node.body:
            self._follow(part)

    def _follow(self, node: ast.AST) -> None:
        begin = len(self._uses)
        if isinstance(node, ast.Name):
            if getattr(node, "scope", None) is self._scope:
                self._uses.append(node)
            return
        for part in _in_order(node):
            self._follow(part)
        if isinstance(node, _LOOPS):
            self._loops.append(_Span(begin, len(self._uses)))

    def share(self) -> None:
        """Give each variable the name of one that is no longer used, if there is any."""
        spans = self._spans()
        free_from = {name: spans[name].last for name in self._arguments[1:] if name in spans}
        free_from |= {name: -1 for name in self._arguments[1:] if name not in spans}
        new = {name: name for name in self._arguments}
        for name, span in sorted(spans.items(), key=lambda row: row[1]):
            if name in new:
                continue
            place = min((one for one in free_from if free_from[one] < span.first),
                        key=lambda one: free_from[one], default=name)  # fmt: skip
            new[name] = place
            free_from[place] = span.last
        for use in self._uses:
            use.id = new[use.id]
        self._scope.names = {new.get(name, name) for name in self._scope.names}

    def _spans(self) -> dict[str, _Span]:
        """Where each variable must keep its value: in a loop all the time."""
        spans: dict[str, _Span] = {}
        for at, use in enumerate(self._uses):
            first = 0 if use.id in self._arguments else at
            spans[use.id] = _Span(spans.get(use.id, _Span(first, at)).first, at)
        for loop in sorted(self._loops, key=lambda one: one.last - one.first):
            for name, span in spans.items():
                if span.first < loop.last and span.last >= loop.first:
                    spans[name] = _Span(min(span.first, loop.first), max(span.last, loop.last - 1))
        return spans


def _in_order(node: ast.AST) -> Iterator[ast.AST]:
    """The parts of a node in the order in which they are executed."""
    if isinstance(node, ast.Assign):
        yield node.value
        yield from node.targets
    elif isinstance(node, ast.For):
        yield from (node.iter, node.target, *node.body, *node.orelse)
    else:
        yield from ast.iter_child_nodes(node)
