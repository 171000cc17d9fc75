"""Shortening of a log if a program needs its space: what must stay, and how.

Runs that a host has fetched may be dropped, as on a full log; all others stay. The newest pulled
index (fetched runs and highest run number) is copied to a slot before the cut, where the clip will
find it.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass

from leancore.runlog.page_layout import records_of
from leancore.runlog.pages import HOUSEKEEPING, MAGIC, ORIGIN, PAGE_BYTES, PULLED, Header, crc_ok

_BLOCK_BYTES = 512  # the clip's pages begin at multiples of this
_ORIGIN_PAGES = 2  # before the first slot, with the same spacing

Pages = list[tuple[int, Header]]


@dataclass(frozen=True)
class Shortening:
    """A log's new ``length``; ``page`` (may be empty) is first written at ``page_at``."""

    length: int
    page: bytes = b""
    page_at: int = 0


def needed_bytes(log: bytes) -> int:
    """Return the length of the log that holds everything not fetched by a host."""
    try:
        return max((at + PAGE_BYTES for at in _needed(log, list(_whole_pages(log)))), default=0)
    except ValueError:  # a page with an unknown layout
        return len(log)


def cut(log: bytes, length: int) -> Shortening | None:
    """Return how to shorten a log to ``length``; None if not possible without loss."""
    if needed_bytes(log) > length:
        return None
    pages = list(_whole_pages(log))
    index_at = _newest_index(pages)
    if index_at + PAGE_BYTES <= length:
        return Shortening(length)
    place = _place_for_index(log, pages, length)
    if place is None:
        return None
    return Shortening(length, log[index_at : index_at + PAGE_BYTES], place)


def _place_for_index(log: bytes, pages: Pages, length: int) -> int | None:
    """The last slot before ``length`` that is free or may be overwritten; None = none."""
    origin = next((header for _, header in pages if header.flags & ORIGIN), None)
    if origin is None:  # a log without slots is read-only
        return None
    step = origin.number * PAGE_BYTES
    slots = range(origin.run_id + _ORIGIN_PAGES * step, length - PAGE_BYTES + 1, step)
    taken = {at for at, _ in pages}
    free = [at for at in slots if at not in taken] or [
        at for at in slots if at not in _needed(log, pages)
    ]
    return max(free, default=None)


def _needed(log: bytes, pages: Pages) -> set[int]:
    """Positions of the pages that must stay."""
    fetched = _fetched(log, _newest_index(pages))
    return {at for at, header in pages if not _may_go(header, fetched)}


def _may_go(header: Header, fetched: set[int]) -> bool:
    if header.flags & HOUSEKEEPING:
        return bool(header.flags & PULLED)
    return header.run_id in fetched


def _newest_index(pages: Pages) -> int:
    """Position of the valid pulled index; far before the log if there is none."""
    found = [(header.number, at) for at, header in pages if header.flags & PULLED]
    return max(found)[1] if found else -PAGE_BYTES


def _fetched(log: bytes, index_at: int) -> set[int]:
    if index_at < 0:
        return set()
    page = log[index_at : index_at + PAGE_BYTES]
    records = records_of(page, Header(page))
    return set(struct.unpack(f"<{len(records) // 4}I", records))


def _whole_pages(log: bytes) -> Iterator[tuple[int, Header]]:
    """Position and header of each page. ValueError for an unknown layout."""
    at = log.find(MAGIC)
    while at >= 0:
        page = memoryview(log)[at : at + PAGE_BYTES]
        if at % _BLOCK_BYTES == 0 and crc_ok(page):
            yield at, Header(page)
        at = log.find(MAGIC, at + 1)
