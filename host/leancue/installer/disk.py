"""File operations on a clip's drive: the few there are, each of which may fail at any time."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

NEW = ".leancue-new"  # what a file is called until it is whole
_BLOCK_BYTES = 1 << 16


class Disk:
    """A drive mounted at ``root``; paths begin with "/", as on the clip. Raises OSError."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def real(self, path: str) -> Path:
        """Where a path of the clip is on the desk."""
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

    def free_bytes(self) -> int:
        """Return how much room is left."""
        return shutil.disk_usage(self.root).free

    def make_folder(self, folder: str) -> None:
        """Make a folder and those above it, if they are not there."""
        self.real(folder).mkdir(parents=True, exist_ok=True)

    def write(self, path: str, data: bytes) -> None:
        """Write a whole file in place and have the system bring it to the drive."""
        with self.real(path).open("wb") as file:
            file.write(data)
            self._sync(file.fileno())

    def append_zeros(self, path: str, count: int) -> None:
        """Make a file longer by ``count`` zero bytes that really take room."""
        with self.real(path).open("ab") as file:
            while count > 0:
                piece = bytes(min(count, _BLOCK_BYTES))
                file.write(piece)
                count -= len(piece)
            self._sync(file.fileno())

    def rename(self, old: str, new: str) -> None:
        """Give a file its name, over the one that has it."""
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
        """Read a file from the drive rather than from what the system remembers, if it can."""
        if hasattr(os, "posix_fadvise") and self.real(path).is_file():
            with self.real(path).open("rb") as file:
                os.posix_fadvise(file.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)
        return self.read(path)

    def put(self, path: str, data: bytes) -> None:
        """Write a file beside, sync it, rename it, read it back: old or new at any moment."""
        self.make_folder(path.rpartition("/")[0] or "/")
        beside = path + NEW
        self.write(beside, data)
        if self.again(beside) != data:
            raise OSError(5, "it reads back otherwise than it was written", path)
        self.rename(beside, path)
        if self.again(path) != data:
            raise OSError(5, "it reads back otherwise than it was written", path)

    @staticmethod
    def _sync(handle: int) -> None:
        os.fsync(handle)

    @staticmethod
    def _sync_folder(folder: Path) -> None:
        """Bring a rename to the drive, where folders can be synced at all (not on Windows)."""
        if not hasattr(os, "O_DIRECTORY"):
            return
        handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
