"""What the emulator needs, into a folder outside the checkout: firmware, and rp2040js by npm."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

from tools.rp2040 import names, source
from tools.rp2040.emulator import FIRMWARE, HERE, MADE_FROM, EmulatorError, port_fingerprint

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
    """Fetch and build what is not there yet; EmulatorError says what is missing.

    ``given``: the archive of MicroPython's source, None = fetched by its package's name.
    """
    missing = [package for program, package in NEEDED.items() if shutil.which(program) is None]
    if missing:
        raise EmulatorError(f"Programs are missing. Type: apt install {' '.join(missing)}")
    folder.mkdir(parents=True, exist_ok=True)
    micropython = source.unpacked(folder, given).resolve()
    build_folder = (folder / FIRMWARE).parent.resolve()
    build_folder.mkdir(exist_ok=True)
    header = build_folder / "names.h"
    text = names.as_header(names.in_flash())
    if not header.exists() or header.read_text("utf-8") != text:
        header.write_text(text, "utf-8")
    _run("make", f"MICROPYTHON={micropython}", f"BUILD={build_folder}", f"NAMES={header}",
         at=HERE / "port")  # fmt: skip
    (folder / MADE_FROM).write_text(port_fingerprint(), "utf-8")
    emulator(folder)


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
