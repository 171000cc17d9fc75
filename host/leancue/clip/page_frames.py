"""Pages of a log as a clip sends them: which are asked for at once, and what came in a frame."""

from __future__ import annotations

import itertools
import struct

from leancore.link import messages as m
from leancore.runlog import log_reading
from leancore.runlog import pages as log_pages

from leancue.clip import answers
from leancue.language.words import _

PAGES_AT_ONCE = 256  # 1 MB: of what is damaged on the way no more is asked for again
Numbered = tuple[int, bytes]  # a page and its number
END, OTHER = (-1, b""), (-2, b"")  # no page follows; a page that was not asked for
_PAGE_HEAD_BYTES = struct.calcsize(m.PAGE_HEAD)


def stretch(missing: set[int], first: int) -> set[int]:
    """The numbers from ``first`` on without a gap, as many as one request may name."""
    numbers = itertools.takewhile(missing.__contains__, itertools.count(first))
    return set(itertools.islice(numbers, PAGES_AT_ONCE))


def numbered(payload: bytes, run: int) -> Numbered:
    """The page in an answer and its number; ``OTHER`` unless it is whole and of ``run``.

    The frame's word for it is held against the page's own, whose CRC proves the bytes alone.
    """
    if len(payload) < _PAGE_HEAD_BYTES:
        raise answers.nonsense("pages", _("a frame has {number} bytes", number=len(payload)))
    if len(payload) == _PAGE_HEAD_BYTES:
        return END
    page = log_reading.unpacked(payload[_PAGE_HEAD_BYTES:])
    header = log_reading.header_of(page)
    if header is None or header.flags & log_pages.HOUSEKEEPING or header.run_id != run:
        return OTHER
    asked = struct.unpack_from(m.PAGE_HEAD, payload) == (run, header.number)
    return (header.number, page) if asked else OTHER
