"""Makes a clip in one go, for the page: the plugged-in boards, and the steps."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from leancue.basis.errors import InstallError, LeanCueError
from leancue.installer import (
    boot_loaders,
    boot_out,
    circuitpython,
    clip_restart,
    drives,
    installation,
    preparation,
)
from leancue.installer.boot_loaders import Loader
from leancue.installer.drive_files import DriveFiles
from leancue.installer.drives import Drive, UnreadableDrive
from leancue.installer.uf2 import Firmware
from leancue.language.words import N_, _

_FILES_MOST = 20  # the newest of a folder
COPYING, WAITING = N_("Copying CircuitPython to the board"), N_("Waiting for the board's new drive")
PREPARING, WRITING = N_("Preparing the clip's program"), N_("Writing the clip's program")
ASKING = N_("Checking the clip")
Told = Callable[[str, int, int], None]
_one_at_a_time = threading.Lock()


@dataclass(frozen=True)
class PluggedIn:
    """The plugged-in board. ``loader``: of a blank board, else ``drive``: of one with
    CircuitPython.

    ``fitting``: files for the loader's board, the newest first; ``others``: names of files that do
    not fit, and why. ``several``: more than one board, so that none is chosen. ``closed``: drives
    that may not be looked at, where there is no board.
    """

    loader: Loader | None = None
    drive: Drive | None = None
    fitting: tuple[Firmware, ...] = ()
    others: tuple[tuple[str, LeanCueError], ...] = ()
    several: bool = False
    closed: tuple[UnreadableDrive, ...] = ()


@dataclass(frozen=True)
class MadeClip:
    """``confirmed``: whether the clip itself read its files; None if it could not be asked."""

    drive: Drive
    board: str
    confirmed: bool | None


def look(folder: Path) -> PluggedIn:
    """Return the plugged-in board, and the files of ``folder`` for it."""
    loaders = boot_loaders.find(drives.mount_points())
    found, closed = drives.look()
    if len(loaders) > 1 or (not loaders and len(found) > 1):
        return PluggedIn(several=True)
    if not loaders:
        return PluggedIn(drive=found[0]) if found else PluggedIn(closed=tuple(closed))
    fitting, others = [], []
    for file in _newest(folder):
        try:
            fitting.append(circuitpython.check(loaders[0], file))
        except InstallError as error:
            others.append((file.name, error))
    return PluggedIn(loaders[0], None, tuple(fitting), tuple(others))


def _newest(folder: Path) -> list[Path]:
    dated = []
    try:
        for file in folder.iterdir():
            if file.suffix.lower() == ".uf2":
                dated.append((file.stat().st_mtime, file))
    except OSError:  # missing or unreadable folder: a file can still be named
        return []
    return [file for _when, file in sorted(dated, reverse=True)[:_FILES_MOST]]


def make(there: PluggedIn, firmware: Firmware | None, told: Told) -> MadeClip:
    """Make a clip of the board; ``firmware``: for its boot loader.

    Args:
        told: gets the step (to be translated), the amount done and the total.

    Raises:
        LeanCueError: what went wrong, and the way out; nothing on the drive is mixed.
    """
    if not _one_at_a_time.acquire(blocking=False):
        raise InstallError(_("Another window of the page is making a clip."))
    try:
        return _make(there, firmware, told)
    finally:
        _one_at_a_time.release()


def _make(there: PluggedIn, firmware: Firmware | None, told: Told) -> MadeClip:
    drive = there.drive
    if there.loader is not None and firmware is not None:
        drive = _with_circuitpython(there.loader, firmware, told)
    if drive is None:
        raise InstallError(_("No board is plugged in."))
    told(PREPARING, 0, 0)
    boot_out.check_version(drive.boot)
    made, _why = preparation.built(drive)
    plan = preparation.plan_for(drive, made)
    if not plan.nothing_to_do:
        drive = drive if drive.writable else clip_restart.unlock(drive)
        installation.carry_out(
            plan, DriveFiles(drive.root), lambda done, total: told(WRITING, done, total)
        )
        preparation.keep_lines(made)
    told(ASKING, 0, 0)
    return MadeClip(drive, made.board, clip_restart.asked(drive.boot.uid, plan))


def _with_circuitpython(loader: Loader, firmware: Firmware, told: Told) -> Drive:
    before = circuitpython.known()
    done = circuitpython.copy(loader, firmware, lambda done, total: told(COPYING, done, total))
    told(WAITING, 0, 0)
    return circuitpython.wait(loader, firmware, before, done)
