"""The image of the clip's program: it decides and logs as the source does, to the byte."""

from __future__ import annotations

import sys
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from image_rig import image, load
from leancue.installer.image import clip
from leandevice.storage.run_store import PATH

from boards.sim.board import SimBoard
from boards.sim.motion.motion_plans import PLANS
from boards.sim.motion.wearer import synthesise

UNITS = ("lean_base", "lean_main", "lean_drv2605", "lean_startup")
# What ``wiring`` imports, which only a board has; the simulated board stands in for all of it.
HARDWARE = (
    "board", "busio", "digitalio", "microcontroller", "pwmio", "storage", "supervisor", "usb_cdc",
    "watchdog",
)  # fmt: skip


class Anything(SimpleNamespace):
    def __getattr__(self, name: str) -> Any:
        return self


@pytest.fixture
def hardware(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in HARDWARE:
        monkeypatch.setitem(sys.modules, name, Anything())


def worn(folder: Path, code: Any = None) -> bytes:
    """The log of a clip whose wearer calibrates, runs, leans too little, and stops."""
    folder.mkdir()
    plan = PLANS["short"]
    given = {} if code is None else {"code": code}
    motion = synthesise(plan, seed=1)[0]
    board = SimBoard(motion, folder, log_pages=64, presses=plan.pressed, **given)
    board.forward(0.5)
    board.wear()
    board.forward(80)
    return board.flash.real_path(PATH).read_bytes()


@pytest.mark.parametrize("by_module", [False, True])
def test_a_run_of_the_image_is_logged_as_one_of_the_source(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, hardware: None, by_module: bool
) -> None:
    made = image(by_module)
    units = tuple(unit for unit in made.texts if unit not in clip.SCRIPTS) if by_module else UNITS
    log = worn(tmp_path / "image", load(made, monkeypatch, units))
    assert log.count(b"LCUE") > 20
    assert log == worn(tmp_path / "source")
