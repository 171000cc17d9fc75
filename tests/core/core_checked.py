"""A second copy of the core in which every operation's result is checked.

``import checked_leancore.pipeline`` (after ``install()``) reads leancore's source, rewrites it so
that each arithmetic or bit operation hands its result through a check, and runs that. The check
raises `OutOfRangeError` for an integer outside CircuitPython's small ints and for any float.
"""

from __future__ import annotations

import ast
import importlib.abc
import importlib.util
import sys
from pathlib import Path

import leancore

PACKAGE = "checked_leancore"
SMALLEST, BEYOND = -(1 << 30), 1 << 30
SOURCE = Path(leancore.__file__).parent
_NUMBERS_OUT_OF = {"abs", "int", "max", "min", "pow", "round", "sum"}


class OutOfRangeError(AssertionError):
    """A value that CircuitPython would have to put on the heap; says where and which."""


def check(value, where: str):
    """Return ``value``; raise if it is a float or an integer out of range."""
    if type(value) is int and SMALLEST <= value < BEYOND:
        return value
    if isinstance(value, float):
        raise OutOfRangeError(f"{where} gives the float {value}")
    if isinstance(value, int) and not SMALLEST <= value < BEYOND:
        raise OutOfRangeError(
            f"{where} gives {value}, out of the range by {abs(value) / BEYOND:.2f}"
        )
    return value


class _Watch(ast.NodeTransformer):
    """Wraps the expressions, and follows each augmented assignment with a look at its target."""

    def __init__(self, path: Path) -> None:
        self.name = path.name
        self.sites = 0

    def _wrap(self, node: ast.expr) -> ast.expr:
        self.sites += 1
        where = ast.Constant(f"{self.name}:{node.lineno} `{ast.unparse(node)}`")
        self.generic_visit(node)
        call = ast.Call(ast.Name("__check__", ast.Load()), [node, where], [])
        return ast.copy_location(call, node)

    def visit_BinOp(self, node: ast.BinOp) -> ast.expr:  # noqa: N802
        return self._wrap(node)

    def visit_UnaryOp(self, node: ast.UnaryOp) -> ast.expr:  # noqa: N802
        return self._wrap(node)

    def visit_Constant(self, node: ast.Constant) -> ast.expr:  # noqa: N802
        if isinstance(node.value, float) or (type(node.value) is int and node.value >= BEYOND):
            return self._wrap(node)
        return node

    def visit_Call(self, node: ast.Call) -> ast.expr:  # noqa: N802
        if isinstance(node.func, ast.Name) and node.func.id in _NUMBERS_OUT_OF:
            return self._wrap(node)
        return self.generic_visit(node)

    def visit_AugAssign(self, node: ast.AugAssign) -> list[ast.stmt]:  # noqa: N802
        where = f"{self.name}:{node.lineno} `{ast.unparse(node)}`"
        self.sites += 1
        self.generic_visit(node)
        target = ast.parse(ast.unparse(node.target), mode="eval").body
        look = ast.Expr(
            ast.Call(ast.Name("__check__", ast.Load()), [target, ast.Constant(where)], [])
        )
        return [node, ast.copy_location(look, node)]

    def visit_ImportFrom(self, node: ast.ImportFrom) -> ast.stmt:  # noqa: N802
        if node.module and node.module.split(".")[0] == "leancore":
            node.module = PACKAGE + node.module[len("leancore") :]
        return node

    def visit_Import(self, node: ast.Import) -> ast.stmt:  # noqa: N802
        assert not any(alias.name.startswith("leancore") for alias in node.names), self.name
        return node


def watched(source: str, path: Path) -> tuple[ast.Module, int]:
    """The source as a tree in which operations are checked, and how many of them."""
    watch = _Watch(path)
    tree = watch.visit(ast.parse(source))
    return ast.fix_missing_locations(tree), watch.sites


class _Finder(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    def find_spec(self, fullname, path=None, target=None):
        package, *inside = fullname.split(".")
        if package != PACKAGE:
            return None
        room = SOURCE.joinpath(*inside)
        file = room / "__init__.py" if room.is_dir() else room.with_suffix(".py")
        if not file.is_file():
            return None
        return importlib.util.spec_from_loader(
            fullname, self, origin=str(file), is_package=room.is_dir()
        )

    def exec_module(self, module) -> None:
        path = Path(module.__spec__.origin)
        tree, _ = watched(path.read_text(encoding="utf-8"), path)
        module.__dict__["__check__"] = check
        exec(compile(tree, str(path), "exec"), module.__dict__)


def install() -> None:
    """Make ``checked_leancore`` importable."""
    if not any(isinstance(finder, _Finder) for finder in sys.meta_path):
        sys.meta_path.insert(0, _Finder())


def core_files() -> list[Path]:
    """All source files of the core."""
    return sorted(SOURCE.rglob("*.py"))
