"""The haptic driver at 0x5A as the bus sees it, with a coin motor behind it.

Source: TI DRV2605L datasheet SLOS854. Registers keep what is written; the real-time value moves
the motor in mode 5; GO runs the diagnostics (mode 6) and the auto-calibration (mode 7).
"""

from __future__ import annotations

from boards.sim.clock import Clock
from boards.sim.parts import Motor

ADDRESS = 0x5A
STATUS, MODE, RTP, GO, RESULTS, CONTROL3 = 0x00, 0x01, 0x02, 0x0C, 0x18, 0x1D
FEEDBACK, LRA = 0x1A, 0x80
OPEN_LOOP = 0x20
_DEVICE_ID = 7 << 5  # DRV2605L
_STANDBY = 0x40
_DEFAULTS = {MODE: 0x40, 0x16: 0x3E, 0x17: 0x8C, 0x18: 0x0C, 0x19: 0x6C, 0x1A: 0x36, 0x1B: 0x93,
             0x1C: 0xF5, CONTROL3: 0xA0, 0x1E: 0x20}  # fmt: skip
_LASTS_US = {6: 150_000, 7: 1_200_000}
_CALIBRATED = (0x0D, 0x6D, 0x36)


class Drv2605:
    """A part for `I2CBus.attach(ADDRESS, chip)`.

    Knobs: `motor_connected` (else the diagnostics fail), `converges` (else the calibration does),
    `motor_kind` ("coin" or "lra": a calibration for the other kind does not converge).
    A reset of the microcontroller does not affect it: the motor keeps running.
    """

    def __init__(self, clock: Clock, motor: Motor) -> None:
        self.motor_connected = True
        self.converges = True
        self.motor_kind = "coin"
        self.registers = bytearray(256)
        for register, value in _DEFAULTS.items():
            self.registers[register] = value
        self._clock = clock
        self._motor = motor
        self._pointer = 0
        self._done_us: int | None = None
        self._failed = False

    def write(self, data: bytes) -> None:
        """A register's address, then values for it and those that follow."""
        self._finish()
        if not data:
            return
        self._pointer = data[0]
        for value in data[1:]:
            self.registers[self._pointer] = value
            if self._pointer == GO and value & 1:
                self._go()
            self._pointer += 1
        self._drive()

    def read(self, length: int) -> bytes:
        """Values from the last addressed register on."""
        self._finish()
        self.registers[STATUS] = _DEVICE_ID | (8 if self._failed else 0)
        taken = bytes(self.registers[self._pointer : self._pointer + length])
        self._pointer += length
        return taken

    def enable(self, level: bool) -> None:
        """The EN pin; low: the motor stops, the registers stay."""
        self.registers[MODE] |= 0 if level else _STANDBY
        self._drive()

    def _go(self) -> None:
        mode = self.registers[MODE] & 7
        self._done_us = self._clock.now_us() + _LASTS_US.get(mode, 0)

    def _finish(self) -> None:
        if self._done_us is None or self._clock.now_us() < self._done_us:
            return
        self._done_us = None
        self.registers[GO] = 0
        mode = self.registers[MODE] & 7
        if mode == 6:
            self._failed = not self.motor_connected
        elif mode == 7:
            is_for_lra = bool(self.registers[FEEDBACK] & LRA)
            fits = is_for_lra == (self.motor_kind == "lra")
            self._failed = not (self.motor_connected and self.converges and fits)
            if not self._failed:
                self.registers[RESULTS : RESULTS + 3] = bytes(_CALIBRATED)
        self._drive()

    def _drive(self) -> None:
        """The motor's current drive."""
        mode = self.registers[MODE]
        percent = 0
        if not mode & _STANDBY and self.motor_connected:
            if mode & 7 == 5 and self.registers[RTP] < 128:  # signed; below 0 it brakes
                percent = self.registers[RTP] * 100 // 127
            elif mode & 7 == 7 and self._done_us is not None:
                percent = 100
        self._motor.duty_cycle = 65535 * percent // 100


class EnablePin:
    """The output on the chip's EN pin."""

    def __init__(self, chip: Drv2605) -> None:
        self._chip = chip
        self._value = True

    @property
    def value(self) -> bool:
        """The level."""
        return self._value

    @value.setter
    def value(self, value: bool) -> None:
        self._value = value
        self._chip.enable(value)
