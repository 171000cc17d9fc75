"""Write SHA256SUMS of all files in a folder: python tools/package/checksums.py FOLDER

Usage: the file has the format of `sha256sum --check`; it is written into the folder.
"""

from __future__ import annotations

import hashlib
import sys
from pathlib import Path

NAME = "SHA256SUMS"


def write(folder: Path) -> Path:
    """Write the checksums of the files in ``folder``, by name; return the file's path."""
    files = sorted(path for path in folder.iterdir() if path.is_file() and path.name != NAME)
    lines = [f"{hashlib.sha256(path.read_bytes()).hexdigest()}  {path.name}\n" for path in files]
    sums = folder / NAME
    sums.write_text("".join(lines), encoding="utf-8", newline="\n")
    return sums


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    sys.stdout.write(write(Path(sys.argv[1])).read_text("utf-8"))
