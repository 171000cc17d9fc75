"""Writes results atomically and readable only by their user.

Runs, reports and tables hold health data: whatever the umask, no other user of the computer may
read them (mode 0600, new folders 0700). Use ``chmod`` to share a file.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import stat
import tempfile
from collections.abc import Iterator
from pathlib import Path

from leancue.basis.errors import OutputError
from leancue.basis.plain_text import plain_lines

PRIVATE = 0o600
_OTHERS = 0o077
PRIVATE_FOLDER = 0o700
_NAME_LETTERS = 40  # of a file's name kept in the name of its temporary file


def keep_from_others(path: Path) -> None:
    """Remove all rights of other users on a file or folder; the owner's stay.

    Raises:
        OSError: it belongs to another user.
    """
    mode = stat.S_IMODE(path.stat().st_mode)
    if mode & _OTHERS:
        path.chmod(mode & ~_OTHERS)



def reason_of(error: Exception) -> str:
    """Return why a file is of no use: as the system or our own checks (ValueError) say it.

    What Python itself says of a content tells nobody anything.
    """
    if isinstance(error, OSError):
        return error.strerror or str(error)
    return str(error) if type(error) is ValueError else "the file contains something else"


def read_at_most(path: Path, most_bytes: int) -> bytes:
    """Return a file's content; of a longer or endless one, one byte more than the limit.

    Raises:
        OSError: where it cannot be read.
    """
    with path.open("rb") as file:
        return file.read(most_bytes + 1)


def write_atomically(path: str | Path, data: bytes | str) -> None:
    """Write ``data`` (text as UTF-8, line ends as they are) to ``path``, or leave it as it was.

    A text is filtered (``plain``), since a file name in it may hold anything.

    Written to a temporary file next to it, for this user only, synced, then renamed over it.

    Raises:
        OutputError: where the folder or the file cannot be written.
    """
    path = Path(path)
    content = plain_lines(data).encode("utf-8") if isinstance(data, str) else data
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        _write_beside(path, content)
    except OSError as error:
        raise _cannot_write(path, error) from error


def _write_beside(path: Path, content: bytes) -> None:
    handle, name = tempfile.mkstemp(  # mode 0600
        prefix=f".{path.name[:_NAME_LETTERS]}.", suffix=".part", dir=path.parent
    )
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        os.replace(name, path)
    except BaseException:
        with contextlib.suppress(FileNotFoundError):
            os.unlink(name)
        raise


def make_private(path: Path) -> None:
    """Make a file private to its user. OSError if it belongs to another user."""
    os.chmod(path, PRIVATE)


@contextlib.contextmanager
def staged_folder(out: str | Path) -> Iterator[Path]:
    """Yield an empty folder to write into; on success its files move to ``out``.

    Other files in ``out`` stay as they are.

    Raises:
        OutputError: where the folder cannot be made or written.
    """
    with _stage_of(Path(out)) as stage:
        yield stage
        _move_all(stage, Path(out))


@contextlib.contextmanager
def new_folder(out: Path) -> Iterator[Path]:
    """Yield an empty folder that becomes ``out`` on success.

    Raises:
        OutputError: where something stands there already, or it cannot be written.
    """
    if out.exists():
        raise OutputError(f"{out} already exists.", way_out="Choose another name.")
    with _stage_of(out) as stage:
        yield stage
        for file in filter(Path.is_file, stage.rglob("*")):
            make_private(file)
        os.replace(stage, out)


@contextlib.contextmanager
def _stage_of(out: Path) -> Iterator[Path]:
    try:
        out.parent.mkdir(parents=True, exist_ok=True)
        stage = Path(tempfile.mkdtemp(prefix=f".{out.name}.", suffix=".part", dir=out.parent))
    except OSError as error:
        raise _cannot_write(out, error) from error
    try:
        yield stage
    except OSError as error:
        raise _cannot_write(out, error) from error
    finally:
        shutil.rmtree(stage, ignore_errors=True)


def _move_all(stage: Path, out: Path) -> None:
    out.mkdir(mode=PRIVATE_FOLDER, exist_ok=True)
    for file in sorted(stage.iterdir()):
        make_private(file)
        os.replace(file, out / file.name)


def _cannot_write(path: Path, error: OSError) -> OutputError:
    return OutputError(
        f"Cannot write {path}: {error.strerror or error}.",
        "The disk may be full, the folder may be read-only, or something else has that name.",
        "Choose another place with `--out`.",
    )
