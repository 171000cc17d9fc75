"""Installs CircuitPython on a blank board: check, copy to its boot loader, wait."""

from __future__ import annotations

import io
import os
import time
from collections.abc import Callable
from pathlib import Path

from leancue.basis.errors import (
    LoaderFailed,
    NotFirmware,
    SeveralDevices,
    WrongBoard,
    WrongFirmware,
)
from leancue.installer import boot_loaders, boot_out, drives, payload, uf2
from leancue.installer.boot_loaders import Loader
from leancue.installer.drives import Drive
from leancue.installer.uf2 import Firmware
from leancue.language.words import _

BACK_TIMEOUT_S = 60.0
_LOOK_S = 0.5
_PIECE_BYTES = 65536
_FILE = "LEANCUE.UF2"  # the name does not matter to a boot loader
Progress = Callable[[int, int], None]
Pause = Callable[[float], None]


def check(loader: Loader, file: Path, board: str | None = None) -> Firmware:
    """Return the firmware in ``file``, if it is for the board at ``loader``.

    Args:
        board: the board file to wire it as, where the person names one.

    Raises:
        NotFirmware: it is not whole, no CircuitPython, or of another chip or board.
        WrongFirmware: its version is one that LeanCue does not run on.
        WrongBoard: LeanCue has no wiring for its board, and ``board`` names none.
    """
    found = uf2.read(file, payload.boards())
    _fits(loader, found)
    if not boot_out.OLDEST <= found.version[:2] < boot_out.NEWEST:
        raise WrongFirmware(
            _("{file} is CircuitPython {version}; LeanCue supports {oldest} to {newest}.",
              file=file.name, version=found.version_text, oldest=boot_out.OLDEST[0],
              newest=boot_out.NEWEST[0] - 1),
            way_out=_get(loader),
        )  # fmt: skip
    if board is None and not found.board:
        raise WrongBoard(
            _("{file} is for {board}, a board that LeanCue does not know.", board=found.name,
              file=file.name),
            _("It knows {boards}.", boards=", ".join(boot_loaders.KINDS)),
            "Download the file of your own board, or choose one that is wired the same with "
            "`--board`.",
        )
    return found


def _fits(loader: Loader, found: Firmware) -> None:
    """Raise NotFirmware if the loader reports another board."""
    chips = {boot_loaders.KINDS[board].chip for board in loader.boards}
    there = loader.model or loader.says
    if chips and found.chip not in chips:
        raise NotFirmware(
            _("{file} is for a board with {chip}; this one ({there}) has {own}.",
              file=found.path.name, chip=found.chip, there=there, own=chips.pop()),
            _("It is the file for {board}.", board=found.name), _get(loader),
        )  # fmt: skip
    if found.board and found.board not in loader.boards:
        raise NotFirmware(
            _("{file} is for {board}; this is a different board ({there}).", file=found.path.name,
              board=found.name, there=there),
            _("Its boot loader calls itself {says}.", says=loader.says), _get(loader),
        )  # fmt: skip


def _get(loader: Loader) -> str:
    if len(loader.boards) == 1:
        return _("Download the .UF2 from {page}.", page=boot_loaders.page(loader.boards[0]))
    return _("Download the .UF2 of your own board from its page at circuitpython.org.")


def known() -> set[tuple[str, str]]:
    """The existing CircuitPython drives: none of them is the board's new one."""
    return {_mark(drive) for drive in drives.find()}


def copy(loader: Loader, firmware: Firmware, progress: Progress) -> int:
    """Copy a firmware to the boot loader; return how many bytes were written, as far as known.

    The board restarts with the last block, so its drive disappears while the file is still being
    written or closed: that is not an error. ``wait`` finds out whether it was the last block.

    Raises:
        LoaderFailed: the drive is still there, and did not take the file.
    """
    data, done = firmware.data, 0
    try:
        with _opened(loader.root / _FILE) as file:
            while done < len(data):
                done += file.write(data[done : done + _PIECE_BYTES]) or 0
                progress(done, len(data))
            os.fsync(file.fileno())
    except OSError as error:
        if _is_there(loader):
            raise LoaderFailed(
                _("The boot loader stopped accepting the file after {done} of {all} kB: {why}.",
                  done=done // 1000, all=len(data) // 1000, why=error.strerror or error),
                _("Its drive may be read-only or damaged, or a cable is bad."),
                _("Unplug the board, start its boot loader again, and try again."),
            ) from error
    return done


def _opened(path: Path) -> io.RawIOBase:
    return path.open("wb", buffering=0)


def _is_there(loader: Loader) -> bool:
    try:
        return (loader.root / boot_loaders.NAME).is_file()
    except OSError:  # the drive is disappearing
        return False


def wait(
    loader: Loader, firmware: Firmware, before: set[tuple[str, str]], done: int,
    pause: Pause = time.sleep, timeout_s: float | None = None,
) -> Drive:  # fmt: skip
    """Wait for the board's new drive, at most ``BACK_TIMEOUT_S`` (or ``timeout_s``).

    Args:
        before: what ``known`` returned before the copy.
        done: what ``copy`` returned.

    Raises:
        LoaderFailed: it does not come. SeveralDevices: more than one came.
    """
    most_s = BACK_TIMEOUT_S if timeout_s is None else timeout_s
    for _look in range(max(1, round(most_s / _LOOK_S))):
        pause(_LOOK_S)
        new = [drive for drive in drives.find() if _mark(drive) not in before]
        if len(new) > 1:
            raise SeveralDevices(
                _("{number} CircuitPython drives appeared: {list}.", number=len(new),
                  list=", ".join(str(drive.root) for drive in new)),
                _("This program does not guess which one you mean."),
                f"Unplug the others, and type `leancue install --drive {new[0].root}`.",
            )
        if new and new[0].boot.version == firmware.version:
            return new[0]
    raise _not_back(loader, firmware, done, most_s)


def _mark(drive: Drive) -> tuple[str, str]:
    return str(drive.root), drive.boot.uid


def _not_back(loader: Loader, firmware: Firmware, done: int, most_s: float) -> LoaderFailed:
    unmounted = drives.unmounted()
    if unmounted is not None:
        return LoaderFailed(
            _("CircuitPython is on the board, but its drive ({drive}) is not mounted.",
              drive=unmounted),
            _("This desktop does not mount drives by itself."),
            f"Type `udisksctl mount -b {unmounted}`, then `leancue install`.",
        )
    if _is_there(loader):
        return LoaderFailed(
            _("The board is still in its boot loader after {seconds} s.", seconds=round(most_s)),
            _("It did not accept the file, or its boot button is held down."),
            _("Release the button, unplug the board, plug it in again and try again."),
        )
    size = len(firmware.data)
    if done < size:
        why = _("Its drive disappeared after {done} of {all} kB. The cable may have been pulled.",
                done=done // 1000, all=size // 1000)  # fmt: skip
    else:
        why = _("It may have started, but its drive did not appear here.")
    return LoaderFailed(
        _("No CircuitPython drive appeared within {seconds} s.", seconds=round(most_s)), why,
        _(
            "Plug the board in again. If the drive CIRCUITPY appears, continue with it. If not, "
            "start the board's boot loader and begin again."),
    )  # fmt: skip
