"""Bringing the motion sensor up with Adafruit's driver; afterwards only its bus device is used.

The driver raises whatever its parser trips over (an IndexError on a bus of 0xFF, a KeyError on
an unknown report, a RuntimeError on a short cargo); here all that becomes one OSError.
"""

from adafruit_bno08x import PacketError
from adafruit_bno08x.i2c import BNO08X_I2C

_TROUBLE = (
    OSError, RuntimeError, ValueError, KeyError, IndexError, MemoryError, PacketError,
)  # fmt: skip
_ABSENT = 19  # errno: no such device


class Sensor:
    """``bus()`` gives the I2C bus (RuntimeError: nothing pulls its lines up).

    ``device_of(bus, address)`` gives the bare bus device (ValueError: nothing answers there).
    ``clear()`` frees a bus whose data line a part holds low; the bus is made anew afterwards.
    """

    def __init__(self, bus, device_of, address, clear=None):
        self._bus = bus
        self._clear = clear
        self._device_of = device_of
        self._address = address

    def bring_up(self):
        """Reset the sensor and hear who it is; return its bus device.

        Takes 1 s, with a mute sensor 15 s. OSError if it did not come up. Reports are not asked
        for here: the driver would keep the sensor's answers, the intervals granted, to itself.
        """
        try:
            driver = BNO08X_I2C(self._bus(), address=self._address)
        except _TROUBLE as error:
            raise OSError(_ABSENT, "the motion sensor did not come up") from error
        return driver.bus_device_obj

    def bus_device(self):
        """Return the bus device of a sensor that came late; OSError if it is not there."""
        try:
            return self._device_of(self._bus(), self._address)
        except (ValueError, RuntimeError) as error:
            raise OSError(_ABSENT, "no motion sensor on the bus") from error

    def clear_bus(self):
        """Free a bus that hangs; return a new bus device. OSError if the sensor is not there."""
        if self._clear is not None:
            self._clear()
        return self.bus_device()
