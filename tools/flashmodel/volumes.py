"""Possible volumes of a clip's drive: several sizes, two formatters, random file positions."""

from __future__ import annotations

import random
import shutil
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path

from leancore.runlog.pages import PAGE_BYTES
from leandevice.storage.drive import SMALL_BYTES
from leandevice.storage.log_origin import ORIGIN_PAGES
from leandevice.storage.run_store import PATH
from leandevice.storage.stored_config import FILES

from tools.flashmodel.chip import Chip
from tools.flashmodel.disk import BLOCK_BYTES, Disk
from tools.flashmodel.fat import Fat
from tools.flashmodel.files import File
from tools.flashmodel.layout import Layout, formatted

_SEARCHED = "/usr/sbin:/sbin:/usr/bin:/bin"
# (blocks of 512, blocks of a cluster): FAT12 twice, FAT16
SHAPES = ((2048, 1), (3072, 2), (5600, 1))


@dataclass(frozen=True)
class Volume:
    """A formatted and installed drive; ``others``: files that must not change, by path."""

    image: bytes
    others: dict[str, bytes]
    shape: str


def program(name: str) -> str | None:
    """Return the path of a program of dosfstools, or None."""
    return shutil.which(name, path=_SEARCHED)


def made(chance: random.Random, log_pages: int, shape: int | None = None) -> Volume:
    """Return a volume with the clip's files on it, before and after other files."""
    which = chance.randrange(len(SHAPES)) if shape is None else shape
    blocks, cluster_blocks = SHAPES[which]
    theirs = program("mkfs.vfat") is not None and chance.random() < 0.5
    image = by_mkfs(blocks, cluster_blocks) if theirs else formatted(blocks, cluster_blocks)
    fat = Fat(Disk(Chip(image)))
    others = {}
    for name in ("/code.py", "/a.py", "/b.py", "/c.py"):
        others[name] = chance.randbytes(chance.randrange(1, 9000))
    order = [(name, others[name]) for name in others]
    order[1:1] = [(FILES[0], bytes(SMALL_BYTES))]
    order[3:3] = [
        (FILES[1], bytes(SMALL_BYTES)),
        (PATH, bytes((log_pages + ORIGIN_PAGES) * PAGE_BYTES)),
    ]
    for name, content in order:
        with File(fat, name, "wb") as file:
            file.write(content)
    maker = "mkfs.vfat" if theirs else "own"
    return Volume(bytes(image), others, f"{blocks // 2} kB, clusters {cluster_blocks}, {maker}")


def by_mkfs(blocks: int, cluster_blocks: int) -> bytearray:
    """Return a volume formatted by dosfstools, without its alignment, as on the clip."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "volume"
        path.write_bytes(bytes(blocks * 512))
        subprocess.run(
            [program("mkfs.vfat") or "", "-a", "-f", "1", "-r", "512", "-R", "1",
             "-s", str(cluster_blocks), "-i", "1EA7C0E5", str(path)],
            check=True, capture_output=True,
        )  # fmt: skip
        return bytearray(path.read_bytes())


def table_of(image: bytes | bytearray) -> bytes:
    """Return the part of a volume that fsck.vfat reads: everything before the files."""
    return bytes(image[: _data_first(image) * BLOCK_BYTES])


def _data_first(image: bytes | bytearray) -> int:
    try:
        return Layout(bytes(image[:BLOCK_BYTES])).data_first
    except ValueError:
        return len(image) // BLOCK_BYTES  # no longer a volume


def fsck(image: bytes | bytearray) -> str:
    """Return fsck.vfat's result: "clean", "repaired" or "broken"; "" without the tool."""
    checker = program("fsck.vfat")
    if checker is None:
        return ""
    with tempfile.NamedTemporaryFile() as file:
        file.write(image)
        file.flush()

        def is_clean(mode: str) -> bool:
            done = subprocess.run([checker, mode, file.name], check=False, capture_output=True)
            return done.returncode == 0

        if is_clean("-n"):
            return "clean"
        is_clean("-a")
        return "repaired" if is_clean("-n") else "broken"
