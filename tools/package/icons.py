"""Draw LeanCue's icon (a leaning runner, as on the page) for each system: PNG, ICO, ICNS.

The formats hold PNG pictures unchanged, so only numpy and zlib are needed.
"""

from __future__ import annotations

import struct
import zlib
from pathlib import Path

import numpy as np
import numpy.typing as npt

Plane = npt.NDArray[np.float64]
BLUE, WHITE = (0, 114, 178), (255, 255, 255)  # Okabe & Ito's blue
# In units of the 32 × 32 drawing of ``clinic/web_app.py``.
_CORNER, _FROM, _TO, _THICK, _HEAD, _HEAD_RADIUS = 7, (12, 26), (18, 8), 2, (20.5, 6), 3.5
ICO_SIZES = (16, 32, 48, 256)
ICNS_KINDS = {"ic11": 32, "ic07": 128, "ic08": 256, "ic09": 512}
_FINE = 4  # points a pixel, each way


def png(size: int) -> bytes:
    """Return the icon of ``size`` pixels as PNG."""
    shape, runner = (_averaged(plane, size) for plane in _drawn(size * _FINE))
    colour = np.array(BLUE) + (np.array(WHITE) - np.array(BLUE)) * runner[..., None]
    picture = np.dstack([colour, shape * 255]).round().astype(np.uint8)
    rows = b"".join(b"\0" + row.tobytes() for row in picture)
    head = struct.pack(">IIBBBBB", size, size, 8, 6, 0, 0, 0)
    parts = ((b"IHDR", head), (b"IDAT", zlib.compress(rows, 9)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(kind, data) for kind, data in parts)


def ico(sizes: tuple[int, ...] = ICO_SIZES) -> bytes:
    """Return an icon for Windows."""
    pictures = [png(size) for size in sizes]
    at, entries = 6 + 16 * len(sizes), b""
    for size, picture in zip(sizes, pictures, strict=True):
        entries += struct.pack("<BBBBHHII", size % 256, size % 256, 0, 0, 1, 32, len(picture), at)
        at += len(picture)
    return struct.pack("<HHH", 0, 1, len(sizes)) + entries + b"".join(pictures)


def icns() -> bytes:
    """Return an icon for macOS."""
    parts = [(kind.encode(), png(size)) for kind, size in ICNS_KINDS.items()]
    body = b"".join(kind + struct.pack(">I", 8 + len(data)) + data for kind, data in parts)
    return b"icns" + struct.pack(">I", 8 + len(body)) + body


def write(folder: Path) -> None:
    """Write the icon for all systems into ``folder``."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "leancue.png").write_bytes(png(256))
    (folder / "leancue.ico").write_bytes(ico())
    (folder / "leancue.icns").write_bytes(icns())


def _drawn(points: int) -> tuple[Plane, Plane]:
    """Return the masks of the rounded square and of the runner in it."""
    at = (np.arange(points) + 0.5) * 32 / points
    x, y = np.meshgrid(at, at)
    inset = [np.abs(z - 16) - (16 - _CORNER) for z in (x, y)]
    shape = np.hypot(*(np.maximum(z, 0) for z in inset)) <= _CORNER
    (x1, y1), (x2, y2) = _FROM, _TO
    along = ((x - x1) * (x2 - x1) + (y - y1) * (y2 - y1)) / ((x2 - x1) ** 2 + (y2 - y1) ** 2)
    along = np.clip(along, 0, 1)
    body = np.hypot(x - x1 - along * (x2 - x1), y - y1 - along * (y2 - y1)) <= _THICK
    head = np.hypot(x - _HEAD[0], y - _HEAD[1]) <= _HEAD_RADIUS
    return shape.astype(float), (body | head).astype(float)


def _averaged(plane: Plane, size: int) -> Plane:
    return plane.reshape(size, _FINE, size, _FINE).mean(axis=(1, 3))


def _chunk(kind: bytes, data: bytes) -> bytes:
    body = kind + data
    return struct.pack(">I", len(data)) + body + struct.pack(">I", zlib.crc32(body))
