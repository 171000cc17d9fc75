"""The source of the clip's program: its modules as syntax trees, by name."""

from __future__ import annotations

import ast
from collections.abc import Mapping
from dataclasses import dataclass

FOR_TYPES = "TYPE_CHECKING"  # true only for type checkers


@dataclass(frozen=True)
class Module:
    """``name``: as it is imported; ``file``: what a person would open; ``tree``: its code."""

    name: str
    file: str
    tree: ast.Module


def parse(files: Mapping[str, tuple[str, str]]) -> dict[str, Module]:
    """Return the modules of ``files``: name → (file, text). SyntaxError for invalid Python."""
    return {
        name: Module(name, file, _bare(ast.parse(text, file), file))
        for name, (file, text) in files.items()
    }


def _bare(tree: ast.Module, file: str) -> ast.Module:
    """The tree without parts for readers only; each statement records its origin."""
    for node in ast.walk(tree):
        if isinstance(node, ast.stmt | ast.ExceptHandler):
            node.origin = (file, node.lineno)  # type: ignore[union-attr]
    bare = _Bare().visit(tree)
    assert isinstance(bare, ast.Module)
    return ast.fix_missing_locations(bare)


class _Bare(ast.NodeTransformer):
    """Removes docstrings, annotations and code for type checkers."""

    def visit_If(self, node: ast.If) -> ast.AST | None:  # noqa: N802
        if isinstance(node.test, ast.Name) and node.test.id == FOR_TYPES and not node.orelse:
            return None
        return self.generic_visit(node)

    def visit_Expr(self, node: ast.Expr) -> ast.AST | None:  # noqa: N802 (ast's name)
        return None if isinstance(node.value, ast.Constant) else self.generic_visit(node)

    def visit_AnnAssign(self, node: ast.AnnAssign) -> ast.AST | None:  # noqa: N802
        self.generic_visit(node)
        if node.value is None:
            return None
        bare = ast.Assign([node.target], node.value)
        bare.origin = node.origin  # type: ignore[attr-defined]
        return ast.copy_location(bare, node)

    def visit_arg(self, node: ast.arg) -> ast.AST:
        node.annotation = None
        return node

    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.AST:  # noqa: N802
        node.returns = None
        return self._filled(node)

    def visit_ClassDef(self, node: ast.ClassDef) -> ast.AST:  # noqa: N802
        return self._filled(node)

    def visit_ImportFrom(self, node: ast.ImportFrom) -> ast.AST | None:  # noqa: N802
        return None if node.module == "__future__" else node

    def _filled(self, node: ast.FunctionDef | ast.ClassDef) -> ast.AST:
        self.generic_visit(node)
        if not node.body:
            empty = ast.Pass()
            empty.origin = node.origin  # type: ignore[attr-defined,union-attr]
            node.body = [empty]
        return node
