"""boot.py, safemode.py and code.py, run with tiny modules named as CircuitPython names them."""

from __future__ import annotations

import runpy
import sys
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import leandevice.power.power_on_button  # noqa: F401 (so that it can be taken away)
import pytest
from leancue.installer import boot_out
from leandevice.power.retained_memory import (
    EDIT,
    FORGET,
    NO_START,
    NO_START_TOLD,
    RESTARTS_MAX,
    RetainedMemory,
)

DEVICE = Path(__file__).resolve().parents[3] / "device"
LINES_MAX = 15
STARTED_HZ, RATED_HZ = 125_000_000, 200_000_000  # of an RP2040
BOOT_OUT = (
    "Adafruit CircuitPython 10.3.0 on 2026-11-28; Raspberry Pi Pico with rp2040\r\n"
    "Board ID:raspberry_pi_pico\r\nUID:DF6250C8573D2B2E\r\nboot.py output:\r\n"
)


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

    held_ms = 0
    broken = False
    open_pins = 0
    now_ms = 0

    def __init__(self, pin: str) -> None:
        if Input.broken:
            raise ValueError(f"{pin} in use")
        assert pin == "pin 6"
        Input.open_pins += 1

    def switch_to_input(self, pull: str) -> None:
        assert pull == "up"

    @property
    def value(self) -> bool:
        return Input.now_ms >= Input.held_ms

    def deinit(self) -> None:
        Input.open_pins -= 1


class Wiring:
    """leandevice's wiring and hardware, as far as boot.py and safemode.py use them; time passes
    while they wait.
    """

    def __init__(self) -> None:
        self.off: list[str] = []
        self.shown: list[tuple[int, int, int]] = []
        self.hangs = False
        self.light = self.Clock = lambda *_: self

    def motor_off(self, spec: Any) -> None:
        self.off.append(spec.HAPTIC)
        if self.hangs:
            raise OSError(19, "no DRV2605 on the bus")

    def show(self, *colour: int) -> None:
        self.shown.append(colour)

    def ticks_ms(self) -> int:
        return Input.now_ms

    def idle(self, ms: int) -> None:
        Input.now_ms += ms


