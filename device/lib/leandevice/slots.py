"""The log file cut into slots of one page, no two of which share a sector of the flash.

The flash erases 4096 bytes at a time, in place: a page written over a sector's border would take
its neighbour with it at a power cut. Where in a sector the file begins is measured once, on the
empty log (``drive.phase_of``), and kept in two anchor pages that are never written again. Where
it cannot be measured every other page stays unused.
"""

from leancore.const import const
from leancore.messages import PAGE_HEAD_BYTES
from leancore.pages import (
    ANCHOR,
    BLANK,
    HEADER_BYTES,
    MAGIC,
    PAGE_BYTES,
    Header,
    Page,
    crc_ok,
    wipe,
)
from leancore.wire import PAYLOAD_AT, room_for

ANCHORS = 2  # slots that hold the anchor
_BLOCK_BYTES = const(512)
_UNKNOWN_BASE = PAGE_BYTES  # no slot before it: the first sector may hold the end of another file


class Slots:
    """``count`` slots from 0 on. ``frozen``: pages were found but no anchor; only read then.

    ``page``: the one buffer that pages are read into; it lies in ``frame`` where a frame for the
    desk has its page, so that it can leave without a copy.
    """

    def __init__(self, drive, path):
        self.count = 0
        self.frozen = False
        self._base = 0
        self._step_bytes = PAGE_BYTES
        page_at = PAYLOAD_AT + PAGE_HEAD_BYTES
        self.frame = bytearray(room_for(PAGE_HEAD_BYTES + PAGE_BYTES))
        self.page = memoryview(self.frame)[page_at : page_at + PAGE_BYTES]
        self._file = drive.open_log(path)
        if self._file is not None:
            try:
                self._open(drive, drive.log_pages(path) * PAGE_BYTES)
            except OSError:  # a drive that takes nothing: the clip lives, without a log
                return

    def _open(self, drive, file_bytes):
        head = bytearray(HEADER_BYTES)
        if not self._find_anchor(head):
            if self._find_page(file_bytes, head):
                self.frozen = True
            else:
                self._anchor(drive.phase_of(self._file))
        self.count = max((file_bytes - self._base) // self._step_bytes, 0)

    def head_into(self, slot, head):
        """Read the first bytes of a slot; return False at the end of the file."""
        self._file.seek(self._base + slot * self._step_bytes)
        return self._file.readinto(head) == len(head)

    def read(self, slot):
        """Return the slot's page (``page``, until the next one is read), b"" at the file's end."""
        return self._read(self._base + slot * self._step_bytes)

    def _read(self, offset):
        self._file.seek(offset)
        return self.page if self._file.readinto(self.page) == PAGE_BYTES else b""

    def touch(self, slot):
        """Read a block of a slot, which must not go through a cache of less than a block."""
        self.head_into(slot, bytearray(_BLOCK_BYTES))

    def is_blank(self, slot):
        """Whether a slot holds zeros alone."""
        page = self.read(slot)
        for at in range(0, len(page), len(BLANK)):
            if page[at : at + len(BLANK)] != BLANK:
                return False
        return True

    def blank(self, slot):
        """Overwrite a slot with zeros; OSError if the drive refuses."""
        wipe(self.page, 0, PAGE_BYTES)
        self.write(slot, self.page)

    def write(self, slot, buf):
        """Write a page; OSError if the drive refuses."""
        self._put(self._base + slot * self._step_bytes, buf)

    def _put(self, offset, buf):
        self._file.seek(offset)
        done = self._file.write(buf)
        if done is not None and done != PAGE_BYTES:
            raise OSError(5, "short write to the log")

    def _find_anchor(self, head):
        """Look at all places where an anchor can be; return whether one is whole."""
        for block in range(2 * PAGE_BYTES // _BLOCK_BYTES):
            if self._take_anchor(block * _BLOCK_BYTES, head):
                return True
        return self._take_anchor(_UNKNOWN_BASE + 2 * PAGE_BYTES, head)

    def _take_anchor(self, offset, head):
        header = self._header_at(offset, head)
        if header is None or not header.flags & ANCHOR:
            return False
        self._place(header.run_id, header.number)
        return True

    def _place(self, first, pages):
        """The anchors begin at byte ``first``, slots lie ``pages`` pages apart."""
        self._step_bytes = pages * PAGE_BYTES
        self._base = first + ANCHORS * self._step_bytes

    def _header_at(self, offset, head):
        """The header of the whole page at ``offset``, or None."""
        self._file.seek(offset)
        if self._file.readinto(head) != HEADER_BYTES or head[:4] != MAGIC:
            return None
        page = self._read(offset)
        try:
            return Header(page) if crc_ok(page) else None
        except ValueError:
            return None

    def _find_page(self, file_bytes, head):
        """Whether an unanchored log holds a page at all; takes some seconds, once in a life."""
        for block in range(file_bytes // _BLOCK_BYTES):
            offset = block * _BLOCK_BYTES
            if self._header_at(offset, head) is not None:
                self._base = offset % PAGE_BYTES
                return True
        return False

    def _anchor(self, phase):
        """Write the anchors: ``phase`` = where in the file the first sector begins, or None."""
        first = _UNKNOWN_BASE if phase is None else phase
        pages = 2 if phase is None else 1
        self._place(first, pages)
        page = Page(self.page)
        page.begin(first)
        page.number = pages
        page.close(0, 0, ANCHOR)
        for i in range(ANCHORS):
            self._put(first + i * self._step_bytes, page.buf)
