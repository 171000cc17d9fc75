"""Inlines private methods that have a single caller.

The source names each step of its work by a separate method; on the clip each would cost a call of
some 25 µs and some 90 bytes of heap.
"""

from __future__ import annotations

import ast
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from leancue.installer.image.class_members import is_name, named_elsewhere, with_self
from leancue.installer.image.copies import copied
from leancue.installer.image.moving import NESTED, Mover, assigned, moved_name, stays, stored
from leancue.installer.image.scopes import Scope
from leancue.installer.image.single_exit import can_leave_once, left_once


def splice(statements: list[ast.stmt]) -> list[ast.stmt]:
    """Inline in place until nothing is left to do; return ``statements``."""
    classes = [node for node in statements if isinstance(node, ast.ClassDef)]
    while True:
        elsewhere = named_elsewhere(statements)
        done = [_Splicer(node, _used_once(node) - elsewhere).all() for node in classes]
        if not any(done):
            return statements


def _used_once(node: ast.ClassDef) -> set[str]:
    """Names that a class reads or writes once as attributes of ``self``."""
    uses = Counter(one.attr for one, me in with_self(node)
                   if isinstance(one, ast.Attribute) and is_name(one.value, me))  # fmt: skip
    return {name for name, count in uses.items() if count == 1}


@dataclass
class _Callee:
    node: ast.FunctionDef
    names: list[str]  # of its parameters, without ``self``
    can_leave_once: bool  # it can have a single exit


