"""Layout of a FAT12 or FAT16 volume: formatting it as CircuitPython does, and reading it.

Source: Microsoft, "FAT: General Overview of On-Disk Format", 1.03; ChaN's FatFs `f_mkfs` with
one FAT, one reserved block and 512 root entries, as called by `supervisor/shared/filesystem.c`.
"""

from __future__ import annotations

import struct

from tools.flashmodel.disk import BLOCK_BYTES

ROOT_ENTRIES = 512
ENTRY_BYTES = 32
_FAT12_MOST = 4084  # clusters
_BOOT = "<3s8sHBHBHHBHHHIIBBBI11s8s"


class Layout:
    """Positions in blocks, read from a boot block; raises ValueError if the block is not one."""

    def __init__(self, boot: bytes) -> None:
        fields = struct.unpack_from(_BOOT, boot)
        if boot[510:512] != b"\x55\xaa" or fields[2] != BLOCK_BYTES or not fields[3]:
            raise ValueError("no FAT volume")
        self.cluster_blocks, self.fat_first = fields[3], fields[4]
        self.fats, self.root_entries = fields[5], fields[6]
        self.blocks = fields[7] or fields[12]
        self.fat_blocks = fields[9]
        self.root_first = self.fat_first + self.fats * self.fat_blocks
        self.root_blocks = self.root_entries * ENTRY_BYTES // BLOCK_BYTES
        self.data_first = self.root_first + self.root_blocks
        self.clusters = (self.blocks - self.data_first) // self.cluster_blocks
        self.is_fat12 = self.clusters <= _FAT12_MOST

    def block_of(self, cluster: int) -> int:
        """Return the first block of a cluster."""
        return self.data_first + (cluster - 2) * self.cluster_blocks


def formatted(blocks: int, cluster_blocks: int) -> bytearray:
    """Return an empty volume."""
    clusters = blocks // cluster_blocks
    is_fat12 = clusters <= _FAT12_MOST
    fat_bytes = clusters * 3 // 2 + 4 if is_fat12 else clusters * 2 + 4
    fat_blocks = -(-fat_bytes // BLOCK_BYTES)
    boot = struct.pack(
        _BOOT, b"\xeb\xfe\x90", b"MSDOS5.0", BLOCK_BYTES, cluster_blocks, 1, 1, ROOT_ENTRIES,
        blocks if blocks < 65536 else 0, 0xF8, fat_blocks, 63, 255, 0,
        0 if blocks < 65536 else blocks, 0x80, 0, 0x29, 0x1EA7C0E5, b"NO NAME    ",
        b"FAT12   " if is_fat12 else b"FAT16   ",
    )  # fmt: skip
    image = bytearray(blocks * BLOCK_BYTES)
    image[: len(boot)] = boot
    image[510:512] = b"\x55\xaa"
    image[BLOCK_BYTES : BLOCK_BYTES + 4] = b"\xf8\xff\xff\x00" if is_fat12 else b"\xf8\xff\xff\xff"
    return image
