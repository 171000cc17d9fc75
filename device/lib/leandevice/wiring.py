"""The only part that knows hardware: makes CircuitPython's objects from a board file.

A board file (``boards/``) names pins and kinds; on the clip it is ``leanboard.py``.
"""

import os
import time

import board
import busio
import digitalio
import microcontroller
import pwmio
import storage
import supervisor
import usb_cdc
from adafruit_bno08x.i2c import BNO08X_I2C
from adafruit_bus_device.i2c_device import I2CDevice
from watchdog import WatchDogMode

from leandevice.drive import Drive
from leandevice.haptic import Drv2605Motor, PwmMotor
from leandevice.led import SingleColour


class Clock:
    """Time of the board."""

    def ticks_ms(self):
        """Milliseconds, wrap at 2**29."""
        return supervisor.ticks_ms()

    def idle(self, ms):
        """The one sleep there is: at the end of a pass."""
        time.sleep(ms / 1000)


class Sensor:
    """Calls bring the sensor up by Adafruit's driver; ``bus_device`` gives the bare device."""

    def __init__(self, i2c, address):
        self._i2c = i2c
        self._address = address

    def __call__(self):
        return BNO08X_I2C(self._i2c, address=self._address)

    def bus_device(self):
        """The sensor's bus device; ValueError if nothing answers at its address."""
        return I2CDevice(self._i2c, self._address)


class NeoPixel:
    """One WS2812 on a pin."""

    def __init__(self, pin):
        import neopixel_write

        self._write = neopixel_write.neopixel_write
        self._pin = _output(pin)
        self._bytes = bytearray(3)

    def show(self, red, green, blue):
        """Show a colour; the part wants green first."""
        self._bytes[0] = green
        self._bytes[1] = red
        self._bytes[2] = blue
        self._write(self._pin, self._bytes)


class DividerGauge:
    """Battery voltage over a divider on an analogue pin."""

    def __init__(self, pin, ratio_percent):
        import analogio

        self._pin = analogio.AnalogIn(pin)
        self._ratio_percent = ratio_percent

    def read_mv(self):
        """Battery voltage in mV."""
        return self._pin.value * 3300 // 65535 * self._ratio_percent // 100


class Watchdog:
    """The chip's watchdog; the loop feeds it in one place."""

    def __init__(self, seconds):
        self._dog = microcontroller.watchdog
        self._dog.timeout = seconds
        self._started = False

    def feed(self):
        """Feed; the first time, start it: bringing up the sensor may take longer than it allows."""
        if not self._started:
            self._dog.mode = WatchDogMode.RESET
            self._started = True
        self._dog.feed()


class Board:
    """Everything ``parts.Parts`` asks for, from a board file."""

    def __init__(self, spec):
        self.motor = self._motor(spec, None) if spec.HAPTIC == "pwm" else None
        self.clock = Clock()
        self.uid = "".join(["%02X" % byte for byte in microcontroller.cpu.uid])
        self.name = board.board_id
        i2c = busio.I2C(
            getattr(board, spec.SCL), getattr(board, spec.SDA), frequency=spec.I2C_HZ
        )
        if self.motor is None:
            self.motor = self._motor(spec, i2c)
        self.sensor = Sensor(i2c, spec.SENSOR_ADDRESS)
        self.sensor_reset = _output(getattr(board, spec.SENSOR_RESET)) if spec.SENSOR_RESET else None
        self.light = self._light(spec)
        self.button = _input(getattr(board, spec.BUTTON))
        self.gauge = None
        if spec.BATTERY:
            self.gauge = DividerGauge(getattr(board, spec.BATTERY), spec.BATTERY_RATIO_PERCENT)
        self.drive = Drive(open, _size_of, not storage.getmount("/").readonly)
        self.port = _port()
        self.watchdog = Watchdog(spec.WATCHDOG_S)

    @staticmethod
    def _motor(spec, i2c):
        if spec.HAPTIC == "pwm":
            return PwmMotor(pwmio.PWMOut(getattr(board, spec.MOTOR), frequency=20000))
        import adafruit_drv2605

        return Drv2605Motor(adafruit_drv2605.DRV2605(i2c))

    @staticmethod
    def _light(spec):
        pin = getattr(board, spec.LIGHT)
        if spec.LIGHT_KIND == "neopixel":
            if spec.LIGHT_POWER:
                _output(getattr(board, spec.LIGHT_POWER)).value = True
            return NeoPixel(pin)
        return SingleColour(_output(pin), spec.LIGHT_KIND == "active_high")


def _output(pin):
    out = digitalio.DigitalInOut(pin)
    out.switch_to_output(value=True)
    return out


def _input(pin):
    into = digitalio.DigitalInOut(pin)
    into.switch_to_input(pull=digitalio.Pull.UP)
    return into


def _size_of(path):
    return os.stat(path)[6]


def _port():
    port = usb_cdc.data
    if port is not None:
        port.timeout = 0
        port.write_timeout = 0
    return port
