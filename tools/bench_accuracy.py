"""Measure how well the clip senses and coaches."""

from __future__ import annotations

import argparse
import os
import sys
import time
from pathlib import Path

from tools.accuracy import coaching, cost, lean, rhythm, running, slips
from tools.accuracy.jobs import Jobs
from tools.accuracy.table import table

PARTS = {"A": lean.part, "B": coaching.part, "C": rhythm.part, "D": running.part, "E": slips.part, "F": cost.part}


def main() -> int:
    """Run the chosen parts and print what they found."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--only", default=",".join(PARTS))
    parser.add_argument("--seeds", type=int)
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1)
    options = parser.parse_args()
    seeds = options.seeds or (10 if options.quick else 60)
    jobs = Jobs(options.jobs)
    figures = []
    for name in options.only.split(","):
        began = time.perf_counter()
        figures += PARTS[name](jobs, seeds, options.quick).figures
        sys.stderr.write(f"{name} {time.perf_counter() - began:.1f} s\n")
    sys.stdout.write(table(figures) + "\n")
    jobs.close()
    return 0


if __name__ == "__main__":
    sys.exit(main())
