"""Byte ports for device code, like CircuitPython's `usb_cdc.Serial`.

The common base and the in-memory port are here; ports of the operating system are in `os_ports`.
No port waits: both timeouts are 0, whatever the caller sets.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from random import Random

USB_CHUNK_BYTES = 256  # RP2040 moves at most this much per call, even when there is room for more


class Port(ABC):
    """One serial port, with the short reads and writes of the real one.

    Fault knobs: `max_write`, `max_read` (bytes per call), `receive_bytes` (size of the input
    buffer; the rest waits at the host, so `in_waiting` never exceeds it), `stalled` (the host has
    it open and never reads: nothing can be written), `unheard` (the program is busy: input waits in
    the buffer), `drop` and `corrupt` (probability per byte, both ways, from `random`, which is
    seeded).
    """

    def __init__(self, *, seed: int = 1) -> None:
        self.timeout: float | None = 0
        self.write_timeout: float | None = 0
        self.max_write = USB_CHUNK_BYTES
        self.max_read = USB_CHUNK_BYTES
        self.receive_bytes = USB_CHUNK_BYTES
        self.stalled = False
        self.unheard = False
        self.drop = 0.0
        self.corrupt = 0.0
        self.random = Random(seed)
        self._received = bytearray()

    @property
    def connected(self) -> bool:
        """True while a host has the port open (DTR)."""
        return True

    @property
    def in_waiting(self) -> int:
        """Bytes that can be read at once."""
        buffered = self.buffered
        return 0 if self.unheard else buffered

    @property
    def buffered(self) -> int:
        """Bytes received, whether the program has read them or not."""
        self._poll()
        return len(self._received)

    @property
    def out_waiting(self) -> int:
        """Bytes written that the host has not read yet, as far as is known here."""
        return 0

    def read(self, size: int = 1) -> bytes:
        """Up to `size` bytes, fewer or none if they are not there."""
        taken = bytes(self._received[: min(size, self.max_read, self.in_waiting)])
        del self._received[: len(taken)]
        return taken

    def readinto(self, buffer: bytearray | memoryview) -> int:
        """Like `read`, into the start of `buffer`; return the count."""
        taken = self.read(len(buffer))
        buffer[: len(taken)] = taken
        return len(taken)

    def write(self, buffer: bytes | bytearray | memoryview) -> int:
        """Send the start of `buffer`; return how many bytes were taken, possibly 0."""
        if self.stalled:
            return 0
        taken = bytes(buffer[: self.max_write])
        spoiled = self._spoil(taken)
        # Bytes lost on the way count as sent: the port does not know.
        return self._send(spoiled) + len(taken) - len(spoiled)

    def flush(self) -> None:
        """Flush without waiting; a real port waits here for the host."""
        self._poll()

    def reset_input_buffer(self) -> None:
        """Discard received input; data waiting at the host still arrive."""
        self._poll()
        self._received.clear()

    def close(self) -> None:
        """Release the port's resources."""
        self._received.clear()

    @abstractmethod
    def _send(self, data: bytes) -> int:
        """Pass bytes to the host; return how many it had space for."""

    @abstractmethod
    def _receive(self, limit: int) -> bytes:
        """Up to `limit` bytes that the host has sent since the last call."""

    def _poll(self) -> None:
        limit = self.receive_bytes - len(self._received)
        if limit > 0:
            self._received += self._spoil(self._receive(limit))

    def _spoil(self, data: bytes) -> bytes:
        if not (self.drop or self.corrupt):
            return data
        kept = (byte for byte in data if self.random.random() >= self.drop)
        return bytes(
            byte ^ 1 << self.random.randrange(8) if self.random.random() < self.corrupt else byte
            for byte in kept
        )


class MemoryPort(Port):
    """A port without any operating system: two buffers, for tests.

    Knobs besides those of Port: `plugged` (the host has it open), `room` (bytes that fit in the
    buffer towards the host).
    """

    def __init__(self, *, seed: int = 1, room: int = 4096) -> None:
        super().__init__(seed=seed)
        self.plugged = True
        self.room = room
        self._to_device = bytearray()
        self._to_host = bytearray()

    @property
    def connected(self) -> bool:
        """True while plugged."""
        return self.plugged

    @property
    def out_waiting(self) -> int:
        """Bytes the host has not read."""
        return len(self._to_host)

    def host_write(self, data: bytes) -> None:
        """The host sends."""
        self._to_device += data

    def host_read(self, size: int | None = None) -> bytes:
        """The host takes up to `size` bytes, or all."""
        taken = bytes(self._to_host[:size])
        del self._to_host[: len(taken)]
        return taken

    def _send(self, data: bytes) -> int:
        taken = data[: max(0, self.room - len(self._to_host))] if self.plugged else b""
        self._to_host += taken
        return len(taken)

    def _receive(self, limit: int) -> bytes:
        taken = bytes(self._to_device[:limit])
        del self._to_device[: len(taken)]
        return taken
