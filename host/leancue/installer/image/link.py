"""Links modules: every name of a module becomes unique in the whole program.

A name of module ``leancore.coaching.coach`` called ``CAP`` becomes ``coach__CAP`` wherever it is
used, and an import between our own modules becomes a list of such names (``LinkedImport``). So
modules can be grouped into a few units in any way. Imports of foreign modules stay as they are.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable

from leancue.installer.image.scopes import Origin, Scope, annotate, imports_of
from leancue.installer.image.source import Module

MARK = "__"  # between module and name


class LinkError(ValueError):
    """The program uses its modules in a way that is not supported by the linker."""


def linked_name(module: str, name: str) -> str:
    """The program-wide name of ``name`` in ``module``."""
    return f"{module.replace('.', '_')}{MARK}{name}"


def link(modules: dict[str, Module]) -> None:
    """Rename all names of ``modules`` in place, and remove their imports of each other.

    Raises:
        LinkError: a module is used as a value, or a name is imported that does not exist.
    """
    own = {name: defined(module.tree.body) for name, module in modules.items()}
    for module in modules.values():
        imports = annotate(module.tree, set(modules))
        linker = _Linker(module, imports, own)
        module.tree.body = linker.statements(module.tree.body)


def defined(statements: Iterable[ast.stmt]) -> set[str]:
    """The names bound by top-level statements of a module, except imports."""
    found: set[str] = set()
    for node in statements:
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            found.add(node.name)
            continue
        for below in ast.walk(node):
            if isinstance(below, ast.Name) and isinstance(below.ctx, ast.Store):
                found.add(below.id)
    return found


class LinkedImport(ast.ImportFrom):
    """An import of linked names at a place in the source; handled in ``unit``."""

    _fields = ast.ImportFrom._fields


class _Linker(ast.NodeTransformer):
    """One module."""

    def __init__(
        self, module: Module, imports: dict[str, Origin], own: dict[str, set[str]]
    ) -> None:
        self._module = module
        self._imports = imports
        self._own = own
        self._names = set(own)
        self._lists: dict[tuple[int, str], LinkedImport] = {}  # by scope and name in it
        self._scopes: list[Scope] = []

    def statements(self, body: list[ast.stmt]) -> list[ast.stmt]:
        """The linked statements."""
        linked = [self.visit(node) for node in body]
        for node in linked:
            if isinstance(node, ast.FunctionDef | ast.ClassDef):
                node.name = linked_name(self._module.name, node.name)
        return [node for node in linked if node is not None]

    def visit_Import(self, node: ast.Import) -> ast.AST | None:  # noqa: N802 (ast's name)
        return self._import(node)

    def visit_ImportFrom(self, node: ast.ImportFrom) -> ast.AST | None:  # noqa: N802
        return self._import(node)

    def _import(self, node: ast.Import | ast.ImportFrom) -> ast.AST | None:
        ours = imports_of(node, self._names)
        if not ours:
            return node
        if len(ours) < len(node.names):
            raise self._error(node, "one import of modules of ours and of others")
        listed = LinkedImport("", [], 0)
        listed.origin = node.origin  # type: ignore[attr-defined,union-attr]
        scope = self._scopes[-1] if self._scopes else None
        for name, (module, attribute) in ours.items():
            self._lists[id(scope), name] = listed
            if attribute:
                self._note(scope, name, self._linked(node, module, attribute))
        return ast.copy_location(listed, node)

    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.AST:  # noqa: N802
        self._scopes.append(node.inner)  # type: ignore[attr-defined]
        self.generic_visit(node)
        self._scopes.pop()
        return node

    def _note(self, scope: Scope | None, name: str, linked: str) -> None:
        """Note that ``name`` is an import of ``linked``."""
        listed = self._lists[id(scope), name]
        if linked not in [alias.name for alias in listed.names]:
            listed.names.append(ast.alias(linked))

    def visit_Name(self, node: ast.Name) -> ast.AST:  # noqa: N802
        scope: Scope | None = node.scope  # type: ignore[attr-defined]
        if scope is not None and node.id in scope.names:
            return node
        origin = (scope.imports if scope else self._imports).get(node.id)
        if origin is None:
            if node.id in self._own[self._module.name]:
                node.id = linked_name(self._module.name, node.id)
            return node
        if not origin[1]:
            raise self._error(node, f"the module {origin[0]} is used as a value")
        node.id = self._linked(node, *origin)
        self._free(node)
        return node

    @staticmethod
    def _free(node: ast.Name) -> None:
        """It is a name of the program now, not of a function."""
        node.scope = None  # type: ignore[attr-defined]

    def visit_Attribute(self, node: ast.Attribute) -> ast.AST:  # noqa: N802
        """``coach.CAP`` of an imported module is a name of it."""
        if isinstance(node.value, ast.Name):
            scope: Scope | None = node.value.scope  # type: ignore[attr-defined]
            known = scope.imports if scope else self._imports
            if not (scope and node.value.id in scope.names):
                origin = known.get(node.value.id)
                if origin and not origin[1]:
                    name = ast.Name(self._linked(node, origin[0], node.attr), node.ctx)
                    self._free(name)
                    self._note(scope, node.value.id, name.id)
                    return ast.copy_location(name, node)
        return self.generic_visit(node)

    def _linked(self, node: ast.AST, module: str, name: str) -> str:
        if name not in self._own[module]:
            raise self._error(node, f"{module} has no {name}")
        return linked_name(module, name)

    def _error(self, node: ast.AST, why: str) -> LinkError:
        line = getattr(node, "lineno", 0)
        return LinkError(f"{self._module.file}:{line}: {why}")
