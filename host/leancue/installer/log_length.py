"""The length of a new log, or of a shortened one, so that this release and the next one fit.

The reserve is the space of an update: the whole next program next to the current one. If other
files were added and an update does not fit, the existing log is shortened, as long as its end holds
only runs that a host has fetched. A drive with space for only one program is not updated, because
one of two must be startable at any moment.
"""

from __future__ import annotations

from dataclasses import dataclass

from leancore.runlog.pages import PAGE_BYTES

from leancue.basis.errors import DriveFull
from leancue.installer import budget, log_shortening, logfile
from leancue.installer.budget import Budget, Work
from leancue.installer.drive_files import DriveFiles
from leancue.installer.log_shortening import Shortening
from leancue.installer.payload import SLOTS, Payload
from leancue.language.words import N_, _

_IS_NEEDED = N_(
    "The new program must fit beside the old one, so that one of them always starts. The log could "
    "be shortened, but its end holds runs that no desk has pulled yet."
)
_CANNOT = N_(
    "The new program must fit beside the old one, so that one of them always starts. The log is "
    "too short to be shortened further."
)
_FETCH = "Type `leancue runs pull`, or remove what you do not need from the drive, and repeat."
_REMOVE = N_("Remove what you do not need from the drive, then try again.")


@dataclass(frozen=True)
class Lengths:
    """``log_bytes``: of a new log, 0 = there is one. ``shorter_log_bytes``: what it is cut to, 0 =
    it stays. ``free_bytes``: what is left in the end, at least. ``next_bytes``: what an update
    needs of it, at most.
    """

    log_bytes: int
    shorter_log_bytes: int
    free_bytes: int
    next_bytes: int


def choose(
    disk: DriveFiles, work: Work, payload: Payload, manifest_bytes: int, log_mb: float | None
) -> Lengths:
    """Return the lengths for ``work``; ``log_mb``: the longest log. OSError, DriveFull."""
    weighed = budget.weigh(disk, work)
    next_bytes = budget.next_release_bytes(disk, payload, manifest_bytes)
    there = disk.size(logfile.PATH)
    if there:
        shorter = _shorter(disk, there, weighed)
        gained = there - shorter if shorter else 0
        return Lengths(0, shorter, weighed.end + gained, next_bytes)
    kept = budget.kept_bytes(disk, next_bytes)
    room = min(weighed.least - budget.spare_bytes(disk), weighed.end - kept)
    length = logfile.room_for(room, log_mb)
    if not length:
        raise _no_room(disk, logfile.LEAST_BYTES - room, kept)
    return Lengths(length, 0, weighed.end - length, next_bytes)


def _shorter(disk: DriveFiles, there: int, weighed: Budget) -> int:
    """The required shorter length of the log; 0 if it may stay. DriveFull."""
    short = max(0, -weighed.least)
    if not short:
        return 0
    length = (there - short) // PAGE_BYTES * PAGE_BYTES
    if length < logfile.LEAST_BYTES:
        raise _full(short, _(_CANNOT), _(_REMOVE))
    return cut(disk.read(logfile.PATH) or b"", length).length


def cut(log: bytes, length: int) -> Shortening:
    """Return how to shorten a log to ``length``; DriveFull if its end is needed."""
    found = log_shortening.cut(log, length)
    if found is not None:
        return found
    needed = log_shortening.needed_bytes(log)
    if needed > length:
        raise _full(needed - length, _(_IS_NEEDED), _FETCH)
    raise _full(PAGE_BYTES, _(_CANNOT), _(_REMOVE))


def _no_room(disk: DriveFiles, short: int, kept: int) -> DriveFull:
    """The error for a drive without space for a log next to two programs."""
    ours = (*SLOTS, logfile.PATH)
    others = [path for path in disk.files("/") if not path.startswith(ours)]
    others_kb = sum(disk.size(path) or 0 for path in others) // 1000
    return _full(
        short,
        _(
            "It needs space for the program, {kept_kb} kB for the next release and at least "
            "{log_kb} kB for runs. Other files take {others_kb} kB.",
            kept_kb=kept // 1000,
            log_kb=logfile.LEAST_BYTES // 1000,
            others_kb=others_kb,
        ),
        _(_REMOVE),
    )


def _full(short_bytes: int, why: str, way_out: str) -> DriveFull:
    kilobytes = max(1, -(-short_bytes // 1000))
    what = _("The drive is too full: {kilobytes} kB more are needed.", kilobytes=kilobytes)
    return DriveFull(what, why, way_out)
