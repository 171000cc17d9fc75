"""A board in its boot loader: a folder that disappears when the firmware is complete."""

from __future__ import annotations

import errno
import io
import shutil
import struct
from pathlib import Path

import pytest
from leancue.installer import circuitpython, drives

RP2040 = "UF2 Bootloader v3.0\nModel: Raspberry Pi RP2\nBoard-ID: RPI-RP2\n"
RP2350 = "UF2 Bootloader v1.0\nModel: Raspberry Pi RP2350\nBoard-ID: RP2350\n"
FEATHER = (
    "UF2 Bootloader 0.9.2 lib/nrfx (v2.0.0)\r\nModel: Adafruit Feather nRF52840 Express\r\n"
    "Board-ID: nRF52840-Feather-revD\r\nDate: Sep  6 2024\r\nSoftDevice: S140 6.1.1\r\n"
)
UID = "E66138935F6F8E27"


def firmware(
    board: str = "raspberry_pi_pico", version: str = "10.3.0", family: int = 0xE48BFF56,
    name: str = "Raspberry Pi Pico with rp2040",
) -> list[bytes]:  # fmt: skip
    """The blocks of a CircuitPython, some 70 kB of them."""
    said = f"Adafruit CircuitPython {version} on 2026-10-01; {name}\0\0{board}\0"
    image = bytes(40_000) + said.encode() + bytes(range(256)) * 100
    pieces = [image[at : at + 256] for at in range(0, len(image), 256)]
    return [block(piece, i, len(pieces), family) for i, piece in enumerate(pieces)]


def block(data: bytes, number: int, count: int, family: int) -> bytes:
    """One block, as the page of the format draws it."""
    head = (0x0A324655, 0x9E5D5157, 0x2000, 0x10000000 + 256 * number, len(data), number, count)
    end = struct.pack("<I", 0x0AB16F30)
    return struct.pack("<8I", *head, family) + data.ljust(476, b"\0") + end


def written(path: Path, blocks: list[bytes]) -> Path:
    """A file of these blocks."""
    path.write_bytes(b"".join(blocks))
    return path


class Board:
    """The board, and what this computer has mounted.

    Args:
        info: its INFO_UF2.TXT.
        board: the id that CircuitPython gives it.
        takes: after so many bytes its drive goes; None: with the last of the file's.
        raises: whether the computer notices while it still writes.
        comes: whether CIRCUITPY comes afterwards, at the third look.
        fails: the error that the drive gives at the first write, and stays.
    """

    def __init__(
        self, folder: Path, info: str, board: str, monkeypatch: pytest.MonkeyPatch, *,
        takes: int | None = None, raises: bool = True, comes: bool = True, fails: int = 0,
        version: str = "10.3.0",
    ) -> None:  # fmt: skip
        self.root, self.drive = folder / "LOADER", folder / "CIRCUITPY"
        self.root.mkdir()
        (self.root / "INFO_UF2.TXT").write_text(info, newline="")
        self.boot_out = (
            f"Adafruit CircuitPython {version} on 2026-10-01; A board\n"
            f"Board ID:{board}\nUID:{UID}\n"
        )
        self.takes, self.raises, self.comes, self.fails = takes, raises, comes, fails
        self.others: list[Path] = []
        self.got, self.size, self.looks = b"", 0, 0
        monkeypatch.setattr(drives, "mount_points", self.mounts)
        monkeypatch.setattr(circuitpython, "_opened", self.opened)
        monkeypatch.setattr(circuitpython, "_LOOK_S", 0.001)
        monkeypatch.setattr(circuitpython, "BACK_TIMEOUT_S", 0.01)

    def mounts(self) -> list[Path]:
        """What is mounted now."""
        if self.root.exists():
            return [*self.others, self.root]
        self.looks += 1
        if self.comes and self.looks == 3:
            (self.drive / "lib").mkdir(parents=True)
            (self.drive / "boot_out.txt").write_text(self.boot_out)
        return [*self.others, *([self.drive] if self.drive.exists() else [])]

    def opened(self, path: Path) -> io.RawIOBase:
        """The file on its drive; it takes short writes, as a raw file may."""
        board = self

        class File(io.FileIO):
            def write(self, data: bytes) -> int:  # type: ignore[override]
                if board.fails:
                    raise OSError(board.fails, "No")
                return board.write(bytes(data[:50_000]))

        return File(path, "wb")

    def write(self, data: bytes) -> int:
        """Take a piece; go when it was enough."""
        self.got += data
        if len(self.got) >= (self.size if self.takes is None else self.takes):
            shutil.rmtree(self.root)
            if self.raises:
                raise OSError(errno.EIO, "Input/output error")
        return len(data)


