"""A copy of the project in which mutmut finds the code under its import name.

mutmut names a module by its path relative to the working folder. Our packages are in subfolders
(``shared/leancore``), so the copy has them side by side at its top.
"""

from __future__ import annotations

import re
import shutil
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = {  # where each lies in the project
    "leancore": "shared/leancore", "leandevice": "device/lib/leandevice", "leancue": "host/leancue",
}  # fmt: skip
_ROOMS = ("shared", "device", "host", "boards", "tools", "tests")
_FILES = ("README.md", "Makefile", "CONTRIBUTING.md")
_NOT = shutil.ignore_patterns("__pycache__", "*.pyc")


@dataclass(frozen=True)
class Target:
    """Code to mutate, and the tests that should detect it.

    ``files``: patterns in the copy, such as ``leancore/gait/*``; ``tests``: arguments for pytest.
    """

    package: str
    files: tuple[str, ...]
    tests: tuple[str, ...]


def stage(folder: Path, target: Target) -> None:
    """Create the copy in ``folder``, which is empty or does not exist."""
    for room in _ROOMS:
        shutil.copytree(ROOT / room, folder / room, ignore=_NOT)
    for name in _FILES:
        shutil.copy2(ROOT / name, folder / name)
    shutil.move(folder / PACKAGES[target.package], folder / target.package)
    (folder / "pyproject.toml").write_text(_settings(target), "utf-8")


def _settings(target: Target) -> str:
    """Return the project's own settings with those for mutmut."""
    text = (ROOT / "pyproject.toml").read_text("utf-8")
    text = re.sub(r"^pythonpath = \[", 'pythonpath = [".", ', text, flags=re.M)
    also = [*_ROOMS, *_FILES]
    return (
        f"{text}\n[tool.mutmut]\n"
        f"source_paths = {_listed([target.package])}\n"
        f"only_mutate = {_listed(target.files)}\n"
        f"also_copy = {_listed(also)}\n"
        f"pytest_add_cli_args_test_selection = {_listed(target.tests)}\n"
        'pytest_add_cli_args = ["-p", "no:cacheprovider", "-p", "no:xdist"]\n'
    )


def _listed(texts: tuple[str, ...] | list[str]) -> str:
    return "[" + ", ".join(f'"{text}"' for text in texts) + "]"
