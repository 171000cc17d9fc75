"""The board's drive: a folder of real files, with the limits and the wear of a small flash."""

from __future__ import annotations

import errno
import io
import os
from collections import Counter
from pathlib import Path
from typing import IO, Any

PAGE_BYTES = 4096  # erase unit of the flash


class Flash:
    """A drive of `pages` times 4 KiB below `folder`; paths begin with "/" as on the board.

    Every call raises OSError as CircuitPython does: 2 no such file, 5 input/output, 28 no space,
    30 read-only. Fault knobs: `fail_writes` (5), `full` (28), `read_only` (30: USB has the drive).
    `write_count` counts writes; `page_erases` counts, for (path, page of the file), how often a
    write touched the page.
    """

    def __init__(self, folder: str | Path, pages: int = 256) -> None:
        self.folder = Path(folder).resolve()
        self.pages = pages
        self.fail_writes = False
        self.full = False
        self.read_only = False
        self.write_count = 0
        self.page_erases: Counter[tuple[str, int]] = Counter()

    def open(self, path: str, mode: str = "r") -> IO[Any]:
        """Open a file as `open()` would; binary files are unbuffered: each write is at once."""
        if set(mode) & set("wax+"):
            self._need_writable()
        raw = FlashFile(self, path, mode.replace("b", "").replace("t", ""))
        if "b" in mode:
            return raw
        buffered: Any = io.BufferedRandom(raw) if "+" in mode else _one_way(raw)
        return io.TextIOWrapper(buffered, encoding="utf-8", newline="\n")

    def remove(self, path: str) -> None:
        """Delete a file."""
        self._need_writable()
        os.remove(self.real_path(path))

    def rename(self, old_path: str, new_path: str) -> None:
        """Rename a file; OSError 17 when the new name is taken, as FAT does."""
        self._need_writable()
        new = self.real_path(new_path)
        if new.exists():
            raise OSError(errno.EEXIST, "File exists", new_path)
        os.rename(self.real_path(old_path), new)

    def stat_size(self, path: str) -> int:
        """The length of a file in bytes."""
        return self.real_path(path).stat().st_size

    def sector_offset_of(self, file: object) -> int:
        """Offset of the first whole flash page in a file: here always 0."""
        return 0

    def listdir(self, path: str = "/") -> list[str]:
        """Names in a folder, sorted."""
        return sorted(os.listdir(self.real_path(path)))

    def exists(self, path: str) -> bool:
        """True for a file or folder that is there."""
        return self.real_path(path).exists()

    def free_bytes(self) -> int:
        """Free space in whole pages; a file takes whole pages."""
        files = (entry for entry in self.folder.rglob("*") if entry.is_file())
        used = sum(-(-entry.stat().st_size // PAGE_BYTES) for entry in files)
        return max(0, self.pages - used) * PAGE_BYTES

    def real_path(self, path: str) -> Path:
        """The host path of a board path; OSError 22 if it leaves the drive."""
        real = (self.folder / path.lstrip("/")).resolve()
        if not real.is_relative_to(self.folder):
            raise OSError(errno.EINVAL, "outside the drive", path)
        return real

    def check_write(self, size: int, offset: int, length: int) -> None:
        """Raise the error of a write of `length` bytes at `offset` of a file of `size` bytes."""
        self._need_writable()
        if self.fail_writes:
            raise OSError(errno.EIO, "Input/output error")
        pages = -(-(offset + length) // PAGE_BYTES) - -(-size // PAGE_BYTES)
        grows = offset + length > size  # a full drive still takes writes inside a file
        if grows and (self.full or pages * PAGE_BYTES > self.free_bytes()):
            raise OSError(errno.ENOSPC, "No space left on device")

    def count_write(self, path: str, offset: int, length: int) -> None:
        """Note a write and the pages it covers."""
        self.write_count += 1
        last = (offset + max(length, 1) - 1) // PAGE_BYTES
        for page in range(offset // PAGE_BYTES, last + 1):
            self.page_erases[path, page] += 1

    def _need_writable(self) -> None:
        if self.read_only:
            raise OSError(errno.EROFS, "Read-only filesystem")


class FlashFile(io.FileIO):
    """An open file on the drive; every write asks the drive first."""

    def __init__(self, flash: Flash, path: str, mode: str) -> None:
        super().__init__(flash.real_path(path), mode)
        self._flash = flash
        self._path = path
        self._appends = "a" in mode

    def write(self, data: Any) -> int:
        """Write all of `data`; gives its length. OSError as the drive."""
        length = memoryview(data).nbytes
        size = os.fstat(self.fileno()).st_size
        offset = size if self._appends else self.tell()
        self._flash.check_write(size, offset, length)
        written = super().write(data)
        self._flash.count_write(self._path, offset, length)
        return written


def _one_way(raw: FlashFile) -> io.BufferedReader | io.BufferedWriter:
    return io.BufferedReader(raw) if raw.readable() else io.BufferedWriter(raw)
