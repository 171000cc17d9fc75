"""The chip's output: cargos queued per channel and returned read by read (SHTP).

Sources: BNO08X datasheet 1000-3927, section 1.4.1 (header, partial reads, sequence numbers); Sensor
Hub Transport Protocol 1000-3535. The maker states that a read of four bytes takes no payload and
that the next read repeats the length with the continuation bit in hcrest/bno080-nucleo-demo, issue
6 (`14 01 ..` and then `14 81 ..`).
"""

from __future__ import annotations

from collections import deque
from struct import Struct

HEADER_BYTES = 4
CHANNELS = 6
CONTINUATION = 0x8000
RUBBISH = b"\xa5"

CHANNEL_COMMAND = 0
CHANNEL_EXECUTABLE = 1
CHANNEL_CONTROL = 2
CHANNEL_INPUT = 3

_HEADER = Struct("<HBB")


class Outbox:
    """Cargos on their way to the host, oldest first."""

    def __init__(self) -> None:
        self._cargos: deque[tuple[int, bytes]] = deque()
        self._sequences = [0] * CHANNELS
        self._offset = 0
        self._continued = False

    @property
    def empty(self) -> bool:
        """True when the host has read everything."""
        return not self._cargos

    def reset(self) -> None:
        """Forget all cargos and number every channel from 0 again, as after power-on."""
        self._cargos.clear()
        self._sequences = [0] * CHANNELS
        self._offset = 0
        self._continued = False

    def put(self, channel: int, payload: bytes) -> None:
        """Queue one cargo; `payload` is without the header."""
        self._cargos.append((channel, payload))

    def read(self, length: int) -> bytes:
        """Serve one I2C read: exactly `length` bytes, the header first, garbage after the end.

        With nothing queued the length field is 0. The bytes after a cargo are undocumented, so
        nothing may rely on them.
        """
        if not self._cargos:
            return bytes(HEADER_BYTES)[:length].ljust(length, RUBBISH)
        channel, payload = self._cargos[0]
        header = self._header(channel, len(payload) - self._offset)
        part = payload[self._offset : self._offset + max(0, length - HEADER_BYTES)]
        self._offset += len(part)
        if self._offset == len(payload):
            self._cargos.popleft()
            self._offset = 0
            self._continued = False
        else:
            self._continued = True
        return (header + part)[:length].ljust(length, RUBBISH)

    def _header(self, channel: int, remaining: int) -> bytes:
        """Number this transfer; a continuation counts like a cargo, as in the datasheet."""
        sequence = self._sequences[channel]
        self._sequences[channel] = (sequence + 1) & 0xFF
        flag = CONTINUATION if self._continued else 0
        return _HEADER.pack((remaining + HEADER_BYTES) | flag, channel, sequence)
