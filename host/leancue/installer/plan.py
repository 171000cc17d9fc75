"""What an installation has to do, found by reading the drive; nothing is written here."""

from __future__ import annotations

from dataclasses import dataclass

from leancore.pages import PAGE_BYTES

from leancue import __version__
from leancue.errors import DriveFull
from leancue.installer import logfile
from leancue.installer import manifest as manifests
from leancue.installer.boot_out import BootOut
from leancue.installer.disk import NEW, Disk
from leancue.installer.manifest import Manifest
from leancue.installer.payload import BOOT, SLOTS, SWITCH, Payload, slot_of

_SPARE_BYTES = 64 << 10  # for the manifest and the system's own files
# The clip's configuration: allocated here, so that the clip never changes the drive's directory.
CONFIGS = ("/leancue_a.cfg", "/leancue_b.cfg")
_CONFIG = bytes(3 * PAGE_BYTES)  # zeros: nothing was ever kept in it


@dataclass(frozen=True)
class Plan:
    """``slot``: where the program goes; ``before``: the one that starts now, or None.

    ``writes``: (path, content) in the order of writing; ``stale``: files of the slot that go
    first; ``log_bytes``: 0 = the log stays as it is; ``leftovers``: of an earlier release.
    """

    slot: str
    before: str | None
    writes: tuple[tuple[str, bytes], ...]
    stale: tuple[str, ...]
    leftovers: tuple[str, ...]
    log_bytes: int
    files: dict[str, bytes]

    @property
    def nothing_to_do(self) -> bool:
        """Whether the drive is as it should be."""
        return not (self.writes or self.stale or self.leftovers or self.log_bytes)


def make(disk: Disk, boot_out: BootOut, payload: Payload, log_mb: float | None) -> Plan:
    """Compare the drive with ``payload``. OSError; DriveFull where it cannot fit."""
    before = slot_of(disk.read(SWITCH) or b"")
    slot = _slot(disk, before, payload)
    files = payload.files(slot)
    changed = {path: data for path, data in files.items() if disk.read(path) != data}
    on_drive = disk.files(slot)
    stale = tuple(path for path in on_drive if path not in files)
    log_bytes = _log_bytes(disk, payload, slot, changed, log_mb)
    manifest = _manifest(disk, boot_out, payload, slot, files, log_bytes)
    writes = [(path, _CONFIG) for path in CONFIGS if disk.size(path) is None]
    writes += [(path, changed[path]) for path in _ordered(changed, slot)]
    if manifest is not None:
        writes.append((manifests.PATH, manifest))
    return Plan(slot, before, tuple(writes), stale, _leftovers(disk, slot), log_bytes, files)


def _slot(disk: Disk, before: str | None, payload: Payload) -> str:
    """The folder for the program: the one that starts if it is of this release, else the other."""
    if before is None:
        return SLOTS[0]
    manifest = manifests.read(disk)
    release = manifests.rows({f"{before}/{path}": d for path, d in payload.program.items()})
    if all(disk.read(f"{before}/{path}") == data for path, data in payload.program.items()):
        return before
    listed = {p: r for p, r in manifest.files.items() if p.startswith(before)} if manifest else {}
    if listed == release:  # this very release, damaged: mended where it is
        return before
    return SLOTS[1 - SLOTS.index(before)]


def _ordered(changed: dict[str, bytes], slot: str) -> list[str]:
    """Program first; then what stands beside it; then the switch; ``boot.py`` last of all.

    Before the switch a blank drive must not get a ``boot.py``: that takes the drive from the desk.
    """

    def rank(path: str) -> tuple[int, str]:
        if path.startswith(slot + "/"):
            return 0, path
        return {SWITCH: 2, BOOT: 3}.get(path, 1), path

    return sorted(changed, key=rank)


def _leftovers(disk: Disk, slot: str) -> tuple[str, ...]:
    """The other slot, and half-written files of an installation that was cut off."""
    other = SLOTS[1 - SLOTS.index(slot)]
    found = [other] if disk.files(other) or disk.real(other).is_dir() else []
    halves = [path for path in (*disk.files("/lib"), *_at_root(disk)) if path.endswith(NEW)]
    return tuple(found + [path for path in halves if not path.startswith(other + "/")])


def _at_root(disk: Disk) -> list[str]:
    return sorted("/" + path.name for path in disk.root.iterdir() if path.is_file())


def _log_bytes(
    disk: Disk, payload: Payload, slot: str, changed: dict[str, bytes], log_mb: float | None
) -> int:
    """How long a log to make; 0 if there is one. DriveFull."""
    to_come = sum(-(-len(data) // 4096) * 4096 for data in changed.values())
    half = disk.size(logfile.PATH + NEW) or 0  # of an installation that was cut off: goes first
    free = disk.free_bytes() + half - to_come
    if disk.size(logfile.PATH):
        if free < 0:
            raise _full(free)
        return 0
    # Room for the next release beside this one stays free.
    length = logfile.room_for(free, payload.program_bytes + _SPARE_BYTES, log_mb)
    if not length:
        raise _full(free - payload.program_bytes - _SPARE_BYTES - logfile.LEAST_BYTES)
    return length


def _full(short_bytes: int) -> DriveFull:
    return DriveFull(
        f"The drive is too full: {max(1, -short_bytes // 1000)} kB more are needed.",
        "Files that are not LeanCue's take the room.",
        "Remove what you do not need from the drive, and repeat the command.",
    )


def _manifest(
    disk: Disk, boot_out: BootOut, payload: Payload, slot: str, files: dict[str, bytes], log: int
) -> bytes | None:
    """The manifest to write; None if the drive has it. The place of a new log is added later."""
    old = manifests.read(disk)
    kept = old.log if old and not log else {}
    fresh = Manifest(
        __version__, payload.board, payload.haptic, boot_out.version_text, slot,
        manifests.rows(files), kept, payload.form,
    )  # fmt: skip
    return None if old == fresh else fresh.data()
