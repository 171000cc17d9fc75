"""``leancue.manifest.json``: what the installer put on a drive, with hashes."""

from __future__ import annotations

import binascii
import json
from dataclasses import asdict, dataclass, field
from typing import Any

from leancue.installer.disk import Disk
from leancue.installer.payload import COMPILED, fingerprint

PATH = "/leancue.manifest.json"


@dataclass(frozen=True)
class Manifest:
    """``files``: path → {bytes, sha256, crc32}; ``log``: as ``logfile.Place`` has it; ``form``: as
    ``payload.Payload`` has it.
    """

    leancue: str
    board: str
    haptic: str
    circuitpython: str
    slot: str
    files: dict[str, dict[str, Any]] = field(default_factory=dict)
    log: dict[str, Any] = field(default_factory=dict)
    form: str = COMPILED

    def data(self) -> bytes:
        """As it stands on the drive."""
        return (json.dumps(asdict(self), indent=1, sort_keys=True) + "\n").encode()


def rows(files: dict[str, bytes]) -> dict[str, dict[str, Any]]:
    """Return what a manifest says of ``files``."""
    return {
        path: {
            "bytes": len(data),
            "sha256": fingerprint(data),
            "crc32": f"{binascii.crc32(data):08x}",
        }
        for path, data in sorted(files.items())
    }


def read(disk: Disk) -> Manifest | None:
    """Return the drive's manifest; None where there is none that can be read. OSError."""
    data = disk.read(PATH)
    if data is None:
        return None
    try:
        return Manifest(**json.loads(data))
    except (ValueError, TypeError):  # torn, or of another release: the files themselves count
        return None
