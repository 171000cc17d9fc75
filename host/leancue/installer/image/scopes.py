"""Name resolution: local variables, names of the module, names of other modules.

Every ``ast.Name`` gets ``.scope``: the ``Scope`` of the function whose variable it is, or None for
a name of the module (or a built-in one). A function's import from our own modules is not a
variable: ``Scope.imports`` gives its origin.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

Origin = tuple[str, str]  # module; name in it, "" = the module itself
_FUNCTIONS = (ast.FunctionDef, ast.Lambda)
_COMPREHENSIONS = (ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)


class Scope:
    """Names of a function or class. ``names``: bound in it; ``imports``: name → where from.

    ``foreign``: those of ``names`` imported from foreign modules; None until needed.
    """

    def __init__(self, node: ast.AST, parent: Scope | None) -> None:
        self.node = node
        self.parent = parent
        self.is_class = isinstance(node, ast.ClassDef)
        self.names: set[str] = set()
        self.arguments: list[str] = []
        self.imports: dict[str, Origin] = {}
        self.foreign: set[str] | None = None  # of ``attributes.imported_in``, once it was asked


def imports_of(node: ast.stmt, modules: set[str]) -> dict[str, Origin]:
    """The names that an import statement takes from our own ``modules``: name → origin."""
    found: dict[str, Origin] = {}
    if isinstance(node, ast.ImportFrom) and node.module:
        for alias in node.names:
            whole = f"{node.module}.{alias.name}"
            if whole in modules:
                found[alias.asname or alias.name] = (whole, "")
            elif node.module in modules:
                found[alias.asname or alias.name] = (node.module, alias.name)
    elif isinstance(node, ast.Import):
        for alias in node.names:
            if alias.name in modules:
                if "." in alias.name and not alias.asname:
                    raise ValueError(f"line {node.lineno}: import {alias.name} by `from`")
                found[alias.asname or alias.name] = (alias.name, "")
    return found


def annotate(tree: ast.Module, modules: set[str]) -> dict[str, Origin]:
    """Set the ``scope`` of every name; return the module's own imports from ``modules``."""
    found: dict[str, Origin] = {}
    for node in _own(tree):
        if isinstance(node, ast.Import | ast.ImportFrom):
            found |= imports_of(node, modules)
    _Annotator(modules).body(tree, None)
    return found


class _Annotator:
    def __init__(self, modules: set[str]) -> None:
        self._modules = modules

    def body(self, node: ast.AST, scope: Scope | None) -> None:
        """Annotate everything below ``node``, in ``scope``."""
        for child in ast.iter_child_nodes(node):
            self._visit(child, scope)

    def _visit(self, node: ast.AST, scope: Scope | None) -> None:
        if isinstance(node, ast.Name):
            node.scope = _where(node.id, scope)  # type: ignore[attr-defined]
        elif isinstance(node, ast.ExceptHandler) and node.name:
            node.scope = _where(node.name, scope)  # type: ignore[attr-defined]
        elif isinstance(node, (*_FUNCTIONS, *_COMPREHENSIONS, ast.ClassDef)):
            self._nested(node, scope)
            return
        elif isinstance(node, ast.Global | ast.Nonlocal):
            raise ValueError(f"line {node.lineno}: global and nonlocal are not linked")
        self.body(node, scope)

    def _nested(self, node: ast.AST, scope: Scope | None) -> None:
        inner = Scope(node, scope)
        node.inner = inner  # type: ignore[attr-defined]
        for child in _own(node):
            if isinstance(child, ast.Import | ast.ImportFrom):
                ours = imports_of(child, self._modules)
                inner.imports |= ours
                inner.names |= {a.asname or a.name for a in child.names} - set(ours)
            else:
                inner.names |= set(_bound(child))
        arguments = getattr(node, "args", None)
        if isinstance(arguments, ast.arguments):
            listed = [*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs]
            listed += [arg for arg in (arguments.vararg, arguments.kwarg) if arg]
            inner.arguments = [arg.arg for arg in listed]
            inner.names |= set(inner.arguments)
            for default in (*arguments.defaults, *arguments.kw_defaults):
                if default is not None:
                    self._visit(default, scope)
        for child in _inside(node):
            self._visit(child, inner)
        for child in _outside(node):
            self._visit(child, scope)


def _where(name: str, scope: Scope | None) -> Scope | None:
    """The scope that binds ``name``; a class scope is visible only in its own body."""
    at = scope
    while at is not None:
        if (name in at.names or name in at.imports) and (not at.is_class or at is scope):
            return at
        at = at.parent
    return None


def _inside(node: ast.AST) -> list[ast.AST]:
    if isinstance(node, ast.FunctionDef | ast.ClassDef):
        return list(node.body)
    if isinstance(node, ast.Lambda):
        return [node.body]
    return list(ast.iter_child_nodes(node))


def _outside(node: ast.AST) -> list[ast.AST]:
    if isinstance(node, ast.FunctionDef):
        return list(node.decorator_list)
    if isinstance(node, ast.ClassDef):
        return [*node.bases, *node.decorator_list]
    return []


def _own(node: ast.AST) -> Iterator[ast.AST]:
    """All nodes below ``node`` that are in its own scope."""
    for child in _inside(node) if not isinstance(node, ast.Module) else node.body:
        yield child
        if not isinstance(child, (*_FUNCTIONS, *_COMPREHENSIONS, ast.ClassDef)):
            yield from _own_below(child)


def _own_below(node: ast.AST) -> Iterator[ast.AST]:
    for child in ast.iter_child_nodes(node):
        yield child
        if not isinstance(child, (*_FUNCTIONS, *_COMPREHENSIONS, ast.ClassDef)):
            yield from _own_below(child)


def _bound(node: ast.AST) -> list[str]:
    if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store | ast.Del):
        return [node.id]
    if isinstance(node, ast.FunctionDef | ast.ClassDef):
        return [node.name]
    if isinstance(node, ast.ExceptHandler) and node.name:
        return [node.name]
    return []
