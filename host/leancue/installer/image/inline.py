"""Inlines small functions: a call costs the clip some 25 µs and heap.

Only where the result cannot change: a module-level function of a single ``return``, used only in
calls with positional arguments. An argument with a side effect or a cost must be used exactly once,
and in the order of the arguments.
"""

from __future__ import annotations

import ast
import builtins
from collections import Counter

from leancue.installer.image.copies import copied

_PLAIN = (ast.Name, ast.Constant)
_MOST_NODES = 24  # longer ones are called


def inline(statements: list[ast.stmt]) -> list[ast.stmt]:
    """Return ``statements`` (linked, folded) with small functions inlined."""
    functions = [node for node in statements if isinstance(node, ast.FunctionDef)]
    small = {node.name: node for node in functions if _is_small(node)}
    for name in _elsewhere(statements, small):
        del small[name]
    return [_Inliner(small).visit(node) for node in statements]


def _is_small(node: ast.FunctionDef) -> bool:
    if node.decorator_list or len(node.body) != 1:
        return False
    body, arguments = node.body[0], node.args
    plain = not (arguments.vararg or arguments.kwarg or arguments.kwonlyargs or arguments.defaults)
    if not isinstance(body, ast.Return) or body.value is None or not plain:
        return False
    nodes = list(ast.walk(body.value))
    nested = (ast.Lambda, ast.ListComp, ast.DictComp, ast.SetComp, ast.GeneratorExp, ast.Yield)
    if len(nodes) > _MOST_NODES or any(isinstance(one, nested) for one in nodes):
        return False
    # Other names that it uses, of the program or an import, may be unknown at the call.
    known = {*dir(builtins), *(arg.arg for arg in arguments.args)}
    return all(one.id in known for one in nodes if isinstance(one, ast.Name))


def _elsewhere(statements: list[ast.stmt], small: dict[str, ast.FunctionDef]) -> list[str]:
    """Functions used other than by calls, or recursive ones."""
    loads: Counter[str] = Counter()
    calls: Counter[str] = Counter()
    for statement in statements:
        for node in ast.walk(statement):
            if isinstance(node, ast.Name) and node.id in small:
                loads[node.id] += 1
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
                calls[node.func.id] += not node.keywords
    itself = [name for name, node in small.items()
              if any(isinstance(n, ast.Name) and n.id == name for n in ast.walk(node))]  # fmt: skip
    return [name for name in small if loads[name] != calls[name] or name in itself]


class _Inliner(ast.NodeTransformer):
    def __init__(self, small: dict[str, ast.FunctionDef]) -> None:
        self._small = small

    def visit_Call(self, node: ast.Call) -> ast.AST:  # noqa: N802 (ast's name)
        self.generic_visit(node)
        function = self._small.get(node.func.id) if isinstance(node.func, ast.Name) else None
        if function is None:
            return node
        result = function.body[0].value  # type: ignore[attr-defined]
        names = [arg.arg for arg in function.args.args]
        if len(names) != len(node.args) or not _is_safe(result, names, node.args):
            return node
        made = copied(result, dict(zip(names, node.args, strict=True)))
        return ast.copy_location(made, node)


def _is_safe(result: ast.expr, names: list[str], values: list[ast.expr]) -> bool:
    """Whether the arguments are evaluated as before: each once and in order, or without effect."""
    order = [node.id for node in _in_order(result) if node.id in names]
    pairs = zip(names, values, strict=True)
    busy = [name for name, value in pairs if not isinstance(value, _PLAIN)]
    return [name for name in order if name in busy] == busy and not (busy and _branches(result))


def _in_order(node: ast.AST) -> list[ast.Name]:
    if isinstance(node, ast.Name):
        return [node]
    return [name for child in ast.iter_child_nodes(node) for name in _in_order(child)]


def _branches(node: ast.expr) -> bool:
    """Whether part of it may be skipped, or a call is in between."""
    apart = (ast.IfExp, ast.BoolOp, ast.Compare, ast.Call)
    return any(isinstance(one, apart) for one in ast.walk(node))
