"""Log pages from a clip: which to request at once, and the content of a frame."""

from __future__ import annotations

import itertools
import struct

from leancore.link import messages as m
from leancore.runlog import log_reading
from leancore.runlog import pages as log_pages

from leancue.clip import answers
from leancue.language.words import _

PAGES_AT_ONCE = 256  # 1 MB: at most this much is repeated after damage
Numbered = tuple[int, bytes]  # a page and its number
END, OTHER = (-1, b""), (-2, b"")  # no page follows; a page that was not requested
_PAGE_HEAD_BYTES = struct.calcsize(m.PAGE_HEAD)


def stretch(missing: set[int], first: int) -> set[int]:
    """The consecutive numbers from ``first`` on, up to the limit of one request."""
    numbers = itertools.takewhile(missing.__contains__, itertools.count(first))
    return set(itertools.islice(numbers, PAGES_AT_ONCE))


def numbered(payload: bytes, run: int) -> Numbered:
    """The page in an answer and its number; ``OTHER`` unless it is valid and of ``run``.

    The frame's run and number are compared with the page's own, since its CRC covers only its
    bytes.
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
