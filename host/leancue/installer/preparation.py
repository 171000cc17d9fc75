"""Preparation of an installation: the payload for a drive, and the plan."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from leancue.basis.errors import DriveFailed, NotCompiled
from leancue.installer import clip_error, installation_plan, manifest, payload
from leancue.installer.drive_files import DriveFiles
from leancue.installer.drives import Drive
from leancue.installer.image import clip, mpy, traces
from leancue.installer.installation_plan import Plan
from leancue.installer.manifest import Manifest
from leancue.installer.payload import COMPILED, SOURCE, Payload
from leancue.language.words import _


def built(
    drive: Drive, board: str | None = None, haptic: str | None = None, form: str | None = None
) -> tuple[Payload, str]:
    """Return what to install, and why it is source if that is not intended.

    Args:
        drive: where to.
        board: the board file; None: that of the drive's own board.
        haptic: the motor's driver; None: as before, else what the board file says.
        form: one of ``payload.FORMS``; None: what fits.

    Raises:
        WrongBoard, InstallError: as ``payload.build``. DriveFailed: the drive cannot be read.
    """
    board = board or drive.boot.board
    haptic = haptic or _haptic_now(drive)
    if form is not None:
        return payload.build(board, haptic, form), ""
    right, why = _form(drive)
    try:
        return payload.build(board, haptic, right), why
    except NotCompiled as error:
        return (
            payload.build(board, haptic, payload.SOURCE),
            f"{error.what} It is installed as source.",
        )


def _form(drive: Drive) -> tuple[str, str]:
    """Compiled or source, and the reason for source."""
    if not mpy.is_taken_by(drive.boot.version):
        return SOURCE, (
            f"CircuitPython {drive.boot.version_text} may not accept compiled modules, so the "
            "program is installed as source: it starts more slowly and uses more memory."
        )
    old = _manifest(drive)
    if old and old.circuitpython == drive.boot.version_text:
        if old.form == SOURCE:
            return SOURCE, (
                "The program is installed as source, as before; `--form compiled` makes it small "
                "again."
            )
        if drive.boot.no_start:
            return SOURCE, (
                "The compiled program did not start on this board, so it is installed as source. "
                "Please report it, with boot_out.txt of the drive."
            )
    return COMPILED, ""


def _haptic_now(drive: Drive) -> str | None:
    """The motor's driver that was chosen at an earlier installation."""
    old = _manifest(drive)
    return old.haptic if old else None


def _manifest(drive: Drive) -> Manifest | None:
    with reading(drive.root):
        return manifest.read(DriveFiles(drive.root))


def plan_for(drive: Drive, made: Payload, log_mb: float | None = None) -> Plan:
    """Return the plan; like ``installation_plan.make``, and DriveFailed."""
    with reading(drive.root):
        return installation_plan.make(DriveFiles(drive.root), drive.boot, made, log_mb)


@contextmanager
def reading(root: Path) -> Iterator[None]:
    """Raise DriveFailed if the system cannot read a drive."""
    try:
        yield
    except OSError as error:
        raise DriveFailed(
            _(
                "The drive {drive} cannot be read: {reason}.",
                drive=root,
                reason=error.strerror or error,
            ),
            way_out=_("Plug the clip in again and try again."),
        ) from error


def keep_lines(made: Payload) -> None:
    """Store the line table, so that the clip's errors can be read by newer releases."""
    traces.keep(payload.image(made.form), clip.fingerprint(payload.source()), clip_error.folder())
