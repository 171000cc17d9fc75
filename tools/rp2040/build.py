"""What the emulator needs, into a folder outside the checkout: firmware, and rp2040js by npm."""

from __future__ import annotations

import hashlib
import shutil
import subprocess
import tarfile
import urllib.request
from pathlib import Path

from tools.rp2040.emulator import FIRMWARE, HERE, EmulatorError

NAME = "micropython-1.25.0"
SOURCE = "http://deb.debian.org/debian/pool/main/m/micropython/micropython_1.25.0+ds.orig.tar.xz"
SHA256 = "7b25be99a502f070b2de81dafc08da7051d992325d6e67daa9045a918fffdbea"
RP2040JS = "rp2040js@1.4.1"
# program: the Debian package that has it
NEEDED = {
    "make": "make",
    "python3": "python3",
    "node": "nodejs",
    "npm": "npm",
    "arm-none-eabi-gcc": "gcc-arm-none-eabi libnewlib-arm-none-eabi",
}


def build(folder: Path, source: str) -> None:
    """Fetch and build what is not there yet; EmulatorError says what is missing."""
    missing = [package for program, package in NEEDED.items() if shutil.which(program) is None]
    if missing:
        raise EmulatorError(f"Programs are missing. Type: apt install {' '.join(missing)}")
    folder.mkdir(parents=True, exist_ok=True)
    if not (folder / NAME).exists():
        _unpack(_fetched(folder, source), folder)
    build_folder = (folder / FIRMWARE).parent.resolve()
    _run("make", f"MICROPYTHON={folder.resolve() / NAME}", f"BUILD={build_folder}",
         at=HERE / "port")  # fmt: skip
    _run("npm", "install", "--no-save", "--prefix", str(folder.resolve()), RP2040JS, at=folder)


def _fetched(folder: Path, source: str) -> Path:
    """The archive, whose content is the one we know."""
    archive = Path(source)
    if not archive.exists():
        archive = folder / "micropython.tar.xz"
        try:
            urllib.request.urlretrieve(source, archive)
        except (OSError, ValueError) as error:
            raise EmulatorError(
                f"{source} cannot be had ({error}). Give MicroPython 1.25.0 as Debian has it, "
                "a file or an address: build --source micropython_1.25.0+ds.orig.tar.xz"
            ) from error
    if hashlib.sha256(archive.read_bytes()).hexdigest() != SHA256:
        raise EmulatorError(f"{archive} is not the MicroPython that was asked for (SHA-256).")
    return archive


def _unpack(archive: Path, folder: Path) -> None:
    with tarfile.open(archive) as tar:
        tar.extractall(folder, filter="data")


def _run(*command: str, at: Path) -> None:
    done = subprocess.run(command, cwd=at, capture_output=True, text=True, check=False)
    if done.returncode:
        said = (done.stdout + done.stderr)[-2000:]
        raise EmulatorError(f"{command[0]} failed in {at}:\n{said}")
