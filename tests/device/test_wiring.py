"""The wiring and the hardware, on tiny modules named like CircuitPython's and simulated parts."""

from __future__ import annotations

import importlib
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any

import pytest
from device_rig import Still
from leancore.schema import faults
from leandevice import startup
from leandevice.app import App
from leandevice.parts import Parts
from leandevice.power.retained_memory import EDIT, NO_START

from boards.sim import drv2605
from boards.sim.board import SimBoard
from boards.sim.clock import driver_time
from boards.sim.drv2605 import Drv2605
from boards.sim.i2c import Claim, line_pins

FEATHER = "boards.adafruit_feather_rp2040"
DRIVER = "adafruit_bno08x"


class Pwm:
    """pwmio.PWMOut on the simulated coin motor."""

    made: list[Any] = []

    def __init__(self, pin: str, frequency: int) -> None:
        assert (pin, frequency) == ("pin D5", 20000)
        self.duty_cycle = 0
        Pwm.made.append(self)


class Pin:
    """digitalio.DigitalInOut: pressed buttons apart, inputs are pulled up."""

    def __init__(self, pin: str) -> None:
        self.pin = pin
        self.value = True

    def switch_to_output(self, value: bool = False, drive_mode: str = "push pull") -> None:
        self.value = value

    def deinit(self) -> None:
        pass

    def switch_to_input(self, pull: str) -> None:
        assert pull == "up"


class Dog:
    timeout: float = 0
    mode: object = None
    fed = 0

    def feed(self) -> None:
        self.fed += 1


class Names:
    """The module board: has every pin asked for."""

    board_id = "adafruit_feather_rp2040"

    def __getattr__(self, name: str) -> str:
        return "pin " + name


@pytest.fixture
def sim(tmp_path: Path) -> SimBoard:
    return SimBoard(Still(), tmp_path)


@pytest.fixture
def driver() -> Iterator[None]:
    """The modules that a start unloads come back: other tests patch them."""
    loaded = {name: sys.modules[name] for name in sys.modules
              if name.startswith((DRIVER, *startup._FOR_THE_START))}  # fmt: skip
    yield
    for name, module in loaded.items():
        sys.modules[name] = module
        room, _, part = name.rpartition(".")
        if room in sys.modules:
            setattr(sys.modules[room], part, module)


