"""What lies where in a written page; the clip has this at a start and while the host is there."""

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
    """How full a page is: of two whole pages of one number the fuller one is the newer.

    Of two that hold the same the one that closes its run is the newer.
    """
    return 2 * (header.raw_bytes + header.record_bytes) + (1 if header.flags & LAST else 0)


def unused(header: Header) -> tuple[int, int]:
    """Return where a page's unused middle begins and ends (bytes)."""
    return HEADER_BYTES + header.record_bytes, CRC_AT - header.raw_bytes


def pack(page: memoryview) -> int:
    """Close the gap in a whole page (a memoryview) for the wire; return how many bytes it has."""
    begin, end = unused(Header(page))
    left = PAGE_BYTES - end
    page[begin : begin + left] = page[end:]
    return begin + left


def records_of(page: "Buffer", header: Header) -> bytes:
    """Return the bytes of a page's records."""
    return bytes(page[HEADER_BYTES : HEADER_BYTES + header.record_bytes])
