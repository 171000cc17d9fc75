"""How long the cell lasts: the motor's share of a simulated run, and the arithmetic.

Usage: python tools/battery_life.py [--write]. The whole clip is worn for ten minutes by a simulated
runner who needs many cues. With --write the measurement goes into tools/measured/battery.json, from
which `write_docs.py` makes the table in boards/README.md.
"""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT / room) for room in (".", "shared", "device/lib", "host")]

from tools.flashmodel import wear  # noqa: E402 (found only through the paths above)
from tools.wiring import battery  # noqa: E402


def main() -> int:
    """Entry point."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--write", action="store_true", help="keep the measurement")
    write = parser.parse_args().write
    found = wear.measured(raw=False)
    if write:
        battery.MEASURED.write_text(json.dumps(found, indent=1) + "\n", "utf-8")
    sys.stdout.write(json.dumps(found, indent=1) + "\n" + battery.table() + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
