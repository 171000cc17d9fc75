"""Folds constants: integers and texts that never change replace their names.

A name costs the clip a dictionary entry and a look-up of some 4 µs at each use.
"""

from __future__ import annotations

import ast
from collections import Counter
from collections.abc import Iterable, Mapping

Value = int | str
_MOST_LETTERS = 48  # a longer text used twice is better stored once
_OPERATORS = (
    ast.Add, ast.Sub, ast.Mult, ast.FloorDiv, ast.Mod, ast.LShift, ast.RShift, ast.BitOr,
    ast.BitAnd, ast.BitXor, ast.Pow,
)  # fmt: skip


def fold(statements: list[ast.stmt], given: Mapping[str, Value]) -> list[ast.stmt]:
    """Return ``statements`` (of the whole program, linked) with their constants in place.

    ``given``: values that replace those in the source.
    """
    apart = [one for node in statements for one in _apart(node)]
    stores = _stores(apart)
    values: dict[str, Value] = {}
    kept: list[ast.stmt] = []
    for node in apart:
        folded = _Fold(values).visit(node)
        name = _target(folded)
        value = _value(folded.value) if isinstance(folded, ast.Assign) else None
        value = given.get(name, value)
        if name and stores[name] == 1 and value is not None and _is_short(value):
            values[name] = value
        else:
            kept.append(folded)
    # A function may use a name that is assigned only below it.
    return [_Fold(values).visit(node) for node in kept]


def _is_short(value: Value) -> bool:
    return not isinstance(value, str) or len(value) <= _MOST_LETTERS


def _apart(node: ast.stmt) -> list[ast.stmt]:
    """``A, B = 1, 2`` and ``A, B = range(1, 3)`` as one assignment each; so is ``A = B = 1``."""
    if not isinstance(node, ast.Assign):
        return [node]
    values = _items(node.value)
    target = node.targets[0]
    if len(node.targets) > 1 and isinstance(node.value, ast.Constant):
        return [_assign(one, node.value, node) for one in node.targets]
    if isinstance(target, ast.Tuple) and values and len(values) == len(target.elts):
        return [_assign(one, value, node) for one, value in zip(target.elts, values, strict=True)]
    return [node]


def _items(node: ast.expr) -> list[ast.expr]:
    if isinstance(node, ast.Tuple):
        return node.elts
    if isinstance(node, ast.Call) and _is_called(node, "range"):
        bounds = [value for one in node.args if isinstance(value := _value(one), int)]
        if bounds and len(bounds) == len(node.args):
            return [ast.Constant(i) for i in range(*bounds)]
    return []


def _assign(target: ast.expr, value: ast.expr, source: ast.stmt) -> ast.stmt:
    made = ast.Assign([target], value)
    made.origin = source.origin  # type: ignore[attr-defined]
    return ast.copy_location(made, source)


def _stores(statements: Iterable[ast.stmt]) -> Counter[str]:
    """Number of assignments to each name of the program."""
    return Counter(
        node.id
        for statement in statements
        for node in ast.walk(statement)
        if isinstance(node, ast.Name) and not isinstance(node.ctx, ast.Load)
    )


def _target(node: ast.stmt) -> str:
    if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
        return node.targets[0].id
    return ""


def _is_called(node: ast.Call, name: str) -> bool:
    """Whether it is a call of ``name``, a built-in or one of our functions in any module."""
    return isinstance(node.func, ast.Name) and node.func.id.rpartition("__")[2] == name


def _value(node: ast.expr) -> Value | None:
    """The integer or text that an expression of constants has, else None."""
    if isinstance(node, ast.Constant):
        value = node.value
        return value if isinstance(value, int | str) and not isinstance(value, bool) else None
    if isinstance(node, ast.Call) and _is_called(node, "const") and len(node.args) == 1:
        return _value(node.args[0])
    if isinstance(node, ast.UnaryOp | ast.BinOp):
        return _number(node)
    return None


def _number(node: ast.UnaryOp | ast.BinOp) -> int | None:
    if isinstance(node, ast.UnaryOp):
        operand = _value(node.operand)
        if not isinstance(operand, int) or not isinstance(node.op, ast.USub | ast.Invert):
            return None
        return -operand if isinstance(node.op, ast.USub) else ~operand
    left, right = _value(node.left), _value(node.right)
    if not (isinstance(left, int) and isinstance(right, int) and isinstance(node.op, _OPERATORS)):
        return None
    whole = ast.Expression(ast.BinOp(ast.Constant(left), node.op, ast.Constant(right)))
    found = eval(compile(ast.fix_missing_locations(whole), "constant", "eval"))  # noqa: S307
    return found if isinstance(found, int) else None


class _Fold(ast.NodeTransformer):
    def __init__(self, values: dict[str, Value]) -> None:
        self._values = values

    def visit_Name(self, node: ast.Name) -> ast.AST:  # noqa: N802 (ast's name)
        if isinstance(node.ctx, ast.Load) and getattr(node, "scope", None) is None:
            value = self._values.get(node.id)
            if value is not None:
                return _literal(value, node)
        return node

    def visit_BinOp(self, node: ast.BinOp) -> ast.AST:  # noqa: N802
        self.generic_visit(node)
        value = _number(node)
        return node if value is None else _literal(value, node)

    def visit_UnaryOp(self, node: ast.UnaryOp) -> ast.AST:  # noqa: N802
        self.generic_visit(node)
        return node

    def visit_Call(self, node: ast.Call) -> ast.AST:  # noqa: N802
        self.generic_visit(node)
        value = _value(node) if _is_called(node, "const") else None
        return node if value is None else _literal(value, node)


def _literal(value: Value, source: ast.AST) -> ast.expr:
    """A number below zero is written as the negative of one: that is how Python reads it."""
    if isinstance(value, int) and value < 0:
        made: ast.expr = ast.UnaryOp(ast.USub(), ast.Constant(-value))
    else:
        made = ast.Constant(value)
    return ast.fix_missing_locations(ast.copy_location(made, source))
