"""NOR flash: erased to 0xFF in 4 KiB sectors; programming clears bits, 256 bytes at a time.

Source: Winbond W25Q128JV datasheet, sections 8.2.13 (page program) and 8.2.15 (sector erase).
The result of an interrupted operation is not specified there, so the model leaves random data.
"""

from __future__ import annotations

import random
from typing import NamedTuple

SECTOR_BYTES = 4096
CHUNK_BYTES = 256


class Operation(NamedTuple):
    """An erase (``data`` empty) or a program operation at ``address``."""

    address: int
    data: bytes


class Chip:
    """A flash with the content ``image``; ``operations``: all carried out, oldest first."""

    def __init__(self, image: bytearray) -> None:
        self.image = image
        self.operations: list[Operation] = []

    def rewrite(self, sector: int, data: bytes) -> None:
        """Erase a sector and program it; chunks of 0xFF need no programming."""
        address = sector * SECTOR_BYTES
        self._do(Operation(address, b""))
        for at in range(0, SECTOR_BYTES, CHUNK_BYTES):
            chunk = data[at : at + CHUNK_BYTES]
            if chunk.count(0xFF) != CHUNK_BYTES:
                self._do(Operation(address + at, chunk))

    def _do(self, operation: Operation) -> None:
        apply(self.image, operation)
        self.operations.append(operation)


def apply(image: bytearray, operation: Operation) -> None:
    """Carry out a whole operation."""
    at, data = operation
    if not data:
        image[at : at + SECTOR_BYTES] = b"\xff" * SECTOR_BYTES
    else:
        image[at : at + CHUNK_BYTES] = _and(image[at : at + CHUNK_BYTES], data)


def tear(image: bytearray, operation: Operation, chance: random.Random) -> None:
    """Carry out an operation that is interrupted by a power cut."""
    at, data = operation
    if data:
        _tear_program(image, at, data, chance)
    else:
        _tear_erase(image, at, chance)


def _tear_program(image: bytearray, at: int, data: bytes, chance: random.Random) -> None:
    """Program some bytes completely and some partially (only some of the bits cleared)."""
    done = chance.randrange(CHUNK_BYTES + 1)
    half = min(CHUNK_BYTES, done + chance.randrange(CHUNK_BYTES))
    target = data[:done] + bytes(b | chance.randrange(256) for b in data[done:half])
    target += b"\xff" * (CHUNK_BYTES - len(target))
    image[at : at + CHUNK_BYTES] = _and(image[at : at + CHUNK_BYTES], target)


def _tear_erase(image: bytearray, at: int, chance: random.Random) -> None:
    """Leave the sector old, erased, with some bits set, or random from its start or a byte on."""
    how = chance.randrange(5)
    old = image[at : at + SECTOR_BYTES]
    noise = chance.randbytes(SECTOR_BYTES)
    if how == 1:
        image[at : at + SECTOR_BYTES] = b"\xff" * SECTOR_BYTES
    elif how == 2:
        image[at : at + SECTOR_BYTES] = _or(old, noise)
    elif how == 3:
        image[at : at + SECTOR_BYTES] = noise
    elif how == 4:
        first = chance.randrange(SECTOR_BYTES)
        image[at + first : at + SECTOR_BYTES] = noise[first:]


def _and(a: bytes | bytearray, b: bytes) -> bytes:
    return (int.from_bytes(a, "big") & int.from_bytes(b, "big")).to_bytes(len(b), "big")


def _or(a: bytes | bytearray, b: bytes) -> bytes:
    return (int.from_bytes(a, "big") | int.from_bytes(b, "big")).to_bytes(len(b), "big")
