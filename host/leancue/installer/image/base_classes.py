"""Merges a base class into its only subclass.

The source divides a large class by purpose: the foundation in one class, the rest in its subclass.
On the clip each class costs some 150 bytes of heap, and a method of the base needs two look-ups.
"""

from __future__ import annotations

import ast
from collections import Counter
from collections.abc import Iterable

from leancue.installer.image.link import MARK


def merge(statements: list[ast.stmt], uses: Counter[str]) -> list[ast.stmt]:
    """Return ``statements`` (of one unit, linked) with such bases merged into their subclasses.

    ``uses``: of each name in the whole program (``uses_of``).
    """
    while pair := _pair(statements, uses):
        base, subclass = pair
        _Merger(base, subclass).merge()
        statements = [node for node in statements if node is not base]
    return statements


def uses_of(statements: Iterable[ast.stmt]) -> Counter[str]:
    """Number of occurrences of each name."""
    names = (one for node in statements for one in ast.walk(node) if isinstance(one, ast.Name))
    return Counter(one.id for one in names)


def _pair(
    statements: list[ast.stmt], uses: Counter[str]
) -> tuple[ast.ClassDef, ast.ClassDef] | None:
    classes = {node.name: node for node in statements if isinstance(node, ast.ClassDef)}
    for subclass in classes.values():
        named = [base for base in subclass.bases if isinstance(base, ast.Name)]
        name = named[0].id if named else ""
        base = classes.get(name)
        if base and len(subclass.bases) == 1 and uses[name] == 1 and _fits(base, subclass):
            return base, subclass
    return None


def _fits(base: ast.ClassDef, subclass: ast.ClassDef) -> bool:
    """Whether the base has only methods, and ``super`` is used in a simple way."""
    values = [node for node in base.body if not isinstance(node, ast.FunctionDef)]
    supers = [one for one in ast.walk(subclass) if isinstance(one, ast.Name) and one.id == "super"]
    plain = [call for method in _methods(subclass) for call in _calls_of_base(method)]
    whole = not (base.bases or base.decorator_list or subclass.decorator_list or subclass.keywords)
    return whole and len(supers) == len(plain) and all(isinstance(v, ast.Pass) for v in values)


def _methods(node: ast.ClassDef) -> list[ast.FunctionDef]:
    return [part for part in node.body if isinstance(part, ast.FunctionDef)]


def _calls_of_base(method: ast.FunctionDef) -> list[ast.Call]:
    """Calls of an overridden method: ``super().name(…)``."""
    return [
        one
        for one in ast.walk(method)
        if isinstance(one, ast.Call)
        and isinstance(one.func, ast.Attribute)
        and one.func.attr == method.name
        and isinstance(one.func.value, ast.Call)
        and isinstance(one.func.value.func, ast.Name)
        and one.func.value.func.id == "super"
    ]


class _Merger:
    def __init__(self, base: ast.ClassDef, subclass: ast.ClassDef) -> None:
        self._base, self._subclass = base, subclass

    def merge(self) -> None:
        """Change the subclass in place."""
        body: list[ast.stmt] = []
        overriding = {method.name: method for method in _methods(self._subclass)}
        for method in _methods(self._base):
            if method.name in overriding:
                if not _calls_of_base(overriding[method.name]):
                    continue  # unused
                self._rename(method, overriding[method.name])
            body.append(method)
        self._subclass.body = body + self._subclass.body
        self._subclass.bases = []

    def _rename(self, method: ast.FunctionDef, by: ast.FunctionDef) -> None:
        """Rename an overridden method so that the overriding one can call it."""
        name = f"_{method.name.strip('_')}_of_{self._base.name.rpartition(MARK)[2]}"
        me = by.args.args[0].arg
        for call in _calls_of_base(by):
            receiver = ast.Name(me, ast.Load())
            receiver.scope = by.inner  # type: ignore[attr-defined]
            call.func = ast.fix_missing_locations(
                ast.copy_location(ast.Attribute(receiver, name, ast.Load()), call.func)
            )
        method.name = name
