"""Files on the clip's drive, for ``stored_config`` and ``run_store``.

Nothing here changes the drive's directory once a file exists: FAT keeps a single copy, and a power
cut during its rewrite loses every file. So files are written in place and stay open (closing one
rewrites its directory entry), and each shares no sector with other files.
"""

import binascii
import struct

from leancore.hints import TYPE_CHECKING
from leancore.numeric.const import const
from leancore.runlog.pages import PAGE_BYTES

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from leandevice.interfaces import LogFile

    File = Any  # the result of the built-in ``open``

_PIECE_BYTES = const(512)
_ZEROS_BYTES = const(1024)  # per write: with the largest log there is no memory for a whole page
# errno: no such file, file too large, no space, read-only file system
_ABSENT = const(2)
_TOO_BIG = const(27)
_NO_ROOM = const(28)
_READ_ONLY = const(30)
_FINGERPRINT_MOST = const(1 << 17)  # bytes; more would take longer than the watchdog allows

# A small file: its content is in the middle page of three, so that the sectors of the content hold
# nothing of other files, wherever in a sector the file begins.
SMALL_BYTES = 3 * PAGE_BYTES
_HEAD = "<4sI"  # magic, bytes of content
_HEAD_BYTES = const(8)
_MAGIC = b"LCFG"
_NEVER = b"\0\0\0\0\0\0\0\0"
_UNWRITTEN = const(-1)  # bytes of content


class Drive:
    """``open_file(path, mode)`` as the built-in; ``size_of(path)`` in bytes, OSError if absent.

    ``writable``: False while the host may write the drive (edit mode).
    ``sector_offset_of(file)``: where in it the first whole sector of the flash begins
    (``sector_alignment.measure``), None = unknown.
    """

    def __init__(
        self,
        open_file: "Callable[[str, str], File]",
        size_of: "Callable[[str], int]",
        writable: bool = True,
        sector_offset_of: "Callable[[LogFile], int | None] | None" = None,
    ) -> None:
        self._open = open_file
        self._size_of = size_of
        self.writable = writable
        self.sector_offset_of = sector_offset_of or _unknown
        self._kept: dict[str, File] = {}  # small files that were written; never closed

    def read(self, path: str) -> bytes:
        """Return the content (bytes), b"" if it is damaged; OSError if it was never written."""
        if path in self._kept:
            return self._content(self._kept[path])
        with self._open(path, "rb") as file:
            return self._content(file)

    def _content(self, file: "File") -> bytes:
        count = _content_bytes(file)
        if count == _UNWRITTEN:
            raise OSError(_ABSENT, "allocated, never written")
        content: bytes = file.read(count) if count is not None else b""
        return content

    def fingerprint(self, path: str) -> "tuple[int, int]":
        """Return (bytes, CRC-32) of a file, read in pieces; OSError if not there or too large."""
        if self._size_of(path) > _FINGERPRINT_MOST:
            raise OSError(_TOO_BIG, "more than the clip reads at once")
        piece = bytearray(_PIECE_BYTES)
        size = crc = 0
        with self._open(path, "rb") as file:
            while True:
                got = file.readinto(piece)
                if not got:
                    return size, crc & 0xFFFFFFFF
                crc = binascii.crc32(memoryview(piece)[:got], crc)
                size += got

    def write(self, path: str, data: bytes) -> None:
        """Replace the content, in place; OSError if it is too long or the drive refuses."""
        if not self.writable:
            raise OSError(_READ_ONLY, "the drive is in edit mode")
        if len(data) + _HEAD_BYTES > PAGE_BYTES:
            raise OSError(_NO_ROOM, "more than a page")
        if path not in self._kept:
            self._allocate(path)
            self._kept[path] = self._open(path, "r+b")
        file = self._kept[path]
        before = _content_bytes(file)
        end = PAGE_BYTES if before is None else _HEAD_BYTES + before
        end += -end % _PIECE_BYTES
        whole = struct.pack(_HEAD, _MAGIC, len(data)) + data
        whole += bytes(-len(whole) % _PIECE_BYTES)  # a partial piece would stay cached
        file.seek(PAGE_BYTES)
        _put(file, whole)  # in one write: each write costs an erase of the flash
        _put_zeros(file, end - len(whole))  # overwrite the old content

    def _allocate(self, path: str) -> None:
        """Create a missing file; normally the installer has done it."""
        try:
            if self._size_of(path) >= SMALL_BYTES:
                return
        except OSError as error:
            if error.errno != _ABSENT:
                raise
        with self._open(path, "wb") as file:
            _put_zeros(file, SMALL_BYTES)

    def log_pages(self, path: str) -> int:
        """Whole pages in the log file; 0 if there is none or it must not be written."""
        if not self.writable:
            return 0
        try:
            return self._size_of(path) // PAGE_BYTES
        except OSError:
            return 0

    def open_log(self, path: str) -> "LogFile | None":
        """Open the log for reading and writing in place; None if it has no pages."""
        return self._open(path, "r+b") if self.log_pages(path) else None


def _put(file: "File", data: "bytes | memoryview") -> None:
    done = file.write(data)
    if done is not None and done != len(data):
        raise OSError(5, "short write")


def _put_zeros(file: "File", count: int) -> None:
    zeros = memoryview(bytes(_ZEROS_BYTES))
    for at in range(0, count, _ZEROS_BYTES):
        _put(file, zeros[: count - at])


def _content_bytes(file: "File") -> "int | None":
    """Length of the content, which starts at the file's position afterwards.

    ``_UNWRITTEN``: never written; None: the page is damaged.
    """
    file.seek(PAGE_BYTES)
    head = file.read(_HEAD_BYTES)
    if head == _NEVER:
        return _UNWRITTEN
    if len(head) < _HEAD_BYTES or head[:4] != _MAGIC:
        return None
    count: int = struct.unpack(_HEAD, head)[1]
    return min(count, PAGE_BYTES - _HEAD_BYTES)


def _unknown(_file: "File") -> "int | None":
    return None
