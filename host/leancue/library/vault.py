"""The runs' logs as files beside the database, named by their content (SHA-256).

A file is written beside its place, synced and renamed, always before the database speaks of it.
So a file nobody speaks of is what a killed import or erasure left behind; ``sweep`` removes it.
"""

from __future__ import annotations

import hashlib
import os
import tempfile
from collections.abc import Collection, Iterator
from pathlib import Path

from leancue.errors import LibraryError, LogError, OutputError
from leancue.pull import SUFFIX

_PART = ".part"


class Vault:
    """The folder of the files: ``FOLDER/ab/ab….leanrun``; for this user alone."""

    def __init__(self, folder: Path) -> None:
        """Make the folder where it is not there. LibraryError where it cannot be."""
        self.folder = folder
        try:
            folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        except OSError as error:
            raise LibraryError(
                f"The folder {folder} for the runs' files cannot be made: {error.strerror}.",
                "The disk may be full, or the folder above it another user's.",
            ) from error

    def path(self, sha256: str) -> Path:
        """Where the file with this content is, or would be."""
        return self.folder / sha256[:2] / (sha256 + SUFFIX)

    def put(self, data: bytes) -> str:
        """Keep ``data``; return its SHA-256. OutputError, and then nothing is left behind."""
        sha256 = hashlib.sha256(data).hexdigest()
        path = self.path(sha256)
        try:
            path.parent.mkdir(exist_ok=True, mode=0o700)
            if not (path.exists() and path.read_bytes() == data):
                _write(path, data)
        except OSError as error:
            raise OutputError(
                f"Cannot keep the run at {path}: {error.strerror or error}.",
                "The disk may be full or the folder read-only.",
                "Nothing was filed; the run stays where it is. Make room, then try again.",
            ) from error
        return sha256

    def get(self, sha256: str) -> bytes:
        """Return the content. LogError where it is not there or not what it was."""
        path = self.path(sha256)
        try:
            data = path.read_bytes()
        except OSError as error:
            raise LogError(
                f"The run's file {path} cannot be read: {error.strerror or error}.",
                "It was moved or deleted, or this desk does not share the folder.",
                "Bring it back from a backup, or pull the run again.",
            ) from error
        if hashlib.sha256(data).hexdigest() != sha256:
            raise LogError(
                f"The run's file {path} is not what was filed.",
                "It was changed, or the disk is failing.",
                "Bring it back from a backup, or delete it and pull the run again.",
            )
        return data

    def drop(self, sha256: str) -> None:
        """Remove a file; it may be gone already."""
        self.path(sha256).unlink(missing_ok=True)

    def files(self) -> Iterator[Path]:
        """Yield every file, what a killed write left included."""
        for entry in sorted(self.folder.iterdir()):
            if entry.is_dir():
                yield from (path for path in sorted(entry.iterdir()) if path.is_file())

    def sweep(self, known: Collection[str]) -> list[Path]:
        """Remove every file whose content nobody in ``known`` names; return them.

        Only while the writers' lock is held: another desk may be between file and database.
        """
        gone = [path for path in self.files() if path.name.removesuffix(SUFFIX) not in known]
        for path in gone:
            path.unlink()
        return gone


def _write(path: Path, data: bytes) -> None:
    handle, beside = tempfile.mkstemp(suffix=_PART, dir=path.parent)  # mode 0600
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        os.replace(beside, path)
    except BaseException:
        Path(beside).unlink(missing_ok=True)
        raise
    _sync_folder(path.parent)


def _sync_folder(folder: Path) -> None:
    """Make the rename last; Windows knows no such thing and needs none."""
    if os.name == "nt":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
