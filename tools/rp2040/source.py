"""MicroPython's source: by package name from apt's configured archives, or from a given file.

No archive is named here: ``deb-src`` is requested from the archives configured on this machine, in
folders of our own, so that the system is not changed and no root privileges are needed.
"""

from __future__ import annotations

import hashlib
import shutil
import subprocess
import tarfile
from pathlib import Path

from tools.rp2040.emulator import EmulatorError

NAME = "micropython-1.25.0"  # the folder in the archive
PACKAGE = "micropython"
RELEASE = "trixie"  # of Debian, the one that has this version; the machine's own may be another
ARCHIVE = "micropython_1.25.0+ds.orig.tar.xz"
SHA256 = "7b25be99a502f070b2de81dafc08da7051d992325d6e67daa9045a918fffdbea"
_WAY_OUT = f"Have `{ARCHIVE}` from any Debian archive and give it: build --source {ARCHIVE}"


def unpacked(folder: Path, given: Path | None) -> Path:
    """Return the source's folder within ``folder``; EmulatorError if it is not available."""
    there = folder / NAME
    if not there.exists():
        archive = given if given is not None else from_apt(folder / "apt")
        _check(archive)
        with tarfile.open(archive) as tar:
            tar.extractall(folder, filter="data")
    return there


def from_apt(folder: Path) -> Path:
    """Fetch the source package by name into ``folder``; return its archive."""
    if shutil.which("apt-get") is None:
        raise EmulatorError(f"apt-get is not here. {_WAY_OUT}")
    (folder / "lists" / "partial").mkdir(parents=True, exist_ok=True)
    sources = folder / "sources.list"
    sources.write_text("".join(source_lines(_targets())), "utf-8")
    options = apt_options(folder)
    for command in (["update"], ["source", "--download-only", PACKAGE]):
        done = subprocess.run(["apt-get", "-qq", *options, *command], cwd=folder,
                              capture_output=True, text=True, check=False)  # fmt: skip
        if done.returncode:
            why = done.stderr.strip()[-500:]
            raise EmulatorError(f"apt-get {command[0]} failed: {why}\n{_WAY_OUT}")
    if not (folder / ARCHIVE).exists():
        raise EmulatorError(f"Debian {RELEASE} has another version of {PACKAGE} now. {_WAY_OUT}")
    return folder / ARCHIVE


def source_lines(targets: str) -> list[str]:
    """Return the lines of a sources.list: the release's source packages in this machine's archives.

    ``targets``: lines of release and address. Only a release's main archive is used; those of
    security updates or backports have no release of this name.
    """
    rows = [line.split() for line in targets.splitlines()]
    main = {row[1] for row in rows if len(row) == 2 and row[0].isalnum()}
    if not main:
        raise EmulatorError(f"apt is not set up for a Debian archive. {_WAY_OUT}")
    return [f"deb-src {address} {RELEASE} main\n" for address in sorted(main)]


def apt_options(folder: Path) -> list[str]:
    """Return apt-get's options to read and write in ``folder``; the keys stay the system's."""
    folder = folder.resolve()
    places = {"Etc::sourcelist": folder / "sources.list", "Etc::sourceparts": "-",
              "State::lists": folder / "lists", "Cache": folder}  # fmt: skip
    return [part for name, path in places.items() for part in ("-o", f"Dir::{name}={path}")]


def _targets() -> str:
    done = subprocess.run(["apt-get", "indextargets", "--format", "$(RELEASE) $(REPO_URI)"],
                          capture_output=True, text=True, check=False)  # fmt: skip
    return done.stdout


def _check(archive: Path) -> None:
    try:
        content = archive.read_bytes()
    except OSError as error:
        raise EmulatorError(f"{archive} cannot be read ({error.strerror}). {_WAY_OUT}") from error
    if hashlib.sha256(content).hexdigest() != SHA256:
        raise EmulatorError(
            f"{archive} is not the MicroPython that was asked for (SHA-256). {_WAY_OUT}"
        )
