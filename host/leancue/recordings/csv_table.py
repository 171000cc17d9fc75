"""Reads a table from a text file in any form written by loggers and spreadsheets.

Supported: UTF-8, UTF-16 and UTF-32, any line end, lines before the names of the columns, comments
(``#``, ``//``, ``%``), ``sep=``, a row of units, quotes; commas, semicolons or tabs between the
cells, and with the latter two also decimal commas. The result has commas between cells and decimal
points.
"""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

import numpy as np

from leancue.basis.errors import RecordingError
from leancue.basis.files import read_at_most

_BYTES_MOST = 200_000_000  # five hours and more at 100 Hz
_HEAD_LINES = 80  # the names are in one of the first lines
_KNOWN_LEAST = 3  # known names in a line of names
_DELIMITERS = (",", ";", "\t")
_COMMENT = re.compile(rb"^[ \t]*(?:#|//|%)[^\n]*", re.MULTILINE)
_QUOTED = re.compile(rb'"([^"\n]*)"')
_STAMPED = re.compile(rb"^\d\d:\d\d:\d\d\.\d{3} -> ", re.MULTILINE)  # a serial monitor's

Known = Callable[[list[str]], int]  # number of known column names


class Table(NamedTuple):
    """A table: ``names`` and ``units`` of the columns ("" = not said), and the lines below.

    ``body``: cells with commas between them, blank lines where there is no sample; its first line
    is line ``first_line`` of the file.
    """

    path: Path
    names: list[str]
    units: list[str]
    body: bytes
    first_line: int

    def rows(self) -> Iterator[tuple[int, list[str]]]:
        """Give (line number, cells) of the lines with samples; slow."""
        for i, line in enumerate(self.body.decode("utf-8").split("\n")):
            if line.strip():
                yield self.first_line + i, line.split(",")

    def line_of(self, sample: int) -> int:
        """Return the line number of sample ``sample``."""
        for i, (line, _cells) in enumerate(self.rows()):
            if i == sample:
                return line
        return self.first_line


def problem(path: Path, line: int, what: str, way_out: str, column: str = "") -> RecordingError:
    """Return the error for something in a line of a recording."""
    where = f"{path}, line {line}" + (f", column {column}" if column else "")
    return RecordingError(f"{where}: {what}.", "", f"{way_out} Then type the command again.")


def read_table(path: Path, known: Known, needed: str) -> Table:
    """Read the table in file ``path``.

    Args:
        known: tells names of columns from other lines.
        needed: how a line of names looks, for messages.

    Raises:
        RecordingError: where the file cannot be read, is no text, or has no such table.
    """
    text = _text(path, _bytes(path))
    lines = text.split(b"\n", _HEAD_LINES)[:_HEAD_LINES]
    at, delimiter, names = _header(path, [line.decode() for line in lines], known, needed)
    below = text.split(b"\n", at + 1)[at + 1 :]
    body = _normal(below[0] if below else b"", delimiter)
    units, body = _units(body, len(names))
    table = Table(path, names, units, body, at + 2)
    _check_cells(table)
    return table


def _bytes(path: Path) -> bytes:
    try:
        data = read_at_most(path, _BYTES_MOST)
    except OSError as error:
        raise RecordingError(
            f"Cannot read the recording {path}: {error.strerror or error}.",
            "The name may be misspelt, it may be a folder, or you may not have the right to read "
            "it.",
            "Type `leancue replay RECORDING.csv --out DIR` with an existing file.",
        ) from error
    if len(data) > _BYTES_MOST:
        raise RecordingError(
            f"The recording {path} has more than {_BYTES_MOST // 10**6} MB.",
            "It is not a recording, or it lasts many hours.",
            "Cut it into pieces, then type the command again.",
        )
    return data


def _text(path: Path, data: bytes) -> bytes:
    """Return the file as UTF-8 with ``\\n`` at the ends of lines."""
    try:
        text = _decoded(data)
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise problem(
            path, line, "contains bytes that are not text", "Save it as CSV in UTF-8."
        ) from error
    text = text.lstrip("\ufeff").rstrip("\0")  # room that a logger took in advance
    if "\0" in text:
        line = text.count("\n", 0, text.index("\0")) + 1
        raise problem(path, line, "contains zero bytes, which are not text", "Record it again.")
    lines = text.encode().replace(b"\r\n", b"\n").replace(b"\r", b"\n")
    return _STAMPED.sub(b"", lines)


