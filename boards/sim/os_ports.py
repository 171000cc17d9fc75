"""Ports that another program can open: a pseudo terminal and a TCP socket."""

from __future__ import annotations

import errno
import os
import socket
import sys

from boards.sim.ports import Port


class PtyPort(Port):
    """A pseudo terminal in raw mode; a host opens `path` like any serial port.

    A pty has no DTR, so `connected` is always True. The board keeps the host's end open as well, so
    that a host that closes it does not hang up the line. OSError on Windows, which has none.
    """

    def __init__(self, *, seed: int = 1) -> None:
        super().__init__(seed=seed)
        if sys.platform == "win32":
            raise OSError(errno.ENOSYS, "no pseudo terminals on Windows: use TcpPort")
        import tty  # POSIX only

        self._master, self._slave = os.openpty()
        self.path = os.ttyname(self._slave)
        tty.setraw(self._slave)
        os.set_blocking(self._master, False)

    def fileno(self) -> int:
        """The board's end, for select()."""
        return self._master

    def close(self) -> None:
        """Remove the terminal; a host that has it open is hung up."""
        super().close()
        os.close(self._master)
        os.close(self._slave)

    def _send(self, data: bytes) -> int:
        try:
            return os.write(self._master, data)
        except BlockingIOError:  # the host does not read and the kernel's buffer is full
            return 0
        except OSError as error:
            return self._none_if_hung_up(error)

    def _receive(self, limit: int) -> bytes:
        try:
            return os.read(self._master, limit)
        except BlockingIOError:
            return b""
        except OSError as error:
            return bytes(self._none_if_hung_up(error))

    def _none_if_hung_up(self, error: OSError) -> int:
        """None if the host hung up: nothing passes until the next one opens the port."""
        if error.errno != errno.EIO:
            raise error
        return 0


class TcpPort(Port):
    """A listening socket for one host at a time; a new host may connect after the old one.

    `url` is what pyserial opens. `port` 0 lets the system choose. OSError when it is taken.
    """

    def __init__(self, host: str = "127.0.0.1", port: int = 0, *, seed: int = 1) -> None:
        super().__init__(seed=seed)
        self._server = socket.create_server((host, port), backlog=1)
        self._server.setblocking(False)
        self._client: socket.socket | None = None
        self.host, self.port = self._server.getsockname()[:2]

    @property
    def url(self) -> str:
        """The address as `serial.serial_for_url` takes it."""
        return f"socket://{self.host}:{self.port}"

    @property
    def connected(self) -> bool:
        """True while a host is connected."""
        self._accept()
        self._poll()  # notices that the host has left
        return self._client is not None

    def fileno(self) -> int:
        """The host's socket, or the listening one, for select()."""
        return (self._client or self._server).fileno()

    def close(self) -> None:
        """Stop listening and drop the host."""
        super().close()
        self._drop_client()
        self._server.close()

    def _send(self, data: bytes) -> int:
        client = self._accept()
        if client is None:
            return 0
        try:
            return client.send(data)
        except BlockingIOError:
            return 0
        except ConnectionError:
            self._drop_client()
            return 0

    def _receive(self, limit: int) -> bytes:
        client = self._accept()
        if client is None:
            return b""
        try:
            data = client.recv(limit)
        except BlockingIOError:
            return b""
        except ConnectionError:
            data = b""
        if not data:
            self._drop_client()
        return data

    def _accept(self) -> socket.socket | None:
        if self._client is None:
            try:
                self._client, _ = self._server.accept()
            except BlockingIOError:
                return None
            self._client.setblocking(False)
            self._client.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return self._client

    def _drop_client(self) -> None:
        if self._client is not None:
            self._client.close()
            self._client = None
