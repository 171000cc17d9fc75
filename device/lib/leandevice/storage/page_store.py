"""The log file divided into slots of one page, no two of which share a flash sector.

The flash erases 4096 bytes at a time, in place: at a power cut, a page written across a sector
boundary would also destroy its neighbour. ``log_origin.py`` finds the start of the slots.
"""

from leancore.hints import TYPE_CHECKING
from leancore.numeric.const import const
from leancore.runlog.pages import BLANK, PAGE_BYTES, wipe

if TYPE_CHECKING:
    from typing import Any

    from leancore.hints import Buffer

    from leandevice.storage.drive import Drive

    Page = bytearray | memoryview  # ``PAGE_BYTES``, to be filled

_BLOCK_BYTES = const(512)


class PageStore:
    """``count`` slots from 0 on. ``frozen``: pages were found but no origin; read-only.

    ``run_page``: the page that a run is filling, allocated once, before the heap is fragmented.
    Between runs it is used for the log's own work.
    """

    def __init__(self, drive: "Drive", path: str) -> None:
        self.count = 0
        self.frozen = False
        self.base = 0
        self.step_bytes = PAGE_BYTES
        self.run_page = bytearray(PAGE_BYTES)
        self._file: Any = drive.open_log(path)  # a ``LogFile``; without one there are no slots
        if self._file is not None:
            try:
                self._open(drive, drive.log_pages(path) * PAGE_BYTES)
            except OSError:  # a drive without space: continue without a log
                return

    def _open(self, drive: "Drive", file_bytes: int) -> None:
        from leandevice.storage.log_origin import find  # needed at a start only

        find(self, drive, self._file, file_bytes)
        # A page number has 16 bits; a damaged drive may report any file size.
        self.count = min(max((file_bytes - self.base) // self.step_bytes, 0), 0xFFFF)

    def head_into(self, slot: int, head: "bytearray | memoryview") -> bool:
        """Read the first bytes of a slot; return False at the end of the file."""
        self._file.seek(self.base + slot * self.step_bytes)
        got: int = self._file.readinto(head)
        return got == len(head)

    def read(self, slot: int, page: "Page | None" = None) -> "Page | bytes":
        """Return the slot's page, b"" at the end of the file.

        It is read into ``page`` (of ``PAGE_BYTES``), by default (only between runs) ``run_page``.
        """
        return self.read_at(self.base + slot * self.step_bytes, page)

    def read_at(self, offset: int, page: "Page | None" = None) -> "Page | bytes":
        """The same, by its byte in the file."""
        page = self.run_page if page is None else page
        self._file.seek(offset)
        return page if self._file.readinto(page) == PAGE_BYTES else b""

    def touch(self, slot: int) -> None:
        """Read a block of a slot, large enough to bypass a cache.

        Between runs only: it overwrites the run's page.
        """
        self.head_into(slot, memoryview(self.run_page)[:_BLOCK_BYTES])

    def is_blank(self, slot: int) -> bool:
        """Whether a slot holds only zeros."""
        page = self.read(slot)
        for at in range(0, len(page), len(BLANK)):
            if page[at : at + len(BLANK)] != BLANK:
                return False
        return True

    def blank(self, slot: int) -> None:
        """Overwrite a slot with zeros; OSError on a drive error."""
        page = self.run_page
        wipe(page, 0, PAGE_BYTES)
        self.write(slot, page)

    def write(self, slot: int, buf: "Buffer") -> None:
        """Write a page; OSError on a drive error."""
        self.write_at(self.base + slot * self.step_bytes, buf)

    def write_at(self, offset: int, buf: "Buffer") -> None:
        """The same, by its byte in the file."""
        self._file.seek(offset)
        done = self._file.write(buf)
        if done is not None and done != PAGE_BYTES:
            raise OSError(5, "short write to the log")
