"""Shortens the names of a foreign library: a clip keeps every name it has ever loaded.

The sensor's driver is unloaded after the start, but its 190 names would stay on the heap. They are
replaced by names that the program has anyway. Behaviour is unchanged: only names defined by the
library itself are changed, consistently, and to names not used in it.
"""

from __future__ import annotations

import ast
import itertools
from collections.abc import Iterable, Iterator, Mapping

from leancue.installer.image.attributes import is_dunder

_DOCUMENTED = ast.Module | ast.ClassDef | ast.FunctionDef
_FIELDS = "namedtuple"  # its second argument names attributes


def shortened(files: Mapping[str, str], keep: set[str], short: Iterable[str]) -> dict[str, str]:
    """Return the files of a library (path → text) with other names.

    ``keep``: names used from outside. ``short``: names to use, the best first; if there are too
    few, the remaining names stay. SyntaxError.
    """
    trees = {path: ast.parse(text) for path, text in files.items()}
    nodes = [node for tree in trees.values() for node in ast.walk(tree)]
    own = dict.fromkeys(name for tree in trees.values() for name in _defined(tree))
    there = {name for node in nodes for name in _names(node)}
    wanted = [name for name in own if not (name in keep or is_dunder(name))]
    given = dict(zip(wanted, (name for name in short if name not in there), strict=False))
    for node in nodes:
        _rename(node, given)
    return {path: ast.unparse(tree) for path, tree in trees.items()}


def without_words(text: str) -> str:
    """Return a module's text without docstrings and comments, apart from the notice it begins with.

    SyntaxError.
    """
    tree = ast.parse(text)
    for node in ast.walk(tree):
        if isinstance(node, _DOCUMENTED) and ast.get_docstring(node):
            node.body[:1] = [] if len(node.body) > 1 else [ast.Pass()]
    notice = itertools.takewhile(lambda line: line.startswith("#"), text.splitlines())
    return "\n".join([*notice, ast.unparse(tree), ""])


def _defined(tree: ast.Module) -> Iterator[str]:
    """The names a module defines: globals, functions, arguments, attributes."""
    for line in tree.body:
        if isinstance(line, ast.Assign) and not _is_folded(line):
            yield from (target.id for target in line.targets if isinstance(target, ast.Name))
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            yield node.name
        elif isinstance(node, ast.arg):
            yield node.arg
        elif isinstance(node, ast.Attribute) and _is_set(node):
            yield node.attr
        yield from (str(one.value) for one in _fields(node))


def _is_folded(node: ast.Assign) -> bool:
    """Whether the compiler puts the value in the name's place: ``_NAME = const(…)``."""
    (target,) = node.targets
    return (
        isinstance(target, ast.Name)
        and target.id.startswith("_")
        and isinstance(node.value, ast.Call)
        and isinstance(node.value.func, ast.Name)
        and node.value.func.id == "const"
    )


def _is_set(node: ast.Attribute) -> bool:
    """Whether an object sets an attribute of its own there."""
    there = node.value
    return isinstance(node.ctx, ast.Store) and isinstance(there, ast.Name) and there.id == "self"


def _fields(node: ast.AST) -> Iterator[ast.Constant]:
    """The attributes of a named tuple."""
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == _FIELDS:
        yield from (one for one in ast.walk(node.args[1]) if isinstance(one, ast.Constant))


def _names(node: ast.AST) -> Iterator[str]:
    """Each name in a node of its own."""
    for field in ("id", "attr", "arg", "name", "asname"):
        name = getattr(node, field, None)
        if isinstance(name, str):
            yield name


def _rename(node: ast.AST, given: Mapping[str, str]) -> None:
    for one in _fields(node):
        one.value = given.get(str(one.value), one.value)
    for field in ("id", "attr", "arg", "name", "asname"):
        name = getattr(node, field, None)
        if isinstance(name, str) and not isinstance(node, ast.alias):
            setattr(node, field, given.get(name, name))
    if isinstance(node, ast.ImportFrom) and node.level:  # of its own modules
        for alias in node.names:
            alias.name = given.get(alias.name, alias.name)
