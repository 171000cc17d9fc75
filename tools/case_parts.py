"""The parts list and battery life of each case, as data.

Usage: python tools/case_parts.py [--write]. With --write it goes into tools/measured/parts.json,
from which `write_docs.py` makes the table in boards/case/README.md. It needs no CAD library.
"""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
MEASURED = ROOT / "tools" / "measured" / "parts.json"
sys.path[:0] = [str(ROOT / room) for room in ("shared", "device/lib", "host", ".")]

from boards.case import parts  # noqa: E402 (found only through the paths above)
from boards.case.variants import VARIANTS  # noqa: E402
from tools import case_tables  # noqa: E402
from tools.wiring import battery  # noqa: E402


def main() -> int:
    """Entry point."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--write", action="store_true", help="keep it")
    write = parser.parse_args().write
    text = json.dumps(listed(), indent=1, ensure_ascii=False) + "\n"
    if write:
        MEASURED.write_text(text, "utf-8")
    sys.stdout.write(text)
    return 0


def listed() -> list[dict[str, Any]]:
    """Each case: its boards, its parts, the sum of currents in a run, the cell's life."""
    rows = []
    for key, variant in VARIANTS.items():
        cell, plugged = case_tables.spec(variant).CELL, case_tables.plugged(variant)
        rows.append({
            "case": key, "boards": list(variant.boards),
            "parts": [{"part": item.name, "number": item.number, "amount": count}
                      for item, count in parts.of(variant, cell, plugged)],
            "run_ma": round(battery.milliamps(variant.chip), 1),
            "hours": round(battery.hours(variant.chip), 1),
        })  # fmt: skip
    return rows


if __name__ == "__main__":
    sys.exit(main())
