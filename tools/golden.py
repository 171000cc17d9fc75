"""Recompute the golden results and print the differences: the same input, the same bytes.

Usage: python tools/golden.py [--only TEXT] [--list] [--write]. The excerpts of tests/golden and
simulated wearers go through `leancue replay` with all its options; a simulated clip is worn, and
its runs are pulled, exported and reported. All results are compared with tests/golden/golden.json
(hashes, means and some rows). If something differs, it exits with 1 and prints the output and case,
the first differing row, and the numbers before and now. With --write the results become the new
golden ones: do that only for an intended change, and describe its effect on users in the commit.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT / room) for room in (".", "shared", "device/lib", "host")]

from tools.expected.cases import Case, cases  # noqa: E402 (found only through the paths above)
from tools.expected.compare import Results, differences  # noqa: E402

GOLDEN = ROOT / "tests" / "golden" / "golden.json"


def computed(chosen: Sequence[Case]) -> Results:
    """Return the current results of these cases."""
    found: Results = {}
    for case in chosen:
        with tempfile.TemporaryDirectory(prefix="leancue-golden-") as folder:
            found[case.name] = case.results(Path(folder))
    return found


def expected() -> Results:
    """Return the golden results; empty if they have not been written yet."""
    if not GOLDEN.exists():
        return {}
    stored = json.loads(GOLDEN.read_text(encoding="utf-8"))
    contents = stored["contents"]
    return {
        case: {output: contents[content] for output, content in outputs.items()}
        for case, outputs in stored["cases"].items()
    }


def write(found: Results) -> None:
    """Store these as the golden results; a result shared by several cases is written once."""
    contents = {short["sha256"]: short for outputs in found.values() for short in outputs.values()}
    hashes = {
        case: {output: short["sha256"] for output, short in outputs.items()}
        for case, outputs in found.items()
    }
    text = json.dumps({"cases": hashes, "contents": contents}, indent=0, ensure_ascii=False)
    GOLDEN.write_text(text + "\n", encoding="utf-8", newline="\n")


def main(arguments: list[str] | None = None) -> int:
    """Compare or write the results; return 1 if something differs."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--only", default="", metavar="TEXT", help="cases with TEXT in their name")
    parser.add_argument("--list", action="store_true", help="only print the names of the cases")
    parser.add_argument("--write", action="store_true", help="store the results as the golden ones")
    options = parser.parse_args(arguments)
    chosen = [case for case in cases() if options.only in case.name]
    if options.list:
        sys.stdout.write("".join(f"{case.name}\n" for case in chosen))
        return 0
    if options.write and options.only:
        parser.error("--write writes all cases: leave out --only")
    found = computed(chosen)
    before = {name: case for name, case in expected().items() if options.only in name}
    changed = list(differences(before, found))
    sys.stdout.write("".join(f"{line}\n" for line in changed))
    outputs = sum(len(results) for results in found.values())
    sys.stdout.write(f"{len(found)} cases, {outputs} outputs: ")
    sys.stdout.write("something differs\n" if changed else "all as before\n")
    if options.write:
        write(found)
        return 0
    return 1 if changed else 0


if __name__ == "__main__":
    sys.exit(main())
