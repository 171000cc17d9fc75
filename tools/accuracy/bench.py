"""The command line of a bench: run its parts, print every figure with its goal, draw the worst."""

from __future__ import annotations

import argparse
import json
import os
import sys
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

from tools.accuracy.figures import Result
from tools.accuracy.jobs import Jobs
from tools.accuracy.table import json_lines, table

Part = Callable[[Jobs, int, bool], Result]
Parts = dict[str, Part]
_SEEDS, _QUICK_SEEDS = 40, 6


def main(doc: str, parts: Parts, arguments: list[str] | None = None) -> int:
    """Run the chosen parts and print their figures; return 1 if a goal was missed with --strict."""
    options = _options(doc, parts, arguments)
    seeds = options.seeds or (_QUICK_SEEDS if options.quick else _SEEDS)
    chosen = {name: parts[name] for name in options.only}
    results = measure(chosen, seeds, options.quick, options.jobs)
    figures = [figure for result in results.values() for figure in result.figures]
    sys.stdout.write(json_lines(figures) if options.json else table(figures) + "\n")
    if options.write:
        _write(options.write, results, seeds, options.quick)
    if options.out:
        _draw(options.out, results)
    missed = [figure for figure in figures if figure.reached is False]
    return 1 if options.strict and missed else 0


def measure(parts: Parts, seeds: int, quick: bool, processes: int) -> dict[str, Result]:
    """Run parts of a bench; progress goes to stderr."""
    jobs, results = Jobs(processes), {}
    try:
        for name, part in parts.items():
            began = time.perf_counter()
            results[name] = part(jobs, seeds, quick)
            sys.stderr.write(f"part {name}: {time.perf_counter() - began:.1f} s\n")
    finally:
        jobs.close()
    return results


def _options(doc: str, parts: Parts, arguments: list[str] | None) -> argparse.Namespace:
    summary, _, more = doc.partition("\n")
    parser = argparse.ArgumentParser(description=summary, epilog=more)
    names = partial(_names, parts)
    parser.add_argument("--quick", action="store_true", help="a part of it, with few runners")
    parser.add_argument("--only", type=names, default=list(parts), metavar="A,B", help="parts")
    parser.add_argument("--seeds", type=int, metavar="N", help=f"runners (default {_SEEDS})")
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1, help="processes")
    parser.add_argument("--json", action="store_true", help="JSON lines instead of the table")
    parser.add_argument("--out", type=Path, metavar="DIR", help="JSON lines, details, plots")
    parser.add_argument("--write", type=Path, metavar="FILE", help="figures, details in one file")
    parser.add_argument("--strict", action="store_true", help="exit with 1 if a goal is missed")
    return parser.parse_args(arguments)


def _names(parts: Parts, text: str) -> list[str]:
    names = [name.strip().upper() for name in text.split(",")]
    for name in names:
        if name not in parts:
            raise argparse.ArgumentTypeError(f"no part {name}; there are {', '.join(parts)}")
    return names


def _write(path: Path, results: dict[str, Result], seeds: int, quick: bool) -> None:
    """One JSON object for the report and the README: figures by key."""
    figures = [figure for result in results.values() for figure in result.figures]
    found = {
        "seeds": seeds, "quick": quick,
        "figures": {figure.key: figure.as_dict() for figure in figures},
    }  # fmt: skip
    path.write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")


def _draw(folder: Path, results: dict[str, Result]) -> None:
    """JSON lines, details and pictures."""
    from tools.accuracy import plots  # takes a second to import

    folder.mkdir(parents=True, exist_ok=True)
    figures = [figure for result in results.values() for figure in result.figures]
    (folder / "figures.jsonl").write_text(json_lines(figures), encoding="utf-8")
    details = {key: value for result in results.values() for key, value in result.details.items()}
    (folder / "details.json").write_text(json.dumps(details, indent=1) + "\n", encoding="utf-8")
    for result in results.values():
        for worst in result.worst:
            sys.stderr.write(f"{plots.draw_worst(worst, folder)}\n")
    if "delay_curve" in details:
        sys.stderr.write(f"{plots.draw_delay_curve(details['delay_curve'], folder)}\n")