def _decoded(data: bytes) -> str:
    """Return the file's text: its coding is known by how its first four bytes are (RFC 4627)."""
    coding = json.detect_encoding(data[:4])
    try:
        return data.decode(coding)
    except UnicodeDecodeError:
        # ° or µ of a unit, or a name above the table, in a spreadsheet's own character set.
        end = sum(map(len, data.splitlines(keepends=True)[:_HEAD_LINES]))
        if not coding.startswith("utf-8") or _is_utf8(data[:end]) or not _is_utf8(data[end:]):
            raise
        return data[:end].decode("cp1252") + data[end:].decode()


def _is_utf8(data: bytes) -> bool:
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def _header(
    path: Path, lines: list[str], known: Known, needed: str
) -> tuple[int, str, list[str]]:  # fmt: skip
    """Return the line of names: its index, the separator, and the names."""
    said = [line[4:5] for line in lines if line.lower().startswith("sep=")]
    delimiters = (said[0],) if said and said[0] in _DELIMITERS else _DELIMITERS
    found = [
        (known(names), -i, delimiter, names)
        for i, line in enumerate(lines)
        for delimiter in delimiters
        for names in [_cells(line.lstrip("#%/ "), delimiter)]
    ]
    count, at, delimiter, names = max(found, key=lambda line: line[:2])
    if count >= _KNOWN_LEAST:
        return -at, delimiter, names
    first = next((i for i, line in enumerate(lines) if _may_be_names(line)), None)
    if first is None:
        raise problem(path, 1, "is empty", f"A recording must begin with a line {needed}.")
    line = lines[first]
    delimiter = max(delimiters, key=line.count)
    if delimiter not in line:
        raise problem(
            path, first + 1, f"has no comma ({line.strip()[:40]!r})",
            "Save it with commas between the columns and points in the numbers.",
        )  # fmt: skip
    return first, delimiter, _cells(line, delimiter)


def _may_be_names(line: str) -> bool:
    text = line.strip()
    return bool(text) and not text.startswith(("#", "%", "//")) and text[:4].lower() != "sep="


def _cells(line: str, delimiter: str) -> list[str]:
    """Return the cells of a line of names, without empty ones at its end."""
    try:
        cells = [cell.strip() for cell in next(csv.reader([line], delimiter=delimiter), [])]
    except csv.Error:
        return []
    while cells and not cells[-1]:
        cells.pop()
    return cells


def _normal(body: bytes, delimiter: str) -> bytes:
    """Return the lines below the names with commas and points, without quotes and comments."""
    body = _COMMENT.sub(b"", body)
    if b'"' in body:
        body = _QUOTED.sub(lambda cell: cell[1].replace(b",", b"."), body)
    if delimiter == ",":
        return body
    return body.replace(b",", b".").replace(delimiter.encode(), b",")


def _units(body: bytes, width: int) -> tuple[list[str], bytes]:
    """Remove a row of units from the top of the body, if there is one."""
    line, _end, rest = body.partition(b"\n")
    cells = [cell.strip() for cell in line.decode().split(",")]
    if not any(cells) or any(is_number(cell) or cell[:1].isdigit() for cell in cells):
        return [""] * width, body
    return (cells + [""] * width)[:width], b"\n" + rest


def is_number(text: str) -> bool:
    """Whether a cell holds a number as they are read: other digits and 1_000 are Python's."""
    try:
        float(text)
    except ValueError:
        return False
    return text.isascii() and "_" not in text


def _check_cells(table: Table) -> None:
    """Check that every non-blank line has as many cells as names, or only extra empty ones."""
    width = len(table.names)
    letters = np.frombuffer(table.body, np.uint8)
    ends = np.flatnonzero(letters == ord("\n"))
    if not len(ends) or ends[-1] != len(letters) - 1:
        ends = np.append(ends, len(letters))
    commas = np.diff(np.searchsorted(np.flatnonzero(letters == ord(",")), ends), prepend=0)
    blank = np.diff(ends, prepend=-1) == 1
    if blank.all():
        raise problem(
            table.path, table.first_line, "has no samples under its column names", "Record again."
        )
    last = int(np.flatnonzero(~blank)[-1])
    starts = np.append(0, ends[:-1] + 1)
    for line in np.flatnonzero((commas != width - 1) & ~blank).tolist():
        text = table.body[starts[line] : ends[line]]
        extra = text.split(b",")[width:]
        if not text.strip() or (extra and not b"".join(extra).strip()):
            continue
        what = f"has {commas[line] + 1} cells where the line of names has {width}"
        if line == last and commas[line] < width - 1:
            raise problem(
                table.path, table.first_line + line, f"{what}: the last line is cut short",
                "The logger stopped while writing it. Delete the line.",
            )  # fmt: skip
        raise problem(
            table.path, table.first_line + line, what,
            "Decimal commas or an incomplete line can cause this. Write decimal points and one "
            "sample per line.",
        )  # fmt: skip
