"""Layout of a written page; loaded on the device at start and while a host is connected."""

from leancore.hints import TYPE_CHECKING
from leancore.runlog.pages import (
    CRC_AT,
    HEADER_BYTES,
    LAST,
    PAGE_BYTES,
    Header,
)

if TYPE_CHECKING:
    from leancore.hints import Buffer


def fullness(header: Header) -> int:
    """How full a page is: of two valid pages with the same number the fuller is the newer.

    If both hold the same, the one that closes its run is the newer.
    """
    return 2 * (header.raw_bytes + header.record_bytes) + (1 if header.flags & LAST else 0)


def unused(header: Header) -> tuple[int, int]:
    """Return the start and end of a page's unused middle (bytes)."""
    return HEADER_BYTES + header.record_bytes, CRC_AT - header.raw_bytes


def pack(page: memoryview) -> int:
    """Remove the unused middle of a page (a memoryview) for the wire; return its length."""
    begin, end = unused(Header(page))
    left = PAGE_BYTES - end
    page[begin : begin + left] = page[end:]
    return begin + left


def records_of(page: "Buffer", header: Header) -> bytes:
    """Return the bytes of a page's records."""
    return bytes(page[HEADER_BYTES : HEADER_BYTES + header.record_bytes])
