"""Print the sizes of rooms, files and functions, and those over the limits, with the reason.

Usage: python tools/sizes.py [--since REVISION] [--check]. Prints the lines of each room (Python,
including docstrings and blank lines), with --since also those of an earlier revision; then the
files of more than 300 lines and the functions of more than 40. With --check it prints only what is
over a limit without a reason in ``tools/large.json``, and reasons that are no longer needed; it
exits with 1 if there are any.
"""

from __future__ import annotations

import argparse
import ast
import json
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path, PurePosixPath

ROOT = Path(__file__).resolve().parents[1]
REASONS = Path(__file__).with_name("large.json")
FILE_LINES, FUNCTION_LINES = 300, 40

# Rooms; the longest prefix of a path counts.
ROOMS = (
    "shared/leancore", "device", "boards/sim", "boards", "host/leancue", "host", "tests", "tools",
)  # fmt: skip


def room_of(path: str) -> str | None:
    """Return the room of a file of the project; None if it is in none, such as setup files."""
    return next((room for room in ROOMS if path.startswith(room + "/")), None)


def sources(revision: str | None = None) -> Iterator[tuple[str, str]]:
    """Yield path and text of each Python file that git tracks, now or at a revision."""
    listed = ["ls-files"] if revision is None else ["ls-tree", "-r", "--name-only", revision]
    for path in _git(*listed).splitlines():
        if PurePosixPath(path).suffix == ".py" and room_of(path):
            if revision is not None:
                yield path, _git("show", f"{revision}:{path}")
            elif (ROOT / path).exists():
                yield path, (ROOT / path).read_text("utf-8")


def _git(*arguments: str) -> str:
    command = ["git", "-C", str(ROOT), *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout


def lines_by_room(revision: str | None = None) -> Counter[str]:
    """Return the number of lines of Python in each room."""
    counts: Counter[str] = Counter()
    for path, text in sources(revision):
        counts[room_of(path) or ""] += len(text.splitlines())
    return counts


def large() -> dict[str, int]:
    """Return what is over its limit, largest first: a path, or path and function, and its lines."""
    found: dict[str, int] = {}
    for path, text in sources():
        if len(text.splitlines()) > FILE_LINES:
            found[path] = len(text.splitlines())
        for name, lines in _functions(ast.parse(text), ""):
            if lines > FUNCTION_LINES:
                found[f"{path} {name}"] = lines
    return dict(sorted(found.items(), key=lambda item: (" " in item[0], -item[1])))


def _functions(node: ast.AST, inside: str) -> Iterator[tuple[str, int]]:
    """Yield name and lines of each function, including its docstring and nested functions."""
    for child in ast.iter_child_nodes(node):
        within = inside
        if isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef):
            yield inside + child.name, (child.end_lineno or child.lineno) - child.lineno + 1
        if isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            within = f"{inside}{child.name}."
        yield from _functions(child, within)


def problems(found: dict[str, int], reasons: dict[str, str]) -> Iterator[str]:
    """Yield what is too large without a reason, and reasons that are no longer needed."""
    for name in sorted(found.keys() - reasons.keys()):
        yield f"{name}: {found[name]} lines; split it, or say in {REASONS.name} why not"
    for name in sorted(reasons.keys() - found.keys()):
        yield f"{name}: within the limits, take its reason out of {REASONS.name}"


def _rooms_table(since: str | None) -> Iterator[str]:
    columns = [lines_by_room(since)] if since else []
    columns.append(lines_by_room())
    yield "| room |" + (f" {since} |" if since else "") + " lines |"
    yield "|---|" + "---|" * len(columns)
    for name, row in [(room, [c[room] for c in columns]) for room in ROOMS] + [
        ("all", [c.total() for c in columns])
    ]:
        yield f"| {name} | " + " | ".join(map(str, row)) + " |"


def _large_table(found: dict[str, int], reasons: dict[str, str]) -> Iterator[str]:
    yield f"| file over {FILE_LINES} lines, function over {FUNCTION_LINES} | lines | why |"
    yield "|---|---|---|"
    for name, lines in found.items():
        yield f"| `{name}` | {lines} | {reasons.get(name, '')} |"


def main(say: Callable[[str], object] = sys.stdout.write) -> int:
    """Run the command line."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--since", metavar="REVISION", help="also count the rooms at it")
    parser.add_argument("--check", action="store_true", help="print only what lacks a reason")
    options = parser.parse_args()
    found, reasons = large(), json.loads(REASONS.read_text("utf-8"))
    wrong = list(problems(found, reasons))
    lines = wrong if options.check else [
        *_rooms_table(options.since), "", *_large_table(found, reasons)
    ]  # fmt: skip
    say("".join(f"{line}\n" for line in lines))
    return 1 if options.check and wrong else 0


if __name__ == "__main__":
    sys.exit(main())
