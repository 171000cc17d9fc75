"""Measure the accuracy of the vertical: the chip's, our own, and the selector's.

The recordings of ../shared/data where present, beside VQF (PyPI `vqf`, 6D, default parameters);
synthetic runners and motions of any kind; seeds are fixed. Parts: A recordings, C the hard set
three ways, D a chip that fails during a run, E the integer form and its float twin, F cost, G other
motions, rates, losses and courses, B plots for the documentation.
"""

from __future__ import annotations

import sys

from tools.accuracy import bench
from tools.orientation import cost, events, form, hard, hard_conditions, recorded

PARTS: bench.Parts = {
    "A": recorded.part, "C": hard.part, "D": events.part,
    "E": form.part, "F": cost.part, "G": hard_conditions.part,
}  # fmt: skip


def main(arguments: list[str] | None = None) -> int:
    """Run the chosen parts and print their figures; return 1 if a goal was missed with --strict."""
    return bench.main(__doc__ or "", PARTS, arguments)


if __name__ == "__main__":
    sys.exit(main())
