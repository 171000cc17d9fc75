"""The clip's program as an image, loaded here: for tests that compare it with the source."""

from __future__ import annotations

import functools
import sys
from importlib.machinery import ModuleSpec
from importlib.util import spec_from_loader
from types import ModuleType, SimpleNamespace
from typing import Any
from unittest.mock import patch

from leancue.installer import payload
from leancue.installer.image import clip
from leancue.installer.image.build import Image

from boards.sim.program import PARTS

UNITS = (
    "lean_base", "lean_main", "lean_drv2605", "lean_startup_wiring", "lean_startup_parts",
    "lean_startup",
)  # fmt: skip
# What ``hardware`` and ``wiring`` import, which only a board has; the simulated board stands in for
# all of it.
HARDWARE = (
    "board", "busio", "digitalio", "microcontroller", "pwmio", "storage", "supervisor", "usb_cdc",
    "watchdog",
)  # fmt: skip


class Anything(ModuleType):
    """A module that has every name."""

    def __getattr__(self, name: str) -> Any:
        return self


@functools.cache
def source() -> clip.Files:
    packages = {name: payload._package(name) for name in ("leancore", "leandevice")}
    return clip.source(packages, payload._base())


def image(by_module: bool = False) -> Image:
    """As the installer makes it, once for all tests of a process."""
    return payload.image(payload.SOURCE if by_module else payload.COMPILED)


@functools.cache
def image_with_names() -> Image:
    """The image whose names are the source's."""
    return clip.image(source(), renames=False)


def load(made: Image, units: tuple[str, ...]) -> tuple[SimpleNamespace, dict[str, ModuleType]]:
    """Run the units in their order; return what a simulated board needs of them, and they.

    The units stay importable only while the caller keeps them in ``sys.modules``.
    """
    modules = {unit: ModuleType(unit) for unit in units}
    with patch.dict(sys.modules, {**{name: Anything(name) for name in HARDWARE}, **modules}):
        for unit, module in modules.items():
            exec(compile(made.texts[unit], unit, "exec"), vars(module))
    found = {
        name: getattr(modules[made.home(module, name)], made.name(module, name))
        for name, module in PARTS.items()
    }
    return SimpleNamespace(**found), modules


@functools.cache
def code() -> SimpleNamespace:
    """The clip's program as an image whose names are the source's, so that tests can look inside.

    ``test_image.py`` holds the image with its short names against the source.
    """
    made = image_with_names()
    found, modules = load(made, UNITS)
    sys.modules.update(modules)
    sys.meta_path.append(Later(made))
    return found


class Later:
    """Finds the units that a clip loads when they are wanted, and forgets."""

    UNITS = ("lean_check",)

    def __init__(self, made: Image) -> None:
        self._made = made

    def find_spec(self, name: str, path: object, target: object = None) -> ModuleSpec | None:
        return spec_from_loader(name, self) if name in self.UNITS else None  # type: ignore[arg-type]

    def create_module(self, spec: ModuleSpec) -> None:
        """The usual kind of module."""

    def exec_module(self, module: ModuleType) -> None:
        text = self._made.texts[module.__name__]
        exec(compile(text, module.__name__, "exec"), vars(module))
