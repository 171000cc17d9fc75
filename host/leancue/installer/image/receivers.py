"""The class of the object in an attribute or a variable, where the program leaves no doubt."""

from __future__ import annotations

import ast
from collections import defaultdict
from collections.abc import Iterable, Iterator

from leancue.installer.image.attributes import text_of_attribute
from leancue.installer.image.class_members import is_name
from leancue.installer.image.scopes import Scope

_UNKNOWN = ""


class Receivers:
    """What the whole program (``statements``, linked) assigns to attributes.

    The class of an attribute is known if all that is assigned to it are new objects of one class:
    by the methods of the object's class, else, where that is not known, by the whole program.
    Assignments from another object's attribute of the same name do not count.
    """

    def __init__(self, statements: Iterable[ast.stmt]) -> None:
        whole = list(statements)
        self._classes = {node.name for node in whole if isinstance(node, ast.ClassDef)}
        self._rows = {id(node): list(self._rows_of(node)) for node in whole}
        self._join()

    def look_again(self, statement: ast.stmt) -> None:
        """Note that a statement was changed."""
        self._rows[id(statement)] = list(self._rows_of(statement))
        self._join()

    def _join(self) -> None:
        self._of_name: dict[str, set[str]] = defaultdict(set)
        self._in_class: dict[tuple[str, str], set[str]] = defaultdict(set)
        self._bindings: dict[int, dict[str, list[ast.AST]]] = {}  # of variables, by function
        for own, name, made in (row for rows in self._rows.values() for row in rows):
            self._of_name[name].add(made)
            self._in_class[own, name].add(made)

    def _rows_of(self, statement: ast.stmt) -> Iterator[tuple[str, str, str]]:
        """What a statement assigns: to objects of which class, attribute, the value's class."""
        own = statement.name if isinstance(statement, ast.ClassDef) else _UNKNOWN
        for target, name, made in self._assigned_in(statement):
            is_own = target is not None and is_name(target.value, "self")
            yield own if is_own else _UNKNOWN, name, made

    def _assigned_in(
        self, statement: ast.stmt
    ) -> Iterator[tuple[ast.Attribute | None, str, str]]:
        """What may be assigned: target, the attribute's name, the class of its object."""
        for node in ast.walk(statement):
            plain: list[ast.expr] = []
            if isinstance(node, ast.Assign | ast.AnnAssign) and node.value is not None:
                plain = node.targets if isinstance(node, ast.Assign) else [node.target]
                for target in plain:
                    if isinstance(target, ast.Attribute) and not _is_handed_on(target, node.value):
                        yield target, target.attr, self._made(node.value)
            elif isinstance(node, ast.Call) and (name := text_of_attribute(node)):
                yield None, name, _UNKNOWN
            for part in _targets(node):
                for one in ast.walk(part) if part not in plain else ():
                    if isinstance(one, ast.Attribute) and not isinstance(one.ctx, ast.Load):
                        yield one, one.attr, _UNKNOWN

    def _made(self, value: ast.expr) -> str:
        """The class of the object that a call creates, or ``_UNKNOWN``."""
        named = isinstance(value, ast.Call) and isinstance(value.func, ast.Name)
        return value.func.id if named and value.func.id in self._classes else _UNKNOWN  # type: ignore[attr-defined]

    def class_of(self, value: ast.expr, inside: ast.FunctionDef | None, own: str) -> str:
        """The class of ``value`` in a function of class ``own``; "" if unknown."""
        if isinstance(value, ast.Attribute):
            return self._of_attribute(self.class_of(value.value, inside, own), value.attr)
        if not isinstance(value, ast.Name) or inside is None:
            return _UNKNOWN
        scope: Scope | None = getattr(value, "scope", None)
        if scope is not inside.inner:  # type: ignore[attr-defined]
            return _UNKNOWN
        if value.id in (arg.arg for arg in inside.args.args):
            return own if value.id == "self" else _UNKNOWN
        held = {self._held(node, inside, own) for node in self._bound_in(inside)[value.id]}
        return held.pop() if len(held) == 1 else _UNKNOWN

    def _bound_in(self, function: ast.FunctionDef) -> dict[str, list[ast.AST]]:
        """The nodes of a function that bind each of its variables."""
        found = self._bindings.get(id(function))
        if found is None:
            found = self._bindings[id(function)] = defaultdict(list)
            for node in ast.walk(function):
                for name in {name for part in _targets(node) for name in _bound(part)}:
                    found[name].append(node)
        return found

    def _of_attribute(self, owner: str, name: str) -> str:
        made = self._in_class.get((owner, name)) if owner else None
        if made is None or self._in_class.get((_UNKNOWN, name)):
            made = self._of_name.get(name, set())
        return next(iter(made)) if len(made) == 1 else _UNKNOWN

    def _held(self, node: ast.AST, inside: ast.FunctionDef, own: str) -> str:
        """The class of what an assignment to a variable takes from an attribute."""
        value = node.value if isinstance(node, ast.Assign) else None
        return self.class_of(value, inside, own) if isinstance(value, ast.Attribute) else _UNKNOWN


def _targets(node: ast.AST) -> list[ast.AST]:
    """What a node assigns to, or binds as an exception."""
    found: list[ast.AST] = list(node.targets) if isinstance(node, ast.Assign) else []
    found += [part for name in ("target", "optional_vars") if (part := getattr(node, name, None))]
    if isinstance(node, ast.ExceptHandler) and node.name:
        found.append(ast.Name(node.name, ast.Store()))
    return found


def _is_handed_on(target: ast.Attribute, value: ast.expr) -> bool:
    return isinstance(value, ast.Attribute) and value.attr == target.attr


def _bound(target: ast.AST) -> set[str]:
    return {one.id for one in ast.walk(target)
            if isinstance(one, ast.Name) and not isinstance(one.ctx, ast.Load)}  # fmt: skip
