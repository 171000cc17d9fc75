"""Board files: the same variables in each, and every pin a pin of that board."""

from __future__ import annotations

import ast
import importlib
import importlib.util
import re
import sys
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any

import pytest
from leancore.schema import faults
from leancue.installer import payload
from leandevice.feedback.drv2605 import MOTORS
from test_wiring import chip, made, sim, started  # noqa: F401 (two of them are fixtures)

from boards.sim.board import SimBoard

BOARDS = Path(__file__).resolve().parents[2] / "boards"
REFERENCE = "adafruit_feather_rp2040"
NAMES = sorted(path.stem for path in BOARDS.glob("*.py") if path.stem != "__init__")
IDS = sorted((board, path.stem) for board, path in payload.boards().items())
PINS = ("SDA", "SCL", "MOTOR", "BUTTON", "LIGHT")
PINS_OR_NONE = ("SENSOR_RESET", "LIGHT_POWER", "BATTERY")
NUMBERS = {"I2C_HZ": (100_000, 400_000), "SENSOR_ADDRESS": (0x4A, 0x4B), "WATCHDOG_S": (2, 8),
           "BATTERY_RATIO_PERCENT": (100, 400)}  # fmt: skip
WORDS = {"HAPTIC": ("pwm", "drv2605"), "LIGHT_KIND": ("neopixel", "active_high", "active_low"),
         "SENSOR": ("bno08x",), "MOTOR_KIND": tuple(MOTORS),
         "SENSOR_PLUG": (None, "STEMMA QT", "Qwiic"),
         "CELL": ("socket", "pads", "charger")}  # fmt: skip


def load(name: str) -> ModuleType:
    return importlib.import_module(f"boards.{name}")


def variables(name: str) -> set[str]:
    return {key for key in vars(load(name)) if not key.startswith("_")}


def pins_of(name: str) -> set[str]:
    """The pins that CircuitPython's module `board` has on this board."""
    spec = importlib.util.find_spec("board_definitions")
    if spec is None or not spec.submodule_search_locations:
        pytest.skip("circuitpython-stubs is not installed")
    stub = Path(next(iter(spec.submodule_search_locations))) / name / "__init__.pyi"
    return set(re.findall(r"^(\w+): microcontroller\.Pin", stub.read_text("utf-8"), re.MULTILINE))


@pytest.mark.parametrize("name", NAMES)
def test_every_board_says_the_same_things(name: str) -> None:
    assert variables(name) == {"BOARDS"} | set(PINS) | set(PINS_OR_NONE) | set(NUMBERS) | set(WORDS)
    assert variables(name) == variables(REFERENCE)


def test_every_board_file_stands_for_a_board_and_no_board_is_in_two() -> None:
    named = [board for name in NAMES for board in load(name).BOARDS]
    assert sorted(named) == [board for board, _name in IDS]
    assert all(name in load(name).BOARDS for name in NAMES)


@pytest.mark.parametrize(("name", "file"), IDS)
def test_every_pin_is_one_of_the_board_and_used_once(name: str, file: str) -> None:
    board = load(file)
    used = [getattr(board, variable) for variable in PINS + PINS_OR_NONE]
    named = [pin for pin in used if pin is not None]
    assert all(getattr(board, variable) for variable in PINS)
    assert set(named) <= pins_of(name)
    assert len(set(named)) == len(named)


@pytest.mark.parametrize("name", NAMES)
def test_numbers_and_words_are_of_the_kinds_that_wiring_knows(name: str) -> None:
    board = load(name)
    for variable, (low, high) in NUMBERS.items():
        assert low <= getattr(board, variable) <= high, variable
    for variable, words in WORDS.items():
        assert getattr(board, variable) in words, variable


@pytest.mark.parametrize("haptic", WORDS["HAPTIC"])
@pytest.mark.parametrize(("name", "file"), IDS)
def test_a_clip_is_made_of_a_board_s_own_pins(
    sim: SimBoard,  # noqa: F811
    chip: dict[str, Any],  # noqa: F811
    monkeypatch: pytest.MonkeyPatch,
    name: str,
    file: str,
    haptic: str,
) -> None:
    """CircuitPython's module `board` has what the stubs say, and nothing else."""
    own = {pin: f"pin {pin}" for pin in pins_of(name)}
    board = SimpleNamespace(board_id=name, **own)
    monkeypatch.setitem(sys.modules, "board", board)
    chip["pwmio"].PWMOut = lambda pin, frequency: SimpleNamespace(duty_cycle=0)
    spec = SimpleNamespace(**{**vars(load(file)), "HAPTIC": haptic})
    wired = made(sim, spec)[0]
    app = started(sim, wired)
    assert (wired.name, app.sensor_watchdog.stale) == (name, False)
    assert faults.SENSOR_ABSENT not in app.recorder.faults


@pytest.mark.parametrize("name", NAMES)
def test_a_board_file_has_no_logic(name: str) -> None:
    tree = ast.parse((BOARDS / f"{name}.py").read_text("utf-8"))
    assert all(isinstance(node, ast.Assign | ast.Expr) for node in tree.body)


def test_the_page_names_every_board() -> None:
    page = (BOARDS / "README.md").read_text("utf-8")
    assert [name for name in NAMES if f"`{name}`" not in page] == []
