"""Constructs that take heap on CircuitPython but not visibly on other interpreters."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
MODULES = [
    *sorted((ROOT / "shared" / "leancore").rglob("*.py")),
    *sorted((ROOT / "device" / "lib" / "leandevice").rglob("*.py")),
]


def tuples_made(source: str) -> list[int]:
    """Lines, within functions, of `a, b, c = x, y, z`: from three on a tuple is made for it."""
    functions = [node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.FunctionDef)]
    return [
        node.lineno
        for function in functions
        for node in ast.walk(function)
        if isinstance(node, ast.Assign)
        and isinstance(node.value, ast.Tuple)
        and isinstance(node.targets[0], ast.Tuple)
        and len(node.value.elts) > 2
    ]


@pytest.mark.parametrize("path", MODULES, ids=lambda path: path.stem)
def test_no_tuple_is_made_to_assign_three_names(path: Path) -> None:
    assert tuples_made(path.read_text("utf-8")) == []


def test_the_check_sees_one() -> None:
    assert tuples_made("def f(a):\n    x, y, z = a, a, a\n") == [2]
    assert tuples_made("def f(a):\n    x, y = a, a\n    (x, y, z) = a\n") == []