@pytest.fixture
def modules(monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """The modules that a clip has; change them, then run a file."""
    Input.broken = False
    Input.open_pins = Input.held_ms = Input.now_ms = 0
    wiring = Wiring()
    ports = SimpleNamespace(enabled=None)
    ports.enable = lambda console, data: setattr(ports, "enabled", (console, data))

    unused = SimpleNamespace(disabled=0)

    def disable() -> None:
        unused.disabled += 1

    def reset() -> None:
        raise ResetError

    unused.disable = disable

    names = ("BROWNOUT", "WATCHDOG", "HARD_FAULT", "NLR_JUMP_FAIL", "STACK_OVERFLOW",
             "SDK_FATAL_ERROR", "USER")  # fmt: skip
    reasons = SimpleNamespace(**{name: name for name in names})
    resets = SimpleNamespace(WATCHDOG="WATCHDOG", BROWNOUT="BROWNOUT")
    found: dict[str, Any] = {
        "board": SimpleNamespace(D6="pin 6"),
        "leanboard": SimpleNamespace(BUTTON="D6", HAPTIC="drv2605"),
        "leandevice.hardware": wiring,
        "leandevice.wiring": wiring,
        "digitalio": SimpleNamespace(DigitalInOut=Input, Pull=SimpleNamespace(UP="up")),
        "microcontroller": SimpleNamespace(
            nvm=bytearray(b"\xff" * 16),
            reset=reset,
            ResetReason=resets,
            cpu=SimpleNamespace(reset_reason="POWER_ON", frequency=STARTED_HZ),
        ),
        "storage": Drive(),
        "supervisor": SimpleNamespace(
            SafeModeReason=reasons, runtime=SimpleNamespace(safe_mode_reason="USER")
        ),
        "usb_cdc": ports,
        "usb_hid": unused,
        "usb_midi": unused,
    }
    for name, module in found.items():
        monkeypatch.setitem(sys.modules, name, module)
    monkeypatch.setattr("leandevice.hardware", wiring, raising=False)
    monkeypatch.setattr("leandevice.wiring", wiring, raising=False)
    monkeypatch.delitem(sys.modules, "leanstart", raising=False)
    monkeypatch.syspath_prepend(str(DEVICE))
    monkeypatch.chdir(DEVICE)
    return found


def kept(modules: dict[str, Any]) -> RetainedMemory:
    return RetainedMemory(modules["microcontroller"].nvm)


def run(name: str) -> None:
    runpy.run_path(str(DEVICE / name), run_name="__main__")


def test_log_mode_is_the_rule(modules: dict[str, Any]) -> None:
    run("boot.py")
    assert not modules["storage"].desk_writes
    assert modules["usb_cdc"].enabled == (True, True)
    assert modules["usb_hid"].disabled == 2  # and usb_midi
    assert Input.open_pins == 0  # the program needs the button


def test_a_firmware_without_keyboard_starts_as_well(
    modules: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "usb_hid", None)
    run("boot.py")
    assert not modules["storage"].desk_writes
    assert modules["usb_midi"].disabled == 1


def test_a_program_that_did_not_start_is_told_once(
    modules: dict[str, Any], capsys: pytest.CaptureFixture[str]
) -> None:
    kept(modules).request(EDIT | NO_START)
    run("boot.py")
    assert modules["storage"].desk_writes
    told = capsys.readouterr().out
    assert told == NO_START_TOLD + "\n"
    assert boot_out.parse(BOOT_OUT + told, "the drive").no_start
    run("boot.py")
    assert not modules["storage"].desk_writes
    assert not capsys.readouterr().out


def test_an_error_in_boot_py_is_seen_by_the_installer() -> None:
    """As CircuitPython writes it, where a compiled module is not of its format."""
    text = "Traceback (most recent call last):\r\nValueError: incompatible .mpy file\r\n"
    assert boot_out.parse(BOOT_OUT + text, "the drive").no_start
    assert not boot_out.parse(BOOT_OUT, "the drive").no_start


@pytest.mark.parametrize("held_ms", [1000, 60_000])
def test_a_held_button_gives_edit_mode(modules: dict[str, Any], held_ms: int) -> None:
    Input.held_ms = held_ms
    run("boot.py")
    assert modules["storage"].desk_writes
    assert modules["usb_cdc"].enabled == (True, True)
    assert kept(modules).requests == 0
    assert modules["leandevice.wiring"].off == ["drv2605"]  # before it waits


def test_a_button_held_to_red_keeps_the_request_to_forget_and_the_clip_has_the_drive(
    modules: dict[str, Any],
) -> None:
    Input.held_ms = 12_000
    run("boot.py")
    assert not modules["storage"].desk_writes
    assert kept(modules).requests == FORGET
    assert len(modules["leandevice.wiring"].shown) > 10
    assert Input.open_pins == 0


def test_a_stored_request_gives_edit_mode_once(modules: dict[str, Any]) -> None:
    kept(modules).request(EDIT)
    run("boot.py")
    assert modules["storage"].desk_writes
    run("boot.py")
    assert not modules["storage"].desk_writes


def test_garbage_in_the_memory_is_no_request(modules: dict[str, Any]) -> None:
    for value in range(256):
        modules["microcontroller"].nvm[:] = bytes((value,)) * 16
        run("boot.py")
        assert not modules["storage"].desk_writes
        assert kept(modules).requests == 0


@pytest.mark.parametrize(("platform", "hz"), [("RP2040", RATED_HZ), ("RP2350", STARTED_HZ)])
def test_the_processor_runs_at_its_rate(
    modules: dict[str, Any], monkeypatch: pytest.MonkeyPatch, platform: str, hz: int
) -> None:
    monkeypatch.setattr(sys, "platform", platform)
    run("boot.py")
    assert modules["microcontroller"].cpu.frequency == hz


@pytest.mark.parametrize("script", ["boot.py", "safemode.py"])
def test_behind_a_crash_it_runs_as_slowly_as_it_starts(
    modules: dict[str, Any], monkeypatch: pytest.MonkeyPatch, script: str
) -> None:
    monkeypatch.setattr(sys, "platform", "RP2040")
    if script == "boot.py":
        modules["microcontroller"].cpu.reset_reason = "WATCHDOG"
    else:
        modules["supervisor"].runtime.safe_mode_reason = "HARD_FAULT"
        with pytest.raises(ResetError):
            run(script)
    run("boot.py")
    assert modules["microcontroller"].cpu.frequency == STARTED_HZ
    kept(modules).forget_restarts()
    modules["microcontroller"].cpu.reset_reason = "POWER_ON"
    run("boot.py")
    assert modules["microcontroller"].cpu.frequency == RATED_HZ


@pytest.mark.parametrize("reason", ["WATCHDOG", "BROWNOUT"])
def test_resets_that_nobody_asked_for_end_in_edit_mode(
    modules: dict[str, Any], reason: str
) -> None:
    modules["microcontroller"].cpu.reset_reason = reason
    for restart in range(1, RESTARTS_MAX + 1):
        run("boot.py")
        assert not modules["storage"].desk_writes
        assert kept(modules).restarts == restart
    modules["storage"] = sys.modules["storage"] = Drive()  # type: ignore[assignment]
    run("boot.py")
    assert modules["storage"].desk_writes
    modules["microcontroller"].cpu.reset_reason = "POWER_ON"  # switched off and on again
    run("boot.py")
    assert not modules["storage"].desk_writes


def test_a_board_without_memory_still_starts(modules: dict[str, Any]) -> None:
    modules["microcontroller"].nvm = None
    run("boot.py")
    assert not modules["storage"].desk_writes


def test_the_program_is_found_where_code_py_has_it(
    modules: dict[str, Any], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "code.py").write_text('import sys\n\nsys.path.insert(0, "/lib/leancue_b")\n')
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "path", list(sys.path))
    run("boot.py")
    assert sys.path[0] == "/lib/leancue_b"


