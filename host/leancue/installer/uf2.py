"""UF2: the firmware format of boot loaders, and CircuitPython's information in it.

Format: github.com/microsoft/uf2, README. Blocks of 512 bytes: two marks, flags, address, size of
the data, number of the block, number of blocks, the family of the chip; 476 bytes for data; a mark.
"""

from __future__ import annotations

import re
import struct
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from leancue.basis.errors import NotFirmware
from leancue.basis.plain_text import plain
from leancue.language.words import N_, _

BLOCK_BYTES, DATA_BYTES_MOST = 512, 476
BYTES_MOST = 32_000_000  # CircuitPython's are some 2 to 4 MB
MARKS, END_MARK = (0x0A324655, 0x9E5D5157), 0x0AB16F30
HAS_FAMILY, NOT_FLASH = 0x2000, 0x1
FAMILIES = {"RP2040": 0xE48BFF56, "RP2350": 0xE48BFF59, "nRF52840": 0xADA52840}
# A block of this family may precede an RP2350's, because of an erratum of the chip (E10).
ABSOLUTE = 0xE48BFF57
_HEAD, _TAIL = struct.Struct("<8I"), struct.Struct("<I")
_SAID = re.compile(
    rb"Adafruit CircuitPython ((\d+)\.(\d+)\.(\d+)[\w.+-]*) on \d{4}-\d\d-\d\d; "
    rb"([ -~]{1,80}) with (\w+)"
)
_CHIPS = {number: name for name, number in FAMILIES.items()}
_AGAIN = N_("Download it again, then try again.")


@dataclass(frozen=True)
class Firmware:
    """A CircuitPython. ``board``: the id of a known board, or "".

    ``chip``: a key of ``FAMILIES``. ``name``: of the board, in its maker's words.
    """

    path: Path
    chip: str
    version: tuple[int, ...]
    version_text: str
    board: str
    name: str
    data: bytes


def read(path: Path, boards: Iterable[str]) -> Firmware:
    """Read a firmware; ``boards``: the ids that LeanCue knows.

    Raises:
        NotFirmware: not a complete UF2 file, for another chip, or not CircuitPython.
    """
    data = _content(path)
    blocks = list(_blocks(path, data))
    family = _family(path, blocks)
    numbers = {block.number for block in blocks}
    total = blocks[0].count
    if numbers != set(range(total)) or len(blocks) != total:
        raise NotFirmware(
            _("{file} is incomplete: it has {there} of its {blocks} blocks.", file=path.name,
              there=len(numbers), blocks=total),
            _("Its download was interrupted."),
            _(_AGAIN),
        )
    blocks.sort(key=lambda block: block.address)
    image = b"".join(block.data for block in blocks)
    said = _SAID.search(image)
    if said is None:
        raise NotFirmware(
            _("{file} is not CircuitPython.", file=path.name),
            _("It is a different program for the board."),
            _("Download CircuitPython from the board's page at circuitpython.org."),
        )
    known = [board for board in boards if b"\0" + board.encode() + b"\0" in image]
    return Firmware(
        path, _CHIPS[family], tuple(int(part) for part in said.groups()[1:4]),
        said[1].decode(), known[0] if len(known) == 1 else "", plain(said[5].decode()), data,
    )  # fmt: skip


@dataclass(frozen=True)
class _Block:
    address: int
    number: int
    count: int
    family: int
    data: bytes


def _content(path: Path) -> bytes:
    try:
        if path.stat().st_size > BYTES_MOST:
            raise NotFirmware(_("{file} is too large to be firmware.", file=path.name))
        data = path.read_bytes()
    except OSError as error:
        raise NotFirmware(
            _("{file} cannot be read: {why}.", file=path, why=error.strerror or error),
            way_out=_("Check its name."),
        ) from error
    if not data.startswith(_HEAD.pack(*MARKS, *[0] * 6)[:8]):
        raise NotFirmware(
            _("{file} is not a UF2 file.", file=path.name),
            _("A boot loader accepts only UF2 files; the download pages also offer .HEX and .BIN."),
            _("Download the .UF2 of the board."),
        )
    if len(data) % BLOCK_BYTES:
        raise NotFirmware(
            _("{file} is incomplete: it ends in the middle of a block.", file=path.name),
            _("Its download was interrupted."),
            _(_AGAIN),
        )
    return data


def _blocks(path: Path, data: bytes) -> Iterator[_Block]:
    """The blocks that go to the flash."""
    for at in range(0, len(data), BLOCK_BYTES):
        *marks, flags, address, size, number, count, family = _HEAD.unpack_from(data, at)
        (end,) = _TAIL.unpack_from(data, at + BLOCK_BYTES - _TAIL.size)
        if tuple(marks) != MARKS or end != END_MARK or size > DATA_BYTES_MOST:
            raise NotFirmware(
                _("{file} is damaged at byte {at}.", file=path.name, at=at),
                _("The download failed."),
                _(_AGAIN),
            )
        family = family if flags & HAS_FAMILY else 0
        if not flags & NOT_FLASH and family != ABSOLUTE:
            start = at + _HEAD.size
            yield _Block(address, number, count, family, data[start : start + size])


def _family(path: Path, blocks: list[_Block]) -> int:
    families = {block.family for block in blocks}
    if len(families) == 1 and families <= _CHIPS.keys():
        return families.pop()
    said = ", ".join(sorted(f"{family:#010x}" for family in families)) or "-"
    raise NotFirmware(
        _("{file} is for another chip (its family is {family}).", file=path.name, family=said),
        _("LeanCue runs on {chips}.", chips=", ".join(FAMILIES)),
        _("Download the file of your own board from its page at circuitpython.org."),
    )
