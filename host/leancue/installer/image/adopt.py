"""Moves a method to the class of its only caller, so that ``splice`` can inline it there.

The source gives each part of the work a class of its own; on the clip a call from one to the other
costs some 20 µs in each sample.
"""

from __future__ import annotations

import ast
from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from leancue.installer.image.attributes import text_of_attribute
from leancue.installer.image.link import MARK
from leancue.installer.image.moving import NESTED
from leancue.installer.image.receivers import Receivers
from leancue.installer.image.splice import is_plain, takes_call
from leancue.installer.image.unit import Unit


class _Place(NamedTuple):
    """Where a part of the program is: statement, method (not a function within one), class."""

    statement: ast.stmt | None = None
    function: ast.FunctionDef | None = None
    inside: ast.ClassDef | None = None


class _Use(NamedTuple):
    """An attribute with the name of a method, its call if it is called, and where it is used."""

    node: ast.Attribute
    call: ast.Call | None
    statement: ast.stmt | None
    function: ast.FunctionDef | None
    inside: ast.ClassDef | None


class Adopter:
    """Works on ``units``, round by round; between two rounds ``splice`` inlines what has moved.

    Methods of classes in ``modules`` (prefixes of names) move, only within a unit, where both know
    the same names.
    """

    def __init__(self, units: list[Unit], modules: Iterable[str]) -> None:
        self._units = units
        self._prefixes = tuple(module.replace(".", "_") for module in modules)
        self._statements = [node for unit in units for node in unit.statements]
        self._receivers = Receivers(self._statements)
        below = [one for statement in self._statements for one in ast.walk(statement)]
        self._texts = {text_of_attribute(one) for one in below if isinstance(one, ast.Call)}
        self._bases = {one.id for node in below if isinstance(node, ast.ClassDef)
                       for one in node.bases if isinstance(one, ast.Name)}  # fmt: skip
        self._found = {id(node): list(_uses(node)) for node in self._statements}
        self._changed: dict[str, ast.ClassDef] = {}  # in this round

    def round(self) -> bool:
        """Move what can be moved; return whether there was anything."""
        for node in self._changed.values():
            self._receivers.look_again(node)
            self._found[id(node)] = list(_uses(node))
        self._changed = {}
        self._uses: dict[str, list[_Use]] = defaultdict(list)
        for use in (use for node in self._statements for use in self._found[id(node)]):
            self._uses[use.node.attr].append(use)
        for unit in self._units:
            classes = [node for node in unit.statements if isinstance(node, ast.ClassDef)]
            for giver in classes:
                is_inherited = giver.bases or giver.name in self._bases
                if giver.name.startswith(self._prefixes) and not is_inherited:
                    self._move_all_of(giver, classes)
        return bool(self._changed)

    def _move_all_of(self, giver: ast.ClassDef, takers: list[ast.ClassDef]) -> None:
        """Move all methods of ``giver`` that can be moved to one of ``takers``."""
        if giver.name in self._changed:
            return
        methods = [part for part in giver.body if isinstance(part, ast.FunctionDef)]
        uses = [(method, self._only_use(giver, method)) for method in methods]
        for method, use in uses:
            taker = use.inside if use else None
            # What has moved in this round is known again in the next one.
            if use and taker in takers and taker is not giver and use.function in taker.body:
                _move(giver, method, use)
                self._changed |= {giver.name: giver, taker.name: taker}

    def _only_use(self, giver: ast.ClassDef, method: ast.FunctionDef) -> _Use | None:
        """The only place of the program that may call a method, if it is a statement of its own."""
        if not is_plain(method) or method.name.startswith("__") or method.name in self._texts:
            return None
        uses = [use for use in self._uses[method.name] if self._may_be(use, giver, method)]
        if len(uses) != 1 or self._class_of(uses[0]) != giver.name:
            return None
        (use,) = uses
        if use.function is None or use.statement is None or use.call is None:
            return None
        return use if takes_call(use.statement, use.call, method) else None

    def _may_be(self, use: _Use, giver: ast.ClassDef, method: ast.FunctionDef) -> bool:
        """Whether a use may mean this method: not another class's, nor with other arguments."""
        known = self._class_of(use)
        if known:
            return known == giver.name
        call = use.call
        if call is None or call.keywords or any(isinstance(a, ast.Starred) for a in call.args):
            return True
        return len(call.args) == len(method.args.args) - 1

    def _class_of(self, use: _Use) -> str:
        own = use.inside.name if use.inside else ""
        return self._receivers.class_of(use.node.value, use.function, own)


