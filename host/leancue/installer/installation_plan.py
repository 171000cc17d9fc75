"""The plan of an installation, derived by reading the drive; nothing is written here."""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace

from leancore.runlog.pages import PAGE_BYTES

from leancue import __version__
from leancue.installer import log_length, logfile
from leancue.installer import manifest as manifests
from leancue.installer.boot_out import BootOut
from leancue.installer.budget import Work
from leancue.installer.drive_files import NEW, DriveFiles
from leancue.installer.manifest import Manifest
from leancue.installer.payload import BOOT, SLOTS, SWITCH, Payload, slot_of

# The clip's configuration, allocated here so that the clip never changes the drive's directory.
CONFIGS = ("/leancue_a.cfg", "/leancue_b.cfg")
_CONFIG = bytes(3 * PAGE_BYTES)  # zeros: never written
_PLACE_BYTES = 128  # the log's position is added to the manifest when it is known


@dataclass(frozen=True)
class Plan:
    """``slot``: target of the program; ``before``: the slot that starts now, or None.

    ``writes``: (path, content) in the order of writing; ``stale``: files of the slot that are not
    of this release; ``leftovers``: of an interrupted one, removed first. The last four: see
    ``log_length.Lengths``.
    """

    slot: str
    before: str | None
    writes: tuple[tuple[str, bytes], ...]
    stale: tuple[str, ...]
    leftovers: tuple[str, ...]
    files: dict[str, bytes]
    log_bytes: int = 0
    shorter_log_bytes: int = 0
    free_bytes: int = 0
    next_bytes: int = 0

    @property
    def nothing_to_do(self) -> bool:
        """Whether the drive is up to date."""
        return not (self.writes or self.stale or self.leftovers or self.log_bytes)


def make(disk: DriveFiles, boot_out: BootOut, payload: Payload, log_mb: float | None) -> Plan:
    """Compare the drive with ``payload``. OSError; DriveFull if it does not fit."""
    before = slot_of(disk.read(SWITCH) or b"")
    slot = _slot(disk, before, payload)
    files = payload.files(slot)
    changed = {path: data for path, data in files.items() if disk.read(path) != data}
    writes = [(path, _CONFIG) for path in CONFIGS if disk.size(path) is None]
    writes += [(path, changed[path]) for path in _ordered(changed, slot)]
    halves = _halves(disk, slot, files)
    stale = tuple(path for path in disk.files(slot) if path not in {*files, *halves})
    leftovers = (*_other(disk, slot), *halves)
    plan = Plan(slot, before, tuple(writes), stale, leftovers, files)
    manifest = Manifest(
        __version__, payload.board, payload.haptic, boot_out.version_text, slot,
        manifests.rows(files), form=payload.form,
    )  # fmt: skip
    return _with_manifest(disk, _with_lengths(disk, plan, payload, manifest, log_mb), manifest)


def _slot(disk: DriveFiles, before: str | None, payload: Payload) -> str:
    """The folder for the program: the one that starts if it is of this release, else the other."""
    if before is None:
        return SLOTS[0]
    manifest = manifests.read(disk)
    release = manifests.rows({f"{before}/{path}": d for path, d in payload.program.items()})
    if all(disk.read(f"{before}/{path}") == data for path, data in payload.program.items()):
        return before
    listed = {p: r for p, r in manifest.files.items() if p.startswith(before)} if manifest else {}
    if listed == release:  # this release, but damaged: repaired in place
        return before
    return SLOTS[1 - SLOTS.index(before)]


def _ordered(changed: dict[str, bytes], slot: str) -> list[str]:
    """Program first, then the other files, then the switch, and ``boot.py`` last.

    Before the switch a blank drive must not get a ``boot.py``, which takes the drive from the host.
    """

    def rank(path: str) -> tuple[int, str]:
        if path.startswith(slot + "/"):
            return 0, path
        return {SWITCH: 2, BOOT: 3}.get(path, 1), path

    return sorted(changed, key=rank)


def _other(disk: DriveFiles, slot: str) -> tuple[str, ...]:
    """The other slot, if it is there."""
    other = SLOTS[1 - SLOTS.index(slot)]
    return (other,) if disk.exists(other) else ()


def _halves(disk: DriveFiles, slot: str, files: dict[str, bytes]) -> tuple[str, ...]:
    """Partial files left by an interrupted installation, only with our names."""
    ours = (*files, *CONFIGS, logfile.PATH, manifests.PATH)
    beside = {path + NEW for path in ours if not path.startswith(slot + "/")}
    found = {path for path in disk.files(slot) if path.endswith(NEW)}
    beside.add(logfile.FILLER)
    return tuple(sorted(found | {path for path in beside if disk.exists(path)}))


def _with_lengths(
    disk: DriveFiles, plan: Plan, payload: Payload, manifest: Manifest, log_mb: float | None
) -> Plan:
    """The plan with the length of its log. DriveFull."""
    manifest_bytes = len(manifest.data()) + _PLACE_BYTES
    sizes = [(path, len(data)) for path, data in plan.writes]
    if sizes or not _is_there(disk, manifest) or not disk.size(logfile.PATH):
        sizes.append((manifests.PATH, manifest_bytes))
    work = Work(plan.slot, plan.before, plan.leftovers, plan.stale, tuple(sizes))
    return replace(plan, **asdict(log_length.choose(disk, work, payload, manifest_bytes, log_mb)))


def _with_manifest(disk: DriveFiles, plan: Plan, manifest: Manifest) -> Plan:
    """The plan with the manifest to write, if the drive has another one.

    The place of the log comes into it when that is known.
    """
    log_stays = not (plan.log_bytes or plan.shorter_log_bytes)
    if log_stays and _is_there(disk, manifest):
        return plan
    return replace(plan, writes=(*plan.writes, (manifests.PATH, manifest.data())))


def _is_there(disk: DriveFiles, manifest: Manifest) -> bool:
    """Whether the drive has this manifest, whatever it says of the log."""
    old = manifests.read(disk)
    return old is not None and replace(old, log={}) == manifest