class _Splicer:
    """Works on one class."""

    def __init__(self, node: ast.ClassDef, once: set[str]) -> None:
        self._class = node
        self._callees = {
            part.name: callee
            for part in node.body
            if isinstance(part, ast.FunctionDef)
            and part.name in once
            and (callee := _callee(part)) is not None
        }
        self._caller: ast.FunctionDef = None  # type: ignore[assignment]

    def all(self) -> bool:
        """Inline what is possible; return whether there was anything."""
        before = len(self._class.body)
        for part in list(self._class.body):
            if isinstance(part, ast.FunctionDef) and part in self._class.body:
                self._caller = part
                part.body = self._block(part.body)
        return len(self._class.body) < before

    def _block(self, body: list[ast.stmt]) -> list[ast.stmt]:
        made: list[ast.stmt] = []
        for node in body:
            spliced = self._statement(node)
            if spliced is not None:
                made += spliced
                continue
            for name in ("body", "orelse", "finalbody"):
                inner = getattr(node, name, None)
                if inner and isinstance(inner[0], ast.stmt):
                    setattr(node, name, self._block(inner))
            for handler in getattr(node, "handlers", ()):
                handler.body = self._block(handler.body)
            made.append(node)
        return made

    def _statement(self, node: ast.stmt) -> list[ast.stmt] | None:
        """The replacement of a statement that calls one of them; None if it does not."""
        if isinstance(node, ast.If):
            return self._condition(node)
        value = getattr(node, "value", None)
        if isinstance(value, ast.IfExp) and isinstance(node, ast.Assign | ast.Return):
            return self._either(node, value)
        callee = self._called(value)
        if callee is None or not isinstance(value, ast.Call):
            return None
        if isinstance(node, ast.Return):
            return self._tail(callee, value)
        if not callee.can_leave_once or not _can_take(node):
            return None
        body = self._spliced(callee, value)
        return left_once(body, lambda result: _with_value(node, result))

    def _either(self, node: ast.Assign | ast.Return, value: ast.IfExp) -> list[ast.stmt] | None:
        """The same for one of two values: an ``if``."""
        if self._called(value.body) is None and self._called(value.orelse) is None:
            return None
        branches: list[list[ast.stmt]] = []
        for one in (value.body, value.orelse):
            made: ast.stmt = ast.Return(one)
            if isinstance(node, ast.Assign):
                made = ast.Assign([copied(target) for target in node.targets], one)
            branches.append(self._block([_as(node, made)]))
        return [_as(node, ast.If(value.test, *branches))]

    def _condition(self, node: ast.If) -> list[ast.stmt] | None:
        """The same for ``if``: the call is its condition, negated or the last of several."""
        test = node.test
        if isinstance(test, ast.BoolOp) and isinstance(test.op, ast.And) and not node.orelse:
            return self._last_condition(node, test)
        is_negated = isinstance(test, ast.UnaryOp) and isinstance(test.op, ast.Not)
        call = test.operand if is_negated else test  # type: ignore[attr-defined]
        callee = self._called(call)
        if callee is None or not callee.can_leave_once or not isinstance(call, ast.Call):
            return None
        body = self._spliced(callee, call)
        if len(returns_in(body)) == 1 and isinstance(body[-1], ast.Return):
            result = body.pop().value or ast.Constant(None)  # type: ignore[attr-defined]
        else:
            result = self._variable(callee.node, "result")
            body = left_once(body, lambda value: [_as(callee.node, ast.Assign([result], value))])
        self._ask(node, result, is_negated)
        return [*body, node]

    def _ask(self, node: ast.If, result: ast.expr, is_negated: bool) -> None:
        """Make ``result`` the condition of an ``if``."""
        if isinstance(result, ast.Name):
            result = copied(result)
            result.ctx = ast.Load()  # type: ignore[attr-defined]
        node.test = ast.UnaryOp(ast.Not(), result) if is_negated else result
        node.body, node.orelse = self._block(node.body), self._block(node.orelse)

    def _last_condition(self, node: ast.If, test: ast.BoolOp) -> list[ast.stmt] | None:
        """``if a and self.name(…)``: an ``if`` within another."""
        last = test.values[-1]
        negated = isinstance(last, ast.UnaryOp) and isinstance(last.op, ast.Not)
        callee = self._called(last.operand if negated else last)  # type: ignore[attr-defined]
        if callee is None or not callee.can_leave_once:
            return None
        inner = _as(node, ast.If(test.values.pop(), node.body, []))
        node.test = test if len(test.values) > 1 else test.values[0]
        node.body = self._block([inner])
        return [node]

    def _variable(self, callee: ast.FunctionDef, name: str) -> ast.Name:
        """A new variable of the caller."""
        outer: Scope = self._caller.inner  # type: ignore[attr-defined]
        made = ast.Name(moved_name(callee.inner, name), ast.Store())  # type: ignore[attr-defined]
        made.scope = outer  # type: ignore[attr-defined]
        outer.names.add(made.id)
        return made

    def _called(self, value: ast.expr | None) -> _Callee | None:
        """The method called by ``self.name(…)``, if it can be inlined here."""
        if not isinstance(value, ast.Call) or not isinstance(value.func, ast.Attribute):
            return None
        callee = self._callees.get(value.func.attr)
        first = self._caller.args.args[0].arg if self._caller.args.args else ""
        fits = (
            callee is not None
            and callee.node is not self._caller
            and isinstance(value.func.value, ast.Name)
            and value.func.value.id == first
            and not value.keywords
            and len(value.args) == len(callee.names)
            and not any(isinstance(arg, ast.Starred) for arg in value.args)
        )
        return callee if fits else None

    def _tail(self, callee: _Callee, call: ast.Call) -> list[ast.stmt]:
        """``return self.name(…)``: all its returns are the caller's, and so are its parameters."""
        body = self._spliced(callee, call, self._given_up(call))
        if not isinstance(body[-1], ast.Return | ast.Raise):
            nothing = ast.Return(None)
            nothing.origin = body[-1].origin  # type: ignore[attr-defined]
            body.append(nothing)
        return body

    def _given_up(self, call: ast.Call) -> set[str]:
        """Variables of the caller that are unused after a call in its ``return``."""
        names = Counter(arg.id for arg in call.args if isinstance(arg, ast.Name))
        tries = any(isinstance(one, ast.Try) for one in ast.walk(self._caller))
        return set() if tries else {name for name, count in names.items() if count == 1}

    def _spliced(
        self, callee: _Callee, call: ast.Call, given_up: Iterable[str] = ()
    ) -> list[ast.stmt]:
        """The body with its variables renamed and parameters assigned; the method is removed."""
        outer: Scope = self._caller.inner  # type: ignore[attr-defined]
        inner: Scope = callee.node.inner  # type: ignore[attr-defined]
        kept = stored(callee.node)
        values: dict[str, ast.expr] = {
            callee.node.args.args[0].arg: call.func.value  # type: ignore[attr-defined]
        }
        before: list[ast.stmt] = []
        for name, value in zip(callee.names, call.args, strict=True):
            gone = isinstance(value, ast.Name) and value.id in given_up
            if (gone or name not in kept) and stays(value, self._caller):
                values[name] = value
            else:
                before.append(assigned(name, value, outer, inner, callee.node))
        move = Mover(outer, inner, values)
        body = before + [move.visit(node) for node in callee.node.body]
        self._class.body.remove(callee.node)
        del self._callees[callee.node.name]
        return [ast.fix_missing_locations(node) for node in body]


