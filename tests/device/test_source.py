"""The source itself: CircuitPython's compiler takes it, and no part of it waits for a later one."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest
from leancue.installer.image import mpy

DEVICE = Path(__file__).resolve().parents[2] / "device"
# Interfaces are for the checker of types alone: no interpreter reads them.
FILES = [path for path in sorted(DEVICE.rglob("*.py")) if path.name != "interfaces.py"]
MOST_LINES = 40


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.relative_to(DEVICE).as_posix())
def test_the_source_with_its_types_compiles_as_it_is(path: Path) -> None:
    assert mpy.compiled(path.read_text("utf-8"), path.stem, mpy.CIRCUITPYTHON, True)


def test_no_function_of_the_device_is_long() -> None:
    long = [f"{path.name}:{node.name}" for path in sorted(DEVICE.rglob("*.py"))
            for node in ast.walk(ast.parse(path.read_text("utf-8")))
            if isinstance(node, ast.FunctionDef) and _length(node) > MOST_LINES]  # fmt: skip
    assert long == []


def _length(node: ast.FunctionDef) -> int:
    assert node.end_lineno is not None
    return node.end_lineno - node.body[0].lineno + 1
