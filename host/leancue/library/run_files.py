"""The runs' logs as files next to the database, named by their content (SHA-256).

A file is written under a temporary name with the library's id, and synced, before the database
refers to it; then it is renamed to its final name. So files left by a killed import are known to be
this library's own. A superfluous file goes to the bin; only files erased by a person are deleted at
once. Other files in the folder are not ours and are left alone.
"""

from __future__ import annotations

import hashlib
import os
import re
import shutil
from collections.abc import Iterator
from pathlib import Path

from leancue.basis.errors import LogError, OutputError
from leancue.language.words import _
from leancue.library import identity
from leancue.library.locations import LibraryLocation
from leancue.runs.pull import SUFFIX

_NEW = ".new"
_ID_CHARACTERS = 12
SHELF = re.compile(r"[0-9a-f]{2}")
_FORM = re.compile(rf"([0-9a-f]{{64}}){re.escape(SUFFIX)}(?:\.([0-9a-f]{{12}}){re.escape(_NEW)})?")


class RunFiles:
    """The folder of the files: ``FOLDER/ab/ab….leanrun``; private to this user.

    ``place``: of the library; ``library_id``: its own.
    """

    def __init__(self, place: LibraryLocation, library_id: str = "") -> None:
        self.folder, self._bin = place.files, place.bin
        self.library_id = library_id
        self._new = f"{SUFFIX}.{library_id[:_ID_CHARACTERS]}{_NEW}"

    def path(self, sha256: str) -> Path:
        """The path of the file with this content, existing or not."""
        return next((p for p in self._places(sha256) if p.exists()), self._settled(sha256))

    def _places(self, sha256: str) -> tuple[Path, ...]:
        return self._settled(sha256), self._unsettled(sha256), self._in_bin(sha256)

    def _settled(self, sha256: str) -> Path:
        return self.folder / sha256[:2] / (sha256 + SUFFIX)

    def _unsettled(self, sha256: str) -> Path:
        return self.folder / sha256[:2] / (sha256 + self._new)

    def _in_bin(self, sha256: str) -> Path:
        return self._bin / (sha256 + SUFFIX)

    def put(self, data: bytes) -> str:
        """Store ``data`` under its temporary name; return its SHA-256. OutputError.

        Only while the writers' lock is held: another host may write the same file.
        """
        sha256 = hashlib.sha256(data).hexdigest()
        path, new = self._settled(sha256), self._unsettled(sha256)
        try:
            path.parent.mkdir(exist_ok=True, mode=0o700)
            # A file that the database refers to is never overwritten.
            if not any(there.exists() and there.read_bytes() == data for there in (path, new)):
                _write(new, data)
        except OSError as error:
            raise OutputError(
                _(
                    "Cannot save the run at {path}: {reason}.",
                    path=path,
                    reason=error.strerror or error,
                ),
                _("The disk may be full or the folder read-only."),
                _(
                    "Nothing was filed, and the run stays where it is. Free some space, then try "
                    "again."
                ),
            ) from error
        return sha256

    def settle(self, sha256: str) -> None:
        """Give a file its final name, once the database refers to it. OSError."""
        new = self._unsettled(sha256)
        if new.exists():
            os.replace(new, self._settled(sha256))

    def get(self, sha256: str) -> bytes:
        """Return the content. LogError if it is missing or has changed."""
        there = [path for path in self._places(sha256) if path.exists()]
        for path in there or [self._settled(sha256)]:
            data = _read(path)
            if hashlib.sha256(data).hexdigest() == sha256:
                return data
        raise LogError(
            _("The run's file {there} has changed since it was filed.", there=there[0]),
            _("It was changed, or the disk is failing."),
            _("Restore it from a backup, or pull the run again."),
        )

    def discard(self, sha256: str) -> None:
        """Move a file to the bin; it may already be there, or gone. OSError."""
        for path in self._places(sha256)[:2]:
            if path.exists():
                self._bin.mkdir(exist_ok=True, mode=0o700)
                shutil.move(path, self._in_bin(sha256))  # the folders may be on two disks

    def delete(self, sha256: str) -> None:
        """Delete a file permanently, wherever it is; it may already be gone. OSError."""
        for path in self._places(sha256):
            path.unlink(missing_ok=True)

    def empty(self, sha256: str) -> None:
        """Delete a file from the bin permanently; it may already be gone. OSError."""
        self._in_bin(sha256).unlink(missing_ok=True)

    def settled(self) -> Iterator[str]:
        """Yield the content hash of every file with a final name."""
        yield from (found[1] for _, found in self._files() if found and not found[2])

    def unsettled(self) -> Iterator[str]:
        """Yield the content hash of every file with a temporary name of this library."""
        for path, found in self._files():
            if found and path.name.endswith(self._new):
                yield found[1]

    def runs(self) -> Iterator[tuple[str, Path]]:
        """Yield (content hash, path) of every file named like a library's, whoever's it is."""
        yield from ((found[1], path) for path, found in self._files() if found)

    def strangers(self) -> Iterator[Path]:
        """Yield every file with another form of name, which is left alone."""
        for path in sorted(self.folder.rglob("*")) if self.folder.is_dir() else ():
            ours = path == self.folder / identity.NAME or _form(path, self._bin.name)
            if path.is_file() and not ours:
                yield path

    def _files(self) -> Iterator[tuple[Path, re.Match[str] | None]]:
        for shelf in sorted(self.folder.iterdir()) if self.folder.is_dir() else ():
            if shelf.is_dir() and SHELF.fullmatch(shelf.name):
                yield from ((path, _form(path)) for path in sorted(shelf.iterdir()))


def _form(path: Path, *others: str) -> re.Match[str] | None:
    """Whether a file has a library's form of name, in the matching subfolder."""
    found = _FORM.fullmatch(path.name)
    return found if found and path.parent.name in (found[1][:2], *others) else None


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise LogError(
            _(
                "The run's file {path} cannot be read: {reason}.",
                path=path,
                reason=error.strerror or error,
            ),
            _("It was moved or deleted, or this desk does not share the folder."),
            _("Restore it from a backup, or pull the run again."),
        ) from error


def _write(path: Path, data: bytes) -> None:
    """Write and sync; an interrupted file is not referred to yet, and is rewritten."""
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    sync_folder(path.parent)


def sync_folder(folder: Path) -> None:
    """Sync new names; not available or needed on Windows."""
    if os.name == "nt":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
