"""Install and update on drive images of every size and cluster; measure the space left for runs.

Usage: python -m tools.bench_drives [--write]. Needs mkfs.vfat, fsck.vfat and mtools. For each drive
and each form of the program: an older release is installed, then this one over it; fsck.vfat must
find no error, the planned space must be free, and the clip's own store is started on the image and
counts its pages. With --write the figures go into tools/measured/drives.json, from which
`write_docs.py` takes its table. Exits with 1 if something does not fit.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from dataclasses import replace
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT / room) for room in (".", "shared", "device/lib", "host")]

from leancore.runlog.pages import PAGE_BYTES  # noqa: E402 (found only through the paths above)
from leancue.basis.errors import DriveFull  # noqa: E402
from leancue.installer import boot_out, installation_plan, logfile, payload  # noqa: E402
from leancue.installer.installation import carry_out  # noqa: E402
from leancue.installer.installation_plan import Plan  # noqa: E402
from leancue.installer.payload import Payload  # noqa: E402
from leandevice.storage import run_recorder  # noqa: E402

from tools.flashmodel import volumes  # noqa: E402
from tools.flashmodel.image import BOOT_OUT, ImageDisk, missing, new_drive  # noqa: E402
from tools.flashmodel.session import Clip  # noqa: E402

MEASURED = ROOT / "tools" / "measured" / "drives.json"
POWERCUT = ROOT / "tools" / "measured" / "powercut.json"
BOARD = "raspberry_pi_pico"
PICO = (1020, 512)
# (kB, bytes of a cluster)
DRIVES = (
    PICO, (2048, 512), (2048, 1024), (2048, 4096), (4096, 512), (4096, 1024), (4096, 4096),
    (8192, 512), (8192, 2048), (8192, 4096), (16384, 4096),
)  # fmt: skip
MARKS_PAGES = 1
GOAL_H = 3


def main() -> int:
    """Entry point; 1 if something does not fit."""
    options = _options()
    if missing():
        sys.stderr.write(f"{', '.join(missing())} not here: `make system` as root installs them\n")
        return 1
    forms = {form: payload.build(BOARD, form=form) for form in payload.FORMS}
    found: dict[str, Any] = {
        "programs": {form: _program(made) for form, made in forms.items()},
        "drives": [
            _drive(shape, {form: measured(shape, made) for form, made in forms.items()})
            for shape in DRIVES
        ],
        "largest_program_bytes": largest_program_bytes(forms[payload.COMPILED]),
    }
    sys.stdout.write(json.dumps(found, indent=1) + "\n")
    if options.write:
        MEASURED.write_text(json.dumps(found, indent=1) + "\n", "utf-8")
    rows = [row for drive in found["drives"] for row in drive["forms"].values()]
    return 0 if all(row["whole"] for row in rows) else 1


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--write", action="store_true", help=f"keep the figures in {MEASURED.name}")
    return parser.parse_args()


def _program(made: Payload) -> dict[str, int]:
    beside = {**made.starters, "/code.py": made.code}
    return {
        "files": len(made.program),
        "bytes": sum(map(len, made.program.values())),
        "files_beside": len(beside),
        "bytes_beside": sum(map(len, beside.values())),
    }


def _drive(shape: tuple[int, int], forms: dict[str, Any]) -> dict[str, Any]:
    with tempfile.TemporaryDirectory() as folder:
        fat = new_drive(Path(folder) / "image", *shape).volume()
    kind = "FAT12" if fat.layout.is_fat12 else "FAT16"
    return {"kilobytes": shape[0], "cluster_bytes": shape[1], "fat": kind, "forms": forms}


def measured(shape: tuple[int, int], made: Payload) -> dict[str, Any]:
    """Content of a drive after installing an older release and updating it to ``made``."""
    with tempfile.TemporaryDirectory() as folder:
        disk = new_drive(Path(folder) / "image", *shape)
        empty_bytes = disk.free_bytes()
        first, planned = _install(disk, _other(made)), _install(disk, made)
        whole = (
            volumes.fsck(disk.root.read_bytes()) == "clean"
            and disk.free_bytes() >= max(planned.free_bytes, planned.next_bytes)
            and not planned.shorter_log_bytes
            and _plan(disk, made).nothing_to_do
            and logfile.place_of(disk).pieces == 1
        )
        taken = empty_bytes - disk.free_bytes() - first.log_bytes
        room = {"taken_bytes": taken, "free_bytes": disk.free_bytes()}
        return {**room, **_log(disk, first.log_bytes), "whole": whole}


def _other(made: Payload) -> Payload:
    """A release in which every file differs."""
    return replace(made, program={path: b"~" + data[1:] for path, data in made.program.items()})


def _plan(disk: ImageDisk, made: Payload) -> Plan:
    return installation_plan.make(disk, boot_out.parse(BOOT_OUT, str(disk.root)), made, None)


def _install(disk: ImageDisk, made: Payload) -> Plan:
    planned = _plan(disk, made)
    carry_out(planned, disk, lambda done, total: None)
    return planned


def _log(disk: ImageDisk, length: int) -> dict[str, Any]:
    """The log on the clip: pages for runs, hours of steps, minutes with raw samples."""
    store = Clip(bytearray(disk.root.read_bytes())).store
    pages = store.free_pages - MARKS_PAGES
    raw_pages = pages - min(run_recorder._RESERVE_PAGES, store.slots // 8)
    rates = json.loads(POWERCUT.read_text("utf-8"))
    return {
        "log_bytes": length,
        "pages": pages,
        "steps_h": round(pages / rates["steps"]["pages an hour"], 2),
        "raw_min": round(60 * raw_pages / rates["raw"]["pages an hour"], 1),
    }


def largest_program_bytes(made: Payload) -> int:
    """The largest program with as many files that still leaves ``GOAL_H`` on the Pico's drive."""
    rate = json.loads(POWERCUT.read_text("utf-8"))["steps"]["pages an hour"]
    goal_bytes = (GOAL_H * rate + logfile.OVERHEAD_PAGES) * PAGE_BYTES
    least, most = 0, PICO[0] << 10
    with tempfile.TemporaryDirectory() as folder:
        disk = new_drive(Path(folder) / "image", *PICO)
        while most - least > 1024:
            size = (least + most) // 2
            each = bytes(size // len(made.program))
            fits = _log_bytes(disk, replace(made, program=dict.fromkeys(made.program, each)))
            least, most = (size, most) if fits >= goal_bytes else (least, size)
    return least


def _log_bytes(disk: ImageDisk, made: Payload) -> int:
    try:
        return _plan(disk, made).log_bytes
    except DriveFull:
        return 0


if __name__ == "__main__":
    sys.exit(main())
