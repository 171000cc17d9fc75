"""Other devices on a serial port, each on its own pseudo terminal."""

from __future__ import annotations

import json
import os
import select
import threading
import tty
from collections.abc import Callable, Iterator
from contextlib import suppress
from typing import Self

from leancore.link import framing, messages
from leancue.basis.errors import NoDevice, ProtocolMismatch

Manner = Callable[[bytes], Iterator[bytes]]
_OLDER = {"protocol": messages.PROTOCOL - 1, "uid": "A1", "version": "0.0.1", "board": "older"}


def _silent(_heard: bytes) -> Iterator[bytes]:
    return iter(())


def _noisy(_heard: bytes) -> Iterator[bytes]:
    """Send data endlessly once the port is opened."""
    while True:
        yield os.urandom(1024)


def _older(heard: bytes) -> Iterator[bytes]:
    for kind, sequence, _payload in framing.Receiver().feed(heard):
        yield framing.encode(kind | messages.ANSWER, sequence, json.dumps(_OLDER).encode())


# By name: (its answer to what it receives, exit code of a command that finds no other device).
FOREIGN_DEVICES: dict[str, tuple[Manner, int]] = {
    "silent port": (_silent, NoDevice.exit_code),
    "endless noise": (_noisy, NoDevice.exit_code),
    "older protocol": (_older, ProtocolMismatch.exit_code),
}


class ForeignDevice:
    """One of ``FOREIGN_DEVICES`` on its own port, ``path``, until closed."""

    def __init__(self, name: str) -> None:
        self._manner, _code = FOREIGN_DEVICES[name]
        self._master, self._slave = os.openpty()
        tty.setraw(self._slave)
        os.set_blocking(self._master, False)  # a host that has closed the port reads nothing
        self.path = os.ttyname(self._slave)
        self._stop_r, self._stop_w = os.pipe()
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()

    def _serve(self) -> None:
        while self._ready(self._master):
            for said in self._manner(os.read(self._master, 4096)):
                if not self._ready(writes=self._master):
                    return
                with suppress(BlockingIOError):
                    os.write(self._master, said)

    def _ready(self, *reads: int, writes: int | None = None) -> bool:
        """Wait for the port; return False when the device is to stop."""
        to_write = [] if writes is None else [writes]
        return self._stop_r not in select.select([*reads, self._stop_r], to_write, [])[0]

    def close(self) -> None:
        """Unplug the device."""
        os.write(self._stop_w, b"x")
        self._thread.join()
        for handle in (self._master, self._slave, self._stop_r, self._stop_w):
            os.close(handle)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
