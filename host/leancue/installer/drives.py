"""CircuitPython drives on this host: mounted ones, and one that is not mounted."""

from __future__ import annotations

import os
import string
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

from leancue.basis.errors import InstallError, NotACircuitPython, SeveralDevices
from leancue.installer import boot_loaders, boot_out
from leancue.installer.boot_out import BootOut
from leancue.language.words import _

_MOUNTS = Path("/proc/self/mounts")
_BY_LABEL = Path("/dev/disk/by-label")
_LABELS = ("CIRCUITPY",)


@dataclass(frozen=True)
class Drive:
    """A CircuitPython drive. ``writable``: whether this host may write it now."""

    root: Path
    boot: BootOut
    writable: bool


@dataclass(frozen=True)
class UnreadableDrive:
    """A drive that cannot be read: locked, private, or unplugged."""

    WAY_OUT: ClassVar[str] = (
        "unlock it or allow access in the system settings (on a Mac: Privacy, Removable Volumes), "
        "or plug it in again"
    )
    root: Path
    reason: str

    def __str__(self) -> str:
        return f"{self.root} cannot be read: {self.reason}."

    @property
    def way_out(self) -> str:
        """What to do if the drive matters."""
        return f"If it is a clip's drive, {self.WAY_OUT}."


def look() -> tuple[list[Drive], list[UnreadableDrive]]:
    """Return the mounted CircuitPython drives, and the unreadable ones.

    A drive counts if its ``boot_out.txt`` is valid. Every operation may fail: a drive may be
    encrypted and locked, used exclusively by another program, or on an unreachable network.
    """
    found, closed = [], []
    for root in mount_points():
        try:
            if (root / boot_out.NAME).is_file():
                found.append(at(root))
        except NotACircuitPython:
            continue
        except OSError as error:
            closed.append(UnreadableDrive(root, error.strerror or str(error)))
    return found, closed


def find() -> list[Drive]:
    """Return the readable mounted CircuitPython drives."""
    return look()[0]


def at(root: Path) -> Drive:
    """Return the drive at ``root``. NotACircuitPython if there is none; OSError if unreadable."""
    return Drive(root, boot_out.read(root), is_writable(root))


def is_writable(root: Path) -> bool:
    """Whether the drive is writable: not in log mode, in which only the clip writes."""
    if hasattr(os, "statvfs") and os.statvfs(root).f_flag & os.ST_RDONLY:
        return False
    return os.access(root, os.W_OK)


def mount_points() -> list[Path]:
    """Return the folders where removable drives are mounted."""
    if sys.platform == "win32":
        return [Path(f"{letter}:\\") for letter in string.ascii_uppercase if letter > "B"]
    if sys.platform == "darwin":
        volumes = Path("/Volumes")
        return sorted(Path(entry.path) for entry in _entries(volumes))
    return _fat_mounts(_MOUNTS.read_text("utf-8", "replace")) if _MOUNTS.exists() else []


def _entries(folder: Path) -> list[os.DirEntry[str]]:
    """The content of a folder; nothing if it is none, or private."""
    try:
        with os.scandir(folder) as entries:
            return list(entries)
    except OSError:
        return []


def _fat_mounts(table: str) -> list[Path]:
    """The FAT drives of a mount table, where a blank in a name is \\040."""
    found = []
    for line in table.splitlines():
        fields = line.split()
        if len(fields) >= 3 and fields[2] in ("vfat", "msdos", "fuseblk"):
            name = fields[1].replace("\\040", " ").replace("\\011", "\t").replace("\\134", "\\")
            found.append(Path(name))
    return found


def choose(device: str | None, board: str | None = None) -> Drive:
    """Return the only drive, or that of the clip ``device`` (its UID), without guessing.

    ``board``: the intended one, so that an error can name its page.

    Raises:
        NotACircuitPython: none is mounted. SeveralDevices: more than one, none chosen.
    """
    drives, closed = look()
    chosen = [drive for drive in drives if not device or _is_called(drive, device)]
    if len(chosen) == 1:
        return chosen[0]
    if not chosen:
        raise none_mounted(device if drives else None, drives, closed, board)
    listing = "; ".join(f"{d.boot.board} {d.boot.uid} at {d.root}" for d in chosen)
    raise SeveralDevices(
        f"{len(chosen)} CircuitPython drives are mounted: {listing}.",
        _("This program does not guess which one you mean."),
        f"Name it: add `--drive {chosen[0].root}`.",
    )


def _is_called(drive: Drive, device: str) -> bool:
    return bool(drive.boot.uid) and drive.boot.uid.lower().startswith(device.lower())


def none_mounted(
    device: str | None, drives: list[Drive], closed: list[UnreadableDrive], board: str | None = None
) -> InstallError:
    """The error for no drive, with the likeliest reason."""
    if device:
        there = ", ".join(drive.boot.uid or str(drive.root) for drive in drives)
        return NotACircuitPython(
            f"No CircuitPython drive of a clip {device} is mounted. Mounted: {there}.",
            way_out="Look with `leancue devices`.",
        )
    found = unmounted()
    if found is not None:
        return NotACircuitPython(
            f"A CircuitPython drive is plugged in ({found}) but not mounted.",
            "This desktop does not mount drives by itself.",
            f"Type `udisksctl mount -b {found}` and repeat the command.",
        )
    loaders = boot_loaders.find(mount_points())
    if loaders:
        return boot_loaders.what_to_get(loaders[0], board)
    if closed:
        return NotACircuitPython(
            f"No readable CircuitPython drive is mounted: {closed[0]}",
            "The system does not let this program read that drive, or its cable was pulled.",
            f"To use it, {UnreadableDrive.WAY_OUT}; then repeat the command.",
        )
    return NotACircuitPython(
        "No CircuitPython drive is mounted.",
        "The board may be unplugged, on a charge-only cable, or without CircuitPython.",
        "Plug it in and repeat the command, or name its folder with `--drive DIR`.",
    )


def unmounted() -> Path | None:
    """Return the device of a drive that is plugged in but not mounted (Linux)."""
    for label in _LABELS:
        link = _BY_LABEL / label
        if link.exists():
            device = link.resolve()
            mounted = _MOUNTS.read_text("utf-8", "replace") if _MOUNTS.exists() else ""
            if not any(line.startswith(f"{device} ") for line in mounted.splitlines()):
                return device
    return None
