"""A cable to a clip that can be unplugged, and records when the last bytes passed."""

from __future__ import annotations

import socket
import threading
import time
from contextlib import suppress

from leancue.basis.errors import DeviceGone
from leancue.transports.addresses import open_transport
from leancue.transports.base import Transport

_LOOK_S = 0.005
_PAGES_BYTES = 1000  # bytes at once: more than any answer except pages


class Cable:
    """A cable to the clip on ``port``: ``address``: to be opened instead.

    ``carried``: bytes to the host so far; ``cut_after``: how many more until it is unplugged, None
    = never; ``cut_when_asked``: it is unplugged when a request of this many bytes has reached the
    clip, before its answer; ``pages_s``: time of the last pages, by ``time.monotonic``.
    """

    def __init__(self, port: str) -> None:
        self._port = port
        self.cut_after: int | None = None
        self.cut_when_asked: int | None = None
        self.carried = 0
        self.pages_s = 0.0
        self._server = socket.create_server(("127.0.0.1", 0))
        self.address = f"socket://127.0.0.1:{self._server.getsockname()[1]}"
        threading.Thread(target=self._serve, daemon=True).start()

    def close(self) -> None:
        """Remove the cable."""
        self._server.close()

    def _serve(self) -> None:
        while True:
            try:
                desk, _ = self._server.accept()
            except OSError:
                return
            with desk, open_transport(self._port) as clip:
                self._carry(desk, clip)

    def _carry(self, desk: socket.socket, clip: Transport) -> None:
        """Carry bytes both ways until the host hangs up or the cable is pulled."""
        while self.cut_after != 0:
            desk.setblocking(False)
            with suppress(BlockingIOError):
                asked = desk.recv(65536)
                if not asked:
                    return
                clip.write(asked)
                if self.cut_when_asked is not None and len(asked) >= self.cut_when_asked:
                    self.cut_when_asked = None
                    return
            try:
                answer = clip.read(_LOOK_S)
            except DeviceGone:
                return
            desk.setblocking(True)
            with suppress(OSError):
                desk.sendall(self._carried(answer))
        self.cut_after = None

    def _carried(self, answer: bytes) -> bytes:
        """The part of ``answer`` that arrives."""
        if self.cut_after is not None:
            answer = answer[: self.cut_after]
            self.cut_after -= len(answer)
        self.carried += len(answer)
        if len(answer) > _PAGES_BYTES:
            self.pages_s = time.monotonic()
        return answer
