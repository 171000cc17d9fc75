"""The real client and the real clip, joined by a wire in memory that may do anything."""

from __future__ import annotations

import random
from collections.abc import Callable
from types import SimpleNamespace

from leancue.basis.errors import DeviceGone
from leancue.transports.base import Transport

from boards.sim.board import SimBoard
from boards.sim.ports import MemoryPort

PASS_S = 0.02
UPRIGHT = (0.7071, 0.7071, 0.0, 0.0, 0.0, 9.81, 0.0, 0.0, 0.0, 0.0)
STILL = SimpleNamespace(at=lambda t_s: UPRIGHT)


class Wire(Transport):
    """A transport whose other end is ``board``; time goes on while the host waits.

    Knobs: ``lose``, ``double``, ``spoil`` (probability for each block of bytes, either way),
    ``delay`` (blocks kept back for so many looks), ``cut_after`` (bytes to the host until the
    cable is pulled: DeviceGone).
    """

    name = "a wire in memory"

    def __init__(self, board: SimBoard, seed: int = 1) -> None:
        assert isinstance(board.port, MemoryPort)
        self.board = board
        self.port = board.port
        self.lose = self.double = self.spoil = 0.0
        self.delay = 0
        self.cut_after: int | None = None
        self.chance = random.Random(seed)
        self.pieces_bytes = 4096
        self._late: list[tuple[int, bytes]] = []
        self._looks = 0

    def write(self, data: bytes) -> None:
        self.port.host_write(self._mangled(data))

    def read(self, timeout_s: float) -> bytes:
        self._looks += 1
        self.board.forward(PASS_S)
        data = self.port.host_read(self.pieces_bytes)
        if self.delay and data:
            self._late.append((self._looks + self.delay, data))
            data = b""
        while self._late and self._late[0][0] <= self._looks:
            data += self._late.pop(0)[1]
        data = self._mangled(data)
        if self.cut_after is not None:
            if len(data) >= self.cut_after:
                self.cut()
                raise DeviceGone("the cable was pulled")
            self.cut_after -= len(data)
        return data

    def cut(self) -> None:
        """Pull the cable and plug it in again."""
        self.cut_after = None
        self._late.clear()
        self.port.plugged = False
        self.port.host_read()
        self.board.forward(2 * PASS_S)
        self.port.plugged = True

    def close(self) -> None:
        """Leave the board as it is."""

    def _mangled(self, data: bytes) -> bytes:
        if not data:
            return data
        if self.chance.random() < self.lose:
            return b""
        if self.chance.random() < self.spoil:
            at = self.chance.randrange(len(data))
            data = data[:at] + bytes((data[at] ^ 1 << self.chance.randrange(8),)) + data[at + 1 :]
        return data * 2 if self.chance.random() < self.double else data


Made = Callable[..., SimBoard]
