"""Open files on the volume, with the operations that the clip and its installer use."""

from __future__ import annotations

from types import TracebackType
from typing import Self

from tools.flashmodel.disk import BLOCK_BYTES
from tools.flashmodel.fat import Fat


class File:
    """A file opened in mode "rb", "r+b" or "wb"; raises OSError as on the board."""

    def __init__(self, fat: Fat, path: str, mode: str) -> None:
        self._fat = fat
        self._at = 0
        self._modified = mode == "wb"
        self._place = fat.make(path) if mode == "wb" else fat.find(path)
        self._start, self._size = fat.start_and_size(self._place)
        self._chain = fat.chain(self._start)

    def seek(self, at: int, whence: int = 0) -> int:
        """Set the position, from the start or (2) from the end; FatFs reads the table for it."""
        if whence:
            at += self._size
        cluster = at // self._cluster_bytes
        if cluster < len(self._chain):
            self._fat.entry(self._chain[cluster])
        self._at = at
        return at

    def read(self, count: int = -1) -> bytes:
        """Return up to ``count`` bytes, or the rest of the file."""
        end = self._size if count < 0 else min(self._size, self._at + count)
        out = bytearray()
        while self._at < end:
            place, within = divmod(self._at, BLOCK_BYTES)
            block, blocks = self._blocks(place, -(-(end - self._at + within) // BLOCK_BYTES))
            self._fat.flush_window()
            data = self._fat.disk.read(block, blocks)[within : within + end - self._at]
            out += data
            self._at += len(data)
        return bytes(out)

    def readinto(self, buf: bytearray) -> int:
        """Fill a buffer; return the number of bytes read."""
        data = self.read(len(buf))
        buf[: len(data)] = data
        return len(data)

    def write(self, data: bytes | bytearray) -> int:
        """Write the data, extending the file if needed."""
        view = memoryview(bytes(data))
        while view:
            place, within = divmod(self._at, BLOCK_BYTES)
            self._reach(self._at + 1)
            if within or len(view) < BLOCK_BYTES:
                count = self._write_part(place, within, view)
            else:
                count = self._write_blocks(place, view)
            self._at += count
            self._size = max(self._size, self._at)
            self._modified = True
            view = view[count:]
        return len(data)

    def flush(self) -> None:
        """Write the directory entry and everything held in memory."""
        if self._modified:
            self._modified = False
            self._fat.set_start_and_size(self._place, self._start, self._size)
        self._fat.sync()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:  # fmt: skip
        self.flush()

    @property
    def _cluster_bytes(self) -> int:
        return self._fat.layout.cluster_blocks * BLOCK_BYTES

    def _reach(self, size: int) -> None:
        """Allocate clusters for ``size`` bytes."""
        while len(self._chain) * self._cluster_bytes < size:
            cluster = self._fat.allocate(self._chain[-1] if self._chain else 0)
            self._chain.append(cluster)
            self._start = self._chain[0]

    def _blocks(self, place: int, most: int) -> tuple[int, int]:
        """Return the volume's block of file block ``place``, and the blocks left in its cluster."""
        cluster, within = divmod(place, self._fat.layout.cluster_blocks)
        if cluster >= len(self._chain):
            raise OSError(5, "the table ends before the file does")
        block = self._fat.layout.block_of(self._chain[cluster]) + within
        return block, min(most, self._fat.layout.cluster_blocks - within)

    def _write_part(self, place: int, within: int, view: memoryview) -> int:
        block, _ = self._blocks(place, 1)
        count = min(len(view), BLOCK_BYTES - within)
        self._fat.window(block)[within : within + count] = view[:count]
        self._fat.changed()
        return count

    def _write_blocks(self, place: int, view: memoryview) -> int:
        block, blocks = self._blocks(place, len(view) // BLOCK_BYTES)
        self._reach((place + blocks) * BLOCK_BYTES)
        self._fat.disk.write(block, bytes(view[: blocks * BLOCK_BYTES]))
        self._fat.forget_window(block, blocks)
        return blocks * BLOCK_BYTES
