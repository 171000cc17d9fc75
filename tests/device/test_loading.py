"""The order in which the program is loaded: whole, and what others need comes first."""

from __future__ import annotations

import ast
from pathlib import Path

from leandevice import door, loading

ROOT = Path(__file__).parents[2]
ROOMS = {"leancore": ROOT / "shared/leancore", "leandevice": ROOT / "device/lib/leandevice"}
ROOTS = (loading.BOARD, "leandevice.app", *loading.STARTERS)  # what the program is made from


def imported(module: str) -> list[str]:
    """The modules of our own that ``module`` imports when it is loaded."""
    room, name = module.split(".")
    found = []
    for node in ast.parse((ROOMS[room] / f"{name}.py").read_text("utf-8")).body:
        if isinstance(node, ast.ImportFrom) and node.module:
            pack = node.module.split(".")[0]
            if node.module in ROOMS:
                found += [f"{pack}.{alias.name}" for alias in node.names
                          if (ROOMS[pack] / f"{alias.name}.py").exists()]  # fmt: skip
            elif pack in ROOMS:
                found.append(node.module)
    return found


def needed(roots: tuple[str, ...]) -> set[str]:
    """Everything that ``roots`` bring in."""
    found: set[str] = set()
    ahead = list(roots)
    while ahead:
        module = ahead.pop()
        if module not in found:
            found.add(module)
            ahead += imported(module)
    return found - {loading.__name__}


def test_every_module_is_loaded_once_and_after_those_it_needs() -> None:
    order = loading.ORDER.split()
    assert len(order) == len(set(order))
    assert set(order) == needed(ROOTS)
    for place, module in enumerate(order):
        assert set(imported(module)) <= set(order[:place]), module


def test_the_desks_part_is_loaded_whole_and_after_what_it_needs() -> None:
    there = set(loading.ORDER.split()) - set(loading.STARTERS)
    for place, module in enumerate(door.PARTS):
        assert set(imported(module)) <= there | set(door.PARTS[:place]), module
    assert needed(door.PARTS) <= there | set(door.PARTS)


def test_the_board_is_there_before_what_takes_long() -> None:
    assert loading.ORDER.split().index(loading.BOARD) <= 10


def test_nobody_keeps_what_comes_and_goes() -> None:
    guests = {*loading.STARTERS, *door.PARTS}
    keepers = set(loading.ORDER.split()) - guests
    assert not {module for module in keepers if set(imported(module)) & guests}
