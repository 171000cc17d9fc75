"""What lies where in a written page; the clip has this at a start and while the desk is there."""

from leancore.hints import TYPE_CHECKING
from leancore.runlog.pages import (
    CRC_AT,
    HEADER_BYTES,
    LAST,
    OLD_LAYOUT,
    PAGE_BYTES,
    RAW_BYTES,
    Header,
)

if TYPE_CHECKING:
    from leancore.hints import Buffer


def fullness(header: Header) -> int:
    """How full a page is: of two whole pages of one number the fuller one is the newer.

    Of two that hold the same the one that closes its run is the newer.
    """
    held = header.raw_count * RAW_BYTES + header.record_bytes
    return 2 * held + (1 if header.flags & LAST else 0)


def unused(header: Header) -> tuple[int, int]:
    """Return where a page's unused middle begins and ends (bytes)."""
    raw_bytes = header.raw_count * RAW_BYTES
    if header.layout == OLD_LAYOUT:
        return HEADER_BYTES + raw_bytes + header.record_bytes, CRC_AT
    return HEADER_BYTES + header.record_bytes, CRC_AT - raw_bytes


def pack(page: memoryview) -> int:
    """Close the gap in a whole page (a memoryview) for the wire; return how many bytes it has."""
    begin, end = unused(Header(page))
    left = PAGE_BYTES - end
    page[begin : begin + left] = page[end:]
    return begin + left


def records_at(header: Header) -> int:
    """Return the byte of a page where its records begin."""
    raw_bytes = header.raw_count * RAW_BYTES if header.layout == OLD_LAYOUT else 0
    return HEADER_BYTES + raw_bytes


def records_of(page: "Buffer", header: Header) -> bytes:
    """Return the bytes of a page's records."""
    at = records_at(header)
    return bytes(page[at : at + header.record_bytes])
