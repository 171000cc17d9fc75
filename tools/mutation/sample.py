"""Random selection of a room's changes, for rooms where trying all takes too long."""

from __future__ import annotations

import json
import random
import subprocess
from collections.abc import Sequence
from pathlib import Path

_NO_SUCH_NAME = "none.of.them"  # mutmut makes all changes, measures the tests, then rejects it


def drawn(folder: Path, command: Sequence[str], percent: int, seed: int) -> list[str]:
    """Return the names of the changes to try in the copy; empty for all, mutmut's default."""
    if percent >= 100:
        return []
    if not _names(folder):
        subprocess.run([*command, _NO_SUCH_NAME], cwd=folder, capture_output=True, check=False)
    names = _names(folder)
    count = max(len(names) * percent // 100, 1)
    return sorted(random.Random(seed).sample(names, min(count, len(names))))


def _names(folder: Path) -> list[str]:
    """Return all changes in the copy, in a fixed order."""
    return sorted(
        name
        for path in (folder / "mutants").rglob("*.py.meta")
        for name in json.loads(path.read_text("utf-8"))["exit_code_by_key"]
    )
