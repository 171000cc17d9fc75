"""Reproducible archives: tar.xz, and Debian's .deb."""

from __future__ import annotations

import io
import lzma
import tarfile
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

WHEN_S = 1_580_601_600  # 2020-02-02, as hatchling dates its wheels
_PRESET = 6  # 9 takes twice as long and saves 2 %


class Entry(NamedTuple):
    """A file, folder or link of an archive; ``data`` None: a folder; ``link``: its target."""

    path: str
    data: bytes | None = None
    mode: int = 0o644
    link: str = ""


def entries(folder: Path, below: str) -> Iterator[Entry]:
    """Yield the content of ``folder``, sorted, with paths under ``below``."""
    yield Entry(below, mode=0o755)
    for path in sorted(folder.rglob("*")):
        name = f"{below}/{path.relative_to(folder).as_posix()}"
        if path.is_symlink():
            yield Entry(name, b"", link=str(path.readlink()))
        elif path.is_dir():
            yield Entry(name, mode=0o755)
        else:
            yield Entry(name, path.read_bytes(), 0o755 if path.stat().st_mode & 0o100 else 0o644)


def tar_xz(content: Iterable[Entry]) -> bytes:
    """Return a compressed tar archive."""
    out = io.BytesIO()
    with (
        lzma.open(out, "wb", preset=_PRESET) as packed,
        tarfile.open(fileobj=packed, mode="w", format=tarfile.GNU_FORMAT) as archive,
    ):
        for entry in content:
            about, data = _about(entry)
            archive.addfile(about, io.BytesIO(data))
    return out.getvalue()


def _about(entry: Entry) -> tuple[tarfile.TarInfo, bytes]:
    about = tarfile.TarInfo(entry.path)
    about.mtime, about.mode, about.uname, about.gname = WHEN_S, entry.mode, "root", "root"
    if entry.link:
        about.type, about.linkname, about.mode = tarfile.SYMTYPE, entry.link, 0o777
    elif entry.data is None:
        about.type = tarfile.DIRTYPE
    about.size = len(entry.data or b"")
    return about, entry.data or b""


def deb(control: str, scripts: dict[str, str], content: Iterable[Entry]) -> bytes:
    """Return a Debian package.

    Args:
        control: the text of its control file.
        scripts: such as postinst, by name.
        content: the files that it installs, under ``.``.
    """
    inside = [Entry("./control", control.encode())]
    inside += [Entry(f"./{name}", text.encode(), 0o755) for name, text in scripts.items()]
    members = (
        ("debian-binary", b"2.0\n"), ("control.tar.xz", tar_xz(inside)),
        ("data.tar.xz", tar_xz(content)),
    )  # fmt: skip
    return b"!<arch>\n" + b"".join(_member(name, data) for name, data in members)


def _member(name: str, data: bytes) -> bytes:
    head = f"{name:<16}{WHEN_S:<12}{0:<6}{0:<6}{'100644':<8}{len(data):<10}`\n".encode("ascii")
    return head + data + b"\n" * (len(data) % 2)
