"""What the clip uses of its hardware while it runs; ``wiring`` creates it from a board file."""

import os
import time
import traceback

import busio
import digitalio
import microcontroller
import supervisor
from leancore.hints import TYPE_CHECKING
from leancore.numeric.const import const
from watchdog import WatchDogMode

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    import analogio
    from watchdog import WatchDogTimer

    from leandevice.interfaces import InputPin, Light, LogFile, Motor, Port
    from leandevice.power.retained_memory import RetainedMemory
    from leandevice.sensing.sensor_bringup import SensorBringup
    from leandevice.storage.drive import Drive

_CLOCKS = const(9)  # a byte and its acknowledge


class Clock:
    """Time of the board. ``ticks_ms()``: milliseconds, wrap at 2**29."""

    def __init__(self) -> None:
        self.ticks_ms = supervisor.ticks_ms  # bound directly: called in every pass

    def idle(self, ms: int) -> None:
        """The only sleep: at the end of a pass."""
        time.sleep(ms / 1000)


class Bus:
    """The I2C bus on two pins, created on first use: creation fails without a part on it."""

    def __init__(self, scl: "microcontroller.Pin", sda: "microcontroller.Pin", hz: int) -> None:
        self._scl = scl
        self._sda = sda
        self._hz = hz
        self._i2c: busio.I2C | None = None

    def __call__(self) -> "busio.I2C":
        """Return the bus; RuntimeError if nothing pulls its lines up."""
        if self._i2c is None:
            self._i2c = busio.I2C(self._scl, self._sda, frequency=self._hz)
        return self._i2c

    def release(self) -> None:
        """Release the pins; the bus is recreated on next use."""
        if self._i2c is not None:
            self._i2c.deinit()
            self._i2c = None

    def look(self) -> "dict[str, Any]":
        """Check the lines, and which addresses answer; for commissioning only."""
        from leandevice.sensing.bus_look import look

        return look(self, self._sda, self._scl)

    def clear(self) -> None:
        """Free the bus: clock until a part that holds the data line has sent its byte.

        Source: NXP UM10204, section 3.1.16. The bus is recreated on next use.
        """
        self.release()
        scl = digitalio.DigitalInOut(self._scl)
        sda = digitalio.DigitalInOut(self._sda)
        try:
            scl.switch_to_output(True, digitalio.DriveMode.OPEN_DRAIN)
            sda.switch_to_input(pull=digitalio.Pull.UP)
            for _ in range(_CLOCKS):
                if sda.value:
                    break
                scl.value = False
                scl.value = True
            sda.switch_to_output(False, digitalio.DriveMode.OPEN_DRAIN)
            sda.value = True  # a stop, since the clock is high
        finally:
            scl.deinit()
            sda.deinit()


class NeoPixel:
    """One WS2812 on an output, with an output that powers it or None."""

    def __init__(
        self, out: "digitalio.DigitalInOut", power: "digitalio.DigitalInOut | None"
    ) -> None:
        import neopixel_write

        self._power = power
        self._write = neopixel_write.neopixel_write
        self._out = out
        self._bytes = bytearray(3)

    def show(self, red: int, green: int, blue: int) -> None:
        """Show a colour; the part expects green first."""
        self._bytes[0] = green
        self._bytes[1] = red
        self._bytes[2] = blue
        self._write(self._out, self._bytes)


class DividerGauge:
    """Battery voltage through a divider on an analogue pin."""

    def __init__(self, pin: "analogio.AnalogIn", ratio_percent: int) -> None:
        self._pin = pin
        self._full_mv = int(self._pin.reference_voltage * 1000)
        self._ratio_percent = ratio_percent

    def read_mv(self) -> int:
        """Battery voltage in mV."""
        return self._pin.value * self._full_mv // 65535 * self._ratio_percent // 100


class Watchdog:
    """The chip's watchdog; the loop feeds it in one place."""

    def __init__(self, dog: "WatchDogTimer", timeout_s: int) -> None:
        self._dog = dog
        self._dog.timeout = timeout_s
        self._started = False

    def feed(self) -> None:
        """Feed it; started on first use, as starting the sensor may exceed its timeout."""
        if not self._started:
            self._dog.mode = WatchDogMode.RESET
            self._started = True
        self._dog.feed()


class Board:
    """The hardware of a board, see ``interfaces.Board``; ``wiring.board_of`` fills it in."""

    name: str
    uid: str
    clock: Clock
    motor: "Motor"
    sensor: "SensorBringup"
    light: "Light"
    button: "InputPin"
    memory: "RetainedMemory"
    gauge: DividerGauge | None
    drive: "Drive"
    ports: "tuple[Port, ...]"
    watchdog: Watchdog | None
    look_at_bus: "Callable[[], dict[str, Any]]"

    def plugged(self) -> bool:
        """Whether a computer is at the other end of the cable."""
        return supervisor.runtime.usb_connected

    def describe(self, error: BaseException) -> str:
        """Describe an error and its origin, the innermost call last."""
        return "".join(traceback.format_exception(error))

    def reset(self) -> None:
        """Restart. The motor's pin is then an input."""
        microcontroller.reset()


def size_of(path: str) -> int:
    """Size of a file in bytes. OSError."""
    return os.stat(path)[6]


def sector_offset_of(file: "LogFile") -> "int | None":
    """Measure where a new log's sectors begin, see ``sector_alignment``."""
    from leandevice.storage.sector_alignment import measure  # needed for a new log only

    return measure(file, supervisor.ticks_ms)
