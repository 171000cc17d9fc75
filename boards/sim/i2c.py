"""An I2C bus shaped like CircuitPython's `busio.I2C`, on which every transaction takes time."""

from __future__ import annotations

import errno
import sys
from typing import Any, Protocol

from boards.sim.clock import Clock

WEDGED_US = 1_000_000
BITS_PER_BYTE = 9  # eight and the acknowledge
LINES = ("sda", "scl")


class I2CPart(Protocol):
    """The interface of a part on the bus; OSError(ENODEV) if it does not acknowledge."""

    def write(self, data: bytes) -> None:
        """Take the bytes of one write; none at all is a probe."""

    def read(self, length: int) -> bytes:
        """Give exactly `length` bytes for one read."""


class I2CBus:
    """Passes transactions to the attached parts and advances the clock by their duration.

    Fault knobs: `nack_count` (so many of the next transactions are not acknowledged), `nack_errno`
    (19 ENODEV as on RP2040, or 5 EIO), `wedged` (SDA held low: RP2040 waits 1 s for each
    transaction whatever timeout was asked for, then ETIMEDOUT), `sda_held` (as wedged, by a part
    that waits for clocks: `clear` frees it), `all_ones` (a part without power or pulled off during
    a read: every byte is 0xFF), `no_pull_up` (nothing pulls the lines up). Mistakes of wiring:
    `loose` (the lines that nobody pulls up, "sda" or "scl"), `held` (lines at ground), `joined`
    (one pulls the other down), `high` (lines at the supply), `swapped` (each is the other one's),
    `unpowered` (no part has power, and their pull-ups hold both lines down).
    """

    def __init__(self, clock: Clock, frequency_hz: int = 400_000, *, overhead_us: int = 50) -> None:
        self.clock = clock
        self.frequency_hz = frequency_hz
        self.overhead_us = overhead_us
        self.nack_count = 0
        self.nack_errno = errno.ENODEV
        self.wedged = False
        self.sda_held = False
        self.all_ones = False
        self.no_pull_up = False
        self.loose: frozenset[str] = frozenset()
        self.held: frozenset[str] = frozenset()
        self.joined = False
        self.high: frozenset[str] = frozenset()
        self.swapped = False
        self.unpowered = False
        self.transactions = 0
        self._parts: dict[int, I2CPart] = {}
        self._locked = False

    def attach(self, address: int, part: I2CPart) -> None:
        """Wire a part to the bus; ValueError when the address (7 bit) is taken."""
        if address in self._parts:
            raise ValueError(f"two parts at 0x{address:02x}")
        self._parts[address] = part

    def detach(self, address: int) -> None:
        """Pull a part off the bus; KeyError when there is none."""
        del self._parts[address]

    def try_lock(self) -> bool:
        """Take the bus; False if it is locked."""
        if self._locked:
            return False
        self._locked = True
        return True

    def unlock(self) -> None:
        """Release the bus."""
        self._need_lock()
        self._locked = False

    def deinit(self) -> None:
        """Release the pins (none here)."""
        self._locked = False

    def clear(self) -> None:
        """Nine clocks by hand; the bus is free and unlocked afterwards unless it is shorted."""
        self.sda_held = False
        self._locked = False

    def probe(self, address: int) -> bool:
        """True when a part acknowledges the address."""
        self._need_lock()
        try:
            self._write(address, b"")
        except OSError:
            return False
        return True

    def scan(self) -> list[int]:
        """Addresses that acknowledge, 0x08 .. 0x77 as CircuitPython scans them."""
        self._need_lock()
        return [address for address in range(0x08, 0x78) if self.probe(address)]

    def writeto(
        self, address: int, buffer: bytes, *, start: int = 0, end: int = sys.maxsize
    ) -> None:
        """Write `buffer[start:end]`; empty = probe. OSError when not acknowledged."""
        self._need_lock()
        self._write(address, bytes(buffer[start:end]))

    def readfrom_into(
        self, address: int, buffer: bytearray, *, start: int = 0, end: int = sys.maxsize
    ) -> None:
        """Fill `buffer[start:end]`. OSError when not acknowledged."""
        self._need_lock()
        end = min(end, len(buffer))
        buffer[start:end] = self._read(address, end - start)

    def writeto_then_readfrom(
        self,
        address: int,
        out_buffer: bytes,
        in_buffer: bytearray,
        *,
        out_start: int = 0,
        out_end: int = sys.maxsize,
        in_start: int = 0,
        in_end: int = sys.maxsize,
    ) -> None:
        """Write, then read without a stop between (the BNO08x does not support this)."""
        self.writeto(address, out_buffer, start=out_start, end=out_end)
        self.readfrom_into(address, in_buffer, start=in_start, end=in_end)

    def _write(self, address: int, data: bytes) -> None:
        part = self._address(address)
        try:
            part.write(data)
        finally:
            self._spend(len(data))

    def _read(self, address: int, length: int) -> bytes:
        part = self._address(address)
        try:
            data = part.read(length)  # sampled at the start, when the part takes its time stamp
        finally:
            self._spend(length)
        return b"\xff" * length if self.all_ones else data

    def _address(self, address: int) -> I2CPart:
        self.transactions += 1
        if self.wedged or self.sda_held:
            self.clock.advance_us(WEDGED_US)
            raise OSError(errno.ETIMEDOUT, "bus wedged")
        mute = self.joined or self.swapped or self.unpowered or self.high
        part = None if mute else self._parts.get(address)
        if part is None or self.nack_count > 0:
            self.nack_count -= self.nack_count > 0
            self._spend(0)
            raise OSError(self.nack_errno, "not acknowledged")
        return part

    def is_low(self, line: str) -> bool:
        """Whether "sda" or "scl" is at ground, for whatever reason."""
        hangs = line == "sda" and (self.wedged or self.sda_held)
        return hangs or self.unpowered or line in self.held

    def is_pulled(self, line: str) -> bool:
        """Whether a resistor pulls it up."""
        return not (self.no_pull_up or line in self.loose)

    def can_be_made(self) -> bool:
        """Whether both lines are high, as CircuitPython requires to create a bus."""
        return all(self.is_pulled(line) and not self.is_low(line) for line in LINES)

    def _spend(self, length: int) -> None:
        """Advance by the time of the address byte, `length` bytes, and the port's overhead."""
        bits = (length + 1) * BITS_PER_BYTE
        self.clock.advance_us(bits * 1_000_000 // self.frequency_hz + self.overhead_us)

    def _need_lock(self) -> None:
        if not self._locked:
            raise RuntimeError("Function requires lock")


class ForeignPart:
    """A part that does not belong to a clip: it acknowledges and returns zeros."""

    def write(self, data: bytes) -> None:
        """Take it."""

    def read(self, length: int) -> bytes:
        """Zeros."""
        return bytes(length)


class LinePin:
    """One line of the bus as a pin, shaped like `digitalio.DigitalInOut`."""

    def __init__(self, bus: I2CBus, line: str) -> None:
        self._bus = bus
        self._line = line
        self._driven: bool | None = None
        self._pulled = False
        self.other: LinePin | None = None

    def switch_to_output(self, value: bool = False) -> None:
        """Drive it."""
        self._driven = value

    def switch_to_input(self, pull: object = None) -> None:
        """Release it, with or without the chip's pull-up."""
        self._driven = None
        self._pulled = pull is not None

    @property
    def value(self) -> bool:
        """Its level; a floating line stays where it was driven, which is low."""
        if self._line in self._bus.high:
            return True  # like an RP2040, which reads the level even while driving
        if self._driven is not None:
            return self._driven
        dragged = self._bus.joined and self.other is not None and self.other.drives_low
        if dragged or self._bus.is_low(self._line):
            return False
        return self._bus.is_pulled(self._line) or self._pulled

    @property
    def drives_low(self) -> bool:
        """Whether it pulls the line down."""
        return self._driven is False

    def deinit(self) -> None:
        """Give the pin back."""
        self._driven = None


def line_pins(bus: I2CBus) -> tuple[LinePin, LinePin]:
    """Both lines as pins: SDA, SCL."""
    sda, scl = LinePin(bus, "sda"), LinePin(bus, "scl")
    sda.other, scl.other = scl, sda
    return sda, scl


class Claim:
    """Like `busio.I2C(...)`: the bus, until `deinit`; ValueError afterwards.

    Like the original it raises RuntimeError if a line is low on creation.
    """

    def __init__(self, bus: I2CBus) -> None:
        if not bus.can_be_made():
            raise RuntimeError("No pull up found on SDA or SCL; check your wiring")
        self._bus: I2CBus | None = bus

    def deinit(self) -> None:
        """Give the pins back."""
        self._bus = None

    def __getattr__(self, name: str) -> Any:
        if self._bus is None:
            raise ValueError("Object has been deinitialized and can no longer be used.")
        return getattr(self._bus, name)
