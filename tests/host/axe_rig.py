"""axe-core in the browser: Deque's checks of accessibility (MPL-2.0), fetched for tests alone."""

from __future__ import annotations

import shutil
import subprocess
import tarfile
from pathlib import Path
from typing import Any

import pytest

PACKAGE = "axe-core@4.10.3"


def source(folder: Path) -> str:
    """Return axe-core's program, by npm; skips where npm or the network is absent."""
    npm = shutil.which("npm")
    if npm is None:
        pytest.skip("axe-core comes by npm: apt-get install npm")
    words = [npm, "pack", PACKAGE, "--silent", "--pack-destination", str(folder)]
    packed = subprocess.run(words, capture_output=True, text=True, timeout=120, cwd=folder)
    if packed.returncode:
        pytest.skip(f"axe-core cannot be fetched: {packed.stderr.strip()[:200]}")
    with tarfile.open(next(folder.glob("axe-core-*.tgz"))) as archive:
        found = archive.extractfile("package/axe.min.js")
        assert found is not None
        return found.read().decode("utf-8")


# What is not violated is left in the browser: to fetch it takes as long as to find it.
_RUN = """() => axe.run({resultTypes: ["violations"]}).then((found) =>
  found.violations.map((one) => `${one.id}: ${one.nodes[0].html.slice(0, 160)}`))"""


def violations(page: Any, program: str) -> list[str]:
    """Return what axe-core finds on the page as it is: rule and first element."""
    page.evaluate(program)
    found: list[str] = page.evaluate(_RUN)
    return found
