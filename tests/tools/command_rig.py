"""The blocks of commands in the documents, and how each of their lines is tried.

A block that cannot be tried is marked in the line before it: ``<!-- not run: REASON -->``.
"""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
import tomllib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parents[2]
_BLOCK = re.compile(r"^(?:<!-- not run: ([^>]+) -->\n+)?```(?:sh)?\n(.*?)^```", re.M | re.S)
_COMMAND = re.compile(r"^(leancue|python|make|pip|git) ")
_ENOUGH_S = 120
#: Why a block may be left out, and the exit codes with which its first command then ends.
REASONS: dict[str, tuple[int, ...]] = {
    "needs a clip": (20, 24),  # nobody answers; none found
    "needs the CAD library": (1, 2),
}


class Block(NamedTuple):
    """A block of commands: its document, why it is not run ("" where it is), its lines."""

    page: str
    reason: str
    lines: tuple[str, ...]


def blocks(page: Path) -> Iterator[Block]:
    """Yield the blocks of a document in which something is typed."""
    for reason, text in _BLOCK.findall(page.read_text("utf-8")):
        lines = tuple(line for line in text.splitlines() if _COMMAND.match(line))
        if lines:
            yield Block(page.relative_to(ROOT).as_posix(), reason, lines)


def trouble(line: str, folder: Path) -> str:
    """Try a line in ``folder``; return what went wrong, "" for nothing."""
    words = shlex.split(line, comments=True)
    return TRIED.get(words[0], _runs)(words, folder)


def typed(line: str, folder: Path) -> subprocess.CompletedProcess[str]:
    """Run a line as a shell does, in ``folder``, with a library there and no clip."""
    return subprocess.run(
        line, shell=True, cwd=folder, capture_output=True, text=True, check=False,
        timeout=_ENOUGH_S, stdin=subprocess.DEVNULL, env=_where(folder),
    )  # fmt: skip


def _where(folder: Path) -> dict[str, str]:
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
    here = {**os.environ, "PATH": path, "LEANCUE_LIBRARY": str(folder / "library")}
    here.pop("LEANCUE_DEVICE", None)
    return here


def _runs(words: list[str], folder: Path) -> str:
    if words[:2] == ["leancue", "clinic"]:
        return _serves(words, folder)
    done = typed(shlex.join(words), folder)
    return "" if done.returncode == 0 else f"exit {done.returncode}: {done.stderr}"


def _serves(words: list[str], folder: Path) -> str:
    """A page that is served until it is ended; no browser opens in a test."""
    with subprocess.Popen(
        [*words, "--no-browser"], cwd=folder, stdout=subprocess.PIPE, text=True,
        env=_where(folder),
    ) as process:  # fmt: skip
        assert process.stdout is not None
        said = process.stdout.readline()
        process.terminate()
        process.wait(_ENOUGH_S)
    return "" if "http://127.0.0.1:" in said else f"it said {said!r}"


def _is_a_target(words: list[str], folder: Path) -> str:
    makefile = (ROOT / "Makefile").read_text("utf-8")
    gone = [word for word in words[1:] if not re.search(rf"^{word}:", makefile, re.M)]
    return f"no target {gone}" if gone else ""


def _has_extras(words: list[str], folder: Path) -> str:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    asked = set(re.findall(r"\[([\w,]+)\]", " ".join(words)))
    gone = {one for part in asked for one in part.split(",")} - {*project["optional-dependencies"]}
    return f"no extra {gone}" if gone else ""


#: What sets up an environment is not done again here: only whether there is such a thing.
TRIED: dict[str, Callable[[list[str], Path], str]] = {
    "make": _is_a_target, "pip": _has_extras, "git": lambda words, folder: "",
}  # fmt: skip
