"""Opens a connection by its address: ``/dev/ttyACM1``, ``COM5``, ``socket://…``, ``sim:…``."""

from __future__ import annotations

import os
import re

from leancue.transports import serial_port, simulated_board, tcp_socket  # noqa: F401 (they register)
from leancue.transports.base import SCHEMES, Transport, opened


def open_transport(address: str) -> Transport:
    """Open a connection to a clip.

    Raises:
        PortDenied, PortBusy, NoDevice: with the way out.
    """
    return opened(address)


def is_address(name: str) -> bool:
    """Whether ``name`` is an address, rather than a UID."""
    if any(scheme and name.startswith(scheme) for scheme in SCHEMES):
        return True
    return os.sep in name or os.path.exists(name) or bool(re.fullmatch(r"(?i)com\d+", name))
