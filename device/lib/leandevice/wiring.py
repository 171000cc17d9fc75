"""The only module that knows the hardware: creates CircuitPython objects from a board file.

A board file (``boards/``) names pins and kinds; on the clip it is ``leanboard.py``.
"""

import binascii
import os
import time
import traceback

import board
import busio
import digitalio
import microcontroller
import pwmio
import storage
import supervisor
import usb_cdc
from adafruit_bus_device.i2c_device import I2CDevice
from leancore.hints import TYPE_CHECKING
from leancore.numeric.const import const
from watchdog import WatchDogMode

from leandevice.feedback.haptic import PwmMotor
from leandevice.feedback.led import SingleColour
from leandevice.power.retained_memory import EDIT, NO_START, RetainedMemory
from leandevice.sensing.sensor_bringup import SensorBringup
from leandevice.storage.drive import Drive

if TYPE_CHECKING:
    from typing import Any

    from watchdog import WatchDogTimer

    from leandevice.interfaces import BoardSpec, Light, LogFile, Motor, Port

_CLOCKS = const(9)  # a byte and its acknowledge
_MOTOR_HZ = const(20000)  # above hearing
_DRV2605 = const(0x5A)  # its address


class Clock:
    """Time of the board. ``ticks_ms()``: milliseconds, wrap at 2**29."""

    def __init__(self) -> None:
        self.ticks_ms = supervisor.ticks_ms  # bound directly: called four times per pass

    def idle(self, ms: int) -> None:
        """The only sleep: at the end of a pass."""
        time.sleep(ms / 1000)


class Bus:
    """The I2C bus, created on first use, since creation fails without a part on it."""

    def __init__(self, spec: "BoardSpec") -> None:
        self._spec = spec
        self._i2c: busio.I2C | None = None

    def __call__(self) -> "busio.I2C":
        """Return the bus; RuntimeError if nothing pulls its lines up."""
        if self._i2c is None:
            spec = self._spec
            self._i2c = busio.I2C(_pin(spec.SCL), _pin(spec.SDA), frequency=spec.I2C_HZ)
        return self._i2c

    def release(self) -> None:
        """Release the pins; the bus is recreated on next use."""
        if self._i2c is not None:
            self._i2c.deinit()
            self._i2c = None

    def look(self) -> "dict[str, Any]":
        """Check the lines, and which addresses answer; for commissioning only."""
        from leandevice.sensing.bus_look import look

        return look(self, _pin(self._spec.SDA), _pin(self._spec.SCL))

    def clear(self) -> None:
        """Free the bus: clock until a part that holds the data line has sent its byte.

        Source: NXP UM10204, section 3.1.16. The bus is recreated on next use.
        """
        self.release()
        scl = digitalio.DigitalInOut(_pin(self._spec.SCL))
        sda = digitalio.DigitalInOut(_pin(self._spec.SDA))
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
    """One WS2812 on a pin, with a pin that powers it or None."""

    def __init__(self, pin: "microcontroller.Pin", power_pin: "microcontroller.Pin | None") -> None:
        import neopixel_write

        self._power = _output(power_pin, True) if power_pin else None
        self._write = neopixel_write.neopixel_write
        self._pin = _output(pin, False)
        self._bytes = bytearray(3)

    def show(self, red: int, green: int, blue: int) -> None:
        """Show a colour; the part expects green first."""
        self._bytes[0] = green
        self._bytes[1] = red
        self._bytes[2] = blue
        self._write(self._pin, self._bytes)


