"""The offset of the slots in the log file: found at each start, chosen once for a new log.

The file's offset within a flash sector is measured on the empty log (``drive.sector_offset_of``)
and stored in two origin pages that are never rewritten. If it cannot be measured, every other page
stays unused.
"""

from leancore.hints import TYPE_CHECKING
from leancore.numeric.const import const
from leancore.runlog.pages import HEADER_BYTES, MAGIC, ORIGIN, PAGE_BYTES, Header, Page, crc_ok

if TYPE_CHECKING:
    from leandevice.interfaces import LogFile
    from leandevice.storage.drive import Drive
    from leandevice.storage.page_store import PageStore

ORIGIN_PAGES = 2  # before the first slot, with the same spacing as slots
_BLOCK_BYTES = const(512)
_UNKNOWN_BASE = PAGE_BYTES  # no slot before this: the first sector may hold the end of another file


def find(slots: "PageStore", drive: "Drive", file: "LogFile", file_bytes: int) -> None:
    """Give ``slots`` (``PageStore``) its ``base`` and ``step_bytes``; write the origin if need be.

    A log of pages without origin is frozen (read-only). OSError on a drive error.
    """
    head = bytearray(HEADER_BYTES)
    if _find_origin(slots, file, head):
        return
    if _find_page(slots, file, file_bytes, head):
        slots.frozen = True
    else:
        _write_origin(slots, drive.sector_offset_of(file))


def _find_origin(slots: "PageStore", file: "LogFile", head: bytearray) -> bool:
    """Check all possible offsets of an origin page; return whether a valid one exists."""
    for block in range(2 * PAGE_BYTES // _BLOCK_BYTES):
        if _take_origin(slots, file, block * _BLOCK_BYTES, head):
            return True
    return _take_origin(slots, file, _UNKNOWN_BASE + 2 * PAGE_BYTES, head)


def _take_origin(slots: "PageStore", file: "LogFile", offset: int, head: bytearray) -> bool:
    header = _header_at(slots, file, offset, head)
    if header is None or not header.flags & ORIGIN:
        return False
    _place(slots, header.run_id, header.number)
    return True


def _place(slots: "PageStore", first: int, pages: int) -> None:
    """Set the layout: origin pages start at byte ``first``, slots are ``pages`` pages apart."""
    slots.step_bytes = pages * PAGE_BYTES
    slots.base = first + ORIGIN_PAGES * slots.step_bytes


def _header_at(slots: "PageStore", file: "LogFile", offset: int, head: bytearray) -> Header | None:
    """The header of a valid page at ``offset``, or None."""
    file.seek(offset)
    if file.readinto(head) != HEADER_BYTES or head[:4] != MAGIC:
        return None
    page = slots.read_at(offset)
    try:
        return Header(page) if crc_ok(page) else None
    except ValueError:
        return None


def _find_page(slots: "PageStore", file: "LogFile", file_bytes: int, head: bytearray) -> bool:
    """Whether a log without origin holds any page; takes seconds, done once."""
    for block in range(file_bytes // _BLOCK_BYTES):
        offset = block * _BLOCK_BYTES
        if _header_at(slots, file, offset, head) is not None:
            slots.base = offset % PAGE_BYTES
            return True
    return False


def _write_origin(slots: "PageStore", offset: "int | None") -> None:
    """Write the origin pages: ``offset`` = start of the first whole sector in the file, or None."""
    first = _UNKNOWN_BASE if offset is None else offset
    pages = 2 if offset is None else 1
    _place(slots, first, pages)
    page = Page(slots.run_page)
    page.begin(first)
    page.number = pages
    page.close(0, 0, ORIGIN)
    for i in range(ORIGIN_PAGES):
        slots.write_at(first + i * slots.step_bytes, page.buf)
