"""Cutting off a log's end, where a program needs its room: what must stay, and how.

Runs that a host has fetched may go, as on a full log; all others stay. The newest page of marks,
which says what was fetched and which was the highest run number, is copied to a place before the
cut: wherever it lies, the clip finds it.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass

from leancore.runlog.page_layout import records_of
from leancore.runlog.pages import ANCHOR, HOUSEKEEPING, MAGIC, MARKS, PAGE_BYTES, Header, crc_ok

_BLOCK_BYTES = 512  # the clip's pages begin at a multiple of it
_ANCHORS = 2  # before the first slot, as far apart as slots are

Pages = list[tuple[int, Header]]


@dataclass(frozen=True)
class Cut:
    """A log's new ``length``; ``page`` (may be empty) is first written at ``page_at``."""

    length: int
    page: bytes = b""
    page_at: int = 0


def needed_bytes(log: bytes) -> int:
    """Return the length of the log's begin that holds all but what a host has fetched."""
    try:
        return max((at + PAGE_BYTES for at in _needed(log, list(_whole_pages(log)))), default=0)
    except ValueError:  # a page of a layout that this release does not know
        return len(log)


def cut(log: bytes, length: int) -> Cut | None:
    """Return how to cut a log to ``length``; None where it cannot be done without a loss."""
    if needed_bytes(log) > length:
        return None
    pages = list(_whole_pages(log))
    marks_at = _newest_marks(pages)
    if marks_at + PAGE_BYTES <= length:
        return Cut(length)
    place = _place_for_marks(log, pages, length)
    return None if place is None else Cut(length, log[marks_at : marks_at + PAGE_BYTES], place)


def _place_for_marks(log: bytes, pages: Pages, length: int) -> int | None:
    """The last slot before ``length`` without a page, else with one that may go; None = none."""
    anchor = next((header for _, header in pages if header.flags & ANCHOR), None)
    if anchor is None:  # a log without slots is only read
        return None
    step = anchor.number * PAGE_BYTES
    slots = range(anchor.run_id + _ANCHORS * step, length - PAGE_BYTES + 1, step)
    taken = {at for at, _ in pages}
    free = [at for at in slots if at not in taken] or [
        at for at in slots if at not in _needed(log, pages)
    ]
    return max(free, default=None)


def _needed(log: bytes, pages: Pages) -> set[int]:
    """Where the pages are that must stay where they are."""
    fetched = _fetched(log, _newest_marks(pages))
    return {at for at, header in pages if not _may_go(header, fetched)}


def _may_go(header: Header, fetched: set[int]) -> bool:
    if header.flags & HOUSEKEEPING:
        return bool(header.flags & MARKS)
    return header.run_id in fetched


def _newest_marks(pages: Pages) -> int:
    """Where the marks are that count; far before the log if there are none."""
    marks = [(header.number, at) for at, header in pages if header.flags & MARKS]
    return max(marks)[1] if marks else -PAGE_BYTES


def _fetched(log: bytes, marks_at: int) -> set[int]:
    if marks_at < 0:
        return set()
    page = log[marks_at : marks_at + PAGE_BYTES]
    records = records_of(page, Header(page))
    return set(struct.unpack(f"<{len(records) // 4}I", records))


def _whole_pages(log: bytes) -> Iterator[tuple[int, Header]]:
    """Where each page is, with its header. ValueError for an unknown layout."""
    at = log.find(MAGIC)
    while at >= 0:
        page = memoryview(log)[at : at + PAGE_BYTES]
        if at % _BLOCK_BYTES == 0 and crc_ok(page):
            yield at, Header(page)
        at = log.find(MAGIC, at + 1)
