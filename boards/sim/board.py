"""The simulated board: the counterpart of `leandevice.wiring.Board` on real hardware.

The parts on top are the clip's own (`leandevice`), and the real Adafruit driver starts the sensor
over a simulated bus.
"""

from __future__ import annotations

import traceback
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, cast

from adafruit_bus_device.i2c_device import I2CDevice
from leancore.runlog.pages import PAGE_BYTES
from leandevice.power.retained_memory import EDIT
from leandevice.sensing import bus_look
from leandevice.storage.run_store import PATH

from boards.sim import drv2605, program
from boards.sim.clock import TICKS_AT_POWER_ON_MS, TICKS_PERIOD_MS, Clock, driver_time
from boards.sim.drv2605 import Drv2605
from boards.sim.flash import Flash
from boards.sim.i2c import Claim, I2CBus, line_pins
from boards.sim.parts import Battery, Motor, Pin, ResetPin, RgbLed, Watchdog
from boards.sim.ports import MemoryPort, Port
from boards.sim.sensor.bno08x import ADDRESS, BNO08x
from boards.sim.sensor.reference_sensors import Motion
from boards.sim.shaker import Shaker

WORK_MS = 3  # a pass with a sample on an RP2040
LOG_PAGES = 2048  # 8 MB, as a Feather RP2040 has
UID = "51C0DE0000000001"


class BoardClock:
    """The clip's clock: reading it takes no time, the idle at the end of a pass advances it.

    `idle_ms`: duration of a pass here, if the clip requests less; one without any idle takes
    `WORK_MS`. Python's own time on the board is not counted. Knob: `jump_ms`, an offset of the
    ticks.
    """

    def __init__(self, clock: Clock, idle_ms: int) -> None:
        self._clock = clock
        self.idle_ms = idle_ms
        self.jump_ms = 0
        self.passes: Callable[[], None] | None = None  # called at the end of each idle

    def ticks_ms(self) -> int:
        """Milliseconds, wrap at 2**29."""
        return (self._clock.ticks_ms() + self.jump_ms) % TICKS_PERIOD_MS

    def idle(self, ms: int) -> None:
        """Advance the time of a pass."""
        self._clock.advance_us(1000 * (max(ms, self.idle_ms) if ms else WORK_MS))
        if self.passes is not None:
            self.passes()


