"""A clip on a serial port, by pyserial."""

from __future__ import annotations

from leancue.transports.base import WRITE_TIMEOUT_S, Transport, gone
from leancue.transports.port_errors import explain

try:
    import termios
except ImportError:  # Windows
    _TERMIOS_ERRORS: tuple[type[Exception], ...] = ()
else:
    _TERMIOS_ERRORS = (termios.error,)  # pyserial passes it on, and it is not an OSError
_BROKEN: tuple[type[Exception], ...] = (OSError, *_TERMIOS_ERRORS)


class SerialTransport(Transport):
    """A serial port or a pseudo terminal, held exclusively."""

    SCHEME = ""  # the default

    def __init__(self, path: str, write_timeout_s: float = WRITE_TIMEOUT_S) -> None:
        """Open ``path``; PortDenied, PortBusy or NoDevice on failure."""
        import serial

        self.name = path
        self._timed_out: type[Exception] = serial.SerialTimeoutException
        try:
            self._port = serial.Serial(
                path, timeout=0, write_timeout=write_timeout_s, exclusive=True
            )
        except _TERMIOS_ERRORS as error:  # a file, or a device that is not a terminal
            raise explain(path, OSError(*error.args)) from error
        except (OSError, ValueError) as error:
            raise explain(path, error) from error

    def write(self, data: bytes) -> None:
        """Send ``data``; see Transport."""
        try:
            self._port.write(data)
        except self._timed_out:
            return  # it is unknown how much was sent; the receiver waits for the next zero
        except OSError as error:
            raise gone(self.name, error) from error

    def read(self, timeout_s: float) -> bytes:
        """Return a block of received bytes; see Transport."""
        port = self._port
        try:
            waiting = port.in_waiting
            if not waiting and port.timeout != timeout_s:
                port.timeout = timeout_s  # slower than a read, so only for long waits
            return bytes(port.read(waiting or 1))
        except _BROKEN as error:
            raise gone(self.name, error) from error

    def close(self) -> None:
        """Close the port."""
        self._port.close()
