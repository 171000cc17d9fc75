"""Shortens names to one or two letters, since the clip keeps every name on its heap.

Two attributes may share a short name if no object has both, so a hundred short names suffice for a
thousand long ones (``attributes``); likewise two globals if no unit uses both. Variables of a
function are named by their position. Foreign names are kept (``foreign``).
"""

from __future__ import annotations

import ast
import builtins
import itertools
import string
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence

from leancue.installer.image.attributes import (
    FIELDS,
    Survey,
    coloured,
    imported_in,
    is_dunder,
    is_foreign,
    text_of_attribute,
)
from leancue.installer.image.link import MARK
from leancue.installer.image.places import for_globals, hash_of
from leancue.installer.image.scopes import Scope

_BUILT_IN = set(dir(builtins))


def shorten(units: Sequence[list[ast.stmt]], keep: set[str]) -> dict[str, str]:
    """Rename in place; return the new names of globals (linked) and of attributes (".name").

    ``keep``: globals and attributes that stay.
    """
    statements = [node for unit in units for node in unit]
    found = Survey(keep)
    for node in statements:
        found.visit(node)
    attributes = coloured(found)
    renamed = _globals(units, keep)
    keywords = {node.arg for one in statements for node in ast.walk(one)
                if isinstance(node, ast.keyword) and node.arg}  # fmt: skip
    _Renamer(renamed, attributes, keywords).body(statements)
    return {**renamed, **{f".{name}": short for name, short in attributes.items()}}


def _globals(units: Sequence[list[ast.stmt]], keep: set[str]) -> dict[str, str]:
    """A short name for each global; two may share one if no unit uses both."""
    used: Counter[str] = Counter()
    known_in: dict[str, set[int]] = defaultdict(set)
    for place, unit in enumerate(units):
        for name in _global_names(unit):
            used[name] += 1
            known_in[name].add(place)
    pool = tuple(for_globals(_built_in(units)))
    taken: list[set[str]] = [set() for _ in units]
    given = {}
    for name, _ in used.most_common():
        if name not in keep and not is_dunder(name):
            places = known_in[name]
            given[name] = next(
                short for short in pool if not any(short in taken[place] for place in places)
            )
            for place in places:
                taken[place].add(given[name])
    return given


def _global_names(unit: list[ast.stmt]) -> Iterator[str]:
    """Each occurrence of a linked name in a unit: used, defined or imported."""
    for one in unit:
        if isinstance(one, ast.FunctionDef | ast.ClassDef):
            yield one.name
        for node in ast.walk(one):
            if isinstance(node, ast.Name) and MARK in node.id:
                yield node.id
            elif isinstance(node, ast.alias) and MARK in node.name:
                yield node.name


def _built_in(units: Sequence[list[ast.stmt]]) -> set[str]:
    """Built-in names used by the units: each is first looked up among their globals."""
    return {node.id for unit in units for one in unit for node in ast.walk(one)
            if isinstance(node, ast.Name) and node.id in _BUILT_IN}  # fmt: skip


def interned_first(names: Mapping[str, str]) -> list[str]:
    """The short names in the order in which the interpreter should intern them.

    Its cache maps every 32nd interned name to the same entry, so neighbouring attributes do not
    conflict. The globals come after them: name tables that grow later, while the program is loaded,
    would split the free end of the heap.
    """
    attributes = {short for name, short in names.items() if name.startswith(".")}
    rest = sorted(set(names.values()) - attributes)
    return [*sorted(attributes, key=hash_of), *rest]


def _variables() -> Iterator[str]:
    yield from string.ascii_lowercase
    yield from (a + b for a, b in itertools.product(string.ascii_lowercase, string.digits))


class _Renamer:
    def __init__(
        self, names: Mapping[str, str], attributes: Mapping[str, str], keywords: set[str]
    ) -> None:
        self._names = names
        self._attributes = attributes
        self._keywords = keywords
        self._variables: dict[int, dict[str, str]] = {}  # by id of the scope

    def body(self, nodes: Iterable[ast.AST]) -> None:
        """Rename in all nodes."""
        for node in nodes:
            self._visit(node)

    def _visit(self, node: ast.AST) -> None:
        inner: Scope | None = getattr(node, "inner", None)
        if inner is not None and not inner.is_class:
            self._name_variables(inner)
        method = getattr(self, f"_{type(node).__name__}", None)
        if method:
            method(node)
        self.body(ast.iter_child_nodes(node))

    def _name_variables(self, scope: Scope) -> None:
        outer: dict[str, str] = {}
        at = scope.parent
        while at is not None:
            outer = {**self._variables.get(id(at), {}), **outer}
            at = at.parent
        taken = set(outer.values()) | self._keywords
        fresh = (short for short in _variables() if short not in taken)
        rest = sorted(scope.names - set(scope.arguments))
        listed = [*dict.fromkeys(scope.arguments), *rest]
        self._variables[id(scope)] = {
            name: name if name in self._keywords or name in imported_in(scope) else next(fresh)
            for name in listed
        }

    def _variable(self, name: str, scope: Scope) -> str:
        return self._variables.get(id(scope), {}).get(name, name)

    def _Name(self, node: ast.Name) -> None:  # noqa: N802 (called by the node's type)
        scope: Scope | None = getattr(node, "scope", None)
        if scope is None or node.id not in scope.names:
            node.id = self._names.get(node.id, node.id)
        elif scope.is_class:
            node.id = self._attributes.get(node.id, node.id)
        else:
            node.id = self._variable(node.id, scope)

    def _Attribute(self, node: ast.Attribute) -> None:  # noqa: N802
        if not is_foreign(node):
            node.attr = self._attributes.get(node.attr, node.attr)

    def _Call(self, node: ast.Call) -> None:  # noqa: N802
        if name := text_of_attribute(node):
            node.args[1] = ast.copy_location(
                ast.Constant(self._attributes.get(name, name)), node.args[1]
            )

    def _FunctionDef(self, node: ast.FunctionDef) -> None:  # noqa: N802
        scope: Scope = node.inner  # type: ignore[attr-defined]
        outer = scope.parent
        if outer is None:
            node.name = self._names.get(node.name, node.name)
        elif outer.is_class:
            node.name = self._attributes.get(node.name, node.name)
        else:
            node.name = self._variable(node.name, outer)
        self.name_arguments(node.args, scope)

    def _alias(self, node: ast.alias) -> None:
        node.name = self._names.get(node.name, node.name)

    def _Lambda(self, node: ast.Lambda) -> None:  # noqa: N802
        self.name_arguments(node.args, node.inner)  # type: ignore[attr-defined]

    def name_arguments(self, arguments: ast.arguments, scope: Scope) -> None:
        listed = (*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs)
        for arg in (*listed, arguments.vararg, arguments.kwarg):
            if arg is not None:
                arg.arg = self._variable(arg.arg, scope)

    def _ClassDef(self, node: ast.ClassDef) -> None:  # noqa: N802
        node.name = self._names.get(node.name, node.name)
        for part in node.body:
            if isinstance(part, ast.Assign) and isinstance(part.targets[0], ast.Name):
                if part.targets[0].id != FIELDS:
                    continue
                for below in ast.walk(part.value):
                    if isinstance(below, ast.Constant) and isinstance(below.value, str):
                        below.value = self._attributes.get(below.value, below.value)

    def _ExceptHandler(self, node: ast.ExceptHandler) -> None:  # noqa: N802
        if node.name:
            scope = getattr(node, "scope", None)
            node.name = self._variable(node.name, scope) if scope else node.name