class SimBoard:
    """A complete clip. `forward` advances time; every part and its fault knobs are attributes.

    `presses`: (time s, length s) of button presses, from `wear` on. `folder`: the drive.
    `start_ms`: the ticks at power-on. `reset_pin`: the sensor's reset is wired to a pin. `haptic`,
    `motor_kind`: as in a board file; "drv2605" puts a `driver_chip` between bus and motor.
    `hello_s`: a fault knob, duration of the first hello after a host connects. On a stock RP2040 it
    was 1.7 s with a release that compiled the host's part of its program on connection and unloaded
    it afterwards. `shaker`: effect of the motor on the case, None = the sensor does not feel it.
    `address`: the sensor's. `code`: the program to run, like `program.SOURCE`; an installer's image
    has the same names.
    """

    def __init__(
        self,
        motion: Motion,
        folder: Path,
        *,
        port: object | None = None,
        presses: Sequence[tuple[float, float]] = (),
        idle_ms: int = 5,
        log_pages: int = LOG_PAGES,
        uid: str = UID,
        start_ms: int = TICKS_AT_POWER_ON_MS,
        reset_pin: bool = False,
        haptic: str = "pwm",
        hello_s: float = 0.0,
        motor_kind: str = "coin",
        shaker: Shaker | None = None,
        address: int = ADDRESS,
        code: Any = program.SOURCE,
    ) -> None:
        self.code = code
        self.sim_clock = Clock(start_ms)
        self.bus = I2CBus(self.sim_clock)
        self.chip = BNO08x(self.sim_clock, motion)
        self.bus.attach(address, self.chip)
        self.flash = Flash(folder, pages=log_pages + 64)
        self.coin = Motor(self.sim_clock)
        if shaker is not None:
            self.chip.shaken = shaker.shaking(self.coin)
        self.light = RgbLed(self.sim_clock)
        self.button = Pin()
        self.gauge: Any = Battery()  # None: a board without battery measurement
        self.watchdog = Watchdog(self.sim_clock)
        self.port: Any = MemoryPort() if port is None else port
        self.hello_s = hello_s
        self._called_us: int | None = None  # when the current host first sent something
        self._planned = list(presses)
        self._presses: list[tuple[int, int]] = []  # from, to in microseconds
        self._worn_us: int | None = None
        self._allocate_log(log_pages)

        # The interface needed by leandevice.parts.
        self.clock = BoardClock(self.sim_clock, idle_ms)
        self.clock.passes = self._press  # the finger moves during a measurement of the clip
        self._claim: Claim | None = None
        self.driver_chip: Drv2605 | None = None
        self.motor = self._motor(haptic, motor_kind)
        self.sensor = code.SensorBringup(
            self.i2c, I2CDevice, ADDRESS, self._clear_bus,
            ResetPin(self.chip) if reset_pin else None,
        )  # fmt: skip
        flash = self.flash
        self.drive = code.Drive(flash.open, flash.stat_size, True, flash.sector_offset_of)
        self.uid = uid
        self.name = "sim"
        self.nvm = bytearray(b"\xff" * 16)
        self.on_usb = False
        self._resets = False
        self._still()
        self.boot()

    def boot(self) -> None:
        """Power on: build the parts from the content of the drive."""
        self.memory = self.code.RetainedMemory(self.nvm)
        self.app = self.code.App(self.code.Parts(self))
        with driver_time(self.sim_clock):
            self.app.start()

    def i2c(self) -> Any:
        """The bus, like `leandevice.wiring.Bus`."""
        if self._claim is None:
            self._claim = Claim(self.bus)
        return self._claim

    def _clear_bus(self) -> None:
        if self._claim is not None:
            self._claim.deinit()
            self._claim = None
        self.bus.clear()

    def look_at_bus(self) -> dict[str, Any]:
        """Like `leandevice.wiring.Bus.look`, on the lines of the simulated bus."""
        if self._claim is not None:
            self._claim.deinit()
            self._claim = None
        self.bus.clear()
        found = bus_look.lines(*line_pins(self.bus), "up")
        found["found"] = bus_look.scan(self.i2c)
        found["swapped"] = []
        if not found["found"] and self.bus.swapped:
            self.bus.swapped = False
            found["swapped"] = bus_look.scan(self.i2c)
            self.bus.swapped = True
        return found

    def _motor(self, haptic: str, kind: str) -> Any:
        if haptic == "pwm":
            return self.code.PwmMotor(self.coin)
        from adafruit_drv2605 import DRV2605

        self.driver_chip = Drv2605(self.sim_clock, self.coin)
        self.bus.attach(drv2605.ADDRESS, self.driver_chip)
        return self.code.Drv2605Motor(
            kind,
            lambda: DRV2605(self.i2c()),
            lambda: I2CDevice(self.i2c(), drv2605.ADDRESS),
            drv2605.EnablePin(self.driver_chip),
        )

    @property
    def ports(self) -> tuple[Any, ...]:
        """Ports to hosts: knob `port`, None for a board without one."""
        return () if self.port is None else (self.port,)

    def plugged(self) -> bool:
        """Whether a computer powers the clip; knob: `on_usb`."""
        return self.on_usb

    def describe(self, error: BaseException) -> str:
        """Format an error like CircuitPython."""
        return "".join(traceback.format_exception(error))

    def reset(self) -> None:
        """Request a reset by the clip, done at the end of its pass."""
        self._resets = True

    def power_cycle(self, edit: bool = False) -> None:
        """Restart from the drive; with `edit` the host has the drive, read-only here."""
        self.flash.read_only = edit
        self.drive.writable = not edit
        self.boot()

    def wear(self) -> None:
        """Start the wearer's motion and presses now."""
        self._worn_us = self.sim_clock.now_us()
        self.chip.motion_start_us = self._worn_us
        for start_s, length_s in self._planned:
            self.press(start_s, length_s)

    @property
    def worn_s(self) -> float:
        """Seconds since `wear`; 0 before."""
        if self._worn_us is None:
            return 0.0
        return (self.sim_clock.now_us() - self._worn_us) / 1e6

    def forward(self, seconds: float) -> None:
        """Let the clip run for `seconds` of simulated time."""
        end_us = self.sim_clock.now_us() + round(seconds * 1e6)
        while self.sim_clock.now_us() < end_us:
            self._press()
            if self.hello_s:
                self._load(cast(Port, self.port))
            self.app.once()
            if self._resets:
                self._resets = False
                self.power_cycle(self.memory.take(EDIT))  # as boot.py

    def _load(self, port: Port) -> None:
        """Load the host's part of the program, ignoring input meanwhile."""
        now_us = self.sim_clock.now_us()
        if not port.connected:
            self._called_us = None
        elif self._called_us is None and port.buffered:
            self._called_us = now_us
        loaded_us = (now_us if self._called_us is None else self._called_us) + 1e6 * self.hello_s
        port.unheard = now_us < loaded_us

    def press(self, start_s: float, length_s: float) -> None:
        """Press the button `start_s` from now, for `length_s`."""
        start_us = self.sim_clock.now_us() + round(start_s * 1e6)
        self._presses.append((start_us, start_us + round(length_s * 1e6)))
        self._presses.sort()

    def _press(self) -> None:
        """The wearer's finger."""
        if not self._presses:
            return
        start_us, end_us = self._presses[0]
        now_us = self.sim_clock.now_us()
        if now_us >= end_us:
            self.button.release()
            self._presses.pop(0)
        elif now_us >= start_us:
            self.button.press()

    def _still(self) -> None:
        """Show the first moment of the motion until `wear`."""
        self.chip.motion_start_us = 1 << 62

    def _allocate_log(self, pages: int) -> None:
        if self.flash.exists(PATH):
            return
        with self.flash.open(PATH, "wb") as file:
            file.truncate(pages * PAGE_BYTES)
