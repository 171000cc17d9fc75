"""Checks of the host itself: problems before a clip is plugged in."""

from __future__ import annotations

import importlib.metadata
import os
import platform
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from leancue.basis import program
from leancue.basis.errors import InstallError
from leancue.desktop import port_rights
from leancue.installer import drives, payload
from leancue.installer.logfile import raw_mb_an_hour
from leancue.transports import port_holders
from leancue.transports.port_errors import group_of

PYTHON = (3, 11)
PACKAGES = ("numpy", "pyserial", "typer", "rich", "platformdirs", "adafruit-board-toolkit",
            "adafruit-circuitpython-bno08x")  # fmt: skip
_SERIAL_GROUPS = ("dialout", "uucp", "plugdev")
_NEED_BYTES = 200_000_000
GOOD, WARN, BAD = "good", "look", "BAD"


@dataclass(frozen=True)
class Finding:
    """``state``: GOOD, WARN (possible problem) or BAD (problem). ``way_out``: what to do."""

    state: str
    what: str
    way_out: str = ""


def examine(folder: Path) -> list[Finding]:
    """Return all findings; ``folder``: LeanCue's data."""
    checks: tuple[Callable[[], Iterator[Finding]], ...] = (
        _python, _age, _packages, _payload, _ports, _suspects, _drives, lambda: _room(folder),
    )  # fmt: skip
    return [finding for check in checks for finding in check()]


def _age() -> Iterator[Finding]:
    if program.is_old():
        yield Finding(WARN, f"This is {program.name()}.", program.get_newer())
    else:
        yield Finding(GOOD, f"This is {program.name()}")


def _python() -> Iterator[Finding]:
    version = platform.python_version()
    if program.FROZEN:
        yield Finding(GOOD, f"Python {version} is inside the program")
    elif sys.version_info[:2] < PYTHON:
        wanted = ".".join(map(str, PYTHON))
        yield Finding(BAD, f"Python is {version}.", f"Install Python {wanted} or newer.")
    else:
        yield Finding(GOOD, f"Python {version}")


def _packages() -> Iterator[Finding]:
    missing = []
    for name in PACKAGES:
        try:
            importlib.metadata.version(name)
        except importlib.metadata.PackageNotFoundError:
            missing.append(name)
    if missing:
        yield Finding(
            BAD, f"Packages are missing: {', '.join(missing)}.",
            program.get_package(" ".join(missing)),
        )  # fmt: skip
    else:
        yield Finding(GOOD, f"All {len(PACKAGES)} packages are installed")


def _payload() -> Iterator[Finding]:
    try:
        payload.require()
    except (InstallError, OSError) as error:
        yield Finding(BAD, f"A clip cannot be installed from this computer: {error}")
    else:
        yield Finding(GOOD, f"A clip can be installed, on {len(payload.boards())} kinds of boards")


def _ports() -> Iterator[Finding]:
    """Whether this user may open serial ports (Linux; elsewhere everyone may)."""
    if sys.platform != "linux":
        return
    if may_open_ports():
        yield Finding(GOOD, "This user may open serial ports")
    else:
        group = ports_group()
        yield Finding(
            BAD, f"This user may not open serial ports: they belong to the group {group}.",
            f"Type `leancue doctor --mend`, or `{port_rights.group_command(group)}`; then log out "
            "and in again.",
        )  # fmt: skip


def may_open_ports() -> bool:
    """Whether this user may open serial ports, as far as known without one (Linux).

    The udev rule gives a port to the logged-in user when it is plugged in.
    """
    nodes = _nodes()
    by_rule = not nodes and port_rights.installed() is not None
    may = [os.access(node, os.R_OK | os.W_OK) for node in nodes]
    allowed = os.geteuid() == 0 or (bool(nodes) and all(may))
    return allowed or by_rule or ports_group() in _own_groups()


def ports_group() -> str:
    """Return the group that owns serial ports on this system."""
    nodes = _nodes()
    return group_of(str(nodes[0])) if nodes else _serial_group()


def _nodes() -> list[Path]:
    return sorted(Path("/dev").glob("ttyACM*")) + sorted(Path("/dev").glob("ttyUSB*"))


def _serial_group() -> str:
    """The group that this system gives serial ports to."""
    import grp

    there = {entry.gr_name for entry in grp.getgrall()}
    return next((name for name in _SERIAL_GROUPS if name in there), _SERIAL_GROUPS[0])


def _own_groups() -> set[str]:
    import grp

    names = set()
    for number in {*os.getgroups(), os.getegid()}:
        try:
            names.add(grp.getgrgid(number).gr_name)
        except KeyError:  # a group without a name
            continue
    return names


def _suspects() -> Iterator[Finding]:
    for name in port_holders.suspects():
        yield Finding(WARN, f"{name} runs. {port_holders.WHY[name]}", port_holders.WAY_OUT[name])


def _drives() -> Iterator[Finding]:
    found, closed = drives.look()
    for drive in found:
        state = "" if drive.writable else ", read-only because the clip is in log mode"
        yield Finding(GOOD, f"CircuitPython drive at {drive.root} ({drive.boot.board}{state})")
    for one in closed:
        yield Finding(WARN, str(one), one.way_out)
    device = drives.unmounted()
    if device:
        yield Finding(
            WARN, f"A CircuitPython drive ({device}) is plugged in but not mounted.",
            f"Type `udisksctl mount -b {device}`.",
        )  # fmt: skip


def _room(folder: Path) -> Iterator[Finding]:
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder) as file:
            file.write(b"LeanCue")
        free = shutil.disk_usage(folder).free
    except OSError as error:
        yield Finding(
            BAD, f"The data folder {folder} cannot be written: {error.strerror or error}.",
            "Get the right to write there, or free some space.",
        )  # fmt: skip
        return
    if free < _NEED_BYTES:
        yield Finding(
            WARN, f"Only {free / 1e6:.0f} MB are free for data at {folder}.",
            f"An hour of raw samples takes about {raw_mb_an_hour():.0f} MB. Free some space.",
        )  # fmt: skip
    else:
        yield Finding(GOOD, f"Data can be written to {folder}, {free / 1e9:.1f} GB are free")