def _uses(statement: ast.stmt) -> Iterator[_Use]:
    if not isinstance(statement, ast.ClassDef):
        yield from _uses_in(statement, _Place())
        return
    for part in statement.body:
        place = _Place(inside=statement)
        if isinstance(part, ast.FunctionDef) and [a.arg for a in part.args.args[:1]] == ["self"]:
            place = place._replace(function=part)
        for below in ast.iter_child_nodes(part):
            yield from _uses_in(below, place)


def _uses_in(node: ast.AST, place: _Place, call: ast.Call | None = None) -> Iterator[_Use]:
    """The uses in ``node``, which is what ``call`` calls."""
    if isinstance(node, NESTED):
        place = place._replace(function=None)
    if isinstance(node, ast.stmt):
        place = place._replace(statement=node)
    if isinstance(node, ast.Attribute):
        yield _Use(node, call, *place)
    for below in ast.iter_child_nodes(node):
        is_called = isinstance(node, ast.Call) and below is node.func
        yield from _uses_in(below, place, node if is_called else None)  # type: ignore[arg-type]


def _move(giver: ast.ClassDef, method: ast.FunctionDef, use: _Use) -> None:
    """Make ``method`` one of the calling class, with its former ``self`` as the first argument."""
    taker, caller, call = use.inside, use.function, use.call
    giver.body.remove(method)
    if not giver.body:
        nothing = ast.Pass()
        nothing.origin = giver.origin  # type: ignore[attr-defined]
        giver.body = [ast.copy_location(nothing, giver)]
    it = _first_argument_renamed(method)
    giver.given = sorted({*getattr(giver, "given", ()), *_attributes(method, it)})  # type: ignore[attr-defined]
    method.name = f"_{method.name.strip('_')}_of_{giver.name.rpartition(MARK)[2]}"
    while any(getattr(part, "name", "") == method.name for part in taker.body):  # type: ignore[union-attr]
        method.name += "_"  # two modules have a class of that name
    taker.body.append(method)  # type: ignore[union-attr]
    receiver = ast.Name(caller.args.args[0].arg, ast.Load())  # type: ignore[union-attr]
    receiver.scope = caller.inner  # type: ignore[attr-defined,union-attr]
    call.args.insert(0, use.node.value)  # type: ignore[union-attr]
    call.func = ast.Attribute(receiver, method.name, ast.Load())  # type: ignore[union-attr]
    ast.fix_missing_locations(ast.copy_location(call.func, use.node))  # type: ignore[union-attr]


def _first_argument_renamed(method: ast.FunctionDef) -> str:
    """Give a method a new first argument, and the old one another name; return that."""
    scope, old = method.inner, method.args.args[0].arg  # type: ignore[attr-defined]
    new = "it"
    while new in scope.names:
        new += "_"
    for node in ast.walk(method):
        if isinstance(node, ast.Name) and node.id == old and node.scope is scope:  # type: ignore[attr-defined]
            node.id = new
    scope.names.add(new)
    scope.arguments.insert(1, new)
    method.args.args.insert(1, ast.arg(new))
    return new


def _attributes(method: ast.FunctionDef, it: str) -> set[str]:
    return {one.attr for one in ast.walk(method) if isinstance(one, ast.Attribute)
            and isinstance(one.value, ast.Name) and one.value.id == it}  # fmt: skip
