"""A drive image for the installer, with real capacity and clusters.

mtools writes the files, the model reads them (and writes into existing ones), fsck.vfat checks the
volume. Nothing is mounted, so no privileges are needed. Source of the content of a new drive:
CircuitPython's `supervisor/shared/filesystem.c`.
"""

from __future__ import annotations

import errno
import mmap
import os
import re
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import cast

from leancue.installer import file_extents
from leancue.installer.drive_files import DriveFiles

from tools.flashmodel import volumes
from tools.flashmodel.chip import Chip
from tools.flashmodel.disk import BLOCK_BYTES
from tools.flashmodel.disk import Disk as Blocks
from tools.flashmodel.fat import Fat
from tools.flashmodel.files import File
from tools.flashmodel.layout import Layout
from tools.flashmodel.tree import content, tree

PROGRAMS = ("mkfs.vfat", "fsck.vfat", "mcopy")
BOOT_OUT = (
    "Adafruit CircuitPython 10.3.0 on 2026-10-01; Raspberry Pi Pico with rp2040\n"
    "Board ID:raspberry_pi_pico\nUID:DF6250C8573D2B2E\nboot.py output:\n"
)
_FULL = re.compile("No space|No free cluster|full")
_NEW_DRIVE = {
    "/.fseventsd/no_log": b"", "/.metadata_never_index": b"", "/.Trashes": b"",
    "/boot_out.txt": BOOT_OUT.encode(), "/code.py": b'print("Hello World!")\n',
    "/settings.toml": b"", "/lib/": b"",
}  # fmt: skip
# Files that Windows and macOS write to a new drive.
OF_SYSTEMS = {
    "/System Volume Information/WPSettings.dat": bytes(12),
    "/System Volume Information/IndexerVolumeGuid": bytes(76),
    "/._.Trashes": bytes(4096),
}


def missing() -> list[str]:
    """Return the programs of dosfstools and mtools that are not installed."""
    return [name for name in PROGRAMS if volumes.program(name) is None]


