"""The log file cut into slots of one page, no two of which share a sector of the flash.

The flash erases 4096 bytes at a time, in place: a page written over a sector's border would take
its neighbour with it at a power cut. Where the slots begin is found at a start (``log_origin.py``).
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
    """``count`` slots from 0 on. ``frozen``: pages were found but no origin; only read then.

    ``run_page``: the page that a run is filling, made once, before the heap is in pieces. Between
    runs it serves for the log's own work.
    """

    def __init__(self, drive: "Drive", path: str) -> None:
        self.count = 0
        self.frozen = False
        self.base = 0
        self.step_bytes = PAGE_BYTES
        self.run_page = bytearray(PAGE_BYTES)
        self._file: Any = drive.open_log(path)  # a ``LogFile``; without one: no slots
        if self._file is not None:
            try:
                self._open(drive, drive.log_pages(path) * PAGE_BYTES)
            except OSError:  # a drive that takes nothing: the clip lives, without a log
                return

    def _open(self, drive: "Drive", file_bytes: int) -> None:
        from leandevice.storage.log_origin import find  # for a start only

        find(self, drive, self._file, file_bytes)
        # A page's number has 16 bits; a damaged drive may tell any size of the file.
        self.count = min(max((file_bytes - self.base) // self.step_bytes, 0), 0xFFFF)

    def head_into(self, slot: int, head: "bytearray | memoryview") -> bool:
        """Read the first bytes of a slot; return False at the end of the file."""
        self._file.seek(self.base + slot * self.step_bytes)
        got: int = self._file.readinto(head)
        return got == len(head)

    def read(self, slot: int, page: "Page | None" = None) -> "Page | bytes":
        """Return the slot's page, b"" at the file's end.

        It lies in ``page``, which has ``PAGE_BYTES``; else, between runs alone, in ``run_page``.
        """
        return self.read_at(self.base + slot * self.step_bytes, page)

    def read_at(self, offset: int, page: "Page | None" = None) -> "Page | bytes":
        """The same, by its byte in the file."""
        page = self.run_page if page is None else page
        self._file.seek(offset)
        return page if self._file.readinto(page) == PAGE_BYTES else b""

    def touch(self, slot: int) -> None:
        """Read a block of a slot, which must not go through a cache of less than a block.

        Between runs only: it takes the place of a run's page.
        """
        self.head_into(slot, memoryview(self.run_page)[:_BLOCK_BYTES])

    def is_blank(self, slot: int) -> bool:
        """Whether a slot holds zeros alone."""
        page = self.read(slot)
        for at in range(0, len(page), len(BLANK)):
            if page[at : at + len(BLANK)] != BLANK:
                return False
        return True

    def blank(self, slot: int) -> None:
        """Overwrite a slot with zeros; OSError if the drive refuses."""
        page = self.run_page
        wipe(page, 0, PAGE_BYTES)
        self.write(slot, page)

    def write(self, slot: int, buf: "Buffer") -> None:
        """Write a page; OSError if the drive refuses."""
        self.write_at(self.base + slot * self.step_bytes, buf)

    def write_at(self, offset: int, buf: "Buffer") -> None:
        """The same, by its byte in the file."""
        self._file.seek(offset)
        done = self._file.write(buf)
        if done is not None and done != PAGE_BYTES:
            raise OSError(5, "short write to the log")
