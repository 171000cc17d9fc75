"""Errors of opening a port, with the reason and the command that helps."""

from __future__ import annotations

import errno
import os
import sys

from leancue.basis.errors import ConsolePort, DeviceError, NoDevice, PortBusy, PortDenied
from leancue.language.words import N_, _
from leancue.transports import port_holders

_BUSY = (errno.EBUSY, errno.EAGAIN, errno.EWOULDBLOCK)
_DENIED = (errno.EACCES, errno.EPERM)
_REASONS = {
    errno.ENOENT: N_("there is no such port"),
    errno.ENOTTY: N_("it is not a serial port"),
    errno.ECONNREFUSED: N_("nothing answers there"),
}


def explain(name: str, error: Exception) -> DeviceError:
    """Return the error for the system's error on opening ``name``."""
    code = _code(error)
    if sys.platform == "win32" and "PermissionError" in str(error):
        return _busy(name)  # Windows reports "access denied" for a port that is open elsewhere
    if code in _DENIED:
        return _denied(name)
    if code in _BUSY:
        return _busy(name)
    return _absent(name, code, error)


def _code(error: Exception) -> int | None:
    """The system's error number; with pyserial it may be in the exception's cause."""
    code = getattr(error, "errno", None)
    if code is None and error.__context__ is not None and error.__context__.args:
        code = error.__context__.args[0]
    return code if isinstance(code, int) else None


def _denied(name: str) -> PortDenied:
    group = group_of(name)
    if not group:
        return PortDenied(
            _("You do not have the right to open {name}.", name=name),
            way_out=f"`ls -l {name}` shows who may.",
        )
    if group == "root":  # nobody should join that group for a port
        return PortDenied(
            _("You do not have the right to open {name}.", name=name),
            _("It belongs to root only. On most systems a rule gives serial ports to a group."),
            f"Type `sudo chmod a+rw {name}`. It works until the clip is unplugged.",
        )
    return PortDenied(
        _("You do not have the right to open {name}.", name=name),
        _("It is open to members of the group {group}, and you are not one yet.", group=group),
        f"Type `sudo usermod -aG {group} $USER`, log out and in again, and repeat the command. Or "
        "let `leancue doctor --mend` install a rule for clips.",
    )


def group_of(path: str) -> str:
    """Return the group that owns the device node at ``path``; "" if there is none."""
    try:
        import grp

        return grp.getgrgid(os.stat(path).st_gid).gr_name
    except (ImportError, OSError, KeyError):  # Windows; no such node; a group without a name
        return ""


def _busy(name: str) -> PortBusy:
    holder = port_holders.holder_of(name)
    if holder:
        return PortBusy(
            _(
                "{holder} (process {pid}) is using {name}.",
                holder=holder.name,
                pid=holder.pid,
                name=name,
            ),
            _why(holder.name),
            port_holders.way_out(holder),
        )
    suspects = port_holders.suspects()
    if suspects:
        return PortBusy(
            _("Another program is using {name}.", name=name),
            _(
                "Perhaps {program}, which runs here. {why}",
                program=suspects[0],
                why=_why(suspects[0]),
            ),
            port_holders.WAY_OUT[suspects[0]],
        )
    look = "" if sys.platform == "win32" else f" `sudo fuser -v {name}` shows which one."
    return PortBusy(
        _("Another program is using {name}.", name=name),
        _("Perhaps a serial monitor, an editor, or a second leancue."),
        f"Close it and repeat the command.{look}",
    )


def shared(name: str) -> PortBusy | None:
    """The error for a port that opened but stays silent, because another program reads it."""
    holder = port_holders.holder_of(name)
    if holder is None:
        return None
    return PortBusy(
        _(
            "No LeanCue answers on {name}; {holder} (process {pid}) also has it open.",
            name=name,
            holder=holder.name,
            pid=holder.pid,
        ),
        _why(holder.name) or _("That program may receive the clip's answers."),
        port_holders.way_out(holder),
    )


def stuck(name: str, waited_s: float) -> PortBusy:
    """The error for a port on which the system itself hangs."""
    return PortBusy(
        _(
            "{name} did not open and answer within {waited_s} s.",
            name=name,
            waited_s=f"{waited_s:.0f}",
        ),
        _("Its driver hangs, or another program is using it."),
        "Unplug the device, plug it in again, and repeat the command.",
    )


def consoles() -> dict[str, ConsolePort]:
    """Return the consoles of the CircuitPython boards plugged in, each with the error for it."""
    from adafruit_board_toolkit import circuitpython_serial

    data = {port.serial_number: port.device for port in circuitpython_serial.data_comports()}
    return {
        port.device: _console(port.device, port.serial_number, data.get(port.serial_number))
        for port in circuitpython_serial.repl_comports()
    }


def _console(name: str, uid: str, data: str | None) -> ConsolePort:
    """The error for ``name``, the console of the board ``uid`` with the data port ``data``."""
    if data is None:
        return ConsolePort(
            _(
                "{name} is the console of a CircuitPython board without an open data port.",
                name=name,
            ),
            _("LeanCue is not installed on it, or its boot.py did not run."),
            "Type `leancue install`, or press the board's reset and repeat the command.",
        )
    return ConsolePort(
        _("{name} is the clip's Python console, not its data port.", name=name),
        _("The clip has two ports; its data port is {data}.", data=data),
        f"Use `--device {data}`, or `--device {uid}`, which stays the same.",
    )


def _why(program: str) -> str:
    """Why a known program takes ports, "" for any other."""
    return _(port_holders.WHY[program]) if program in port_holders.WHY else ""


def _system_words(code: int | None, error: Exception) -> str:
    return os.strerror(code) if code and code > 0 else str(error)


def _absent(name: str, code: int | None, error: Exception) -> NoDevice:
    said = _(_REASONS[code]) if code in _REASONS else _system_words(code, error)
    return NoDevice(
        _("Cannot open {name}: {reason}.", name=name, reason=said),
        "" if code == errno.ENOTTY
        else _("The clip may be unplugged, or it reconnected under another name."),
        "See what is plugged in with `leancue devices`.",
    )  # fmt: skip
