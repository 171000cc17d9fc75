"""Gives names of one or two letters; the clip keeps every name of a program on its heap.

Two attributes may have one short name if no object has both, so a hundred short names serve for a
thousand long ones (a colouring of the graph of names that lie in one object); so may two globals
of which no unit knows both. Variables of a function are named by their place in it. What is not
ours keeps its name (``foreign``).
"""

from __future__ import annotations

import ast
import itertools
import string
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence

from leancue.installer.image.link import MARK
from leancue.installer.image.scopes import Scope

_BY_TEXT = ("getattr", "setattr", "hasattr", "delattr")
FIELDS = "FIELDS"  # a class names attributes of its own in a tuple of this name


def shorten(units: Sequence[list[ast.stmt]], keep: set[str]) -> dict[str, str]:
    """Rename in place; return the new names of globals (linked) and of attributes (".name").

    ``keep``: globals and attributes that stay.
    """
    statements = [node for unit in units for node in unit]
    found = _Survey(keep)
    for node in statements:
        found.visit(node)
    attributes = _coloured(found)
    renamed = _globals(units, keep)
    keywords = {node.arg for one in statements for node in ast.walk(one)
                if isinstance(node, ast.keyword) and node.arg}  # fmt: skip
    _Renamer(renamed, attributes, keywords).body(statements)
    return {**renamed, **{f".{name}": short for name, short in attributes.items()}}


def _globals(units: Sequence[list[ast.stmt]], keep: set[str]) -> dict[str, str]:
    """A short name for each global; two may have one name if no unit knows both."""
    used: Counter[str] = Counter()
    known_in: dict[str, set[int]] = defaultdict(set)
    for place, unit in enumerate(units):
        for name in _global_names(unit):
            used[name] += 1
            known_in[name].add(place)
    taken: list[set[str]] = [set() for _ in units]
    given = {}
    for name, _ in used.most_common():
        if name not in keep and not _is_dunder(name):
            places = known_in[name]
            given[name] = next(
                short for short in _pool() if not any(short in taken[place] for place in places)
            )
            for place in places:
                taken[place].add(given[name])
    return given


def _global_names(unit: list[ast.stmt]) -> Iterator[str]:
    """Each time a linked name stands in a unit: used, defined or imported."""
    for one in unit:
        if isinstance(one, ast.FunctionDef | ast.ClassDef):
            yield one.name
        for node in ast.walk(one):
            if isinstance(node, ast.Name) and MARK in node.id:
                yield node.id
            elif isinstance(node, ast.alias) and MARK in node.name:
                yield node.name


def _pool() -> Iterator[str]:
    """Short names that are neither a keyword nor a variable's (``_variables``)."""
    seconds = string.ascii_lowercase + string.digits + string.ascii_uppercase
    return (a + b for a, b in itertools.product(string.ascii_uppercase, seconds))


def _variables() -> Iterator[str]:
    yield from string.ascii_lowercase
    yield from (a + b for a, b in itertools.product(string.ascii_lowercase, string.digits))


def _is_dunder(name: str) -> bool:
    return name.startswith("__") and name.endswith("__")


