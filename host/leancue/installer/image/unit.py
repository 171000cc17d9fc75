"""Units: groups of linked modules, and their imports of each other."""

from __future__ import annotations

import ast
from collections.abc import Iterable
from dataclasses import dataclass, field

from leancue.installer.image.link import LinkedImport, defined
from leancue.installer.image.scopes import imports_of
from leancue.installer.image.source import Module

NEEDS = ":"  # after a module's name: its imports, not itself


@dataclass
class Unit:
    """``statements``: of its modules, dependencies first. ``is_script``: started by CircuitPython
    by name and read as text; its imports stay in place.
    """

    name: str
    modules: list[str]
    is_script: bool = False
    statements: list[ast.stmt] = field(default_factory=list)


def grouped(modules: dict[str, Module], roots: dict[str, tuple[str, ...]]) -> list[Unit]:
    """Return a unit for each of ``roots`` (unit → modules): with them, all that they import at
    their top and that no unit before has.

    Of a module with ``NEEDS`` behind its name only what it imports comes in, but those that are
    listed for another unit.
    """
    needs = {name: _needs(module, set(modules)) for name, module in modules.items()}
    placed: set[str] = set()
    named = {module for wanted in roots.values() for module in wanted}
    units = []
    for name, wanted in roots.items():
        mine: list[str] = []
        for root in wanted:
            module, is_left_out, _ = root.partition(NEEDS)
            ours = set(needs[module]) - named if is_left_out else [module]
            for one in sorted(ours):
                _place(one, needs, placed, mine)
        units.append(Unit(name, mine))
    return units


def _needs(module: Module, names: set[str]) -> list[str]:
    found = [
        origin[0]
        for node in module.tree.body
        if isinstance(node, ast.Import | ast.ImportFrom)
        for origin in imports_of(node, names).values()
    ]
    return list(dict.fromkeys(found))


def _place(module: str, needs: dict[str, list[str]], placed: set[str], into: list[str]) -> None:
    if module not in placed:
        placed.add(module)
        for other in needs[module]:
            _place(other, needs, placed, into)
        into.append(module)


def settle_imports(units: list[Unit]) -> None:
    """Replace imports of linked names by imports of units.

    Module-level imports move to the top of the unit; imports in functions stay in place, because
    the unit may not be available earlier.
    """
    home = {name: unit.name for unit in units for name in defined(unit.statements)}
    for unit in units:
        used = {n.id for one in unit.statements for n in ast.walk(one) if isinstance(n, ast.Name)}
        top = [] if unit.is_script else [name for name in listed(unit.statements) if name in used]
        placer = _Placer(unit.name, {name: home[name] for name in home if name in used}, set(top))
        body = placer.visit(ast.Module(unit.statements, [])).body
        origin = body[0].origin if body else ("", 0)
        unit.statements = _imports(unit.name, top, home, origin) + body


def listed(statements: Iterable[ast.stmt]) -> list[str]:
    """The linked names imported at module level."""
    imports = (node for node in statements if isinstance(node, LinkedImport))
    return sorted({alias.name for node in imports for alias in node.names})


class _Placer(ast.NodeTransformer):
    """Replaces ``LinkedImport`` by imports, except those at the unit's ``top``."""

    def __init__(self, unit: str, home: dict[str, str], top: set[str]) -> None:
        self._unit, self._home, self._top = unit, home, top

    def visit_LinkedImport(self, node: LinkedImport) -> list[ast.stmt] | None:  # noqa: N802 (ast's name)
        names = [alias.name for alias in node.names if alias.name not in self._top]
        return _imports(self._unit, names, self._home, node.origin) or None  # type: ignore[attr-defined]


def _imports(unit: str, names: list[str], home: dict[str, str], origin: object) -> list[ast.stmt]:
    """Imports of ``names`` from other units; folded or unused names have no home."""
    wanted: dict[str, list[str]] = {}
    for name in names:
        if home.get(name, unit) != unit:
            wanted.setdefault(home[name], []).append(name)
    return [_import(there, listed, origin) for there, listed in wanted.items()]


def _import(home: str, names: list[str], origin: object) -> ast.stmt:
    made = ast.ImportFrom(home, [ast.alias(name) for name in names], 0)
    made.origin = origin  # type: ignore[attr-defined]
    return ast.fix_missing_locations(made)


def once(statements: list[ast.stmt]) -> list[ast.stmt]:
    """Foreign imports at the top of a unit's modules: each of them once."""
    seen: set[str] = set()
    kept = []
    for node in statements:
        if isinstance(node, ast.Import | ast.ImportFrom) and not isinstance(node, LinkedImport):
            text = ast.unparse(node)
            if text in seen:
                continue
            seen.add(text)
        kept.append(node)
    return kept
