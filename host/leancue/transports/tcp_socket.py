"""A clip behind a TCP port: the simulated board, or a serial port shared by ser2net."""

from __future__ import annotations

import socket

from leancue.basis.errors import NoDevice
from leancue.transports.base import WRITE_TIMEOUT_S, Transport, gone
from leancue.transports.port_errors import explain

CONNECT_TIMEOUT_S = 3.0


class SocketTransport(Transport):
    """A clip behind a TCP port: the simulated board, or a serial port shared by ser2net."""

    SCHEME = "socket://"

    def __init__(
        self,
        name: str,
        connect_timeout_s: float = CONNECT_TIMEOUT_S,
        write_timeout_s: float = WRITE_TIMEOUT_S,
    ) -> None:
        """Connect to ``socket://host:port``; NoDevice if nothing listens there."""
        self.name = name
        self._write_timeout_s = write_timeout_s
        host, port = _host_and_port(name)
        try:
            self._socket = socket.create_connection((host, port), timeout=connect_timeout_s)
        except OSError as error:
            raise explain(name, error) from error
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def write(self, data: bytes) -> None:
        """Send ``data``; see Transport."""
        self._socket.settimeout(self._write_timeout_s)
        try:
            self._socket.sendall(data)
        except TimeoutError:
            return  # as with a serial port: it is unknown how much was sent
        except OSError as error:
            raise gone(self.name, error) from error

    def read(self, timeout_s: float) -> bytes:
        """Return a block of what has come in; see Transport."""
        self._socket.settimeout(max(timeout_s, 1e-4))  # 0 would mean non-blocking
        try:
            data = self._socket.recv(1 << 16)
        except (TimeoutError, BlockingIOError):
            return b""
        except OSError as error:
            raise gone(self.name, error) from error
        if not data:
            raise gone(self.name, ConnectionResetError("connection closed"))
        return data

    def close(self) -> None:
        """Close the connection."""
        self._socket.close()


def _host_and_port(name: str) -> tuple[str, int]:
    host, _, port = name.removeprefix(SocketTransport.SCHEME).rstrip("/").rpartition(":")
    if not host or not port.isdigit() or int(port) > 65535:
        raise NoDevice(
            f"{name} is not an address.",
            way_out="Type it as `--device socket://127.0.0.1:7777`: host, colon, port.",
        )
    return host.strip("[]"), int(port)
