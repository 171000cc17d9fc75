"""Draw the wiring of each board from its board file.

Usage: python tools/draw_wiring.py [--board NAME] [--haptic pwm|drv2605] [--out FILE.svg]. Without
arguments it lists the pictures of boards/pictures, which `write_docs.py` writes; with a board it
prints one picture or writes it to FILE.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT)]

from tools.wiring import tables  # noqa: E402 (found only through the path above)
from tools.wiring.scene import Scene  # noqa: E402


def main() -> int:
    """Run the command line."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--board", help="the name of a board file")
    parser.add_argument("--haptic", choices=("pwm", "drv2605"), help="override the board file's")
    parser.add_argument("--out", type=Path, help="file to write the picture to")
    options = parser.parse_args()
    if options.board is None:
        sys.stdout.write("\n".join(path for path, _ in tables.FILES) + "\n")
        return 0
    picture = Scene(options.board, tables.spec_of(options.board), options.haptic).svg()
    if options.out:
        options.out.write_text(picture, "utf-8")
    else:
        sys.stdout.write(picture)
    return 0


if __name__ == "__main__":
    sys.exit(main())
