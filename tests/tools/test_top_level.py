"""The top level holds what was fixed for it, and nothing that a trial left behind."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
FOLDERS = {"device", "host", "shared", "tests", "tools", "boards"}
FILES = {"README.md", "pyproject.toml", "Makefile", "LICENSE", "CONTRIBUTING.md", "CHANGELOG.md",
         "CITATION.cff"}  # fmt: skip


def test_only_what_belongs_there_is_at_the_top() -> None:
    done = subprocess.run(
        ["git", "ls-tree", "--name-only", "HEAD"],
        cwd=ROOT, capture_output=True, text=True, check=False,
    )  # fmt: skip
    if done.returncode:
        pytest.skip("this is no checkout of git")
    names = {name for name in done.stdout.split() if not name.startswith(".")}
    assert names >= FOLDERS
    assert names <= FOLDERS | FILES