class DividerGauge:
    """Battery voltage through a divider on an analogue pin."""

    def __init__(self, pin: "microcontroller.Pin", ratio_percent: int) -> None:
        import analogio

        self._pin = analogio.AnalogIn(pin)
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
    """Everything that ``parts.Parts`` needs, from a board file."""

    def __init__(self, spec: "BoardSpec") -> None:
        bus = Bus(spec)
        self.motor = _motor(spec, bus)  # first, so that its pin is driven low from here on
        if spec.HAPTIC != "pwm":  # a driver chip keeps running while the program restarts
            _silence(self.motor)
        self.clock = Clock()
        self.uid = binascii.hexlify(microcontroller.cpu.uid).decode().upper()
        self.name = board.board_id
        self.sensor = _sensor(spec, bus)
        self.look_at_bus = bus.look
        self.light = light(spec)
        self.button = _input(_pin(spec.BUTTON))
        self.memory = RetainedMemory(microcontroller.nvm)
        self.gauge = None
        if spec.BATTERY:
            self.gauge = DividerGauge(_pin(spec.BATTERY), spec.BATTERY_RATIO_PERCENT)
        writable = not storage.getmount("/").readonly
        self.drive = Drive(open, _size_of, writable, _sector_offset_of)
        self.ports = _ports()
        # Otherwise each file written by the host would restart a half-installed program.
        supervisor.runtime.autoreload = False
        self.watchdog = None
        if self.drive.writable and microcontroller.watchdog is not None:
            # Not in edit mode, where the host may stop the program at any time.
            self.watchdog = Watchdog(microcontroller.watchdog, spec.WATCHDOG_S)

    def plugged(self) -> bool:
        """Whether a computer is at the other end of the cable."""
        return supervisor.runtime.usb_connected

    def describe(self, error: BaseException) -> str:
        """Describe an error and its origin, the innermost call last."""
        return "".join(traceback.format_exception(error))

    def reset(self) -> None:
        """Restart. The motor's pin is then an input."""
        microcontroller.reset()


def _silence(motor: "Any") -> None:
    try:
        motor.set(0)
    except OSError:  # its pin stops it, if wired; ``Haptic`` repeats the command and counts
        motor.cut()


def motor_off(spec: "BoardSpec") -> None:
    """Motor off: a driver chip keeps running while the program restarts. OSError."""
    _motor(spec, Bus(spec)).set(0)


def rescue(error: BaseException) -> None:
    """Handle a program that does not start: give the drive to the host from the next start on.

    If that cannot be stored, or the host has the drive already, the error is raised.
    """
    if microcontroller.nvm is not None and not storage.getmount("/").readonly:
        traceback.print_exception(error)  # the restart would lose it
        RetainedMemory(microcontroller.nvm).request(EDIT | NO_START)
        microcontroller.reset()


def _sensor(spec: "BoardSpec", bus: "Bus") -> SensorBringup:
    if spec.SENSOR != "bno08x":
        raise ValueError("the board file names a sensor that is unknown; there is bno08x")
    reset_pin = _output(_pin(spec.SENSOR_RESET), True) if spec.SENSOR_RESET else None
    return SensorBringup(bus, I2CDevice, spec.SENSOR_ADDRESS, bus.clear, reset_pin)


def _motor(spec: "BoardSpec", bus: "Bus") -> "Motor":
    if spec.HAPTIC == "pwm" and spec.MOTOR:
        return PwmMotor(pwmio.PWMOut(_pin(spec.MOTOR), frequency=_MOTOR_HZ))
    import adafruit_drv2605

    from leandevice.feedback.drv2605 import Drv2605Motor  # 3 kB, not loaded if unused

    return Drv2605Motor(
        spec.MOTOR_KIND,
        lambda: adafruit_drv2605.DRV2605(bus()),
        lambda: I2CDevice(bus(), _DRV2605),
        _output(_pin(spec.MOTOR), True) if spec.MOTOR else None,
    )


def light(spec: "BoardSpec") -> "Light":
    """The light of a board file: anything with ``show(red, green, blue)``."""
    pin = _pin(spec.LIGHT)
    if spec.LIGHT_KIND == "neopixel":
        return NeoPixel(pin, _pin(spec.LIGHT_POWER) if spec.LIGHT_POWER else None)
    lit = spec.LIGHT_KIND == "active_high"
    return SingleColour(_output(pin, not lit), lit)


def _pin(name: str) -> "microcontroller.Pin":
    pin: microcontroller.Pin = getattr(board, name)
    return pin


def _output(pin: "microcontroller.Pin", value: bool) -> "digitalio.DigitalInOut":
    out = digitalio.DigitalInOut(pin)
    out.switch_to_output(value=value)
    return out


def _input(pin: "microcontroller.Pin") -> "digitalio.DigitalInOut":
    into = digitalio.DigitalInOut(pin)
    into.switch_to_input(pull=digitalio.Pull.UP)
    return into


def _size_of(path: str) -> int:
    return os.stat(path)[6]


def _sector_offset_of(file: "LogFile") -> "int | None":
    from leandevice.storage.sector_alignment import measure  # needed for a new log only

    return measure(file, supervisor.ticks_ms)


def _ports() -> "tuple[Port, ...]":
    """Ports to hosts: none if the firmware has no data port."""
    port = usb_cdc.data
    if port is None:
        return ()
    port.timeout = 0
    port.write_timeout = 0
    return (port,)
