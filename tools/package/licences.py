"""The licences of everything in a download, in one file.

Packages have them in their metadata; Python has one file; those of system libraries bundled by
PyInstaller come from Debian's copyright files.
"""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterable, Iterator
from importlib.metadata import Distribution, distributions
from pathlib import Path
from typing import Any

_NAMES = ("licen", "copying", "notice", "authors")
_RULE = "=" * 78
_HEAD = """Licences of what this download of LeanCue holds.

LeanCue itself is under the MIT licence, the first below. PyInstaller's starter is under the GPL
with an exception that allows any program to be shipped with it.
"""
_OWN = "leancue"
_BANNER = re.compile(r"/\*[*!]((?:(?!\*/).)*(?:licen|copyright)(?:(?!\*/).)*)\*/", re.I | re.S)
_FONTS = "Roboto and Material Icons, both by Google, under the Apache License 2.0."


class NoLicenceError(Exception):
    """No licence was found for something that is shipped."""


def of_packages(site: Path) -> Iterator[tuple[str, str]]:
    """Yield (title, text) of each package in ``site``; LeanCue first. NoLicenceError."""
    found = {dist.metadata["Name"]: dist for dist in distributions(path=[str(site)])}
    for name in sorted(found, key=lambda name: (name.lower() != _OWN, name.lower())):
        dist = found[name]
        texts = list(_texts(dist))
        said = _said(dist)
        if not texts and not said:
            raise NoLicenceError(f"{name} {dist.version} tells no licence.")
        yield f"{name} {dist.version}: {said or 'see below'}", "\n".join(texts)


def _texts(dist: Distribution) -> Iterator[str]:
    for file in dist.files or ():
        path = Path(str(dist.locate_file(file)))
        plain = path.suffix.lower() in ("", ".txt", ".md", ".rst", ".apache", ".bsd", ".mit")
        if plain and path.name.lower().startswith(_NAMES) and path.is_file():
            yield path.read_text("utf-8", "replace")


def _said(dist: Distribution) -> str:
    """Return the licence in the metadata: the expression, else the field, else the classifiers."""
    about: Any = dist.metadata
    short = about.get("License-Expression") or about.get("License") or ""
    if not short or "\n" in short or len(short) > 80:
        kinds = about.get_all("Classifier") or []
        names = [kind.rpartition(" :: ")[2] for kind in kinds if kind.startswith("License ::")]
        short = ", ".join(names) or short.strip().partition("\n")[0]
    return short


def of_python() -> tuple[str, str]:
    """Return the licence of the running Python. NoLicenceError."""
    library = Path(sys.base_prefix) / "lib" / f"python{sys.version_info[0]}.{sys.version_info[1]}"
    for path in (library / "LICENSE.txt", Path(sys.base_prefix) / "LICENSE.txt"):
        if path.is_file():
            return f"Python {sys.version.split()[0]}", path.read_text("utf-8")
    raise NoLicenceError("The licence of Python is not where it should be.")


def of_system(libraries: Iterable[str]) -> Iterator[tuple[str, str]]:
    """Yield (title, text) of the Debian packages that own ``libraries`` (file names)."""
    owners: dict[str, list[str]] = {}
    for name in libraries:
        asked = ["dpkg-query", "-S", f"*/{name}"]
        told = subprocess.run(asked, capture_output=True, text=True, check=False).stdout
        if told:
            owners.setdefault(told.split(":")[0], []).append(name)
    for owner, names in sorted(owners.items()):
        text = Path("/usr/share/doc", owner, "copyright")
        if not text.is_file():
            raise NoLicenceError(f"{owner} ({names[0]}) has no copyright file.")
        yield f"{owner}: {', '.join(sorted(names))}", text.read_text("utf-8", "replace")


def joined(parts: Iterable[tuple[str, str]]) -> str:
    """Return the content of the licence file."""
    return _HEAD + "".join(f"\n{_RULE}\n{title}\n{_RULE}\n\n{text}\n" for title, text in parts)


def of_scripts(folder: Path) -> Iterator[tuple[str, str]]:
    """Yield (title, text) of the licence comments in the page's scripts, and of its fonts."""
    banners: dict[str, list[str]] = {}
    for path in sorted(folder.rglob("*.js")):
        for banner in _BANNER.findall(path.read_text("utf-8", "replace")):
            banners.setdefault(banner.strip(), []).append(path.name)
    for banner, names in banners.items():
        yield f"in the page: {', '.join(sorted(set(names)))}", banner
    yield "in the page: fonts", _FONTS
