"""The few file operations on a clip's drive, each of which may fail at any time."""

from __future__ import annotations

import errno
import os
import shutil
import sys
from pathlib import Path

from leancue.installer import file_extents
from leancue.language.words import _

NEW = ".leancue-new"  # suffix of a file until it is complete
_BLOCK_BYTES = 1 << 16
_LEAST_CLUSTER_BYTES = 512


class DriveFiles:
    """A drive mounted at ``root``; paths begin with "/", as on the clip. Raises OSError."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def real(self, path: str) -> Path:
        """The host path of a path on the clip."""
        return self.root / path.lstrip("/")

    def read(self, path: str) -> bytes | None:
        """Return a file's content, None if there is no such file."""
        try:
            return self.real(path).read_bytes()
        except (FileNotFoundError, NotADirectoryError):
            return None

    def size(self, path: str) -> int | None:
        """Return a file's length, None if there is no such file."""
        real = self.real(path)
        return real.stat().st_size if real.is_file() else None

    def files(self, folder: str) -> list[str]:
        """Return the paths of all files at or below ``folder``."""
        real = self.real(folder)
        found = (path for path in real.rglob("*") if path.is_file())
        return sorted("/" + path.relative_to(self.root).as_posix() for path in found)

    def exists(self, path: str) -> bool:
        """Whether there is a file or a folder of that name."""
        return self.real(path).exists()

    def names(self, folder: str) -> list[str]:
        """Return the names of what is in a folder; none if there is no such folder."""
        real = self.real(folder)
        return sorted(path.name for path in real.iterdir()) if real.is_dir() else []

    def free_bytes(self) -> int:
        """Return the free space."""
        return shutil.disk_usage(self.root).free

    def cluster_bytes(self) -> int:
        """Return the drive's allocation unit (FAT: 512 bytes to 32 KiB)."""
        if sys.platform == "win32":
            return _windows_cluster_bytes(self.root)
        return max(os.statvfs(self.root).f_frsize, _LEAST_CLUSTER_BYTES)

    def pieces(self, path: str) -> file_extents.Pieces:
        """Return (byte on the drive, length) of a file's fragments; [] if unknown."""
        return file_extents.of(self.real(path))

    def make_folder(self, folder: str) -> None:
        """Create a folder and its parents, if missing."""
        self.real(folder).mkdir(parents=True, exist_ok=True)

    def write(self, path: str, data: bytes) -> None:
        """Write a whole file in place and sync it to the drive."""
        with self.real(path).open("wb") as file:
            file.write(data)
            self._sync(file.fileno())

    def append_zeros(self, path: str, count: int) -> None:
        """Extend a file by ``count`` zero bytes that are really allocated."""
        with self.real(path).open("ab") as file:
            while count > 0:
                piece = bytes(min(count, _BLOCK_BYTES))
                file.write(piece)
                count -= len(piece)
            self._sync(file.fileno())

    def write_at(self, path: str, at: int, data: bytes) -> None:
        """Write into an existing file, within its length."""
        with self.real(path).open("r+b") as file:
            file.seek(at)
            file.write(data)
            self._sync(file.fileno())

    def shorten(self, path: str, length: int) -> None:
        """Truncate a file; the rest stays in place."""
        with self.real(path).open("r+b") as file:
            file.truncate(length)
            self._sync(file.fileno())

    def rename(self, old: str, new: str) -> None:
        """Rename a file, replacing an existing one."""
        os.replace(self.real(old), self.real(new))
        self._sync_folder(self.real(new).parent)

    def remove(self, path: str) -> None:
        """Remove a file, if it is there."""
        self.real(path).unlink(missing_ok=True)

    def remove_folder(self, folder: str) -> None:
        """Remove a folder with all in it, if it is there."""
        if self.real(folder).is_dir():
            shutil.rmtree(self.real(folder))

    def again(self, path: str) -> bytes | None:
        """Read a file from the drive rather than from the system's cache, if possible."""
        if hasattr(os, "posix_fadvise") and self.real(path).is_file():
            with self.real(path).open("rb") as file:
                os.posix_fadvise(file.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)
        return self.read(path)

    def put(self, path: str, data: bytes) -> None:
        """Write a temporary file, sync it, rename it, read it back: old or new at any moment."""
        self.make_folder(path.rpartition("/")[0] or "/")
        beside = path + NEW
        self.write(beside, data)
        if self.again(beside) != data:
            raise misread(path)
        self.rename(beside, path)
        if self.again(path) != data:
            raise misread(path)

    @staticmethod
    def _sync(handle: int) -> None:
        os.fsync(handle)

    @staticmethod
    def _sync_folder(folder: Path) -> None:
        """Sync a rename to the drive, where folders can be synced (not on Windows)."""
        if not hasattr(os, "O_DIRECTORY"):
            return
        handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def misread(path: str) -> OSError:
    """The error for a drive that does not store what was written."""
    return OSError(errno.EIO, _("it reads back differently from what was written"), path)


def _windows_cluster_bytes(root: Path) -> int:
    """By GetDiskFreeSpaceW of Windows' fileapi.h. OSError."""
    import ctypes

    words = [ctypes.c_ulong() for _ in range(4)]  # sectors a cluster, bytes a sector, counts
    api = ctypes.windll.kernel32  # type: ignore[attr-defined,unused-ignore]
    if not api.GetDiskFreeSpaceW(str(root), *map(ctypes.byref, words)):
        raise OSError(errno.EIO, _("the system does not report its cluster size"), str(root))
    return words[0].value * words[1].value
