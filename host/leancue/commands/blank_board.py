"""``leancue install --circuitpython FILE.uf2``: what is done before the board has a drive."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import typer

from leancue.basis import terminal

if TYPE_CHECKING:
    from leancue.installer.boot_loaders import Loader
    from leancue.installer.drives import Drive
    from leancue.installer.uf2 import Firmware

_STOPPED = (
    "The board is in its boot loader, or CircuitPython is starting on it. Repeat the command. If "
    "the drive CIRCUITPY has appeared, type `leancue install` to continue."
)


def look(file: Path, folder: Path | None, board: str | None, json: bool) -> None:
    """Report whether the file fits the board, write nothing, and exit with 1 (work to do)."""
    loader, firmware = _checked(file, folder, board)
    if json:
        terminal.say_json({
            "up_to_date": False, "boot_loader": str(loader.root), "board": firmware.board,
            "circuitpython": firmware.version_text,
        })  # fmt: skip
    else:
        terminal.say(f"{_named(firmware)} fits the board at {loader.root}.")
    raise typer.Exit(1)


def made_ready(file: Path, folder: Path | None, board: str | None) -> Drive:
    """Put CircuitPython on a board in its boot loader; return its new drive.

    Raises:
        InstallError: as ``circuitpython.check``, ``copy`` and ``wait``; nothing was written where
            the file is refused.
    """
    from leancue.installer import circuitpython

    loader, firmware = _checked(file, folder, board)
    before = circuitpython.known()
    with terminal.if_stopped(_STOPPED):
        with terminal.progress("CircuitPython") as progress:
            done = circuitpython.copy(loader, firmware, progress)
        with terminal.waiting("Waiting for its drive", circuitpython.BACK_TIMEOUT_S):
            drive = circuitpython.wait(loader, firmware, before, done)
    terminal.note(f"{_named(firmware)} runs on the board; its drive is {drive.root}.")
    return drive


def _checked(file: Path, folder: Path | None, board: str | None) -> tuple[Loader, Firmware]:
    from leancue.installer import boot_loaders, circuitpython, drives

    loader = boot_loaders.choose(folder, drives.mount_points())
    return loader, circuitpython.check(loader, file, board)


def _named(firmware: Firmware) -> str:
    return f"CircuitPython {firmware.version_text} for the {firmware.name}"
