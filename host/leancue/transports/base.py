"""Ways to a clip: bytes out, bytes in, nothing about what they mean.

``open_transport`` chooses by name: ``/dev/ttyACM1`` or ``COM5``, ``socket://host:port``, ``sim:``.
"""

from __future__ import annotations

import os
import re
from abc import ABC, abstractmethod
from typing import Self

from leancue.basis.errors import DeviceGone

WRITE_TIMEOUT_S = 1.0
SOCKET_SCHEME = "socket://"
SIM_SCHEME = "sim:"


class Transport(ABC):
    """A stream of bytes to and from one clip. ``name`` is what a person would call it.

    Bytes may get lost on the way, whole or in part; who needs certainty asks again.
    """

    name: str

    @abstractmethod
    def write(self, data: bytes) -> None:
        """Send ``data``; what the other side does not take in time is lost. DeviceGone."""

    @abstractmethod
    def read(self, timeout_s: float) -> bytes:
        """Return what has come in, waiting up to ``timeout_s`` for the first byte. DeviceGone."""

    @abstractmethod
    def close(self) -> None:
        """Give the port back; twice is no harm."""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def open_transport(name: str) -> Transport:
    """Open the way to a clip called ``name``.

    Raises:
        PortDenied, PortBusy, NoDevice: with the way out.
    """
    if name.startswith(SIM_SCHEME):
        from leancue.transports.simulated_board import SimTransport

        return SimTransport(name)
    if name.startswith(SOCKET_SCHEME):
        from leancue.transports.tcp_socket import SocketTransport

        return SocketTransport(name)
    from leancue.transports.serial_port import SerialTransport

    return SerialTransport(name)


def is_address(name: str) -> bool:
    """Whether ``name`` says where to open a clip, rather than which clip (its UID)."""
    if name.startswith((SIM_SCHEME, SOCKET_SCHEME)):
        return True
    return os.sep in name or os.path.exists(name) or bool(re.fullmatch(r"(?i)com\d+", name))


def gone(name: str, error: Exception) -> DeviceGone:
    """The error for a connection that broke with ``error``."""
    return DeviceGone(
        f"The connection to {name} broke: {error}.",
        "The cable was pulled, the clip restarted, or the other side hung up.",
        "Plug it in, look with `leancue devices`, and type the command again.",
    )
