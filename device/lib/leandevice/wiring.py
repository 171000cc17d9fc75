"""Creates the hardware's objects from a board file, and rescues a program that does not start.

A board file (``boards/``) names pins and kinds; on the clip it is ``leanboard.py``. The device
unloads this module after the start.
"""

import binascii
import traceback

import board
import digitalio
import microcontroller
import pwmio
import storage
import supervisor
import usb_cdc
from adafruit_bus_device.i2c_device import I2CDevice
from leancore.hints import TYPE_CHECKING
from leancore.numeric.const import const

from leandevice.feedback.haptic import PwmMotor
from leandevice.feedback.led import SingleColour
from leandevice.hardware import (
    Board,
    Bus,
    Clock,
    DividerGauge,
    NeoPixel,
    Watchdog,
    sector_offset_of,
    size_of,
)
from leandevice.power.retained_memory import EDIT, NO_START, RetainedMemory
from leandevice.sensing.sensor_bringup import SensorBringup
from leandevice.storage.drive import Drive

if TYPE_CHECKING:
    from typing import Any

    from leandevice.interfaces import BoardSpec, Light, Motor, Port

_MOTOR_HZ = const(20000)  # above hearing


def board_of(spec: "BoardSpec") -> Board:
    """Return everything that ``parts.Parts`` needs, from a board file."""
    made = Board()
    bus = _bus(spec)
    made.motor = _motor(spec, bus)  # first, so that its pin is driven low from here on
    if spec.HAPTIC != "pwm":  # a driver chip keeps running while the program restarts
        _silence(made.motor)
    made.clock = Clock()
    made.uid = binascii.hexlify(microcontroller.cpu.uid).decode().upper()
    made.name = board.board_id
    made.sensor = _sensor(spec, bus)
    made.look_at_bus = bus.look
    made.light = light(spec)
    made.button = _input(_pin(spec.BUTTON))
    made.memory = RetainedMemory(microcontroller.nvm)
    made.gauge = _gauge(spec)
    writable = not storage.getmount("/").readonly
    made.drive = Drive(open, size_of, writable, sector_offset_of)
    made.ports = _ports()
    # Otherwise each file written by the host would restart a half-installed program.
    supervisor.runtime.autoreload = False
    made.watchdog = None
    if writable and microcontroller.watchdog is not None:
        # Not in edit mode, where the host may stop the program at any time.
        made.watchdog = Watchdog(microcontroller.watchdog, spec.WATCHDOG_S)
    return made


def _silence(motor: "Any") -> None:
    try:
        motor.set(0)
    except OSError:  # its pin stops it, if wired; ``Haptic`` repeats the command and counts
        motor.cut()


def motor_off(spec: "BoardSpec") -> None:
    """Motor off: a driver chip keeps running while the program restarts. OSError."""
    _motor(spec, _bus(spec)).set(0)


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
    from leandevice.feedback.drv2605 import motor_on  # 3 kB, not loaded if unused

    return motor_on(bus, spec.MOTOR_KIND, _output(_pin(spec.MOTOR), True) if spec.MOTOR else None)


def light(spec: "BoardSpec") -> "Light":
    """The light of a board file: anything with ``show(red, green, blue)``."""
    pin = _pin(spec.LIGHT)
    if spec.LIGHT_KIND == "neopixel":
        power = _output(_pin(spec.LIGHT_POWER), True) if spec.LIGHT_POWER else None
        return NeoPixel(_output(pin, False), power)
    lit = spec.LIGHT_KIND == "active_high"
    return SingleColour(_output(pin, not lit), lit)


def _gauge(spec: "BoardSpec") -> DividerGauge | None:
    if not spec.BATTERY:
        return None
    import analogio

    return DividerGauge(analogio.AnalogIn(_pin(spec.BATTERY)), spec.BATTERY_RATIO_PERCENT)


def _bus(spec: "BoardSpec") -> Bus:
    return Bus(_pin(spec.SCL), _pin(spec.SDA), spec.I2C_HZ)


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


def _ports() -> "tuple[Port, ...]":
    """Ports to hosts: none if the firmware has no data port."""
    port = usb_cdc.data
    if port is None:
        return ()
    port.timeout = 0
    port.write_timeout = 0
    return (port,)
