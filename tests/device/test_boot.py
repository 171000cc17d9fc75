"""boot.py, safemode.py and code.py, run with tiny modules named as CircuitPython names them."""

from __future__ import annotations

import runpy
import sys
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

DEVICE = Path(__file__).resolve().parents[2] / "device"
LINES_MAX = 15


class ResetError(Exception):
    """The chip was reset."""


class Drive:
    """The module storage: who may write the drive; the desk, unless told otherwise."""

    def __init__(self) -> None:
        self.desk_writes = True

    def remount(self, path: str, readonly: bool = False) -> None:
        assert path == "/"
        self.desk_writes = readonly


class Input:
    """digitalio.DigitalInOut with a button between the pin and ground."""

    held = False
    broken = False
    open_pins = 0

    def __init__(self, pin: str) -> None:
        if Input.broken:
            raise ValueError(f"{pin} in use")
        assert pin == "pin 6"
        Input.open_pins += 1

    def switch_to_input(self, pull: str) -> None:
        assert pull == "up"

    @property
    def value(self) -> bool:
        return not Input.held

    def deinit(self) -> None:
        Input.open_pins -= 1


@pytest.fixture
def modules(monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """The modules that a clip has; change them, then run a file."""
    Input.held = Input.broken = False
    Input.open_pins = 0
    ports = SimpleNamespace(enabled=None)
    ports.enable = lambda console, data: setattr(ports, "enabled", (console, data))

    def reset() -> None:
        raise ResetError

    names = ("BROWNOUT", "WATCHDOG", "HARD_FAULT", "NLR_JUMP_FAIL", "STACK_OVERFLOW",
             "SDK_FATAL_ERROR", "USER")  # fmt: skip
    reasons = SimpleNamespace(**{name: name for name in names})
    found: dict[str, Any] = {
        "board": SimpleNamespace(D6="pin 6"),
        "leanboard": SimpleNamespace(BUTTON="D6"),
        "digitalio": SimpleNamespace(DigitalInOut=Input, Pull=SimpleNamespace(UP="up")),
        "microcontroller": SimpleNamespace(nvm=bytearray(b"\xff\xff"), reset=reset),
        "storage": Drive(),
        "supervisor": SimpleNamespace(
            SafeModeReason=reasons, runtime=SimpleNamespace(safe_mode_reason="USER")
        ),
        "usb_cdc": ports,
    }
    for name, module in found.items():
        monkeypatch.setitem(sys.modules, name, module)
    return found


def run(name: str) -> None:
    runpy.run_path(str(DEVICE / name), run_name="__main__")


def test_log_mode_is_the_rule(modules: dict[str, Any]) -> None:
    run("boot.py")
    assert not modules["storage"].desk_writes
    assert modules["usb_cdc"].enabled == (True, True)
    assert Input.open_pins == 0  # the program needs the button


def test_a_held_button_gives_edit_mode(modules: dict[str, Any]) -> None:
    Input.held = True
    run("boot.py")
    assert modules["storage"].desk_writes
    assert modules["usb_cdc"].enabled == (True, True)


def test_a_stored_wish_gives_edit_mode_once(modules: dict[str, Any]) -> None:
    modules["microcontroller"].nvm[0] = 1
    run("boot.py")
    assert modules["storage"].desk_writes
    run("boot.py")
    assert not modules["storage"].desk_writes


def test_a_board_without_memory_still_starts(modules: dict[str, Any]) -> None:
    modules["microcontroller"].nvm = None
    run("boot.py")
    assert not modules["storage"].desk_writes


@pytest.mark.parametrize("damage", ["no board file", "no such pin", "no button", "broken file"])
def test_whatever_goes_wrong_the_desk_can_mend_the_drive(
    modules: dict[str, Any], damage: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    if damage == "no board file":
        monkeypatch.delitem(sys.modules, "leanboard")
    elif damage == "no such pin":
        modules["leanboard"].BUTTON = "D99"
    elif damage == "no button":
        Input.broken = True
    else:
        (tmp_path / "leanboard.py").write_text("SDA = (")
        monkeypatch.syspath_prepend(str(tmp_path))
        monkeypatch.delitem(sys.modules, "leanboard")
    with pytest.raises((ImportError, AttributeError, ValueError, SyntaxError)):
        run("boot.py")
    assert modules["storage"].desk_writes
    assert modules["usb_cdc"].enabled == (True, True)


def test_a_crash_restarts_the_clip_but_not_for_ever(modules: dict[str, Any]) -> None:
    modules["supervisor"].runtime.safe_mode_reason = "WATCHDOG"
    for restart in range(1, 6):
        with pytest.raises(ResetError):
            run("safemode.py")
        assert modules["microcontroller"].nvm[1] == restart
    run("safemode.py")  # stays, with the drive mounted
    assert modules["microcontroller"].nvm[0] == 255


def test_safe_mode_that_the_person_asked_for_stays(modules: dict[str, Any]) -> None:
    run("safemode.py")
    modules["supervisor"].runtime.safe_mode_reason = "WATCHDOG"
    modules["microcontroller"].nvm = None
    run("safemode.py")


def test_the_program_is_short() -> None:
    assert len((DEVICE / "code.py").read_text().splitlines()) <= LINES_MAX


def test_the_reasons_for_a_restart_are_circuitpython_s_own() -> None:
    import ast
    import importlib.util

    spec = importlib.util.find_spec("supervisor-stubs")
    if spec is None or not spec.submodule_search_locations:
        pytest.skip("circuitpython-stubs is not installed")
    stub = Path(next(iter(spec.submodule_search_locations))) / "__init__.pyi"
    text = stub.read_text("utf-8")
    for node in ast.walk(ast.parse((DEVICE / "safemode.py").read_text())):
        if isinstance(node, ast.Attribute) and node.attr.isupper():
            assert f"    {node.attr}: object" in text
