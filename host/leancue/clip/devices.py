"""Ask the ports who is there, all at once; open the clip that is meant. Never a guess."""

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
# on these systems: a port without it is hardly ever a clip's. It is asked all the same, as a build
# of one's own may name it otherwise, but no command has to wait long for a modem on the host.
OTHER_HELLO_S = 1.2
_NAMING_SYSTEMS = ("linux", "darwin", "win32")
_OPEN_S = 2.0  # for opening a port and giving it back
_TROUBLE = (PortDenied, PortBusy, ConsolePort, ProtocolMismatch, DeviceRefused)
Ask = Callable[[str, Callable[[], bool]], Found]
Enough = Callable[[Hello], bool]
Wrap = Callable[[Transport], Transport]


def candidates() -> list[str]:
    """Return the ports on which a clip may be, the likeliest first.

    Boards that show a data port are asked there only: their console belongs to Python. Ports
    without a USB number (Bluetooth, built-in) are asked only when named: opening them may hang.
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
    """Say hello on ``ports`` (all candidates if None), side by side; the caller closes the result.

    A port is done with when a clip has answered, when it is surely something else, or when it was
    silent for as long as ``timeouts`` has it. ``enough``: of a clip beside which no other port
    need be awaited; ports that are given up for it are neither trouble nor others. ``wrap`` may
    put something of its own around each port that was opened.
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
    """What came of each port; those that were given up are missing."""
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
    """Open ``port`` and say hello; ``known``: consoles, with the error for each."""
    if port in known:  # a hello would be typed into somebody's program, and never be answered
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
