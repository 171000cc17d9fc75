"""What is done of a data set so far, so that a kill costs only the runs that were being worked on.

It lies in a hidden folder beside the data set: a journal of analysed runs, the tables of whole
patients, the key of the pseudonyms. The data set appears by one rename; then the folder is gone.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import sqlite3
from dataclasses import asdict
from pathlib import Path
from types import TracebackType
from typing import Any

from leancore import __version__

from leancue.basis.errors import CohortError, OutputError
from leancue.basis.files import PRIVATE_FOLDER, make_private, write_atomically
from leancue.cohort.reanalysis import UNREADABLE, Analysis
from leancue.runs.run_summary import of_values

_KEY_BYTES = 32


class Journal:
    """Analyses by the SHA-256 of their logs: a line each, written when it is known."""

    def __init__(self, path: Path) -> None:
        self.done: dict[str, Analysis] = {}
        kept = 0  # bytes of whole lines: what a kill cut off is written anew
        for line in path.read_bytes().splitlines(keepends=True) if path.exists() else ():
            try:
                sha256, values = json.loads(line) if line.endswith(b"\n") else ("", None)
            except ValueError:
                break
            if values is None:
                break
            self.done[sha256] = _analysis(values)
            kept += len(line)
        self.before = len(self.done)
        self._file = path.open("ab")
        self._file.truncate(kept)
        make_private(path)

    def add(self, sha256: str, found: Analysis) -> None:
        """Keep an analysis; one of a file that could not be read is tried again the next time."""
        self.done[sha256] = found
        if not found.why_not.startswith(UNREADABLE):
            self._file.write(json.dumps([sha256, asdict(found)]).encode() + b"\n")
            self._file.flush()

    def close(self) -> None:
        """Close the file."""
        self._file.close()


def _analysis(values: dict[str, Any]) -> Analysis:
    for name in ("before", "after"):
        values[name] = values[name] and of_values(values[name])
    return Analysis(**values)


class Unfinished:
    """The folder of an unfinished data set ``out``, for one program at a time."""

    def __init__(self, out: Path) -> None:
        self.out = out
        self.folder = out.parent / f".{out.name}.unfinished"
        self._lock: sqlite3.Connection | None = None
        self._journal: Journal | None = None

    def __enter__(self) -> Unfinished:
        """Make or open the folder.

        Raises:
            OutputError: where ``out`` is there already, or nothing can be written.
            CohortError: where another program works on it.
        """
        if self.out.exists():
            if not (self.folder / "tables").exists():  # it was finished, and then killed
                shutil.rmtree(self.folder, ignore_errors=True)
            raise OutputError(f"{self.out} already exists.", way_out="Choose another name.")
        try:
            self.folder.mkdir(mode=PRIVATE_FOLDER, parents=True, exist_ok=True)
            self._lock = sqlite3.connect(self.folder / "lock", timeout=0, isolation_level=None)
            self._lock.execute("BEGIN EXCLUSIVE")
        except sqlite3.OperationalError as error:
            raise CohortError(
                f"Another program is working on {self.out}.", way_out="Wait for it, or stop it."
            ) from error
        except OSError as error:
            raise OutputError(f"Cannot write {self.folder}: {error.strerror or error}.") from error
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:  # fmt: skip
        """Let go of it; what was done stays."""
        if self._journal:
            self._journal.close()
        if self._lock:
            self._lock.close()

    def key(self, given: bytes) -> bytes:
        """Return the key of the pseudonyms: the given one, or a random one till the end."""
        path = self.folder / "key"
        if not given and not path.exists():
            write_atomically(path, os.urandom(_KEY_BYTES))
        return given or path.read_bytes()

    def journal(self, changes: object) -> Journal:
        """Return the journal of what these changes made of the runs, by this version."""
        self._journal = Journal(self.folder / f"analysed-{_short(__version__, changes)}.jsonl")
        return self._journal

    def stage(self, *contents: object) -> tuple[Path, Path]:
        """Return the folder of the tables, and that of the marks of patients who are done.

        Both are empty where they were begun for other ``contents``.
        """
        mark, wanted = self.folder / "contents", _short(__version__, *contents)
        tables, marks = self.folder / "tables", self.folder / "patients"
        if not mark.exists() or mark.read_text() != wanted:
            for folder in (tables, marks):
                shutil.rmtree(folder, ignore_errors=True)
            write_atomically(mark, wanted)
        for folder in (tables, marks):
            folder.mkdir(mode=PRIVATE_FOLDER, exist_ok=True)
        return tables, marks

    def finish(self) -> None:
        """Give the tables their name, and forget all else."""
        tables = self.folder / "tables"
        for file in filter(Path.is_file, tables.rglob("*")):
            make_private(file)
        os.replace(tables, self.out)
        self.__exit__(None, None, None)
        self._journal = self._lock = None
        shutil.rmtree(self.folder, ignore_errors=True)


def _short(*what: object) -> str:
    return hashlib.sha256(repr(what).encode()).hexdigest()[:16]
