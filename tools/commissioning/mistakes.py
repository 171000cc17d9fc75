"""Mistakes in building a clip, made on the simulated one, and the rule that must report each."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from boards.sim import drv2605
from boards.sim.i2c import ForeignPart
from boards.sim.sensor.bno08x import ADDRESS
from tools.commissioning.trial import Bench

DRV = {"haptic": "drv2605"}
_ON_EDGE = ((2, 1), (1, 1), (0, -1))
_LABEL_DOWN = ((0, -1), (1, 1), (2, -1))


@dataclass(frozen=True)
class Mistake:
    """``made``: done to a bench before power-on; ``rule``: the key of what must be found."""

    name: str
    rule: str
    made: Callable[[Bench], None]
    options: dict[str, Any] = field(default_factory=dict)

    def bench(self, folder: Path) -> Bench:
        """A clip that has it, switched on."""
        bench = Bench(folder, dict(self.options))
        self.made(bench)
        bench.starts()
        return bench


def _bus(**knobs: Any) -> Callable[[Bench], None]:
    return lambda bench: _set(bench.board.bus, **knobs)


def _chip(**knobs: Any) -> Callable[[Bench], None]:
    return lambda bench: _set(bench.board.chip, **knobs)


def _motion(**knobs: Any) -> Callable[[Bench], None]:
    return lambda bench: _set(bench.motion, **knobs)


def _shaker(**knobs: Any) -> Callable[[Bench], None]:
    return lambda bench: _set(bench.shaker, **knobs)


def _driver(**knobs: Any) -> Callable[[Bench], None]:
    return lambda bench: _set(bench.board.driver_chip, **knobs)


def _set(part: Any, **knobs: Any) -> None:
    for knob, value in knobs.items():
        getattr(part, knob)
        setattr(part, knob, value)


def _other_part(bench: Bench) -> None:
    bench.board.bus.detach(ADDRESS)
    bench.board.bus.attach(0x28, ForeignPart())


def _no_driver(bench: Bench) -> None:
    bench.board.bus.detach(drv2605.ADDRESS)


def _driver_not_told(bench: Bench) -> None:
    board = bench.board
    board.bus.attach(drv2605.ADDRESS, drv2605.Drv2605(board.sim_clock, board.coin))
    bench.shaker.connected = False


def _no_cell(bench: Bench) -> None:
    bench.board.gauge.wrong_mv = []
    bench.board.gauge.level_mv = 180


def _no_log(bench: Bench) -> None:
    bench.board.flash.real_path("/leancue.log").unlink()


def _slow_crystal(bench: Bench) -> None:
    """The clip's ticks go at 95 %."""
    clock = bench.board.clock
    true_ms = clock.ticks_ms
    began_ms = true_ms()
    vars(clock)["ticks_ms"] = lambda: began_ms + (true_ms() - began_ms) % (1 << 29) * 95 // 100


def _weak_supply(bench: Bench) -> None:
    """The sensor starts anew whenever the motor does."""
    chip, coin = bench.board.chip, bench.board.coin
    coin_is_on = False
    idle = bench.board.clock.passes
    assert idle is not None

    def passes() -> None:
        nonlocal coin_is_on
        if coin.is_on and not coin_is_on:
            chip.self_reset()
        coin_is_on = coin.is_on
        idle()

    bench.board.clock.passes = passes


def _poor_contact(bench: Bench) -> None:
    """Every fifth pass of the clip a transfer on the bus is not acknowledged."""
    bus, idle = bench.board.bus, bench.board.clock.passes
    passed = 0

    def passes() -> None:
        nonlocal passed
        passed += 1
        bus.nack_count = int(passed % 5 == 0)
        if idle is not None:
            idle()

    bench.board.clock.passes = passes


def _opens_when_pressed(bench: Bench) -> None:
    """A button whose contact is closed at rest."""
    button = bench.board.button
    button.value = False
    vars(button).update(press=button.release, release=button.press)


def _never_pressed(bench: Bench) -> None:
    bench.finger = False


