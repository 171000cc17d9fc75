"""Measure how well the clip senses and coaches, and print every figure with its goal.

The recordings of ../shared/data where present, and random synthetic runners; seeds are fixed.
Parts: A lean, B coaching, C strikes and cadence, D activity, E remounting and slips, F cost.
"""

from __future__ import annotations

import sys

from tools.accuracy import bench, coaching, cost, lean, rhythm, running, wearing

PARTS: bench.Parts = {
    "A": lean.part, "B": coaching.part, "C": rhythm.part,
    "D": running.part, "E": wearing.part, "F": cost.part,
}  # fmt: skip


def main(arguments: list[str] | None = None) -> int:
    """Run the chosen parts and print their figures; return 1 if a goal was missed with --strict."""
    return bench.main(__doc__ or "", PARTS, arguments)


if __name__ == "__main__":
    sys.exit(main())
