"""Inlines private methods that have a single caller.

The source names each step of its work by a separate method; on the clip each would cost a call of
some 25 µs and some 90 bytes of heap.
"""

from __future__ import annotations

import ast
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from leancue.installer.image.scopes import Scope

NESTED = (
    ast.Lambda, ast.ListComp, ast.DictComp, ast.SetComp, ast.GeneratorExp, ast.FunctionDef,
    ast.Yield, ast.YieldFrom, ast.Import, ast.ImportFrom,
)  # fmt: skip


def splice(statements: list[ast.stmt]) -> list[ast.stmt]:
    """Inline in place until nothing is left to do; return ``statements``."""
    while True:
        uses = _uses(statements)
        owners = Counter(part.name for part in _methods(statements))
        once = {name for name, count in owners.items() if count == 1 and uses[name] == 1}
        done = [_Splicer(node, once).all() for node in statements if isinstance(node, ast.ClassDef)]
        if not any(done):
            return statements


def _methods(statements: list[ast.stmt]) -> list[ast.FunctionDef]:
    return [part for node in statements if isinstance(node, ast.ClassDef)
            for part in node.body if isinstance(part, ast.FunctionDef)]  # fmt: skip


def _uses(statements: list[ast.stmt]) -> Counter[str]:
    """Number of uses of an attribute name, including texts that might name it."""
    found: Counter[str] = Counter()
    for statement in statements:
        for node in ast.walk(statement):
            if isinstance(node, ast.Attribute):
                found[node.attr] += 1
            elif isinstance(node, ast.Constant) and isinstance(node.value, str):
                found[node.value] += 1
    return found


@dataclass
class _Callee:
    node: ast.FunctionDef
    names: list[str]  # of its parameters, without ``self``
    is_straight: bool  # it returns only at its end


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
        value = node.test if isinstance(node, ast.If) else getattr(node, "value", None)
        callee = self._called(value)
        if callee is None or not isinstance(value, ast.Call):
            return None
        if isinstance(node, ast.Return):
            return self._tail(callee, value)
        if not callee.is_straight:
            return None
        if isinstance(node, ast.AugAssign) and not isinstance(node.target, ast.Name):
            return None
        if not isinstance(node, ast.Assign | ast.AugAssign | ast.Expr | ast.If):
            return None
        body = self._spliced(callee, value)
        result: ast.expr = ast.Constant(None)
        if isinstance(body[-1], ast.Return):
            last = body.pop()
            result = last.value or result  # type: ignore[attr-defined]
        return body + self._after(node, result)

    def _after(self, node: ast.stmt, result: ast.expr) -> list[ast.stmt]:
        """The statement itself, with the result in the call's place."""
        if isinstance(node, ast.Expr):
            if isinstance(result, ast.Constant | ast.Name):
                return []
            node.value = result
            return [node]
        if isinstance(node, ast.If):
            node.test = result
            node.body, node.orelse = self._block(node.body), self._block(node.orelse)
            return [node]
        node.value = result  # type: ignore[attr-defined]
        return [node]

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


def _callee(node: ast.FunctionDef) -> _Callee | None:
    """A method that can be inlined: a simple private one."""
    arguments = node.args
    plain = not (arguments.vararg or arguments.kwarg or arguments.kwonlyargs or arguments.defaults)
    if not plain or not arguments.args or node.decorator_list or not node.name.startswith("_"):
        return None
    if node.name.startswith("__"):
        return None
    below = [one for part in node.body for one in ast.walk(part)]
    if any(isinstance(one, NESTED) for one in below):
        return None
    returns = [one for one in below if isinstance(one, ast.Return)]
    straight = not returns or (len(returns) == 1 and returns[0] is node.body[-1])
    return _Callee(node, [arg.arg for arg in arguments.args[1:]], straight)


def stored(node: ast.FunctionDef) -> set[str]:
    return {one.id for part in node.body for one in ast.walk(part)
            if isinstance(one, ast.Name) and not isinstance(one.ctx, ast.Load)}  # fmt: skip


def stays(value: ast.expr, caller: ast.FunctionDef) -> bool:
    """Whether a value is the same at every use: a constant, or a variable of the caller."""
    return isinstance(value, ast.Constant) or (
        isinstance(value, ast.Name) and value.scope is caller.inner  # type: ignore[attr-defined]
    )


def _moved_name(inner: Scope, name: str) -> str:
    """A variable renamed with the method's unique name, to avoid conflicts with the caller's."""
    return f"{name}_of_{inner.node.name.strip('_')}"  # type: ignore[attr-defined]


def assigned(
    name: str, value: ast.expr, outer: Scope, inner: Scope, callee: ast.FunctionDef
) -> ast.stmt:
    target = ast.Name(_moved_name(inner, name), ast.Store())
    target.scope = outer  # type: ignore[attr-defined]
    outer.names.add(target.id)
    made = ast.Assign([target], value)
    made.origin = callee.origin  # type: ignore[attr-defined]
    return ast.fix_missing_locations(made)


class Mover(ast.NodeTransformer):
    """Makes variables of one function those of another."""

    def __init__(self, outer: Scope, inner: Scope, values: dict[str, ast.expr]) -> None:
        self._outer, self._inner, self._values = outer, inner, values

    def visit_Name(self, node: ast.Name) -> ast.AST:  # noqa: N802 (ast's name)
        if getattr(node, "scope", None) is not self._inner:
            return node
        value = self._values.get(node.id)
        if isinstance(value, ast.Constant):
            return ast.copy_location(ast.Constant(value.value), node)
        if isinstance(value, ast.Name):
            node.id = value.id
        else:
            node.id = _moved_name(self._inner, node.id)
            self._outer.names.add(node.id)
        node.scope = self._outer  # type: ignore[attr-defined]
        return node

    def visit_ExceptHandler(self, node: ast.ExceptHandler) -> ast.AST:  # noqa: N802
        self.generic_visit(node)
        if node.name:
            node.name = _moved_name(self._inner, node.name)
            self._outer.names.add(node.name)
            node.scope = self._outer  # type: ignore[attr-defined]
        return node
