"""The clip's port during installation: edit mode, restart, confirmation of files."""

from __future__ import annotations

import binascii
import time
from collections.abc import Callable
from pathlib import Path

from leancue.basis.errors import (
    DeviceError,
    DeviceGone,
    DriveLocked,
    NotACircuitPython,
    NotConfirmed,
    ProtocolMismatch,
)
from leancue.clip.devices import scan
from leancue.clip.scan_result import Found, is_called
from leancue.installer import drives
from leancue.installer.installation_plan import Plan
from leancue.language.words import _

BACK_TIMEOUT_S = 30.0
_LOOK_S = 0.5
Pause = Callable[[float], None]


def clip_with(uid: str) -> Found | None:
    """Return the clip of that UID if it answers on a port; the caller closes its client."""
    found = scan(enough=lambda hello: is_called(hello, uid))
    clip = next((clip for clip in found.clips if is_called(clip.hello, uid)), None)
    found.close(but=clip)
    return clip


def unlock(drive: drives.Drive, pause: Pause = time.sleep) -> drives.Drive:
    """Restart the clip in edit mode; return its drive, now writable.

    Raises:
        DriveLocked: no clip answers, it refuses, or its drive does not come back; says what to do.
    """
    found = clip_with(drive.boot.uid)
    if found is None:
        raise locked(
            drive.root,
            _("No clip answers on any port, so it cannot be asked to switch to edit mode."),
        )
    try:
        with found.client as client:
            client.command("edit")
    except DeviceGone:
        pass  # it restarted before its answer was sent
    for _look in range(round(BACK_TIMEOUT_S / _LOOK_S)):
        pause(_LOOK_S)
        try:
            now = drives.choose(drive.boot.uid)
        except (NotACircuitPython, OSError):  # not back yet
            continue
        if now.writable:
            return now
    raise locked(
        drive.root,
        _("The clip was asked to switch to edit mode, but its drive is still read-only."),
    )


def locked(root: Path, why: str) -> DriveLocked:
    """The error for a drive that cannot be written, with what to do by hand."""
    return DriveLocked(
        _("The drive {root} is read-only: in log mode it belongs to the clip.", root=root),
        why,
        _(
            "Switch the clip off, hold its button while switching on until the light is blue, let "
            "go, and try again."
        ),
    )


def restart_and_confirm(
    uid: str, files: dict[str, bytes], pause: Pause = time.sleep
) -> Found | None:
    """Restart the clip with the installation and confirm it; None if no clip answers.

    Raises:
        NotConfirmed: it reads another content, or does not come back.
    """
    before = clip_with(uid)
    if before is None:
        return None
    try:
        with before.client as client:
            client.command("reset")
    except (DeviceGone, ProtocolMismatch):
        pass  # it restarted before its answer was sent
    deadline_s = time.monotonic() + BACK_TIMEOUT_S
    while time.monotonic() < deadline_s:
        pause(_LOOK_S)
        clip = clip_with(uid)
        if clip is not None:
            confirm(clip, files)
            return clip
    raise NotConfirmed(
        _("The clip {uid} did not come back after its restart.", uid=uid),
        _("It may need to be switched off and on."),
        "Switch it off and on, then type `leancue install` again: it checks and repairs the files.",
    )


def confirm(clip: Found, files: dict[str, bytes]) -> None:
    """Compare the CRC of each file on the clip, then close; NotConfirmed if one differs."""
    wrong = []
    try:
        with clip.client as client:
            for path, data in sorted(files.items()):
                if client.file(path) != (len(data), binascii.crc32(data)):
                    wrong.append(path)
    except DeviceError as error:
        raise NotConfirmed(
            _("The clip could not check its files: {why}", why=error.what),
            error.why,
            "Type `leancue install` again: it checks and repairs the files.",
        ) from error
    if wrong:
        raise NotConfirmed(
            _(
                "{wrong} of {files} files on the clip differ from what was written; the first is "
                "{first}.",
                wrong=len(wrong),
                files=len(files),
                first=wrong[0],
            ),
            _("The system has not written them out of its cache yet, or the flash is damaged."),
            "Eject the drive, plug the clip in again, and type `leancue install` again.",
        )


def asked(uid: str, plan: Plan) -> bool | None:
    """Ask the clip whether it reads what a plan has written; None if no clip answers.

    Raises:
        NotConfirmed: as ``restart_and_confirm`` and ``confirm``.
    """
    if not plan.nothing_to_do:
        clip = restart_and_confirm(uid, plan.files)
    elif (clip := clip_with(uid)) is not None:
        confirm(clip, plan.files)
    return None if clip is None else True