def _as(origin: ast.stmt, node: ast.stmt) -> ast.stmt:
    """``node``, with the origin of another statement."""
    node.origin = origin.origin  # type: ignore[attr-defined]
    return ast.fix_missing_locations(ast.copy_location(node, origin))


def _can_take(node: ast.stmt) -> bool:
    """Whether the value of a statement may be computed before it."""
    if isinstance(node, ast.AugAssign):
        return isinstance(node.target, ast.Name)
    return isinstance(node, ast.Assign | ast.Expr)


def _with_value(node: ast.stmt, value: ast.expr) -> list[ast.stmt]:
    """A copy of a statement with another value; nothing, if that would do nothing."""
    if isinstance(node, ast.Expr):
        return [] if isinstance(value, ast.Constant | ast.Name) else [_as(node, ast.Expr(value))]
    if isinstance(node, ast.AugAssign):
        target = copied(node.target)
        return [_as(node, ast.AugAssign(target, node.op, value))]  # type: ignore[arg-type]
    targets = [copied(target) for target in node.targets]  # type: ignore[attr-defined]
    return [_as(node, ast.Assign(targets, value))]


def returns_in(body: list[ast.stmt]) -> list[ast.Return]:
    return [one for node in body for one in ast.walk(node) if isinstance(one, ast.Return)]


def _callee(node: ast.FunctionDef) -> _Callee | None:
    """A method that can be inlined: a simple private one."""
    if not node.name.startswith("_") or node.name.startswith("__") or not is_plain(node):
        return None
    names = [arg.arg for arg in node.args.args[1:]]
    return _Callee(node, names, can_leave_once(node.body))


def is_plain(node: ast.FunctionDef) -> bool:
    """Whether a method may become a part of another."""
    rest = node.args
    if rest.vararg or rest.kwarg or rest.kwonlyargs or rest.defaults or node.decorator_list:
        return False
    below = (one for part in node.body for one in ast.walk(part))
    return bool(rest.args) and not any(isinstance(one, NESTED) for one in below)


def takes_call(statement: ast.stmt, call: ast.Call, callee: ast.FunctionDef) -> bool:
    """Whether the body of ``callee`` can replace this call of it, which is in ``statement``."""
    if call.keywords or len(call.args) != len(callee.args.args) - 1:
        return False
    if isinstance(statement, ast.Return):
        return statement.value is call
    place = statement.test if isinstance(statement, ast.If) else getattr(statement, "value", None)
    if isinstance(statement, ast.If):
        if isinstance(place, ast.BoolOp) and isinstance(place.op, ast.And) and not statement.orelse:
            place = place.values[-1]
        if isinstance(place, ast.UnaryOp) and isinstance(place.op, ast.Not):
            place = place.operand
    elif not _can_take(statement):
        return False
    return place is call and can_leave_once(callee.body)