def absent(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, f"leandevice.{name}", None)
    room, _, module = f"leandevice.{name}".rpartition(".")
    monkeypatch.delattr(sys.modules[room], module)


@pytest.mark.parametrize(
    "damage",
    ["no board file", "no such pin", "no button", "broken file", "no program", "no code.py",
     "half a program"],
)  # fmt: skip
def test_whatever_goes_wrong_the_desk_can_mend_the_drive(
    modules: dict[str, Any], damage: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    if damage == "no board file":
        monkeypatch.delitem(sys.modules, "leanboard")
    elif damage == "no such pin":
        modules["leanboard"].BUTTON = "D99"
    elif damage == "no button":
        Input.broken = True
    elif damage == "no program":
        absent("power.retained_memory", monkeypatch)
    elif damage == "no code.py":
        monkeypatch.chdir(tmp_path)
    elif damage == "half a program":
        Input.held_ms = 12_000
        absent("power.power_on_button", monkeypatch)
    else:
        (tmp_path / "leanboard.py").write_text("SDA = (")
        monkeypatch.syspath_prepend(str(tmp_path))
        monkeypatch.delitem(sys.modules, "leanboard")
    with pytest.raises((ImportError, AttributeError, ValueError, SyntaxError, OSError)):
        run("boot.py")
    assert modules["storage"].desk_writes
    assert modules["usb_cdc"].enabled == (True, True)


def test_a_crash_restarts_the_clip_but_not_for_ever(modules: dict[str, Any]) -> None:
    modules["supervisor"].runtime.safe_mode_reason = "WATCHDOG"
    for restart in range(1, RESTARTS_MAX + 1):
        with pytest.raises(ResetError):
            run("safemode.py")
        assert kept(modules).restarts == restart
    run("safemode.py")  # stays, with the drive mounted
    assert kept(modules).requests == 0
    assert modules["leandevice.wiring"].off == ["drv2605"] * (RESTARTS_MAX + 1)


def test_safe_mode_that_no_crash_led_to_stays_and_the_motor_is_off(modules: dict[str, Any]) -> None:
    run("safemode.py")
    assert modules["leandevice.wiring"].off == ["drv2605"]
    modules["supervisor"].runtime.safe_mode_reason = "WATCHDOG"
    modules["microcontroller"].nvm = None
    run("safemode.py")


def test_a_motor_that_does_not_answer_hinders_no_restart(modules: dict[str, Any]) -> None:
    modules["leandevice.wiring"].hangs = True
    modules["supervisor"].runtime.safe_mode_reason = "BROWNOUT"
    with pytest.raises(ResetError):
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
