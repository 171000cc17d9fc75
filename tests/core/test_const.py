"""Constants stand so that the compiler, and the builder of the image, can put numbers for them."""

from __future__ import annotations

import ast
import struct
from collections.abc import Iterator
from pathlib import Path

from leancore.runlog import raw_rows as rows

ROOT = Path(__file__).resolve().parents[2]


def modules() -> Iterator[Path]:
    for folder in ("shared/leancore", "device/lib/leandevice"):
        yield from sorted((ROOT / folder).rglob("*.py"))


def test_no_constant_hides_from_the_compiler() -> None:
    """``_A, _B = const(1), const(2)`` is looked up like any other name."""
    for path in modules():
        for node in ast.parse(path.read_text()).body:
            if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Tuple):
                assert "const(" not in ast.unparse(node.value), f"{path.name}:{node.lineno}"


def test_a_raw_samples_length_is_that_of_its_layout() -> None:
    for form, length in (
        (rows.NARROW_FORM, rows.NARROW_BYTES),
        (rows.FORCES_FORM, rows.FORCES_BYTES),
        (rows.ALL_FORM, rows.ALL_BYTES),
        (rows.ORIENTATION_FORM, rows.ORIENTATION_BYTES),
        (rows.TIME_FORM, rows.TIME_BYTES),
    ):
        assert struct.calcsize(form) == length
    assert rows.TIME_BYTES + rows.ORIENTATION_BYTES + rows.ALL_BYTES == rows.RAW_MOST_BYTES
