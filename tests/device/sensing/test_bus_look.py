"""The lines of the bus, distinguished by their pull-ups, on simulated pins."""

from __future__ import annotations

import sys
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest
from leandevice.sensing import bus_look

from boards.sim.clock import Clock
from boards.sim.i2c import Claim, ForeignPart, I2CBus, LinePin, line_pins


@pytest.fixture
def bus() -> I2CBus:
    made = I2CBus(Clock())
    made.attach(0x4A, ForeignPart())
    return made


CASES: dict[str, tuple[dict[str, Any], dict[str, int]]] = {
    "well": ({}, {"sda": 1, "scl": 1, "joined": 0}),
    "no pull-ups": ({"no_pull_up": True}, {"sda": 2, "scl": 2, "joined": 0}),
    "SDA loose": ({"loose": frozenset({"sda"})}, {"sda": 2, "scl": 1, "joined": 0}),
    "SCL loose": ({"loose": frozenset({"scl"})}, {"sda": 1, "scl": 2, "joined": 0}),
    "SDA held": ({"held": frozenset({"sda"})}, {"sda": 0, "scl": 1, "joined": 0}),
    "SCL held": ({"held": frozenset({"scl"})}, {"sda": 1, "scl": 0, "joined": 0}),
    "a part waits": ({"sda_held": True}, {"sda": 0, "scl": 1, "joined": 0}),
    "no power": ({"unpowered": True}, {"sda": 0, "scl": 0, "joined": 0}),
    "SDA at the supply": ({"high": frozenset({"sda"})}, {"sda": 3, "scl": 1, "joined": 0}),
    "SCL at the supply": ({"high": frozenset({"scl"})}, {"sda": 1, "scl": 3, "joined": 0}),
    "joined": ({"joined": True}, {"sda": 1, "scl": 1, "joined": 1}),
}


@pytest.mark.parametrize("name", CASES)
def test_each_state_of_the_lines(bus: I2CBus, name: str) -> None:
    knobs, wanted = CASES[name]
    for knob, value in knobs.items():
        setattr(bus, knob, value)
    assert bus_look.lines(*line_pins(bus), "up") == wanted


def test_who_answers(bus: I2CBus) -> None:
    assert bus_look.scan(lambda: Claim(bus)) == [0x4A]
    bus.try_lock()
    assert bus_look.scan(lambda: Claim(bus)) == []  # somebody has it
    bus.unlock()
    bus.no_pull_up = True
    assert bus_look.scan(lambda: Claim(bus)) == []


class Pads:
    """``wiring.Bus`` on the simulated one."""

    def __init__(self, bus: I2CBus) -> None:
        self._bus = bus
        self.let_go_count = 0

    def __call__(self) -> Any:
        return Claim(self._bus)

    def release(self) -> None:
        self.let_go_count += 1


@pytest.fixture
def pins(bus: I2CBus, monkeypatch: pytest.MonkeyPatch) -> list[LinePin]:
    """CircuitPython's modules; the pins that are in use."""
    lines = dict(zip(("SDA", "SCL"), line_pins(bus), strict=True))
    used: list[LinePin] = []

    def take(name: str) -> LinePin:
        pin = lines[name]
        used.append(pin)
        monkeypatch.setattr(pin, "deinit", lambda: used.remove(pin))
        return pin

    digital = SimpleNamespace(DigitalInOut=take, Pull=SimpleNamespace(UP="up"))
    monkeypatch.setitem(sys.modules, "digitalio", digital)
    monkeypatch.setitem(sys.modules, "bitbangio", SimpleNamespace(I2C=_by_hand(bus)))
    return used


def _by_hand(bus: I2CBus) -> Callable[[str, str], Any]:
    def made(scl: str, sda: str) -> Any:
        assert (scl, sda) == ("SDA", "SCL")  # each on the other one's pin
        other = I2CBus(Clock())
        if bus.swapped:
            other.attach(0x4A, ForeignPart())
        return Claim(other)

    return made


def test_lines_that_are_swapped_are_found_by_hand(bus: I2CBus, pins: list[LinePin]) -> None:
    assert bus_look.look(Pads(bus), "SDA", "SCL")["swapped"] == []
    bus.swapped = True
    pads = Pads(bus)
    found = bus_look.look(pads, "SDA", "SCL")
    assert (found["found"], found["swapped"]) == ([], [0x4A])
    assert pins == [] and pads.let_go_count == 2


def test_a_firmware_that_cannot_try_it_says_nothing(
    bus: I2CBus, pins: list[LinePin], monkeypatch: pytest.MonkeyPatch
) -> None:
    bus.swapped = True
    monkeypatch.setitem(sys.modules, "bitbangio", None)
    assert bus_look.look(Pads(bus), "SDA", "SCL")["swapped"] == []
