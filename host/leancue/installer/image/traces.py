"""Reads what a clip says of an error in its own program: lines of the image, as of the source.

Which line of the source stands where is written to a file when an image is installed, named by the
source's fingerprint, so that an older clip can be read, too; for the source that is here it is
found anew.
"""

from __future__ import annotations

import json
import re
import zlib
from collections.abc import Iterable
from pathlib import Path

from leancue.basis.files import write_atomically
from leancue.installer.image import clip
from leancue.installer.image.build import Image
from leancue.installer.image.lines import Origin

_PLACE = re.compile(r'File "(?:[^"]*/)?(lean_\w+?)(?:\.m?py)?", line (\d+)(?:, in \S+)?')
_FINGERPRINT = re.compile(r"[0-9a-f]{8}")
Origins = dict[str, list[list[Origin]]]


def keep(made: Image, fingerprint: str, folder: Path) -> None:
    """Write down which lines of the source an image was made from. OutputError."""
    name = f"{fingerprint}-{zlib.crc32(json.dumps(sorted(made.texts)).encode()):08x}.json"
    write_atomically(folder / name, json.dumps(made.origins))


def origins(fingerprint: str, files: clip.Files, folder: Path) -> Origins | None:
    """Return those of an image, by its fingerprint; None if this host does not know it.

    OSError, ValueError: a file of ours cannot be read.
    """
    if fingerprint == clip.fingerprint(files):
        return {**clip.image_by_module(files).origins, **clip.image(files).origins}
    if not _FINGERPRINT.fullmatch(fingerprint):
        return None
    found: Origins = {}
    for path in folder.glob(f"{fingerprint}-*.json"):  # one for each form that was installed
        found |= json.loads(path.read_text("utf-8"))
    return found or None


def translated(text: str, known: Origins) -> str:
    """Return ``text`` (a traceback) with the places in the image as places in the source."""

    def place(found: re.Match[str]) -> str:
        lines = known.get(found.group(1), [])
        number = int(found.group(2))
        if not 1 <= number <= len(lines):
            return found.group(0)
        return _told(lines[number - 1])

    return _PLACE.sub(place, text)


def _told(origins: Iterable[Origin]) -> str:
    """``leancore/coaching/coach.py:120-124``; of a line made of several, all of them."""
    spans: dict[str, list[int]] = {}
    for file, line in origins:
        spans.setdefault(file, []).append(line)
    told = []
    for file, lines in spans.items():
        first, last = min(lines), max(lines)
        told.append(f"{file}:{first}" if first == last else f"{file}:{first}-{last}")
    return ", ".join(told)