class ImageDisk(DriveFiles):
    """The volume in the file ``root`` as the installer's disk; raises OSError as a drive does."""

    _cluster_bytes = 0

    def read(self, path: str) -> bytes | None:
        fat = self.volume()
        entry = tree(fat).get(path)
        return None if entry is None or entry.is_folder else content(fat, entry)

    def size(self, path: str) -> int | None:
        entry = tree(self.volume()).get(path)
        return None if entry is None or entry.is_folder else entry.size

    def files(self, folder: str) -> list[str]:
        top = folder.rstrip("/") + "/"
        found = tree(self.volume()).items()
        return sorted(path for path, e in found if path.startswith(top) and not e.is_folder)

    def exists(self, path: str) -> bool:
        return path == "/" or path in tree(self.volume())

    def names(self, folder: str) -> list[str]:
        above = folder.rstrip("/")
        paths = (path.rpartition("/") for path in tree(self.volume()))
        return sorted(name for parent, _, name in paths if parent == above)

    def free_bytes(self) -> int:
        fat = self.volume()
        clusters = range(2, fat.layout.clusters + 2)
        return sum(not fat.entry(cluster) for cluster in clusters) * self.cluster_bytes()

    def cluster_bytes(self) -> int:
        if not self._cluster_bytes:
            with self.root.open("rb") as file:
                self._cluster_bytes = Layout(file.read(BLOCK_BYTES)).cluster_blocks * BLOCK_BYTES
        return self._cluster_bytes

    def pieces(self, path: str) -> file_extents.Pieces:
        fat = self.volume()
        first = (fat.layout.block_of(cluster) for cluster in fat.chain(tree(fat)[path].start))
        return file_extents.joined([(block * BLOCK_BYTES, self.cluster_bytes()) for block in first])

    def make_folder(self, folder: str) -> None:
        steps = folder.strip("/").split("/")
        for depth in range(1, len(steps) + 1):
            path = "/" + "/".join(steps[:depth])
            if path != "/" and not self.exists(path):
                self._tool("mmd", _name(path))

    def write(self, path: str, data: bytes) -> None:
        self._tool("mcopy", "-o", "-", _name(path), data=data)

    def append_zeros(self, path: str, count: int) -> None:
        if not self.exists(path):
            self.write(path, b"")
        with self._changed() as fat:  # mtools cannot write into a file that is there
            place = fat.find(path)
            start, size = fat.start_and_size(place)
            chain = fat.chain(start)
            while len(chain) * self.cluster_bytes() < size + count:
                chain.append(fat.allocate(chain[-1] if chain else 0))
                at = fat.layout.block_of(chain[-1]) * BLOCK_BYTES
                fat.disk.chip.image[at : at + self.cluster_bytes()] = bytes(self.cluster_bytes())
            fat.set_start_and_size(place, chain[0], size + count)

    def write_at(self, path: str, at: int, data: bytes) -> None:
        with self._changed() as fat:
            file = File(fat, path, "r+b")
            file.seek(at)
            file.write(data)

    def shorten(self, path: str, length: int) -> None:
        with self._changed() as fat:
            place = fat.find(path)
            start, _ = fat.start_and_size(place)
            keep = -(-length // self.cluster_bytes())
            chain = fat.chain(start)
            fat.set_start_and_size(place, start, length)
            fat.set_entry(chain[keep - 1], 0xFFF if fat.layout.is_fat12 else 0xFFFF)
            for cluster in chain[keep:]:
                fat.set_entry(cluster, 0)

    def rename(self, old: str, new: str) -> None:
        if self.exists(new):
            self._tool("mdel", _name(new))
        self._tool("mmove", _name(old), _name(new))

    def remove(self, path: str) -> None:
        if self.exists(path):
            self._tool("mdel", _name(path))

    def remove_folder(self, folder: str) -> None:
        if self.exists(folder):
            self._tool("mdeltree", _name(folder))

    def again(self, path: str) -> bytes | None:
        return self.read(path)

    def volume(self) -> Fat:
        """Return the volume as the clip reads it; changes to it are not saved."""
        return self._mapped(mmap.ACCESS_COPY)

    @contextmanager
    def _changed(self) -> Iterator[Fat]:
        """Open the volume for changes."""
        fat = self._mapped(mmap.ACCESS_WRITE)
        yield fat
        fat.sync()

    def _mapped(self, access: int) -> Fat:
        with self.root.open("r+b") as file:
            image = mmap.mmap(file.fileno(), 0, access=access)
        return Fat(Blocks(Chip(cast(bytearray, image))))  # it implements all methods used

    def _tool(self, name: str, *words: str, data: bytes = b"") -> None:
        done = subprocess.run(
            [volumes.program(name) or name, "-i", str(self.root), *words],
            input=data, capture_output=True, check=False,
            env={**os.environ, "MTOOLS_SKIP_CHECK": "1"},
        )  # fmt: skip
        said = done.stderr.decode(errors="replace").strip()
        if done.returncode or said:  # mcopy succeeds with half a file on a full drive
            code = errno.ENOSPC if _FULL.search(said) else errno.EIO
            raise OSError(code, f"{os.strerror(code)} ({name}: {said})", words[-1])


def _name(path: str) -> str:
    return "::" + path


def new_drive(file: Path, kilobytes: int, cluster_bytes: int) -> ImageDisk:
    """Create the image of a drive as CircuitPython leaves it."""
    blocks = kilobytes * 1024 // BLOCK_BYTES
    file.write_bytes(volumes.by_mkfs(blocks, cluster_bytes // BLOCK_BYTES))
    disk = ImageDisk(file)
    add(disk, _NEW_DRIVE)
    return disk


def add(disk: ImageDisk, files: dict[str, bytes]) -> None:
    """Add files that are not LeanCue's; a path that ends with a slash is a folder."""
    for path, data in files.items():
        folder, _, name = path.rpartition("/")
        disk.make_folder(folder or "/")
        if name:
            disk.write(path, data)
