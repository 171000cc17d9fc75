"""Pin everything that a download and its build need, with hashes: python tools/package/lock.py

Usage: python tools/package/lock.py [--check]. One lock is for every system and Python: markers say
where a line applies. The files name no server. ``--check``: only check whether they contain what
``pyproject.toml`` requires (no network).
"""

from __future__ import annotations

import argparse
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
FOLDER = Path(__file__).resolve().parent / "lock"
OLDEST_PYTHON = "3.11"
# The lock's name → the extras of pyproject.toml that it holds; "" = always needed.
LOCKS = {
    "desk": ("", "clinic", "export", "drv2605", "postgresql", "window"),
    "build": ("package",),
}
_NAME = re.compile(r"^([A-Za-z0-9._-]+)")
_PINNED = re.compile(r"^([a-z0-9._-]+)==", re.MULTILINE)
_HEAD = "# Written by tools/package/lock.py: every package with the hashes of its files.\n"


def wanted(name: str) -> list[str]:
    """Return the requirements that a lock has to satisfy."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    found: list[str] = []
    for extra in LOCKS[name]:
        listed = project["optional-dependencies"][extra] if extra else project["dependencies"]
        found += _flat(listed, project["optional-dependencies"])
    return found


def _flat(listed: list[str], extras: dict[str, list[str]]) -> Iterator[str]:
    """Yield the requirements, with our own extras replaced by theirs."""
    for requirement in listed:
        own = re.fullmatch(r"leancue\[([\w,]+)\]", requirement)
        if own:
            for extra in own.group(1).split(","):
                yield from _flat(extras[extra], extras)
        else:
            yield requirement


def missing(name: str) -> list[str]:
    """Return the requirements that the lock lacks."""
    text = (FOLDER / f"{name}.txt").read_text("utf-8")
    pinned = {_normal(found) for found in _PINNED.findall(text)}
    return [line for line in wanted(name) if _normal(_NAME.match(line).group(1)) not in pinned]  # type: ignore[union-attr]


def _normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def write(name: str) -> None:
    """Resolve a lock anew; needs the network and the package uv."""
    command = [
        "uv", "pip", "compile", "-", "--universal", "--generate-hashes", "--no-emit-index-url",
        "--no-header", "--no-annotate", "--quiet", "--python-version", OLDEST_PYTHON,
    ]  # fmt: skip
    if name != "desk":  # so that both can be installed side by side
        command += ["--constraint", str(FOLDER / "desk.txt")]
    asked = "\n".join(wanted(name))
    done = subprocess.run(command, input=asked, capture_output=True, text=True, check=True)
    FOLDER.mkdir(exist_ok=True)
    (FOLDER / f"{name}.txt").write_text(_HEAD + done.stdout, "utf-8")


def main() -> int:
    """Write or check all locks."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--check", action="store_true", help="only check that they are complete")
    check = parser.parse_args().check
    lacking = []
    for name in LOCKS:
        if check:
            lacking += [f"{name}: {line}" for line in missing(name)]
        else:
            write(name)
    sys.stdout.write("\n".join([*lacking, f"locks: {len(lacking)} wrong"]) + "\n")
    return 1 if lacking else 0


if __name__ == "__main__":
    sys.exit(main())
