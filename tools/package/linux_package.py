"""The .deb: the download's folder in /opt, the commands, the icon, and access to the ports."""

from __future__ import annotations

import platform
from collections.abc import Iterator
from pathlib import Path

from tools.package import archives
from tools.package.archives import Entry

PLACE = "./opt/leancue"
_CONTROL = """Package: leancue
Version: {version}
Architecture: {architecture}
Maintainer: The LeanCue authors <leancue@localhost>
Installed-Size: {size_kb}
Depends: libc6 (>= {libc}), zlib1g
Section: science
Priority: optional
Description: Running-lean coach: prescribe, pull, prove and report
 A clip at a runner's lower back feels the lean and cues by touch. This is the
 desk tool: it makes the clip, sends a prescription, fetches and proves the runs.
"""
# Without a running udev (in a container) no notification is needed.
_POSTINST = """#!/bin/sh
set -e
if [ "$1" = configure ] && [ -S /run/udev/control ]; then
    udevadm control --reload && udevadm trigger --subsystem-match=tty
fi
"""
_ARCHITECTURES = {"x86_64": "amd64", "aarch64": "arm64", "armv7l": "armhf"}


def architecture() -> str:
    """Return Debian's name of this processor architecture."""
    return _ARCHITECTURES.get(platform.machine(), platform.machine())


def make(folder: Path, version: str) -> bytes:
    """Return the package of a frozen ``folder``."""
    content = list(_content(folder))
    size = sum(len(entry.data or b"") for entry in content) // 1000
    return archives.deb(control(version, size), {"postinst": _POSTINST}, content)


def control(version: str, size_kb: int) -> str:
    """Return the control file; it requires a C library as new as this computer's."""
    libc = platform.libc_ver()[1]
    return _CONTROL.format(
        version=version, architecture=architecture(), size_kb=size_kb, libc=libc
    )


def _content(folder: Path) -> Iterator[Entry]:
    rule = folder / "_internal" / "leancue" / "desktop" / "70-leancue.rules"
    placed = {
        "./usr/share/applications/leancue.desktop": folder / "leancue.desktop",
        "./usr/share/icons/hicolor/256x256/apps/leancue.png": folder / "leancue.png",
        "./usr/lib/udev/rules.d/70-leancue.rules": rule,
        "./usr/share/doc/leancue/copyright": folder / "_internal" / "LICENCES.txt",
    }
    links = {f"./usr/bin/{name}": f"/opt/leancue/{name}" for name in ("leancue", "leancue-clinic")}
    folders = {str(Path(path).parent) for path in (PLACE, *placed, *links)}
    parents = {str(up) for name in folders for up in (Path(name), *Path(name).parents)}
    for name in sorted(f"./{parent}" for parent in parents - {"."}):
        yield Entry(name, mode=0o755)
    yield from archives.entries(folder, PLACE)
    for path, file in placed.items():
        yield Entry(path, file.read_bytes())
    for path, target in links.items():
        yield Entry(path, b"", link=target)
