"""Writing results so that nothing is ever left half written."""

from __future__ import annotations

import contextlib
import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

from leancue.errors import OutputError


def write_atomically(path: str | Path, data: bytes | str) -> None:
    """Write ``data`` (text as UTF-8, line ends as they are) to ``path``, or leave it as it was.

    Written to a temporary file beside it, synced, then renamed over it.

    Raises:
        OutputError: where the folder or the file cannot be written.
    """
    path = Path(path)
    content = data.encode("utf-8") if isinstance(data, str) else data
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        _write_beside(path, content)
    except OSError as error:
        raise _cannot_write(path, error) from error


def _write_beside(path: Path, content: bytes) -> None:
    handle, name = tempfile.mkstemp(prefix=f".{path.name}.", suffix=".part", dir=path.parent)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        os.chmod(name, 0o666 & ~_umask())
        os.replace(name, path)
    except BaseException:
        with contextlib.suppress(FileNotFoundError):
            os.unlink(name)
        raise


def _umask() -> int:
    """Return the process' umask, which can only be read by setting it."""
    mask = os.umask(0o022)
    os.umask(mask)
    return mask


@contextlib.contextmanager
def staged_folder(out: str | Path) -> Iterator[Path]:
    """Give an empty folder to write into; its files move to ``out`` only if all went well.

    Files of ``out`` that were not written again stay as they are.

    Raises:
        OutputError: where the folder cannot be made or written.
    """
    out = Path(out)
    try:
        out.parent.mkdir(parents=True, exist_ok=True)
        stage = Path(tempfile.mkdtemp(prefix=f".{out.name}.", suffix=".part", dir=out.parent))
    except OSError as error:
        raise _cannot_write(out, error) from error
    try:
        yield stage
        _move_all(stage, out)
    except OSError as error:
        raise _cannot_write(out, error) from error
    finally:
        shutil.rmtree(stage, ignore_errors=True)


def _move_all(stage: Path, out: Path) -> None:
    out.mkdir(exist_ok=True)
    for file in sorted(stage.iterdir()):
        os.replace(file, out / file.name)


def _cannot_write(path: Path, error: OSError) -> OutputError:
    return OutputError(
        f"Cannot write {path}: {error.strerror or error}.",
        "The disk may be full, the folder read-only, or something else stands at that name.",
        "Choose another place with `--out`.",
    )
