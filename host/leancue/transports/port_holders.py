"""Finds the program that holds a serial port, and known programs that take ports (Linux)."""

from __future__ import annotations

import os
from pathlib import Path
from typing import NamedTuple

from leancue.language.words import N_

PROC = Path("/proc")

WHY = {
    "ModemManager": N_("It probes every new port for a modem, for about 30 seconds."),
    "brltty": N_("It claims serial ports for Braille displays."),
}
WAY_OUT = {
    "ModemManager": (
        "Wait half a minute and repeat the command. To stop this permanently, type "
        "`sudo systemctl disable --now ModemManager`."
    ),
    "brltty": (
        "If nobody uses Braille on this computer, type `sudo apt remove brltty`, plug the "
        "clip in again and repeat the command."
    ),
}


class Holder(NamedTuple):
    """A running program."""

    name: str
    pid: int


def holder_of(port: str) -> Holder | None:
    """Return the program that has ``port`` open; None if none is visible (another user's).

    Of several a known one, else the one started last.
    """
    wanted = os.path.realpath(port)
    own = os.getpid()
    holders = [
        Holder(_name(pid), pid)
        for pid in _processes()
        if pid != own and _holds(wanted, _open_files(pid))
    ]
    return max(holders, key=lambda holder: (holder.name in WHY, holder.pid), default=None)


def way_out(holder: Holder) -> str:
    """What to do about a program that has the port."""
    return WAY_OUT.get(holder.name, f"Close {holder.name} and repeat the command.")


def suspects() -> list[str]:
    """Return the running programs that are known to take ports."""
    running = {_name(pid) for pid in _processes()}
    return [name for name in WHY if name in running]


def _holds(port: str, files: list[str]) -> bool:
    """Whether it is another program; the owner of a pseudo terminal's other end is the device."""
    is_device = port.startswith("/dev/pts/") and any(name.endswith("/ptmx") for name in files)
    return port in files and not is_device


def _processes() -> list[int]:
    try:
        return [int(entry.name) for entry in PROC.iterdir() if entry.name.isdigit()]
    except OSError:  # no /proc: another system
        return []


def _open_files(pid: int) -> list[str]:
    found = []
    try:
        for link in (PROC / str(pid) / "fd").iterdir():
            found.append(os.readlink(link))
    except OSError:  # it has ended, or it is another user's
        return found
    return found


def _name(pid: int) -> str:
    try:
        return (PROC / str(pid) / "comm").read_text("utf-8", "replace").strip()
    except OSError:  # it has ended
        return ""