class _Survey(ast.NodeVisitor):
    """Which attributes are ours, and which of them lie in one object.

    Ours is what a class of ours defines, in its body or by ``self.name``, and nothing foreign is
    called. ``together``: attributes by class; ``alone``: those that share a name with no other.
    """

    def __init__(self, keep: set[str]) -> None:
        self._keep = keep
        self.together: dict[str, set[str]] = defaultdict(set)
        self.bases: dict[str, list[str]] = {}
        self.alone: set[str] = set()
        self.used: Counter[str] = Counter()
        self._classes: list[str] = []

    def is_ours(self, name: str) -> bool:
        """Whether an attribute of this name may get another one."""
        return name not in self._keep and not _is_dunder(name)

    def visit_ClassDef(self, node: ast.ClassDef) -> None:  # noqa: N802 (ast's name)
        self.bases[node.name] = [base.id for base in node.bases if isinstance(base, ast.Name)]
        self._classes.append(node.name)
        for name in getattr(node, "given", ()):  # by ``construct``
            self._note(name, 0)
        for part in node.body:
            if isinstance(part, ast.FunctionDef):
                self._note(part.name, 1)
            elif isinstance(part, ast.Assign):
                for target in part.targets:
                    self._class_value(target, part.value)
        self.generic_visit(node)
        self._classes.pop()

    def _class_value(self, target: ast.expr, value: ast.expr) -> None:
        for below in ast.walk(target):
            if isinstance(below, ast.Name):
                self._note(below.id, 1)
        if isinstance(target, ast.Name) and target.id == FIELDS:
            for below in ast.walk(value):
                if isinstance(below, ast.Constant) and isinstance(below.value, str):
                    self._note(below.value, 1)

    def _note(self, name: str, count: int) -> None:
        if self.is_ours(name):
            self.together[self._classes[-1]].add(name)
            self.used[name] += count

    def visit_Attribute(self, node: ast.Attribute) -> None:  # noqa: N802
        if self.is_ours(node.attr) and not is_foreign(node):
            self.used[node.attr] += 1
            if self._classes and isinstance(node.value, ast.Name) and node.value.id == "self":
                self._note(node.attr, 0)
        self.generic_visit(node)

    def visit_Call(self, node: ast.Call) -> None:  # noqa: N802
        if name := text_of_attribute(node):
            self.alone.add(name)
            self.used[name] += 1
        self.generic_visit(node)


def is_foreign(node: ast.Attribute) -> bool:
    """Whether it is something of a module that is not ours: ``struct.pack``."""
    root = node.value
    while isinstance(root, ast.Attribute):
        root = root.value
    if not isinstance(root, ast.Name):
        return False
    scope: Scope | None = getattr(root, "scope", None)
    return MARK not in root.id if scope is None else root.id in _imported(scope)


def text_of_attribute(node: ast.Call) -> str:
    """The attribute that ``hasattr(thing, "name")`` and its like name, or ""."""
    if isinstance(node.func, ast.Name) and node.func.id in _BY_TEXT and len(node.args) > 1:
        text = node.args[1]
        if isinstance(text, ast.Constant) and isinstance(text.value, str):
            return text.value
    return ""


def _coloured(found: _Survey) -> dict[str, str]:
    """A short name for each attribute of ours; the most used ones come first."""
    objects = [_with_bases(name, found) for name in found.together]
    known = set().union(*objects) if objects else set()
    ours = [name for name, _ in found.used.most_common() if name in known]
    beside: dict[str, set[str]] = defaultdict(set)
    for names in objects:
        for name in names:
            beside[name] |= names
    given: dict[str, str] = {}
    for name in ours:
        apart = name in found.alone  # it is asked for in objects that may not have it
        taken = set(given.values()) if apart else {given[n] for n in beside[name] if n in given}
        lonely = {given[n] for n in given if n in found.alone}
        given[name] = next(short for short in _pool() if short not in taken | lonely)
    return given


def _with_bases(name: str, found: _Survey) -> set[str]:
    """What an object of a class has, by itself, by what it is made from and by what is made of it:
    a method of the base may touch what only an heir has.
    """
    names = set(found.together.get(name, ()))
    for base in found.bases.get(name, ()):
        names |= _with_bases(base, found)
    return names


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
            name: name if name in self._keywords or name in _imported(scope) else next(fresh)
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


def _imported(scope: Scope) -> set[str]:
    """Variables that an import of a module that is not ours binds."""
    found: set[str] = set()
    for node in ast.walk(scope.node):
        if isinstance(node, ast.Import | ast.ImportFrom):
            found |= {alias.asname or alias.name.split(".")[0] for alias in node.names}
    return found & scope.names
