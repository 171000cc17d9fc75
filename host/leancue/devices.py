"""Find the clip that is meant: by port, by UID, or the only one plugged in. Never a guess."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from leancue.answers import Hello
from leancue.client import Client
from leancue.errors import (
    DeviceError,
    NoDevice,
    NotALeanCue,
    PortBusy,
    PortDenied,
    ProtocolMismatch,
    SeveralDevices,
)
from leancue.exchange import Patience
from leancue.port_errors import shared
from leancue.transport import is_address, open_transport

SCAN_PATIENCE = Patience(answer_timeout_s=0.4, tries=3)  # a clip may first load the desk's part


@dataclass(frozen=True)
class Found:
    """A clip that answered on ``port``."""

    port: str
    hello: Hello


@dataclass(frozen=True)
class Scan:
    """The clips that answered, and the ports that could not be asked, with the reason.

    ``others``: ports on which something else is.
    """

    clips: tuple[Found, ...]
    trouble: tuple[DeviceError, ...]
    others: tuple[str, ...] = ()


def candidates() -> list[str]:
    """Return the ports on which a clip may be, the likeliest first.

    Boards that show a data port are asked there only: their console belongs to Python. Ports
    without a USB number (Bluetooth, built-in) are asked only when named: opening them may hang.
    """
    from adafruit_board_toolkit import circuitpython_serial
    from serial.tools import list_ports

    data = circuitpython_serial.data_comports()
    boards = {port.serial_number for port in data}
    rest = [
        port
        for port in list_ports.comports()
        if port.vid is not None and port.serial_number not in boards
    ]
    return [port.device for port in (*data, *rest)]


def scan(ports: Iterable[str] | None = None, patience: Patience = SCAN_PATIENCE) -> Scan:
    """Say hello on each of ``ports`` (all candidates if None)."""
    clips: list[Found] = []
    trouble: list[DeviceError] = []
    others: list[str] = []
    for port in candidates() if ports is None else ports:
        try:
            with Client(open_transport(port), patience) as client:
                clips.append(Found(port, client.hello()))
        except (PortDenied, PortBusy, ProtocolMismatch) as error:
            trouble.append(error)
        except NotALeanCue:
            reason = _console(port) or shared(port)
            if reason:
                trouble.append(reason)
            else:
                others.append(port)
        except DeviceError:
            others.append(port)
    return Scan(tuple(clips), tuple(trouble), tuple(others))


def connect(device: str | None, patience: Patience | None = None) -> tuple[Client, Hello]:
    """Open the clip called ``device`` (a port, an address, a UID), or the only one there is.

    The caller closes the client.

    Raises:
        NoDevice, SeveralDevices, PortDenied, PortBusy, NotALeanCue, ProtocolMismatch.
    """
    port = _port_of(device)
    client = Client(open_transport(port), patience)
    try:
        return client, client.hello()
    except NotALeanCue as error:
        client.close()
        raise _console(port) or shared(port) or error from error
    except BaseException:
        client.close()
        raise


def _console(port: str) -> NotALeanCue | None:
    """The error for the other one of a board's two ports; None if ``port`` is not that."""
    from adafruit_board_toolkit import circuitpython_serial

    consoles = {found.device: found.serial_number for found in circuitpython_serial.repl_comports()}
    if port not in consoles:
        return None
    uid = consoles[port]
    data = [p.device for p in circuitpython_serial.data_comports() if p.serial_number == uid]
    if not data:
        return NotALeanCue(
            f"{port} is the console of a CircuitPython board that has no data port open.",
            "LeanCue is not installed on it, or its boot.py did not run.",
            "Type `leancue install`, or press the board's reset and repeat the command.",
        )
    return NotALeanCue(
        f"{port} is the clip's console, which belongs to Python.",
        f"The clip has two ports; its data port is {data[0]}.",
        f"Use `--device {data[0]}`, or `--device {uid}`, which stays the same.",
    )


def _port_of(device: str | None) -> str:
    if device and is_address(device):
        return device
    found = scan()
    clips = [clip for clip in found.clips if _is_called(clip, device)]
    if len(clips) == 1:
        return clips[0].port
    if clips:
        raise _several(clips)
    raise _none(device, found)


def _is_called(clip: Found, device: str | None) -> bool:
    """A UID may be shortened to its beginning."""
    return not device or clip.hello.uid.lower().startswith(device.lower())


def _several(clips: list[Found]) -> SeveralDevices:
    listing = "; ".join(
        f"{clip.hello.uid} on {clip.port} (patient {clip.hello.patient})" for clip in clips
    )
    return SeveralDevices(
        f"{len(clips)} clips are plugged in: {listing}.",
        "Which one is meant is not for this program to guess.",
        f"Name it: add `--device {clips[0].hello.uid}`; with `leancue feel` that one buzzes. "
        "LEANCUE_DEVICE in the environment names it for good.",
    )


def _none(device: str | None, found: Scan) -> DeviceError:
    if found.trouble:  # the reason at hand is worth more than "nothing found"
        return found.trouble[0]
    if device and found.clips:
        listing = ", ".join(clip.hello.uid for clip in found.clips)
        return NoDevice(
            f"No clip called {device} is plugged in; there is {listing}.",
            way_out="Look with `leancue devices`.",
        )
    return nothing(found.others, device)


def nothing(others: Iterable[str], device: str | None = None) -> NoDevice:
    """The error for a desk without a clip; ``others``: ports on which something else is."""
    listing = ", ".join(others)
    beside = f" (something else is on {listing})" if listing else ""
    called = f" called {device}" if device else ""
    return NoDevice(
        f"No clip{called} is plugged in{beside}.",
        "The clip may be switched off, without its software, or on a cable for power only.",
        "Try another cable and look with `leancue devices`; `leancue doctor` checks this desk; "
        "without hardware, try `leancue demo`.",
    )
