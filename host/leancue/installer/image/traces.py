"""Translates a clip's tracebacks from lines of the image to lines of the source.

The line table of an installed image is stored in a file named after the source's fingerprint, so
that older clips can be read as well; for the current source it is computed.
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
    """Store the line table of an image. OutputError."""
    name = f"{fingerprint}-{zlib.crc32(json.dumps(sorted(made.texts)).encode()):08x}.json"
    write_atomically(folder / name, json.dumps(made.origins))


def origins(fingerprint: str, files: clip.Files, folder: Path) -> Origins | None:
    """Return the line table of an image, by its fingerprint; None if unknown on this host.

    OSError, ValueError: one of our files cannot be read.
    """
    if fingerprint == clip.fingerprint(files):
        return {**clip.image_by_module(files).origins, **clip.image(files).origins}
    if not _FINGERPRINT.fullmatch(fingerprint):
        return None
    found: Origins = {}
    for path in folder.glob(f"{fingerprint}-*.json"):  # one for each installed form
        found |= json.loads(path.read_text("utf-8"))
    return found or None


def translated(text: str, known: Origins) -> str:
    """Return ``text`` (a traceback) with image locations replaced by source locations."""

    def place(found: re.Match[str]) -> str:
        lines = known.get(found.group(1), [])
        number = int(found.group(2))
        if not 1 <= number <= len(lines):
            return found.group(0)
        return _told(lines[number - 1])

    return _PLACE.sub(place, text)


def _told(origins: Iterable[Origin]) -> str:
    """``leancore/coaching/coach.py:120-124``, for a line made of several."""
    spans: dict[str, list[int]] = {}
    for file, line in origins:
        spans.setdefault(file, []).append(line)
    told = []
    for file, lines in spans.items():
        first, last = min(lines), max(lines)
        told.append(f"{file}:{first}" if first == last else f"{file}:{first}-{last}")
    return ", ".join(told)
