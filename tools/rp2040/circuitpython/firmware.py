"""The user's firmware and boot ROM, checked and converted for the emulator."""

from __future__ import annotations

import struct
from pathlib import Path

from tools.rp2040.emulator import EmulatorError

FLASH_AT = 0x10000000
DRIVE_AT = 0x100000  # in the flash; CircuitPython's for the Pico
ROM_BYTES = 16 * 1024
_ROM_MAGIC = (0x10, b"Mu\x01")
_UF2_BLOCK_BYTES, _UF2_DATA_AT = 512, 32
_UF2_BEGIN, _UF2_NOT_FLASH = (0x0A324655, 0x9E5D5157), 1
ROM_HELP = (
    "The emulator needs the chip's boot ROM, 16 kB that are in every RP2040; it is not part of "
    "LeanCue. Connect any Pico with its BOOTSEL button held and type\n"
    "  picotool save -r 0x0 0x4000 bootrom.bin\n"
    "then give the file with --bootrom bootrom.bin"
)


def boot_rom(path: Path | None) -> bytes:
    """Return the boot ROM; EmulatorError says where it was expected."""
    if path is None:
        raise EmulatorError(ROM_HELP)
    data = _read(path)
    at, magic = _ROM_MAGIC
    if len(data) != ROM_BYTES or data[at : at + len(magic)] != magic:
        raise EmulatorError(f"{path} is no boot ROM of an RP2040 ({len(data)} bytes).\n{ROM_HELP}")
    return data


def firmware(path: Path) -> bytes:
    """Return the flash content from its start: from a UF2, or from a BIN unchanged.

    EmulatorError if it is for another chip, or would extend into the drive.
    """
    data = _read(path)
    image = _of_uf2(path, data) if data[:8] == struct.pack("<2I", *_UF2_BEGIN) else data
    if not 0 < len(image) <= DRIVE_AT:
        raise EmulatorError(
            f"{path} has {len(image)} bytes; CircuitPython for the Pico has 1 to {DRIVE_AT}. "
            "Take the UF2 for `raspberry_pi_pico`."
        )
    return image


def _of_uf2(path: Path, data: bytes) -> bytes:
    """Return the flash content of a UF2. Source: Microsoft, USB Flashing Format (UF2)."""
    image = bytearray()
    for at in range(0, len(data) - _UF2_BLOCK_BYTES + 1, _UF2_BLOCK_BYTES):
        *magic, flags, address, count = struct.unpack_from("<5I", data, at)
        if tuple(magic) != _UF2_BEGIN:
            raise EmulatorError(f"{path} is damaged at byte {at}. Download it anew.")
        if flags & _UF2_NOT_FLASH:
            continue
        offset = address - FLASH_AT
        if not 0 <= offset < DRIVE_AT:
            raise EmulatorError(
                f"{path} is not for an RP2040: it begins at 0x{address:08x}. "
                "Take the UF2 for `raspberry_pi_pico`."
            )
        image.extend(b"\xff" * (offset + count - len(image)))
        image[offset : offset + count] = data[at + _UF2_DATA_AT : at + _UF2_DATA_AT + count]
    return bytes(image)


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise EmulatorError(f"{path} cannot be read: {error.strerror}.") from error
