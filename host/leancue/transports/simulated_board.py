"""A simulated clip that runs while the connection is open."""

from __future__ import annotations

from typing import Any

from leancue.basis.errors import NoDevice
from leancue.transports import serial_port, tcp_socket  # noqa: F401 (they register)
from leancue.transports.base import Transport, opened
from leancue.transports.simulator_process import WEARER, Simulator


class SimTransport(Transport):
    """The simulated board, started for as long as the transport is open."""

    SCHEME = "sim:"

    def __init__(self, name: str) -> None:
        """Start ``sim:[WEARER][,seed=N][,speed=X][,folder=DIR][,uid=HEX][,hello_s=X][,run]``."""
        self.name = name
        options, run = read_options(name.removeprefix(self.SCHEME))
        self._simulator = Simulator(**options)
        try:
            if run:
                self._simulator.go()
                self._simulator.wait_until_over()
            self._inner = opened(self._simulator.port)
        except BaseException:
            self._simulator.close()
            raise

    def write(self, data: bytes) -> None:
        """Send ``data``; see Transport."""
        self._inner.write(data)

    def read(self, timeout_s: float) -> bytes:
        """Return received bytes; see Transport."""
        return self._inner.read(timeout_s)

    def close(self) -> None:
        """Close the port, then end the simulated board."""
        self._inner.close()
        self._simulator.close()


def wearer_of(name: str) -> str:
    """Return the wearer of the simulated clip of an address. NoDevice as ``read_options``."""
    options, _run = read_options(name.removeprefix(SimTransport.SCHEME))
    return str(options.get("wearer", WEARER))


def read_options(text: str) -> tuple[dict[str, Any], bool]:
    """Parse the options after ``sim:``; return (arguments of Simulator, whether to run the plan).

    Raises:
        NoDevice: for an unknown option or a non-numeric value.
    """
    options: dict[str, Any] = {}
    run = False
    kinds = {"seed": int, "speed": float, "folder": str, "uid": str, "hello_s": float}
    for i, word in enumerate(filter(None, text.split(","))):
        name, equals, value = word.partition("=")
        try:
            if equals:
                options[name] = kinds[name](value)
            elif word == "run":
                run = True
            elif i == 0:
                options["wearer"] = word
            else:
                raise KeyError(word)
        except (KeyError, ValueError):
            raise NoDevice(
                f"`{word}` is not an option of the simulated board.",
                way_out="Type `sim:WEARER,seed=1,speed=0,folder=DIR,uid=HEX,hello_s=0,run`, each "
                "optional.",
            ) from None
    return options, run
