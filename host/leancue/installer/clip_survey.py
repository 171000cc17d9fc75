"""Everything that may be a clip: ports and drives paired by UID, with problems."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from leancue.basis.errors import DeviceError
from leancue.clip.answers import Hello, Info
from leancue.clip.scan_result import Found, Scan
from leancue.installer import drives
from leancue.installer.drives import Drive, UnreadableDrive
from leancue.installer.installation import what_starts


@dataclass(frozen=True)
class PortAndDrive:
    """A clip or a possible one. ``notes``: problems, and the way out."""

    uid: str
    board: str
    port: str | None = None
    drive: Path | None = None
    hello: Hello | None = None
    info: Info | None = None
    notes: tuple[str, ...] = ()

    @property
    def mode(self) -> str:
        """Its mode, as text."""
        if self.info:
            return self.info.mode
        return "no answer" if self.hello else "no LeanCue running"


def survey(
    found: Scan, mounted: list[Drive], closed: list[UnreadableDrive]
) -> list[PortAndDrive]:
    """Return the plugged-in devices: the clips of ``found``, then boards with only a drive.

    The clips' states are queried. ``mounted``, ``closed``: as ``drives.look``.
    """
    seats = [_clip(clip, mounted, closed) for clip in found.clips]
    known = {seat.uid.upper() for seat in seats}
    busy = bool(found.trouble)
    seats += [_board(drive, busy) for drive in mounted if drive.boot.uid not in known]
    return seats


def _clip(
    clip: Found, mounted: list[Drive], closed: list[UnreadableDrive]
) -> PortAndDrive:
    hello, info, notes = clip.hello, None, []
    try:
        info = clip.client.info()
    except DeviceError as error:
        notes.append(str(error))
    drive = next((d for d in mounted if d.boot.uid == hello.uid.upper()), None)
    if drive is None:
        notes.append(_no_drive(closed))
    if info and not info.pages and info.mode != "edit mode":
        notes.append("It has no space for runs. Type `leancue install`: it creates the log.")
    return PortAndDrive(
        hello.uid, hello.board, clip.port, drive.root if drive else None, hello, info, tuple(notes)
    )


def _no_drive(closed: list[UnreadableDrive]) -> str:
    if closed:
        return f"Its drive is not mounted, or it is {closed[0].root}, which cannot be read."
    device = drives.unmounted()
    mount = f" Type `udisksctl mount -b {device}` to see it." if device else ""
    return f"Its drive is not mounted, which only `leancue install` needs.{mount}"


def _board(drive: Drive, busy: bool) -> PortAndDrive:
    """A drive whose clip does not answer on a port."""
    try:
        starts = what_starts(drive.root)
    except OSError as error:  # its cable may have been pulled since it was found
        note = f"Its drive cannot be read: {error.strerror or error}. Plug it in again."
        return PortAndDrive(
            drive.boot.uid or "–", drive.boot.board, drive=drive.root, notes=(note,)
        )
    if starts is None:
        note = f"No LeanCue is on it. Type `leancue install --drive {drive.root}`."
    elif busy:
        note = "Its port could not be opened; see below."
    else:
        note = (
            "LeanCue is on it but does not answer. Press its reset button. If that does not help, "
            "type `leancue install --drive {drive.root}`: it checks and repairs the program."
        )
    return PortAndDrive(drive.boot.uid or "–", drive.boot.board, drive=drive.root, notes=(note,))
