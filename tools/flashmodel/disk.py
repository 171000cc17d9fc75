"""CircuitPython's block device on the flash: blocks of 512 bytes, one cached sector.

Source: adafruit/circuitpython `ports/raspberrypi/supervisor/internal_flash.c` (a read first writes
the cached sector out, since it reads the flash itself) and `supervisor/shared/filesystem.c`
(the cache is written out in the background, one second after the last flush).
"""

from __future__ import annotations

from collections.abc import Callable

from tools.flashmodel.chip import SECTOR_BYTES, Chip

BLOCK_BYTES = 512
SECTOR_BLOCKS = SECTOR_BYTES // BLOCK_BYTES
ERASE_MS = 50  # erase and program of a sector; PLATFORM's emulated board took 52
BACKGROUND_MS = 1000


class Disk:
    """Block device on ``chip``; ``now_ms``: model time; ``on_clean``: called once all is written.

    ``writes_through``: every write goes to the flash at once, as on boards without a cache.
    """

    def __init__(self, chip: Chip, writes_through: bool = False) -> None:
        self.chip = chip
        self.now_ms = 0
        self.on_clean: Callable[[], None] = lambda: None
        self._writes_through = writes_through
        self._sector = -1
        self._cache = bytearray(SECTOR_BYTES)
        self._dirty = False
        self._flushed_ms = 0

    @property
    def is_clean(self) -> bool:
        """Whether everything written is on the flash."""
        return not self._dirty

    def read(self, block: int, count: int = 1) -> bytes:
        """Read blocks."""
        self.flush()
        at = block * BLOCK_BYTES
        return bytes(self.chip.image[at : at + count * BLOCK_BYTES])

    def write(self, block: int, data: bytes) -> None:
        """Write whole blocks, into the cache as far as they lie in one sector."""
        for i in range(0, len(data), BLOCK_BYTES):
            sector, place = divmod(block + i // BLOCK_BYTES, SECTOR_BLOCKS)
            if sector != self._sector:
                self.flush()
                at = sector * SECTOR_BYTES
                self._cache[:] = self.chip.image[at : at + SECTOR_BYTES]
                self._sector = sector
            at = place * BLOCK_BYTES
            self._cache[at : at + BLOCK_BYTES] = data[i : i + BLOCK_BYTES]
            self._dirty = True
            if self._writes_through:
                self.flush()

    def flush(self) -> None:
        """Write the cached sector to the flash, if it has changes."""
        if not self._dirty:
            return
        self._dirty = False
        self.now_ms += ERASE_MS
        self.chip.rewrite(self._sector, bytes(self._cache))
        self.on_clean()

    def forward(self, ms: int) -> None:
        """Advance the time; the cache is written out in the background once a second."""
        self.now_ms += ms
        if self.now_ms - self._flushed_ms >= BACKGROUND_MS:
            self._flushed_ms = self.now_ms
            self.flush()
