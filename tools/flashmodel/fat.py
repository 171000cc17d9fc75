"""Files on a FAT volume, with the order of block writes of ChaN's FatFs as in CircuitPython.

One block buffer, the window, serves the FAT, directories and partial blocks (FF_FS_TINY); whole
blocks of a file bypass it. A file's directory entry is written only by a flush or close.
Supports the root directory only, and creates short names only.
"""

from __future__ import annotations

import errno
import struct
from collections.abc import Iterable, Iterator

from tools.flashmodel.disk import BLOCK_BYTES, Disk
from tools.flashmodel.layout import ENTRY_BYTES, Layout

_NAME_BYTES = 11
_ARCHIVE = 0x20
_LONG, _ATTRIBUTES_AT = 0x0F, 11  # attribute of an entry with a piece of a long name
_LABEL, _DELETED = 0x08, 0xE5
_LONG_PIECES = ((1, 11), (14, 26), (28, 32))
_START_AT, _SIZE_AT = 26, 28
_LAST12, _LAST16 = 0xFFF, 0xFFFF


class Fat:
    """A mounted volume; raises ValueError if there is none."""

    def __init__(self, disk: Disk) -> None:
        self.disk = disk
        self.layout = Layout(disk.read(0))
        self._window = bytearray(BLOCK_BYTES)
        self._block = -1
        self._dirty = False

    # The window.

    def window(self, block: int) -> bytearray:
        """Return the window on a block; call ``changed`` after modifying it."""
        if block != self._block:
            self.flush_window()
            self._window[:] = self.disk.read(block)
            self._block = block
        return self._window

    def changed(self) -> None:
        """Mark the window as changed."""
        self._dirty = True

    def flush_window(self) -> None:
        """Write the window if it has changed."""
        if self._dirty:
            self._dirty = False
            self.disk.write(self._block, bytes(self._window))

    def forget_window(self, block: int, count: int) -> None:
        """Drop the window if one of these blocks was written past it."""
        if block <= self._block < block + count:
            self._dirty = False
            self._block = -1

    # The table.

    def entry(self, cluster: int) -> int:
        """Return a cluster's table entry: 0 = free, the next cluster, or the end mark."""
        if not self.layout.is_fat12:
            block, place = divmod(cluster * 2, BLOCK_BYTES)
            window = self.window(self.layout.fat_first + block)
            return int(struct.unpack_from("<H", window, place)[0])
        low, high = (self._table_byte(cluster * 3 // 2 + i) for i in range(2))
        value = low | high << 8
        return value >> 4 if cluster & 1 else value & _LAST12

    def set_entry(self, cluster: int, value: int) -> None:
        """Set a cluster's table entry."""
        if not self.layout.is_fat12:
            self._set_table_byte(cluster * 2, value & 0xFF)
            self._set_table_byte(cluster * 2 + 1, value >> 8)
            return
        at = cluster * 3 // 2
        low, high = self._table_byte(at), self._table_byte(at + 1)
        old = low | high << 8
        new = old & 0x000F | value << 4 if cluster & 1 else old & 0xF000 | value & _LAST12
        self._set_table_byte(at, new & 0xFF)
        self._set_table_byte(at + 1, new >> 8 & 0xFF)

    def is_last(self, value: int) -> bool:
        """Return whether an entry ends a chain; invalid values end it too."""
        return not 2 <= value < self.layout.clusters + 2

    def chain(self, cluster: int) -> list[int]:
        """Return the clusters of a file, cut where the table loops."""
        found: list[int] = []
        while not self.is_last(cluster) and len(found) <= self.layout.clusters:
            found.append(cluster)
            cluster = self.entry(cluster)
        return found

    def allocate(self, after: int) -> int:
        """Return the next free cluster, now in use; OSError if there is none."""
        count = self.layout.clusters
        for i in range(count):
            cluster = (max(after, 1) + i - 1) % count + 2
            if self.entry(cluster) == 0:
                self.set_entry(cluster, _LAST12 if self.layout.is_fat12 else _LAST16)
                if after:
                    self.set_entry(after, cluster)
                return cluster
        raise OSError(errno.ENOSPC, "No space left on device")

    def _table_byte(self, at: int) -> int:
        block, place = divmod(at, BLOCK_BYTES)
        return self.window(self.layout.fat_first + block)[place]

    def _set_table_byte(self, at: int, value: int) -> None:
        block, place = divmod(at, BLOCK_BYTES)
        self.window(self.layout.fat_first + block)[place] = value
        self.changed()

    # The directory.

    def find(self, path: str) -> tuple[int, int]:
        """Return the block and byte of a file's directory entry; OSError 2 if there is none."""
        return self._find_long(path) or self._find(_short(path))

    def _find_long(self, path: str) -> tuple[int, int] | None:
        """Return the place of a file's entry with a long name, as written by another system."""
        wanted = path.strip("/").lower()
        for name, place, _ in self.listed(range(self.layout.root_first, self.layout.data_first)):
            if name.lower() == wanted:
                return place
        return None

    def listed(self, blocks: Iterable[int]) -> Iterator[tuple[str, tuple[int, int], bytes]]:
        """Yield (name, place, entry) of each entry of the folder in ``blocks``."""
        name = ""
        for block in blocks:
            held = bytes(self.window(block))
            for at in range(0, BLOCK_BYTES, ENTRY_BYTES):
                entry = held[at : at + ENTRY_BYTES]
                if not entry[0]:
                    return
                if entry[_ATTRIBUTES_AT] == _LONG:
                    name = _long_piece(entry) + name
                    continue
                if entry[0] != _DELETED and not entry[_ATTRIBUTES_AT] & _LABEL:
                    yield name or _short_name(entry), (block, at), entry
                name = ""

    def _find(self, name: bytes) -> tuple[int, int]:
        for block in range(self.layout.root_first, self.layout.data_first):
            window = self.window(block)
            for at in range(0, BLOCK_BYTES, ENTRY_BYTES):
                if window[at : at + _NAME_BYTES] == name:
                    return block, at
                if name[0] and not window[at]:
                    raise OSError(errno.ENOENT, "No such file")
        raise OSError(errno.ENOENT, "No such file")

    def make(self, path: str) -> tuple[int, int]:
        """Create an entry of an empty file, replacing an existing one; return its place."""
        name = _short(path)
        try:
            block, at = self._find(name)
        except OSError:
            block, at = self._find(bytes(_NAME_BYTES))
        window = self.window(block)
        start = struct.unpack_from("<H", window, at + _START_AT)[0]
        window[at : at + ENTRY_BYTES] = name + bytes((_ARCHIVE,)) + bytes(20)
        self.changed()
        for cluster in self.chain(start):
            self.set_entry(cluster, 0)
        return block, at

    def start_and_size(self, place: tuple[int, int]) -> tuple[int, int]:
        """Return the first cluster and length in bytes of the file whose entry is at ``place``."""
        start, size = struct.unpack_from("<HI", self.window(place[0]), place[1] + _START_AT)
        return start, size

    def set_start_and_size(self, place: tuple[int, int], start: int, size: int) -> None:
        """Update a file's directory entry."""
        struct.pack_into("<HI", self.window(place[0]), place[1] + _START_AT, start, size)
        self.changed()

    def size_of(self, path: str) -> int:
        """Return a file's length in bytes; OSError 2 if it does not exist."""
        return self.start_and_size(self.find(path))[1]

    def sync(self) -> None:
        """Write everything held in memory."""
        self.flush_window()
        self.disk.flush()


def _short(path: str) -> bytes:
    """Return the 8.3 name; longer names are truncated, which still tells our files apart."""
    stem, _, suffix = path.strip("/").upper().rpartition(".")
    tail = stem if len(stem) <= 8 else stem[:4] + stem[-4:]
    return tail.ljust(8)[:8].encode() + suffix.ljust(3)[:3].encode()


def _long_piece(entry: bytes) -> str:
    """Return the characters of a long name held in one directory entry."""
    text = b"".join(entry[first:last] for first, last in _LONG_PIECES)
    return text.decode("utf-16-le", "replace").split("\0")[0]


def _short_name(entry: bytes) -> str:
    stem, suffix = entry[:8].decode("latin-1").rstrip(), entry[8:11].decode("latin-1").rstrip()
    return (f"{stem}.{suffix}" if suffix else stem).lower()
