"""Digest of an output: hash, means and some rows, so that a change is readable.

Each stored row stands for the rows up to the next one and is preceded by their hash.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Sequence
from decimal import ROUND_HALF_EVEN, Decimal, InvalidOperation
from html.parser import HTMLParser
from typing import Any

Short = dict[str, Any]  # sha256, rows, every, kept; for a table also header and means
_PAGE_BYTES = 4096
_MARK = 6  # hex digits of the hash before a row
#: Left out of a summary: sums of floats; names of files, releases or settings; the inputs.
LEFT_OUT = ("recording", "time_in_band", "versions", "settings", "prescription")


def sha256(data: bytes) -> str:
    """Return the SHA-256 hash in hexadecimal."""
    return hashlib.sha256(data).hexdigest()


def table(text: str, every: int = 1) -> Short:
    """Return the digest of a CSV table."""
    header, *rows = text.splitlines()
    return {"header": header, "means": _means(header, rows), **lines(text, rows, every)}


def lines(text: str, rows: Sequence[str], every: int = 1) -> Short:
    """Return the digest of rows of text; ``text`` is what is hashed."""
    kept = list(rows) if every == 1 else list(_marked(rows, every))
    return {"sha256": sha256(text.encode()), "rows": len(rows), "every": every, "kept": kept}


def _marked(rows: Sequence[str], every: int) -> Iterator[str]:
    for i in range(0, len(rows), every):
        block = "\n".join(rows[i : i + every])
        yield f"{sha256(block.encode())[:_MARK]} {rows[i]}"


def log(data: bytes) -> Short:
    """Return the digest of a log: the hash of each page."""
    pages = [data[i : i + _PAGE_BYTES] for i in range(0, len(data), _PAGE_BYTES)]
    rows = [f"page {i}: {sha256(page)[:16]}" for i, page in enumerate(pages)]
    return {**lines("", rows), "sha256": sha256(data)}


def summary(text: str) -> Short:
    """Return the digest of a summary: its counts, and means of integers."""
    values = {key: value for key, value in json.loads(text).items() if key not in LEFT_OUT}
    rows = list(_flat(values, ""))
    return lines("\n".join(rows), rows)


def _flat(values: Any, name: str) -> Iterator[str]:
    if isinstance(values, (dict, list)):
        items = values.items() if isinstance(values, dict) else enumerate(values)
        for key, value in items:
            yield from _flat(value, f"{name}.{key}")
    else:
        yield f"{name[1:]}: {json.dumps(values)}"


def page(markup: str) -> Short:
    """Return the digest of the visible text of a page, drawings included."""
    reader = _Reader()
    reader.feed(markup)
    return lines("\n".join(reader.words), reader.words)


class _Reader(HTMLParser):
    """Parser that collects the text of a page."""

    def __init__(self) -> None:
        super().__init__()
        self.words: list[str] = []
        self._unread = 0

    def handle_starttag(self, tag: str, attrs: Any) -> None:
        self._unread += tag in ("style", "script")

    def handle_endtag(self, tag: str) -> None:
        self._unread -= tag in ("style", "script")

    def handle_data(self, data: str) -> None:
        if data.strip() and not self._unread:
            self.words.append(" ".join(data.split()))


def _means(header: str, rows: Sequence[str]) -> dict[str, str]:
    """Return the mean of each numeric column, in decimal arithmetic."""
    found = {}
    for i, name in enumerate(header.split(",")):
        values = [value for row in rows if (value := _number(row.split(",")[i])) is not None]
        if values:
            mean = sum(values, Decimal(0)) / len(values)
            found[name] = str(mean.quantize(Decimal("0.001"), ROUND_HALF_EVEN))
    return found


def _number(cell: str) -> Decimal | None:
    try:
        value = Decimal(cell)
    except InvalidOperation:
        return None
    return value if value.is_finite() else None
