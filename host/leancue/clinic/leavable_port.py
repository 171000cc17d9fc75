"""A port to a clip that is closed when the page is left."""

from __future__ import annotations

import threading

from leancue.basis.errors import DeviceGone
from leancue.language.words import _
from leancue.transports.base import Transport

_LEFT_LOOK_S = 0.25  # interval of checking whether the page was left


class LeavablePort(Transport):
    """A transport that fails when the page is left, whatever the clip still sends."""

    def __init__(self, inner: Transport, left: threading.Event) -> None:
        self.name = inner.name
        self._inner, self._left = inner, left

    def write(self, data: bytes) -> None:
        """Send ``data``; see Transport."""
        self._go_on()
        self._inner.write(data)

    def read(self, timeout_s: float) -> bytes:
        """Return a block of input, or nothing slightly early; see Transport."""
        self._go_on()
        return self._inner.read(min(timeout_s, _LEFT_LOOK_S))

    def close(self) -> None:
        """Close the port."""
        self._inner.close()

    def _go_on(self) -> None:
        if self._left.is_set():
            raise DeviceGone(_("The page is being closed."))
