"""Starts the motion sensor with Adafruit's driver; afterwards only its bus device is used.

The driver is needed only briefly: it is loaded, and its 22 kB of heap are freed, before the main
program is loaded (``prepare``).
"""

import gc
import sys

from leancore.hints import TYPE_CHECKING
from leancore.numeric.const import const

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from leandevice.interfaces import BusDevice, Clock, MotionSensor, OutputPin

    I2C = Any  # ``busio.I2C``, or a simulated one

_DRIVER = "adafruit_bno08x"
_ABSENT = const(19)  # errno: no such device
_ADDRESSES = const(0x4A + 0x4B)  # the sensor has two


class SensorBringup:
    """``bus()`` gives the I2C bus (RuntimeError: nothing pulls its lines up).

    ``device_of(bus, address)`` gives the bare bus device (ValueError: nothing answers there).
    ``clear()`` frees a bus whose data line is held low; the bus is then recreated. ``reset_pin``:
    the sensor's, if it is wired.
    """

    def __init__(
        self,
        bus: "Callable[[], I2C]",
        device_of: "Callable[[I2C, int], Any]",
        address: int,
        clear: "Callable[[], object] | None" = None,
        reset_pin: "OutputPin | None" = None,
    ) -> None:
        self._bus = bus
        self._clear = clear
        self._device_of = device_of
        self._address = address
        self._reset_pin = reset_pin
        self._is_prepared = False
        self._device: BusDevice | None = None

    def reader(self, clock: "Clock", interval_us: int) -> "MotionSensor":
        """The sensor for the program, with a sample every ``interval_us``."""
        from leandevice.sensing.imu import Imu  # loaded after the driver is unloaded

        return Imu(clock, self, interval_us, self._reset_pin)

    def prepare(self) -> None:
        """Start the sensor now, and unload the driver; ``bring_up`` will report the result."""
        try:
            self._device = self._driven()
        except OSError:
            self._device = None
        self._is_prepared = True
        for name in [name for name in sys.modules if name.startswith(_DRIVER)]:
            del sys.modules[name]
        gc.collect()

    def bring_up(self) -> "BusDevice":
        """Reset and identify the sensor; return its bus device.

        Takes 1 s, with a silent sensor 15 s. OSError if it did not start. Reports are not requested
        here, because the driver would not pass on the sensor's answers (the granted intervals).
        """
        if not self._is_prepared:
            return self._driven()
        self._is_prepared = False
        device, self._device = self._device, None
        if device is None:
            raise OSError(_ABSENT, "the motion sensor did not come up")
        return device

    def _driven(self) -> "BusDevice":
        """Run the driver and convert its errors to OSError: it may raise an IndexError on a bus of
        0xFF, a KeyError on an unknown report, or a RuntimeError on a short cargo.
        """
        from adafruit_bno08x.i2c import BNO08X_I2C

        try:
            bus = self._free_bus()
            self._find(bus)
            device: BusDevice = BNO08X_I2C(bus, address=self._address).bus_device_obj
        except Exception as error:
            raise OSError(_ABSENT, "the motion sensor did not come up") from error
        return device

    def _free_bus(self) -> "I2C":
        """Create the bus; if a part holds it low, free it by clock pulses first."""
        try:
            return self._bus()
        except RuntimeError:
            if self._clear is None:
                raise
            self._clear()
            return self._bus()

    def _find(self, bus: "I2C") -> "BusDevice":
        """Return the bare bus device; the part may be wired to its other address. ValueError."""
        try:
            device: BusDevice = self._device_of(bus, self._address)
        except ValueError:
            other = _ADDRESSES - self._address
            device = self._device_of(bus, other)
            self._address = other
        return device

    def bus_device(self) -> "BusDevice":
        """Return the bus device of a sensor that appeared late; OSError if it is absent."""
        try:
            return self._find(self._free_bus())
        except (ValueError, RuntimeError) as error:
            raise OSError(_ABSENT, "no motion sensor on the bus") from error

    def clear_bus(self) -> "BusDevice":
        """Free a hung bus; return a new bus device. OSError if the sensor is absent."""
        if self._clear is not None:
            self._clear()
        return self.bus_device()
