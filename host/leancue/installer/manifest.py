"""``leancue.manifest.json``: the installed files, with hashes."""

from __future__ import annotations

import binascii
import json
from dataclasses import asdict, dataclass, field
from typing import Annotated, Any

from leancue.basis import value_checks
from leancue.basis.value_checks import an_object, objects, one_of, text
from leancue.installer.drive_files import DriveFiles
from leancue.installer.payload import COMPILED, HAPTICS, fingerprint

PATH = "/leancue.manifest.json"


@dataclass(frozen=True)
class Manifest:
    """``files``: path → {bytes, sha256, crc32}; ``log``: as ``logfile.Place`` has it; ``form``: as
    ``payload.Payload`` has it.
    """

    leancue: Annotated[str, text()]
    board: Annotated[str, text()]
    haptic: Annotated[str, one_of(*HAPTICS)]
    circuitpython: Annotated[str, text()]
    slot: Annotated[str, text()]
    files: Annotated[dict[str, dict[str, Any]], objects()] = field(default_factory=dict)
    log: Annotated[dict[str, Any], an_object()] = field(default_factory=dict)
    form: Annotated[str, text()] = COMPILED

    def data(self) -> bytes:
        """The form on the drive."""
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


def read(disk: DriveFiles) -> Manifest | None:
    """Return the drive's manifest; None if there is no readable one. OSError."""
    data = disk.read(PATH)
    if data is None:
        return None
    try:
        return value_checks.read(Manifest, value_checks.json_object(data))
    except ValueError:  # torn, or of another release: the files themselves decide
        return None
