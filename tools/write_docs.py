"""Write the tables of the documentation from the tables of the code.

Usage: python tools/write_docs.py [--check]. The text between `<!-- NAME -->` and `<!-- end of NAME
-->` in the pages below is generated from the code and from the measurements in the files below.
With --check nothing is written, and the exit code is 1 if anything is stale.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT / room) for room in ("shared", "device/lib", "host", ".")]

from tools import (  # noqa: E402 (found only through the paths above)
    case_tables,
    check_tables,
    device_tables,
    draw_axes,
    figure_tables,
    library_tables,
    signal_tables,
)
from tools.flashmodel import tables as flash_tables  # noqa: E402
from tools.mutation import kept as mutation_tables  # noqa: E402
from tools.orientation import tables as orientation_tables  # noqa: E402
from tools.wire import tables  # noqa: E402
from tools.wiring import tables as wiring_tables  # noqa: E402

# Whole files: path, function that returns the content.
FILES: tuple[tuple[str, Callable[[], str]], ...] = (
    *figure_tables.FILES,
    *draw_axes.FILES,
    *flash_tables.FILES,
    *wiring_tables.FILES,
)

TABLES: tuple[tuple[str, str, Callable[[], str]], ...] = (
    *signal_tables.TABLES,
    *figure_tables.TABLES,
    *library_tables.TABLES,
    *flash_tables.TABLES,
    *device_tables.TABLES,
    *mutation_tables.TABLES,
    *tables.TABLES,
    *orientation_tables.TABLES,
    *wiring_tables.TABLES,
    *case_tables.TABLES,
    *check_tables.TABLES,
)


def with_table(text: str, name: str, table: str) -> str:
    """Return `text` with the part between the markers of `name` replaced; ValueError if absent."""
    begin, end = f"<!-- {name} -->\n", f"<!-- end of {name} -->"
    if begin not in text or end not in text:
        raise ValueError(f"the markers of {name} are missing")
    before, rest = text.split(begin, 1)
    return before + begin + table + "\n" + end + rest.split(end, 1)[1]


def stale(root: Path, write: bool) -> list[str]:
    """Return the pages that differ from the code; with `write` they are updated."""
    found = []
    for page, name, table in TABLES:
        path = root / page
        text = path.read_text("utf-8")
        fresh = with_table(text, name, table())
        if fresh != text:
            found.append(page)
            if write:
                path.write_text(fresh, "utf-8")
    return found + _stale_files(root, write)


def _stale_files(root: Path, write: bool) -> list[str]:
    """Return the files written as a whole that differ; with `write` they are updated."""
    found = []
    for name, content in FILES:
        path = root / name
        fresh = content()
        if not path.exists() or path.read_text("utf-8") != fresh:
            found.append(name)
            if write:
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_text(fresh, "utf-8")
    return found


def main() -> int:
    """Write or check; return 1 if a check found something outdated."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--check", action="store_true", help="write nothing, only check")
    check = parser.parse_args().check
    pages = stale(ROOT, write=not check)
    for page in pages:
        sys.stdout.write(f"{page} {'is stale' if check else 'written'}\n")
    return 1 if check and pages else 0


if __name__ == "__main__":
    sys.exit(main())
