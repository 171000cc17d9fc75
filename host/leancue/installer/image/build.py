"""Builds an image: the passes in order."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass

from leancue.installer.image.adopt import Adopter
from leancue.installer.image.base_classes import merge, uses_of
from leancue.installer.image.construct import construct
from leancue.installer.image.evaluate import evaluate
from leancue.installer.image.fold import fold
from leancue.installer.image.foreign import names as foreign_names
from leancue.installer.image.inline import inline
from leancue.installer.image.lines import Origin, Writer
from leancue.installer.image.link import link, linked_name
from leancue.installer.image.prune import prune
from leancue.installer.image.shorten import shorten
from leancue.installer.image.slots import share_slots
from leancue.installer.image.source import parse
from leancue.installer.image.splice import splice
from leancue.installer.image.unit import Unit, grouped, once, settle_imports


@dataclass(frozen=True)
class Image:
    """``texts``: the units, by name, as Python; ``origins``: for each line of a unit, its source
    lines; ``names``: the short name of each renamed global (linked) and attribute (prefixed with
    "."); ``homes``: the unit that defines each global (linked), since two units may have globals
    with the same short name.
    """

    texts: dict[str, str]
    origins: dict[str, list[list[Origin]]]
    names: dict[str, str]
    homes: dict[str, str]

    def name(self, module: str, name: str) -> str:
        """The image's name of ``name`` of a source module."""
        linked = linked_name(module, name)
        return self.names.get(linked, linked)

    def home(self, module: str, name: str) -> str:
        """The unit that contains ``name`` of a source module."""
        return self.homes[linked_name(module, name)]


def build(
    files: Mapping[str, tuple[str, str]],
    roots: Mapping[str, tuple[str, ...]],
    scripts: Iterable[str] = (),
    values: Mapping[str, str] | None = None,
    renames: bool = True,
    leaving: str = "",
    merging: Iterable[str] = (),
) -> Image:
    """Return the image of ``files`` (module → (file, text)).

    ``roots``: unit → its modules, with all they import. ``scripts``: modules that CircuitPython
    starts. ``values``: texts that replace the value of a linked name. ``renames``: whether to
    shorten names. ``leaving``: name prefix of units that a clip unloads after the start.
    ``merging``: modules and packages whose methods may move to the class of their only caller.

    Raises:
        SyntaxError, LinkError: no image can be built from the source.
    """
    modules = parse(files)
    listed = {**roots, **{name: (name,) for name in scripts}}
    units = grouped(modules, listed)
    link(modules)
    for unit in units:
        unit.is_script = unit.name in scripts
        unit.statements = [node for name in unit.modules for node in modules[name].tree.body]
    _through(units, evaluate)
    _through(units, lambda nodes: fold(nodes, values or {}))
    for step in (inline, prune):
        _through(units, step)
    uses = uses_of(node for unit in units for node in unit.statements)
    for unit in units:
        unit.statements = merge(unit.statements, uses)
    _through(units, splice)
    adopter = Adopter(units, merging)
    while adopter.round():
        _through(units, splice)
    for step in (prune, share_slots):
        _through(units, step)
    construct(units, leaving)
    for unit in units:
        if not unit.is_script:
            unit.statements = once(unit.statements)
    settle_imports(units)
    homes = {name: unit.name for unit in units for name in _defined(unit.statements)}
    statements = [unit.statements for unit in units]
    names = shorten(statements, foreign_names()) if renames else {}
    return _written(units, names, homes)


def _defined(statements: list[ast.stmt]) -> Iterator[str]:
    for node in statements:
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            yield node.name
        elif isinstance(node, ast.Assign):
            yield from (target.id for target in node.targets if isinstance(target, ast.Name))


def _through(units: list[Unit], change: Callable[[list[ast.stmt]], list[ast.stmt]]) -> None:
    """Apply a whole-program pass to all units at once; markers separate them."""
    marks: list[ast.stmt] = [ast.Expr(ast.Constant(unit.name)) for unit in units]
    whole = [
        node for unit, mark in zip(units, marks, strict=True) for node in (*unit.statements, mark)
    ]
    rest = change(whole)
    for unit, mark in zip(units, marks, strict=True):
        at = rest.index(mark)
        unit.statements, rest = rest[:at], rest[at + 1 :]


def _written(units: list[Unit], names: dict[str, str], homes: dict[str, str]) -> Image:
    texts, origins = {}, {}
    for unit in units:
        if not unit.statements:  # only constants
            continue
        writer = Writer()
        writer.body(unit.statements)
        texts[unit.name] = writer.text
        origins[unit.name] = writer.origins
    return Image(texts, origins, names, homes)
