"""A motor behind a DRV2605L (datasheet SLOS854): real-time mode, test, auto-calibration.

Adafruit's driver sets up the chip and runs the motor; this module adds what it lacks.
"""

from leancore.hints import TYPE_CHECKING
from leancore.numeric.const import const

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any, TypeVar

    from leandevice.hardware import Bus
    from leandevice.interfaces import BusDevice, OutputPin

    Chip = Any  # Adafruit's driver
    Result = TypeVar("Result")

_RATED = const(0x16)  # results: compensation, back-EMF, feedback control
_CLAMP = const(0x17)
_RESULTS = const(0x18)
_STATUS = const(0x00)
_GO = const(0x0C)
_CONTROL3 = const(0x1D)
_FAILED = const(8)  # status bit: no motor, a short, or the calibration did not converge
_OPEN_LOOP = const(0x20)
_FEEDBACK = const(0x1A)
_CONTROL1 = const(0x1B)
_LRA = const(0x80)  # feedback control bit
# By ``MOTOR_KIND`` of the board file: rated voltage (0x16), clamp (0x17) and control 1 (0x1B, 0 =
# as it is), in closed loop. "Rated Voltage Programming", "Overdrive Voltage-Clamp Programming" of
# SLOS854: for a coin motor 21.2 mV a step, here of 3 V, 3.6 V at the peak; for a linear motor (LRA)
# 20.6 mV RMS a step over the root of 1 - 1.5 ms * its frequency, here 2.0 V RMS at 175 Hz, and the
# peak of 2.1 V RMS. "Control1 (Address: 0x1B)": a drive time of 0.5 ms + 0.1 ms * 24, half a period
# of 175 Hz, and startup boost. TI's forum also gives 0x53, 0xB6 and 0x98 for such a motor.
MOTORS = {"coin": (142, 166, 0), "lra": (83, 139, 0x98)}
_REALTIME = const(5)
_DIAGNOSE = const(6)
_CALIBRATE = const(7)
_IO = const(5)  # errno
_ADDRESS = const(0x5A)


def motor_on(bus: "Bus", kind: str, enable: "OutputPin | None") -> "Drv2605Motor":
    """Return the motor behind the driver on the clip's bus; see ``Drv2605Motor``."""
    import adafruit_drv2605
    from adafruit_bus_device.i2c_device import I2CDevice

    return Drv2605Motor(
        kind,
        lambda: adafruit_drv2605.DRV2605(bus()),
        lambda: I2CDevice(bus(), _ADDRESS),
        enable,
    )


class Drv2605Motor:
    """``chip()`` gives Adafruit's driver, ``device()`` the bare bus device at the same address.

    ``kind``: of ``MOTORS``. Both are called when the motor is first set, and again after an error,
    since the bus may have been recreated. ``enable``: the output on the chip's EN pin, or None; low
    stops the motor even if the bus hangs. ``calibration``: an earlier result of ``look_at_test``,
    or ().
    """

    def __init__(
        self,
        kind: str,
        chip: "Callable[[], Chip]",
        device: "Callable[[], Any]",
        enable: "OutputPin | None" = None,
    ) -> None:
        self._rated, self._clamp, self._control1 = MOTORS[kind]
        self._make_chip = chip
        self._make_device = device
        self._enable = enable
        self._ready = False
        self._buf = bytearray(2)
        self._phase = 0
        self.calibration: tuple[int, ...] = ()

    def set(self, percent: int) -> None:
        """Run at ``percent`` of full strength, 0 = off. OSError if it does not answer."""
        self._safely(self._set, percent)

    def cut(self) -> None:
        """Switch the motor off by its pin, if it has one, without a bus transfer."""
        self._ready = False
        if self._enable is not None:
            self._enable.value = False

    def begin_test(self) -> bool:
        """Start testing for a motor, then calibrating; return True. OSError."""
        return self._safely(self._go, _DIAGNOSE)

    def look_at_test(self) -> "bool | tuple[int, ...]":
        """Return True while the test runs, False if there is no motor, else the calibration.

        The calibration: three numbers, or () if it did not converge; it is used from now on.
        OSError if the chip does not answer.
        """
        return self._safely(self._look)

    def _safely(self, work: "Callable[..., Result]", *arguments: int) -> "Result":
        """Do ``work``; on any failure switch the motor off by its pin and raise OSError."""
        try:
            if not self._ready:
                self._begin()
            return work(*arguments)
        except (OSError, ValueError, RuntimeError) as error:  # ValueError: the bus was replaced
            self.cut()
            raise OSError(_IO, "the DRV2605 did not answer") from error

    def _begin(self) -> None:
        if self._enable is not None:
            self._enable.value = True
        self._chip = self._make_chip()
        self._device: BusDevice = self._make_device()
        if self._control1:  # an LRA: the driver has set the chip up for a coin motor
            self._write(_FEEDBACK, self._read(_FEEDBACK) | _LRA)
            self._write(_CONTROL1, self._control1)
            self._write(_RATED, self._rated)
            self._write(_CLAMP, self._clamp)
        self._use_calibration()
        self._chip.mode = _REALTIME
        self._ready = True

    def _set(self, percent: int) -> None:
        if self._phase:  # abort a running test
            self._end_test()
        self._chip.realtime_value = 127 * percent // 100

    def _go(self, mode: int) -> bool:
        self._phase = mode
        self._write(_RATED, self._rated)
        self._write(_CLAMP, self._clamp)
        self._chip.mode = mode
        self._chip.play()
        return True

    def _look(self) -> "bool | tuple[int, ...]":
        if self._read(_GO) & 1:
            return True
        failed = self._read(_STATUS) & _FAILED
        if self._phase == _DIAGNOSE and not failed:
            return self._go(_CALIBRATE)
        if self._phase == _CALIBRATE:
            results = [self._read(_RESULTS + i) for i in range(3)]
            self.calibration = () if failed else tuple(results)
            self._use_calibration()
        found = False if self._phase == _DIAGNOSE else self.calibration
        self._end_test()
        return found

    def _end_test(self) -> None:
        self._phase = 0
        self._chip.realtime_value = 0
        self._chip.mode = _REALTIME

    def _use_calibration(self) -> None:
        """Closed loop (which also brakes) if the motor is calibrated, else open loop."""
        control = self._read(_CONTROL3) | _OPEN_LOOP
        if self.calibration:
            self._write(_RATED, self._rated)
            self._write(_CLAMP, self._clamp)
            for i in range(3):
                self._write(_RESULTS + i, self.calibration[i])
            control &= ~_OPEN_LOOP
        self._write(_CONTROL3, control)

    def _read(self, register: int) -> int:
        self._buf[0] = register
        with self._device as bus:
            bus.write_then_readinto(self._buf, self._buf, out_end=1, in_end=1)
        return self._buf[0]

    def _write(self, register: int, value: int) -> None:
        self._buf[0] = register
        self._buf[1] = value
        with self._device as bus:
            bus.write(self._buf)
