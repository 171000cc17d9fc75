"""Short names for attributes: which are ours, which share an object, and their hash places.

Two attributes may share a name if no object has both; among the candidates one is chosen that is
found at the first place of the lookup (``places``).
"""

from __future__ import annotations

import ast
from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass

from leancue.installer.image.link import MARK
from leancue.installer.image.places import HASHES, Table, short_names
from leancue.installer.image.scopes import Scope

_BY_TEXT = ("getattr", "setattr", "hasattr", "delattr")
FIELDS = "FIELDS"  # a class lists its own attributes in a tuple of this name


def is_dunder(name: str) -> bool:
    """Whether a name is used by Python itself."""
    return name.startswith("__") and name.endswith("__")


class Survey(ast.NodeVisitor):
    """Which attributes are ours, and which of them share an object.

    Ours are those defined by our classes, in the body or by ``self.name``, unless something foreign
    has the same name. ``together``: attributes by class; ``alone``: those that share no name.
    """

    def __init__(self, keep: set[str]) -> None:
        self._keep = keep
        self.together: dict[str, set[str]] = defaultdict(set)
        self.of_class: dict[str, set[str]] = defaultdict(set)  # of these, those in the class itself
        self.kept: dict[str, set[str]] = defaultdict(set)  # those that keep their names
        self.bases: dict[str, list[str]] = {}
        self.alone: set[str] = set()
        self.used: Counter[str] = Counter()
        self._classes: list[str] = []

    def is_ours(self, name: str) -> bool:
        """Whether an attribute of this name may be renamed."""
        return name not in self._keep and not is_dunder(name)

    def visit_ClassDef(self, node: ast.ClassDef) -> None:  # noqa: N802 (ast's name)
        self.bases[node.name] = [base.id for base in node.bases if isinstance(base, ast.Name)]
        self._classes.append(node.name)
        for name in getattr(node, "given", ()):  # by ``construct``
            self._note(name, 0)
        for part in node.body:
            if isinstance(part, ast.FunctionDef):
                self._note(part.name, 1)
                self.of_class[node.name].add(part.name)
            elif isinstance(part, ast.Assign):
                for target in part.targets:
                    self._class_value(target, part.value)
        self.generic_visit(node)
        self._classes.pop()

    def _class_value(self, target: ast.expr, value: ast.expr) -> None:
        for below in ast.walk(target):
            if isinstance(below, ast.Name):
                self._note(below.id, 1)
                self.of_class[self._classes[-1]].add(below.id)
        if isinstance(target, ast.Name) and target.id == FIELDS:
            for below in ast.walk(value):
                if isinstance(below, ast.Constant) and isinstance(below.value, str):
                    self._note(below.value, 1)

    def _note(self, name: str, count: int) -> None:
        if self.is_ours(name):
            self.together[self._classes[-1]].add(name)
            self.used[name] += count
        else:
            self.kept[self._classes[-1]].add(name)

    def visit_Attribute(self, node: ast.Attribute) -> None:  # noqa: N802
        if self.is_ours(node.attr) and not is_foreign(node):
            self.used[node.attr] += 1
            if self._classes and _is_of_self(node):
                self._note(node.attr, 0)
        elif self._classes and isinstance(node.ctx, ast.Store) and _is_of_self(node):
            self.kept[self._classes[-1]].add(node.attr)
        self.generic_visit(node)

    def visit_Call(self, node: ast.Call) -> None:  # noqa: N802
        if name := text_of_attribute(node):
            self.alone.add(name)
            self.used[name] += 1
        self.generic_visit(node)


def _is_of_self(node: ast.Attribute) -> bool:
    return isinstance(node.value, ast.Name) and node.value.id == "self"


def is_foreign(node: ast.Attribute) -> bool:
    """Whether it belongs to a foreign module: ``struct.pack``."""
    root = node.value
    while isinstance(root, ast.Attribute):
        root = root.value
    if not isinstance(root, ast.Name):
        return False
    scope: Scope | None = getattr(root, "scope", None)
    return MARK not in root.id if scope is None else root.id in imported_in(scope)


def text_of_attribute(node: ast.Call) -> str:
    """The attribute named in ``hasattr(thing, "name")`` and the like, or ""."""
    if isinstance(node.func, ast.Name) and node.func.id in _BY_TEXT and len(node.args) > 1:
        text = node.args[1]
        if isinstance(text, ast.Constant) and isinstance(text.value, str):
            return text.value
    return ""


@dataclass
class _Object:
    """``names``: attributes of an object and of its class, ``of_class``: those in the latter.

    ``own``, ``shared``: their hash places, some already taken by names that are kept.
    """

    names: set[str]
    of_class: set[str]
    own: Table
    shared: Table

    def cost(self, name: str, number: int) -> int:
        """Cost of a lookup of ``name`` with hash ``number``: places probed in vain."""
        steps = 4 * self.own.steps(number) + self.own.is_beyond(number)
        return steps + 4 * self.shared.steps(number) if name in self.of_class else steps

    def take(self, name: str, number: int) -> None:
        """Assign it this hash."""
        (self.shared if name in self.of_class else self.own).take(number)


def _object(name: str, found: Survey) -> _Object:
    names = _with_bases(name, found.together, found)
    of_class = _with_bases(name, found.of_class, found)
    kept = _with_bases(name, found.kept, found)
    own, shared = kept - of_class, {*(kept & of_class), "__module__", "__qualname__"}
    return _Object(names, of_class, Table(len(names - of_class) + len(own), sorted(own)),
                   Table(len(names & of_class) + len(shared), sorted(shared)))  # fmt: skip


def coloured(found: Survey) -> dict[str, str]:
    """A short name for each of our attributes; the most used ones first.

    Those in objects come before those in classes, because objects are searched first.
    """
    objects = [_object(name, found) for name in found.together]
    ours = [name for name, _ in found.used.most_common() if any(name in o.names for o in objects)]
    numbers: dict[str, int] = {}
    for name in sorted(ours, key=lambda one: all(one in o.of_class for o in objects
                                                 if one in o.names)):  # fmt: skip
        around = [one for one in objects if name in one.names]
        taken = {numbers[n] for n in numbers if n in found.alone}
        if name in found.alone:  # it is looked up in objects that may lack it
            taken = set(numbers.values())
        else:
            taken |= {numbers[n] for one in around for n in one.names if n in numbers}
        free = (n for n in range(1, HASHES + 1) if n not in taken)
        numbers[name] = best = min(free, key=lambda n: (sum(o.cost(name, n) for o in around), n))
        for one in around:
            one.take(name, best)
    return {name: short_names()[number - 1] for name, number in numbers.items()}


def _with_bases(name: str, by_class: Mapping[str, set[str]], found: Survey) -> set[str]:
    """The attributes of an object of a class, its bases and its subclasses: a method of the base
    may use what only a subclass has.
    """
    names = set(by_class.get(name, ()))
    for base in found.bases.get(name, ()):
        names |= _with_bases(base, by_class, found)
    return names


def imported_in(scope: Scope) -> set[str]:
    """Variables bound by an import of a foreign module; computed once."""
    if scope.foreign is None:
        found: set[str] = set()
        for node in ast.walk(scope.node):
            if isinstance(node, ast.Import | ast.ImportFrom):
                found |= {alias.asname or alias.name.split(".")[0] for alias in node.names}
        scope.foreign = found & scope.names
    return scope.foreign