@pytest.fixture
def chip(sim: SimBoard, monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """CircuitPython's modules around the simulated board; change them, then make the board."""
    Pwm.made = []
    reasons = SimpleNamespace(WATCHDOG="watchdog", BROWNOUT="brownout")
    port = SimpleNamespace(connected=False, timeout=None, write_timeout=None)
    found: dict[str, Any] = {
        "board": Names(),
        "busio": SimpleNamespace(I2C=lambda scl, sda, frequency: sim.bus),
        "digitalio": SimpleNamespace(
            DigitalInOut=Pin, Pull=SimpleNamespace(UP="up"),
            DriveMode=SimpleNamespace(OPEN_DRAIN="open drain"),
        ),
        "microcontroller": SimpleNamespace(
            cpu=SimpleNamespace(uid=bytearray(b"\x51\xc0\xde\x01"), reset_reason="power"),
            nvm=bytearray(b"\xff" * 16), watchdog=Dog(), ResetReason=reasons,
        ),
        "neopixel_write": SimpleNamespace(neopixel_write=lambda pin, data: None),
        "analogio": SimpleNamespace(
            AnalogIn=lambda pin: SimpleNamespace(value=37236, reference_voltage=3.3)
        ),
        "pwmio": SimpleNamespace(PWMOut=Pwm),
        "storage": SimpleNamespace(getmount=lambda path: SimpleNamespace(readonly=False)),
        "supervisor": SimpleNamespace(
            ticks_ms=sim.sim_clock.ticks_ms,
            runtime=SimpleNamespace(usb_connected=False, autoreload=True),
        ),
        "usb_cdc": SimpleNamespace(data=port, console=None),
        "watchdog": SimpleNamespace(WatchDogMode=SimpleNamespace(RESET="reset")),
    }  # fmt: skip
    for name, module in found.items():
        monkeypatch.setitem(sys.modules, name, module)
    return found


def made(sim: SimBoard, spec: Any = None) -> tuple[Any, ModuleType]:
    """The board as wired, its files on the simulated drive, its sleeps in simulated time."""
    for name in ("hardware", "wiring"):
        sys.modules.pop("leandevice." + name, None)
    hardware = importlib.import_module("leandevice.hardware")
    wiring = importlib.import_module("leandevice.wiring")
    vars(hardware)["time"] = sim.sim_clock
    vars(wiring)["open"] = sim.flash.open
    vars(wiring)["size_of"] = sim.flash.stat_size
    return wiring.board_of(spec or importlib.import_module(FEATHER)), wiring


def started(sim: SimBoard, board: Any) -> App:
    app = App(Parts(board))
    with driver_time(sim.sim_clock):
        app.start()
    for _ in range(500):
        app.once()
    return app


def variant(**changes: Any) -> SimpleNamespace:
    spec = vars(importlib.import_module(FEATHER))
    return SimpleNamespace(**{**{k: v for k, v in spec.items() if k.isupper()}, **changes})


def test_the_clip_runs_as_wired(sim: SimBoard, chip: dict[str, Any]) -> None:
    board, _ = made(sim)
    app = started(sim, board)
    assert app.recorder.faults == {}
    assert board.uid == "51C0DE01"
    assert board.name == "adafruit_feather_rp2040"
    assert app.store.slots == 2046  # the simulated board has chosen the log's origin
    assert app.sensor_watchdog.stale is False
    dog = chip["microcontroller"].watchdog
    assert (dog.timeout, dog.mode) == (8, "reset")
    assert 500 / 16 < dog.fed < 500  # after each round of chores
    assert (chip["usb_cdc"].data.timeout, chip["usb_cdc"].data.write_timeout) == (0, 0)


def test_without_a_sensor_the_clip_lives_and_says_so(sim: SimBoard, chip: dict[str, Any]) -> None:
    def no_pull_ups(scl: str, sda: str, frequency: int) -> None:
        raise RuntimeError("No pull up found on SDA or SCL; check your wiring")

    with_sensor, chip["busio"].I2C = chip["busio"].I2C, no_pull_ups
    board, _ = made(sim)
    app = started(sim, board)
    assert app.recorder.faults.keys() <= {faults.SENSOR_ABSENT, faults.BUS_ERROR}
    assert faults.SENSOR_ABSENT in app.recorder.faults
    chip["busio"].I2C = with_sensor  # plugged in later
    for _ in range(1000):
        app.once()
    assert app.sensor_watchdog.stale is False


def test_in_edit_mode_nothing_is_written_and_no_dog_bites(
    sim: SimBoard, chip: dict[str, Any]
) -> None:
    chip["storage"].getmount = lambda path: SimpleNamespace(readonly=True)
    board, _ = made(sim)
    app = started(sim, board)
    assert app.watchdog is None
    assert app.store.slots == 0
    assert chip["microcontroller"].watchdog.fed == 0


def driver_chip(sim: SimBoard) -> Drv2605:
    """A haptic driver on the sensor's bus, its motor running."""
    driver = Drv2605(sim.sim_clock, sim.coin)
    sim.bus.attach(drv2605.ADDRESS, driver)
    driver.write(bytes((drv2605.MODE, 5, 90)))
    assert sim.coin.is_on
    return driver


def test_a_haptic_chip_sits_on_the_sensor_s_bus(sim: SimBoard, chip: dict[str, Any]) -> None:
    driver_chip(sim)
    board, _ = made(sim, variant(HAPTIC="drv2605"))
    assert board.motor._enable.value  # MOTOR goes to its EN pin
    assert not sim.coin.is_on  # off before anything else
    app = started(sim, board)
    sim.sim_clock.advance_us(1_000_000)
    app.haptic.off()
    assert not sim.coin.is_on
    app.haptic.play(app.clock.ticks_ms(), 500, 0, 1, 100)
    assert sim.coin.duty_cycle == 65535
    assert Pwm.made == []


def test_a_divided_cell_is_measured_in_millivolts(sim: SimBoard, chip: dict[str, Any]) -> None:
    board, _ = made(sim, variant(BATTERY="VOLTAGE_MONITOR", BATTERY_RATIO_PERCENT=200))
    assert board.gauge.read_mv() == pytest.approx(3750, abs=2)


@pytest.mark.parametrize(("kind", "dark"), [("active_high", False), ("active_low", True)])
def test_a_light_of_one_colour_starts_dark(
    sim: SimBoard, chip: dict[str, Any], kind: str, dark: bool
) -> None:
    board, _ = made(sim, variant(LIGHT="LED", LIGHT_KIND=kind))
    assert board.light._pin.value is dark


def test_a_reset_is_the_chip_s_and_its_memory_outlives_it(
    sim: SimBoard, chip: dict[str, Any]
) -> None:
    resets: list[str] = []
    chip["microcontroller"].reset = lambda: resets.append("reset")
    board, _ = made(sim)
    board.memory.request(EDIT)
    board.reset()
    assert resets == ["reset"]
    assert made(sim)[0].memory.requests == EDIT
    chip["microcontroller"].nvm = None
    assert made(sim)[0].memory.requests == 0


@pytest.mark.parametrize("haptic", ["pwm", "drv2605"])
def test_the_motor_can_be_switched_off_alone(
    sim: SimBoard, chip: dict[str, Any], haptic: str
) -> None:
    driver_chip(sim)
    _, wiring = made(sim)
    wiring.motor_off(variant(HAPTIC=haptic))
    assert sim.coin.is_on is (haptic == "pwm")
    assert Pwm.made[-1].duty_cycle == 0


def test_every_board_file_can_be_wired(sim: SimBoard, chip: dict[str, Any]) -> None:
    for path in sorted((Path(__file__).parents[2] / "boards").glob("*.py")):
        if path.stem == "__init__":
            continue
        spec = importlib.import_module(f"boards.{path.stem}")
        chip["pwmio"].PWMOut = lambda pin, frequency: SimpleNamespace(duty_cycle=0)
        board, _ = made(sim, spec)
        assert (board.gauge is None) is (spec.BATTERY is None)


class Line:
    """A bus line: what the program drives, and a part that holds the data line low."""

    clocks_needed = 5
    clocks = 0
    stops = 0
    open_pins = 0

    def __init__(self, pin: str) -> None:
        self._is_clock = pin == "pin SCL"
        self._level = True
        Line.open_pins += 1

    def switch_to_output(self, value: bool, drive_mode: str) -> None:
        assert drive_mode == "open drain"
        self._level = value

    def switch_to_input(self, pull: str) -> None:
        assert pull == "up"

    @property
    def value(self) -> bool:
        return self._level if self._is_clock else Line.clocks >= Line.clocks_needed

    @value.setter
    def value(self, level: bool) -> None:
        rises = level and not self._level
        self._level = level
        if self._is_clock:
            Line.clocks += rises
        else:
            Line.stops += rises

    def deinit(self) -> None:
        Line.open_pins -= 1


@pytest.mark.parametrize("needed", [0, 5, 9, 1000])
def test_a_bus_whose_data_line_is_held_is_clocked_free(
    sim: SimBoard, chip: dict[str, Any], needed: int
) -> None:
    made_buses = []

    def bus(scl: str, sda: str, frequency: int) -> Any:
        made_buses.append(scl)
        return sim.bus

    chip["busio"].I2C = bus
    _board, wiring = made(sim)
    chip["digitalio"].DigitalInOut = Line
    chip["digitalio"].DriveMode = SimpleNamespace(OPEN_DRAIN="open drain")
    Line.clocks_needed, Line.clocks, Line.stops, Line.open_pins = needed, 0, 0, 0
    the_bus = wiring._bus(importlib.import_module(FEATHER))
    the_bus()
    the_bus.clear()
    assert Line.clocks == min(needed, 9)
    assert (Line.stops, Line.open_pins) == (1, 0)
    the_bus()
    assert len(made_buses) == 2  # made anew


def test_the_program_comes_up_and_the_driver_is_gone(
    sim: SimBoard, chip: dict[str, Any], driver: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    _, wiring = made(sim)
    monkeypatch.setattr(wiring.Bus, "__call__", lambda self: sim.bus)
    with driver_time(sim.sim_clock):
        app = startup.program(importlib.import_module(FEATHER))
        gone = (
            DRIVER, "leandevice.startup", "leandevice.parts", "leandevice.wiring",
            "leandevice.storage.log_scan",
        )  # fmt: skip
        assert not [name for name in sys.modules if name.startswith(gone)]
        before_us = sim.sim_clock.now_us()
        app.start()
    assert sim.sim_clock.now_us() - before_us < 500_000  # it was not brought up again
    for _ in range(500):
        app.once()
    assert app.sensor_watchdog.stale is False


def test_a_sensor_that_does_not_come_up_is_told_once_all_is_loaded(
    sim: SimBoard, chip: dict[str, Any], driver: None
) -> None:
    sim.chip.absent = True
    board, _ = made(sim)
    with driver_time(sim.sim_clock):
        board.sensor.prepare()
    assert faults.SENSOR_ABSENT in started(sim, board).recorder.faults


@pytest.mark.parametrize(("readonly", "resets"), [(False, 1), (True, 0)])
def test_a_program_that_does_not_start_gives_the_drive_to_the_desk_once(
    sim: SimBoard, chip: dict[str, Any], readonly: bool, resets: int
) -> None:
    """In edit mode it is the desk's already: another reset would come for ever."""
    done: list[str] = []
    chip["microcontroller"].reset = lambda: done.append("reset")
    chip["storage"].getmount = lambda path: SimpleNamespace(readonly=readonly)
    board, wiring = made(sim)
    wiring.rescue(MemoryError("no room"))
    assert len(done) == resets
    requests = made(sim)[0].memory.requests
    assert requests == (EDIT | NO_START if resets else 0)
    chip["microcontroller"].nvm = None  # nothing would tell the next start
    wiring.rescue(MemoryError("no room"))
    assert len(done) == resets


def test_an_unknown_sensor_is_refused(sim: SimBoard, chip: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="there is bno08x"):
        made(sim, variant(SENSOR="another"))


def test_the_bus_is_looked_at_by_its_own_pins_and_made_anew(
    sim: SimBoard, chip: dict[str, Any]
) -> None:
    board, wiring = made(sim)
    lines = dict(zip(("pin SDA", "pin SCL"), line_pins(sim.bus), strict=True))
    chip["digitalio"].DigitalInOut = lines.__getitem__
    before = wiring._bus(importlib.import_module(FEATHER))
    before()
    assert before.look() == {"sda": 1, "scl": 1, "joined": 0, "found": [0x4A], "swapped": []}
    sim.bus.held = frozenset({"scl"})
    chip["busio"].I2C = lambda scl, sda, frequency: Claim(sim.bus)
    assert board.look_at_bus()["scl"] == 0
    assert board.look_at_bus()["found"] == []
