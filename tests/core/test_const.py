"""Constants that a module copies, for the compiler, are those of the module they come from."""

from __future__ import annotations

import ast
import importlib
import struct
from collections.abc import Iterator
from pathlib import Path

import pytest
from leancore.runlog import pages

ROOT = Path(__file__).resolve().parents[2]
NOTE = "# Copies from "


def modules() -> Iterator[tuple[str, Path]]:
    for folder in ("shared/leancore", "device/lib/leandevice"):
        for path in sorted((ROOT / folder).rglob("*.py")):
            inside = path.relative_to((ROOT / folder).parent).with_suffix("").parts
            yield ".".join(inside).removesuffix(".__init__"), path


def copies(source: str) -> tuple[list[str], list[str]]:
    """The modules that the note names, and the names of the constants below it."""
    at = source.index(NOTE)
    words = source[at + len(NOTE) : source.index(", for the compiler", at)]
    block = source[at:].split("\n\n", 1)[0]
    targets = [node.targets[0] for node in ast.parse(block).body if isinstance(node, ast.Assign)]
    names = [target.id for target in targets if isinstance(target, ast.Name)]
    return words.replace(" and ", ", ").split(", "), names


HOMES = {name.rpartition(".")[2]: name for name, _path in modules()}  # by a module's last name
COPYING = [(name, path) for name, path in modules() if NOTE in path.read_text()]


@pytest.mark.parametrize(("name", "path"), COPYING, ids=[name for name, _path in COPYING])
def test_every_copy_is_as_its_original(name: str, path: Path) -> None:
    said, names = copies(path.read_text())
    assert names
    module = importlib.import_module(name)
    originals = [importlib.import_module(HOMES[one]) for one in said]
    for copy in names:
        assert copy.startswith("_")
        values = {vars(one)[copy[1:]] for one in originals if copy[1:] in vars(one)}
        assert values == {getattr(module, copy)}, f"{name}.{copy}: {said} have {values}"


def test_no_constant_hides_from_the_compiler() -> None:
    """``_A, _B = const(1), const(2)`` is looked up like any other name."""
    for _name, path in modules():
        for node in ast.parse(path.read_text()).body:
            if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Tuple):
                assert "const(" not in ast.unparse(node.value), f"{path.name}:{node.lineno}"


def test_a_raw_samples_length_is_that_of_its_layout() -> None:
    assert struct.calcsize(pages.RAW) == pages.RAW_BYTES
