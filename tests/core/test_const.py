"""Constants stand so that the compiler, and the builder of the image, can put numbers for them."""

from __future__ import annotations

import ast
import struct
from collections.abc import Iterator
from pathlib import Path

from leancore.runlog import pages

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
    for form in (pages.RAW, pages.RAW_TIMED):
        assert struct.calcsize(form) == pages.RAW_BYTES
    assert pages.RAW_MOST_BYTES == 2 * pages.RAW_BYTES
