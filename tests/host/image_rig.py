"""The clip's program as an image, loaded here: for tests that hold it against the source."""

from __future__ import annotations

import functools
import sys
from types import ModuleType, SimpleNamespace
from typing import Any

from leancue.installer import payload
from leancue.installer.image import clip
from leancue.installer.image.build import Image

from boards.sim.program import PARTS


@functools.cache
def source() -> clip.Files:
    packages = {name: payload._package(name) for name in ("leancore", "leandevice")}
    return clip.source(packages, payload._base())


@functools.cache
def image(by_module: bool = False) -> Image:
    return clip.image_by_module(source()) if by_module else clip.image(source())


def load(made: Image, monkeypatch: Any, units: tuple[str, ...]) -> SimpleNamespace:
    """Run the units in their order; return what a simulated board needs of them, by name."""
    spaces: dict[str, Any] = {}
    for unit in units:
        module = ModuleType(unit)
        monkeypatch.setitem(sys.modules, unit, module)
        exec(compile(made.texts[unit], unit, "exec"), vars(module))
        spaces |= vars(module)
    found = {name: spaces[made.name(module, name)] for name, module in PARTS.items()}
    return SimpleNamespace(**found)
