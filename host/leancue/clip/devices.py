"""Query all ports at once; open the requested clip, without guessing."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import Future
from contextlib import closing
from dataclasses import replace

from leancue.basis.errors import (
    ConsolePort,
    DeviceError,
    DeviceRefused,
    NotALeanCue,
    PortBusy,
    PortDenied,
    ProtocolMismatch,
)
from leancue.clip.answers import Hello
from leancue.clip.client import Client
from leancue.clip.exchange import Timeouts, never
from leancue.clip.scan_result import Found, Scan, is_called, the_one
from leancue.transports.addresses import is_address, open_transport
from leancue.transports.base import Transport
from leancue.transports.parallel_ports import AT_ONCE, side_by_side
from leancue.transports.port_errors import consoles, shared, stuck

# CircuitPython names its data port in the USB descriptor, and adafruit-board-toolkit reads the name
# on these systems: a port without it is rarely a clip's. It is queried anyway, because a custom
# build may use another name, but no command should wait long for a modem on the host.
OTHER_HELLO_S = 1.2
_NAMING_SYSTEMS = ("linux", "darwin", "win32")
_OPEN_S = 2.0  # for opening and closing a port
_TROUBLE = (PortDenied, PortBusy, ConsolePort, ProtocolMismatch, DeviceRefused)
Ask = Callable[[str, Callable[[], bool]], Found]
Enough = Callable[[Hello], bool]
Wrap = Callable[[Transport], Transport]


def candidates() -> list[str]:
    """Return the ports on which a clip may be, the likeliest first.

    Boards with a data port are queried only there: their console belongs to Python. Ports without a
    USB number (Bluetooth, built-in) are queried only if named: opening them may hang.
    """
    data, rest = _usb_ports()
    return [*data, *rest]


def _usb_ports() -> tuple[list[str], list[str]]:
    """The data ports of CircuitPython boards, and the ports of everything else."""
    from adafruit_board_toolkit import circuitpython_serial
    from serial.tools import list_ports

    data = circuitpython_serial.data_comports()
    boards = {port.serial_number for port in data}
    rest = [
        port.device
        for port in list_ports.comports()
        if port.vid is not None and port.serial_number not in boards
    ]
    return [port.device for port in data], rest


def scan(
    ports: Iterable[str] | None = None,
    timeouts: Timeouts | None = None,
    enough: Enough = lambda hello: False,
    wrap: Wrap = lambda transport: transport,
) -> Scan:
    """Send hello on ``ports`` (default: all candidates) in parallel; the caller closes the result.

    A port is finished when a clip has answered, when it is certainly something else, or after the
    silence allowed by ``timeouts``. ``enough``: tells whether a clip makes waiting for other ports
    unnecessary; ports given up for it count neither as trouble nor as others. ``wrap`` may wrap
    each opened port.
    """
    timeouts = timeouts or Timeouts()
    hasty = replace(timeouts, hello_s=min(timeouts.hello_s, OTHER_HELLO_S))
    others = _usb_ports()[1] if ports is None and sys.platform in _NAMING_SYSTEMS else ()
    known = consoles()

    def ask(port: str, given_up: Callable[[], bool]) -> Found:
        return _greet(port, hasty if port in others else timeouts, known, given_up, wrap)

    names = list(dict.fromkeys(candidates() if ports is None else ports))
    answers = _answers(ask, names, timeouts.hello_s, enough)
    told = [(port, answers[port]) for port in names if port in answers]
    return Scan(
        tuple(answer for _, answer in told if isinstance(answer, Found)),
        tuple(answer for _, answer in told if isinstance(answer, _TROUBLE)),
        tuple(port for port, answer in told if not isinstance(answer, (Found, *_TROUBLE))),
    )


def _answers(
    ask: Ask, names: Sequence[str], hello_s: float, enough: Enough
) -> dict[str, Found | DeviceError]:
    """The result of each port, without those given up."""
    most_s = -(-len(names) // AT_ONCE) * hello_s + _OPEN_S
    answers: dict[str, Found | DeviceError] = {}
    try:
        with closing(side_by_side(ask, names, most_s, _hang_up)) as results:
            for port, result in results:
                answers[port] = answer = _outcome(result)
                if isinstance(answer, Found) and enough(answer.hello):
                    return answers
    except BaseException:
        for answer in answers.values():
            if isinstance(answer, Found):
                _hang_up(answer)
        raise
    return {port: answers.get(port) or stuck(port, most_s) for port in names}


def _outcome(result: Future[Found]) -> Found | DeviceError:
    try:
        return result.result()
    except DeviceError as error:
        return error


def _hang_up(found: Found) -> None:
    found.client.close()


def _greet(
    port: str,
    timeouts: Timeouts | None,
    known: Mapping[str, ConsolePort],
    given_up: Callable[[], bool] = never,
    wrap: Wrap = lambda transport: transport,
) -> Found:
    """Open ``port`` and send hello; ``known``: consoles, with the error for each."""
    if port in known:  # a hello would be typed into a running program and never be answered
        raise known[port]
    client = Client(wrap(open_transport(port)), timeouts)
    try:
        return Found(port, client.hello(given_up), client)
    except NotALeanCue as error:
        client.close()
        raise (None if given_up() else shared(port)) or error from error
    except BaseException:
        client.close()
        raise


def connect(device: str | None, timeouts: Timeouts | None = None) -> tuple[Client, Hello]:
    """Open the clip called ``device`` (a port, an address, a UID), or the only one there is.

    The caller closes the client.

    Raises:
        NoDevice, SeveralDevices, PortDenied, PortBusy, NotALeanCue, ProtocolMismatch,
        DeviceRefused.
    """
    if device and is_address(device):
        clip = _greet(device, timeouts, consoles())
    else:
        clip = _among_all(device, timeouts)
    return clip.client, clip.hello


def _among_all(name: str | None, timeouts: Timeouts | None) -> Found:
    found = scan(None, timeouts, lambda hello: is_called(hello, name))
    clip = None
    try:
        clip = the_one(found, name)
    finally:
        found.close(but=clip)
    return clip
