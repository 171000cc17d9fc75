"""Build what the emulator needs outside the checkout: the firmware, and rp2040js from npm."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

from tools.rp2040 import names, source
from tools.rp2040.emulator import FIRMWARE, HERE, MADE_FROM, EmulatorError, port_fingerprint
from tools.rp2040.native import PROGRAM

RP2040JS = "rp2040js@1.4.1"
# program: the Debian package that has it
NEEDED = {
    "make": "make",
    "python3": "python3",
    "node": "nodejs",
    "npm": "npm",
    "arm-none-eabi-gcc": "gcc-arm-none-eabi libnewlib-arm-none-eabi",
}


def build(folder: Path, given: Path | None = None) -> None:
    """Fetch and build what is missing; EmulatorError says which tools are needed.

    ``given``: the archive of MicroPython's source, None = fetched by its package's name.
    """
    missing = [package for program, package in NEEDED.items() if shutil.which(program) is None]
    if missing:
        raise EmulatorError(f"Programs are missing. Type: apt install {' '.join(missing)}")
    folder.mkdir(parents=True, exist_ok=True)
    _make(folder / FIRMWARE, source.unpacked(folder, given))
    (folder / MADE_FROM).write_text(port_fingerprint(), "utf-8")
    emulator(folder)


def native(folder: Path, given: Path | None = None) -> None:
    """Build the interpreter for this computer, in 32 bits; EmulatorError says what is missing."""
    try:
        _make(folder / PROGRAM, source.unpacked(folder, given), "NATIVE=1")
    except EmulatorError as error:
        more = "It takes make and gcc for 32 bits. Type: apt install make gcc-multilib"
        raise EmulatorError(f"{error}\n{more}") from error


def _make(program: Path, micropython: Path, *options: str) -> None:
    """Build ``program``; up-to-date parts are kept."""
    there = program.parent.resolve()
    there.mkdir(exist_ok=True)
    header, text = there / "names.h", names.as_header(names.in_flash())
    if not header.exists() or header.read_text("utf-8") != text:
        header.write_text(text, "utf-8")
    _run("make", f"MICROPYTHON={micropython.resolve()}", f"BUILD={there}", f"NAMES={header}",
         *options, at=HERE / "port")  # fmt: skip


def emulator(folder: Path) -> None:
    """Install rp2040js into ``folder``."""
    if shutil.which("npm") is None:
        raise EmulatorError(f"npm is not here. Type: apt install {NEEDED['npm']}")
    _run("npm", "install", "--no-save", "--prefix", str(folder.resolve()), RP2040JS, at=folder)


def _run(*command: str, at: Path) -> None:
    done = subprocess.run(command, cwd=at, capture_output=True, text=True, check=False)
    if done.returncode:
        said = (done.stdout + done.stderr)[-2000:]
        raise EmulatorError(f"{command[0]} failed in {at}:\n{said}")
