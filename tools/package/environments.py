"""Virtual environments with a lock's packages; pip rejects a file with another hash."""

from __future__ import annotations

import os
import subprocess
import sys
import venv
from pathlib import Path

_LOCKS = Path(__file__).resolve().parent / "lock"


def make(folder: Path, lock: str) -> Path:
    """Create an environment with a lock's packages; return its Python."""
    venv.create(folder, with_pip=False, symlinks=sys.platform != "win32")
    inside = ("Scripts", "python.exe") if sys.platform == "win32" else ("bin", "python")
    python = folder.joinpath(*inside)
    add(python, lock)
    return python


def add(python: Path, lock: str) -> None:
    """Install a lock's packages into an environment, with their hashes checked."""
    install(python, "--require-hashes", "-r", _LOCKS / f"{lock}.txt")


def install(python: Path, *words: str | Path) -> None:
    """Install into an environment with an outside pip; it needs none of its own."""
    pip = [sys.executable, "-m", "pip", "--quiet", "--disable-pip-version-check"]
    run(*pip, "--python", python, "install", "--no-compile", *words)


def run(
    *words: str | Path, env: dict[str, str] | None = None, cwd: Path | None = None
) -> None:
    """Run a program, isolated from the checkout. CalledProcessError."""
    clean = {key: value for key, value in os.environ.items() if key != "PYTHONPATH"}
    command = [str(word) for word in words]
    subprocess.run(command, check=True, env={**clean, **(env or {})}, cwd=cwd)