MISTAKES = (
    Mistake("sensor without power", "sensor_unpowered", _bus(unpowered=True)),
    Mistake("SDA at ground", "sda_held", _bus(held=frozenset({"sda"}))),
    Mistake("SCL at ground", "scl_held", _bus(held=frozenset({"scl"}))),
    Mistake("SDA at 3V3", "sda_high", _bus(high=frozenset({"sda"}))),
    Mistake("SCL at 3V3", "scl_high", _bus(high=frozenset({"scl"}))),
    Mistake("SDA and SCL joined by solder", "lines_joined", _bus(joined=True)),
    Mistake("no pull-ups, or sensor not plugged in", "no_pull_up", _bus(no_pull_up=True)),
    Mistake("SDA's wire broken", "sda_loose", _bus(loose=frozenset({"sda"}))),
    Mistake("SCL's wire broken", "scl_loose", _bus(loose=frozenset({"scl"}))),
    Mistake("SDA and SCL swapped", "lines_swapped", _bus(swapped=True)),
    Mistake("sensor set to another connection (P0, P1)", "nothing_answers", _chip(absent=True)),
    Mistake("another sensor at another address", "wrong_part", _other_part),
    Mistake("sensor's reset held at ground", "sensor_mute", _chip(mute=True)),
    Mistake("sensor's accelerometer hangs", "sensor_frozen", _motion(frozen=True)),
    Mistake("sensor's accelerometer damaged", "force_off", _motion(scale=1.12)),
    Mistake("sensor's gyroscope damaged", "gyro_off", _motion(bias_rad_s=0.2)),
    Mistake("bus with a poor contact", "bus_noisy", _poor_contact),
    Mistake("sensor not plugged in beside a driver", "sensor_missing", _chip(absent=True), DRV),
    Mistake("sensor on a strand of wire, 15° askew", "axes_tilted", _motion(tilt_deg=15.0)),
    Mistake("sensor loose in the case", "not_still", _motion(noise_mps2=0.4)),
    Mistake("sensor put in on its edge", "axes_turned", _motion(axes=_ON_EDGE)),
    Mistake("sensor put in with its label to the back", "axes_turned", _motion(axes=_LABEL_DOWN)),
    Mistake("supply that sinks as the motor starts", "sensor_resets", _weak_supply),
    Mistake("motor's wire broken", "motor_dead", _shaker(connected=False)),
    Mistake("motor not glued to the wall", "motor_weak", _shaker(health_percent=25.0)),
    Mistake("resistor at the transistor's base too large", "motor_starts_late",
            _shaker(starts_percent=60.0)),
    Mistake("transistor the wrong way round", "motor_always_on",
            lambda bench: _set(bench.board.coin, always_on=True)),
    Mistake("capacitor across the motor", "motor_not_controlled", _shaker(follows=False)),
    Mistake("driver DRV2605L not plugged in", "driver_missing", _no_driver, DRV),
    Mistake("driver there, clip installed for a transistor", "driver_unused", _driver_not_told),
    Mistake("motor's wire at the driver broken", "driver_finds_no_motor",
            _driver(motor_connected=False), DRV),
    Mistake("linear motor where a coin motor is set", "driver_not_calibrated",
            _driver(motor_kind="lra"), DRV),
    Mistake("button's wire at ground", "button_stuck",
            lambda bench: _set(bench.board.button, stuck=False)),
    Mistake("button that opens when it is pressed", "button_inverted", _opens_when_pressed),
    Mistake("bad USB cable", "port_lossy", lambda bench: _set(bench.board.port, drop=0.001)),
    Mistake("button on another pin", "button_open", _never_pressed),
    Mistake("button with a loose joint", "button_bounces",
            lambda bench: _set(bench.board.button, bounce_reads=8)),
    Mistake("light's power pin not set", "light_dark",
            lambda bench: _set(bench.board.light, dark=True)),
    Mistake("light of another kind", "light_colours",
            lambda bench: _set(bench.board.light, order=(1, 0, 2))),
    Mistake("cell's switch off, board on USB", "cell_implausible", _no_cell),
    Mistake("cell never charged", "cell_empty",
            lambda bench: _set(bench.board.gauge, level_mv=3100, wrong_mv=[])),
    Mistake("clip installed without its log", "memory_no_log", _no_log),
    Mistake("drive full or damaged", "memory_refuses",
            lambda bench: _set(bench.board.flash, fail_writes=True)),
    Mistake("crystal of the board off", "clock_off", _slow_crystal),
)  # fmt: skip
