"""Moves ``__init__`` to where the only object of its class is created, if in another unit.

A clip unloads the unit that creates the parts, so initialisation done there costs no heap
afterwards.
"""

from __future__ import annotations

import ast
import builtins
from collections import Counter
from collections.abc import Iterable

from leancue.installer.image.link import MARK, LinkedImport
from leancue.installer.image.moving import NESTED, Mover, assigned, stays, stored
from leancue.installer.image.scopes import Scope
from leancue.installer.image.unit import Unit, listed

_BUILT_IN = set(dir(builtins))


def construct(units: list[Unit], leaving: str) -> None:
    """Move what can be moved into units whose names begin with ``leaving``, in place."""
    there = [unit for unit in units if leaving and unit.name.startswith(leaving)]
    everything = (part for one in units for part in one.statements)
    loads = Counter(node.id for part in everything for node in ast.walk(part)
                    if isinstance(node, ast.Name))  # fmt: skip
    while any(_Constructor(unit, units, loads).all() for unit in there):
        continue  # what moves is still read as often


class _Constructor:
    """Works on the methods of one unit."""

    def __init__(self, unit: Unit, units: list[Unit], loads: Counter[str]) -> None:
        self._unit = unit
        there = set(listed(unit.statements))  # already imported at the top of the unit
        classes = [node for other in units if other is not unit for node in other.statements
                   if isinstance(node, ast.ClassDef) and node.name in there]  # fmt: skip
        self._classes = {node.name: (node, made) for node in classes
                         if loads[node.name] == 1 and (made := _movable(node))}  # fmt: skip
        self._caller: ast.FunctionDef = None  # type: ignore[assignment]
        self._needed: set[str] = set()

    def all(self) -> bool:
        """Move what can be moved; return whether there was anything."""
        methods = [part for node in self._unit.statements if isinstance(node, ast.ClassDef)
                   for part in node.body if isinstance(part, ast.FunctionDef)]  # fmt: skip
        for method in methods:
            self._caller = method
            method.body = self._block(method.body)
        if self._needed:
            self._unit.statements.insert(0, _imported(self._needed, self._unit.statements[0]))
        return bool(self._needed)

    def _block(self, body: list[ast.stmt]) -> list[ast.stmt]:
        made: list[ast.stmt] = []
        for node in body:
            for name in ("body", "orelse", "finalbody"):
                inner = getattr(node, name, None)
                if inner and isinstance(inner[0], ast.stmt):
                    setattr(node, name, self._block(inner))
            made += self._statement(node)
        return made

    def _statement(self, node: ast.stmt) -> list[ast.stmt]:
        """``x = Class(…)`` as an empty object, what its ``__init__`` does to it, and ``x``."""
        call = node.value if isinstance(node, ast.Assign) and len(node.targets) == 1 else None
        if not (isinstance(call, ast.Call) and isinstance(call.func, ast.Name)):
            return [node]
        whole, init = self._classes.get(call.func.id, (None, None))
        if whole is None or init is None or not _fits(init, call):
            return [node]
        del self._classes[whole.name]
        outer: Scope = self._caller.inner  # type: ignore[attr-defined]
        thing = ast.Name(f"made_{len(outer.names)}", ast.Load())
        thing.scope = outer  # type: ignore[attr-defined]
        outer.names.add(thing.id)
        empty = _assign(thing, ast.Call(call.func, [], []), node)
        moved = getattr(whole, "given", ())
        whole.given = sorted({*moved, *_attributes(init)})  # type: ignore[attr-defined]
        body = self._moved(init, call, thing)
        whole.body.remove(init)
        if not whole.body:
            whole.body = [_origin(ast.Pass(), whole)]
        self._needed |= {whole.name, *_globals(body)}
        node.value = thing  # type: ignore[attr-defined]
        return [ast.fix_missing_locations(one) for one in (empty, *body, node)]

    def _moved(self, init: ast.FunctionDef, call: ast.Call, thing: ast.Name) -> list[ast.stmt]:
        outer: Scope = self._caller.inner  # type: ignore[attr-defined]
        inner: Scope = init.inner  # type: ignore[attr-defined]
        own, *names = [arg.arg for arg in init.args.args]
        values: dict[str, ast.expr] = {own: thing}
        before: list[ast.stmt] = []
        for name, value in zip(names, _given(init, call), strict=True):
            if name not in stored(init) and stays(value, self._caller):
                values[name] = value
            else:
                before.append(assigned(name, value, outer, inner, init))
        move = Mover(outer, inner, values)
        return before + [move.visit(part) for part in init.body]


def _movable(node: ast.ClassDef) -> ast.FunctionDef | None:
    """The ``__init__`` of a class, if it is simple and uses nothing private to its unit."""
    methods = [part for part in node.body if isinstance(part, ast.FunctionDef)]
    init = next((part for part in methods if part.name == "__init__"), None)
    if init is None or node.bases or init.decorator_list:
        return None
    rest = init.args
    inside = [one for part in init.body for one in ast.walk(part)]
    if rest.vararg or rest.kwarg or rest.kwonlyargs:
        return None
    if any(isinstance(one, (*NESTED, ast.Return)) for one in inside):
        return None
    foreign = [one for one in inside if isinstance(one, ast.Name) and _is_global(one)
               and MARK not in one.id and one.id not in _BUILT_IN]  # fmt: skip
    return None if foreign else init


def _attributes(init: ast.FunctionDef) -> set[str]:
    """The attributes it sets."""
    own = init.args.args[0].arg
    return {one.attr for part in init.body for one in ast.walk(part)
            if isinstance(one, ast.Attribute) and isinstance(one.value, ast.Name)
            and one.value.id == own}  # fmt: skip


def _given(init: ast.FunctionDef, call: ast.Call) -> list[ast.expr]:
    """The values of all parameters, defaults included."""
    missing = len(init.args.args) - 1 - len(call.args)
    return [*call.args, *init.args.defaults[len(init.args.defaults) - missing :]]


def _fits(init: ast.FunctionDef, call: ast.Call) -> bool:
    missing = len(init.args.args) - 1 - len(call.args)
    defaults = init.args.defaults
    return (
        0 <= missing <= len(defaults)
        and all(isinstance(value, ast.Constant) for value in defaults)
        and not call.keywords
        and not any(isinstance(arg, ast.Starred) for arg in call.args)
    )


def _is_global(node: ast.Name) -> bool:
    return getattr(node, "scope", None) is None


def _globals(body: Iterable[ast.stmt]) -> set[str]:
    """The program's names that moved statements read."""
    return {one.id for part in body for one in ast.walk(part)
            if isinstance(one, ast.Name) and _is_global(one) and MARK in one.id}  # fmt: skip


def _imported(names: set[str], where: ast.stmt) -> ast.stmt:
    made = LinkedImport("", [ast.alias(name) for name in sorted(names)], 0)
    return ast.fix_missing_locations(_origin(made, where))


def _assign(target: ast.Name, value: ast.expr, where: ast.stmt) -> ast.stmt:
    stored_to = ast.Name(target.id, ast.Store())
    stored_to.scope = target.scope  # type: ignore[attr-defined]
    return _origin(ast.Assign([stored_to], value), where)


def _origin(made: ast.stmt, where: ast.stmt) -> ast.stmt:
    made.origin = where.origin  # type: ignore[attr-defined]
    return made
