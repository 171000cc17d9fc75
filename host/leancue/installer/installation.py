"""Installing and uninstalling on a drive. After any failure the old or the new program starts."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

from leancue.basis import value_checks
from leancue.basis.errors import DriveFailed
from leancue.installer import log_length, logfile
from leancue.installer import manifest as manifests
from leancue.installer.drive_files import NEW, DriveFiles, misread
from leancue.installer.installation_plan import CONFIGS, Plan
from leancue.installer.logfile import Place
from leancue.installer.payload import BOARD_FILE, BOOT, SLOTS, STARTERS, SWITCH, slot_of
from leancue.language.words import _

Progress = Callable[[int, int], None]


class Done(NamedTuple):
    """Position of the log, and free space of the drive."""

    place: Place
    free_bytes: int


def carry_out(plan: Plan, disk: DriveFiles, progress: Progress) -> Done:
    """Carry out ``plan``. DriveFailed: the previous program still starts, or the new one."""
    try:
        return _carry_out(plan, disk, progress)
    except OSError as error:
        raise _failed(disk, error, "leancue install") from error


def _carry_out(plan: Plan, disk: DriveFiles, progress: Progress) -> Done:
    total = sum(len(data) for _, data in plan.writes) + plan.log_bytes
    done = 0
    for path in plan.leftovers:  # first, since their space is needed
        if path != plan.before:
            _remove(disk, path)
    if plan.log_bytes:  # while the drive is empty, so that it is not fragmented
        logfile.allocate(disk, plan.log_bytes, lambda now, _: progress(now, total))
        done = plan.log_bytes
    elif plan.shorter_log_bytes:
        _shorten_log(disk, plan.shorter_log_bytes)
    place = logfile.place_of(disk)
    if plan.before != plan.slot:
        _clear(disk, plan.stale)
    for path, data in plan.writes:
        disk.put(path, _with_place(data, place) if path == manifests.PATH else data)
        done += len(data)
        progress(done, total)
    if plan.before == plan.slot:
        _clear(disk, plan.stale)
    elif plan.before:
        disk.remove_folder(plan.before)
    return Done(place, disk.free_bytes())


def _shorten_log(disk: DriveFiles, length: int) -> None:
    """Truncate the log, unless a run was added there since the plan was made. DriveFull."""
    cut = log_length.cut(disk.again(logfile.PATH) or b"", length)
    if cut.page:
        disk.write_at(logfile.PATH, cut.page_at, cut.page)
        log = disk.again(logfile.PATH) or b""
        if log[cut.page_at : cut.page_at + len(cut.page)] != cut.page:
            raise misread(logfile.PATH)
    disk.shorten(logfile.PATH, cut.length)


def _clear(disk: DriveFiles, paths: tuple[str, ...]) -> None:
    for path in paths:
        disk.remove(path)


def _remove(disk: DriveFiles, path: str) -> None:
    if path in SLOTS:
        disk.remove_folder(path)
    else:
        disk.remove(path)


def _with_place(data: bytes, place: Place) -> bytes:
    """A manifest with the position of the log."""
    manifest = value_checks.read(manifests.Manifest, value_checks.json_object(data))
    return replace(manifest, log=place.as_json()).data()


def uninstall(disk: DriveFiles, runs: bool) -> list[str]:
    """Remove LeanCue from a drive; return the removed files. The runs stay unless ``runs``.
    DriveFailed.

    ``boot.py`` is removed first: without it the host keeps the drive, whatever happens next.
    """
    try:
        starters = [f"/{name}" for name in (*STARTERS, BOARD_FILE) if f"/{name}" != BOOT]
        paths = [BOOT, SWITCH, *starters, *SLOTS, manifests.PATH]
        if runs:
            paths += [logfile.PATH, *CONFIGS]
        there = [path for path in paths if _is_ours(disk, path)]
        for path in (*there, *(path + NEW for path in paths)):
            _remove(disk, path)
        return there
    except OSError as error:
        raise _failed(disk, error, "leancue uninstall") from error


def _is_ours(disk: DriveFiles, path: str) -> bool:
    """Whether a file is still ours; one that the user has replaced stays."""
    if path == SWITCH:
        return slot_of(disk.read(path) or b"") is not None
    if path == BOOT:
        return b"LeanCue" in (disk.read(path) or b"") or _listed(disk, path)
    return disk.exists(path)


def _listed(disk: DriveFiles, path: str) -> bool:
    """Whether the manifest says that a file is as we wrote it."""
    manifest = manifests.read(disk)
    data = disk.read(path)
    if manifest is None or data is None or path not in manifest.files:
        return False
    return manifests.rows({path: data})[path] == manifest.files[path]


def what_starts(root: Path) -> str | None:
    """Return the slot that the drive at ``root`` starts, None if it does not start LeanCue."""
    return slot_of(DriveFiles(root).read(SWITCH) or b"")


def _failed(disk: DriveFiles, error: OSError, command: str) -> DriveFailed:
    reason = error.strerror or error
    return DriveFailed(
        _(
            "The drive {drive} failed at {file}: {reason}.",
            drive=disk.root,
            file=error.filename,
            reason=reason,
        )
        if error.filename
        else _("The drive {drive} failed: {reason}.", drive=disk.root, reason=reason),
        _(
            "The cable was pulled, the drive is damaged or full, or another program changed it. "
            "The clip starts either its old program or the new one, never a mixture."
        ),
        f"Plug the clip in again and type `{command}` again: it continues where it stopped.",
    )
