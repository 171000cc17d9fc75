"""Moves the body of a function into another: its variables get names of their own there."""

from __future__ import annotations

import ast

from leancue.installer.image.scopes import Scope

#: What keeps a function from being moved.
NESTED = (
    ast.Lambda, ast.ListComp, ast.DictComp, ast.SetComp, ast.GeneratorExp, ast.FunctionDef,
    ast.Yield, ast.YieldFrom, ast.Import, ast.ImportFrom,
)  # fmt: skip


def stored(node: ast.FunctionDef) -> set[str]:
    return {one.id for part in node.body for one in ast.walk(part)
            if isinstance(one, ast.Name) and not isinstance(one.ctx, ast.Load)}  # fmt: skip


def stays(value: ast.expr, caller: ast.FunctionDef) -> bool:
    """Whether a value is the same at every use: a constant, or a variable of the caller."""
    return isinstance(value, ast.Constant) or (
        isinstance(value, ast.Name) and value.scope is caller.inner  # type: ignore[attr-defined]
    )


def moved_name(inner: Scope, name: str) -> str:
    """A variable renamed with the method's unique name, to avoid conflicts with the caller's."""
    return f"{name}_of_{inner.node.name.strip('_')}"  # type: ignore[attr-defined]


def assigned(
    name: str, value: ast.expr, outer: Scope, inner: Scope, callee: ast.FunctionDef
) -> ast.stmt:
    target = ast.Name(moved_name(inner, name), ast.Store())
    target.scope = outer  # type: ignore[attr-defined]
    outer.names.add(target.id)
    made = ast.Assign([target], value)
    made.origin = callee.origin  # type: ignore[attr-defined]
    return ast.fix_missing_locations(made)


class Mover(ast.NodeTransformer):
    """Makes variables of one function those of another."""

    def __init__(self, outer: Scope, inner: Scope, values: dict[str, ast.expr]) -> None:
        self._outer, self._inner, self._values = outer, inner, values

    def visit_Name(self, node: ast.Name) -> ast.AST:  # noqa: N802 (ast's name)
        if getattr(node, "scope", None) is not self._inner:
            return node
        value = self._values.get(node.id)
        if isinstance(value, ast.Constant):
            return ast.copy_location(ast.Constant(value.value), node)
        if isinstance(value, ast.Name):
            node.id = value.id
        else:
            node.id = moved_name(self._inner, node.id)
            self._outer.names.add(node.id)
        node.scope = self._outer  # type: ignore[attr-defined]
        return node

    def visit_ExceptHandler(self, node: ast.ExceptHandler) -> ast.AST:  # noqa: N802
        self.generic_visit(node)
        if node.name:
            node.name = moved_name(self._inner, node.name)
            self._outer.names.add(node.name)
            node.scope = self._outer  # type: ignore[attr-defined]
        return node
