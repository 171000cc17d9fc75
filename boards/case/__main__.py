"""Build and check cases: STL and STEP for printing, dimensioned drawings, pictures.

Usage: python -m boards.case [VARIANT ...] [--out out/case] [--pictures] [--write]. It needs the
extra ``case``: pip install -e '.[case]'. Exits with 1 if a case breaks a rule. With --write the
figures go to boards/case/measured.json and the pictures and drawings to boards/case/pictures, from
which ``tools/write_docs.py`` generates the page.
"""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path

from boards.case.variants import VARIANTS

HERE = Path(__file__).parent
MEASURED, PICTURES = HERE / "measured.json", HERE / "pictures"


def main(arguments: list[str] | None = None) -> int:
    """Entry point; the exit code."""
    parser = argparse.ArgumentParser("boards.case", description=__doc__.split("\n")[0])
    parser.add_argument("variants", nargs="*", metavar="VARIANT", help=", ".join(VARIANTS))
    parser.add_argument("--out", type=Path, default=Path("out/case"), help="where files go")
    parser.add_argument("--pictures", action="store_true", help="pictures too: a minute each")
    parser.add_argument("--write", action="store_true", help="keep figures and pictures for docs")
    given = parser.parse_args(arguments)
    unknown = [key for key in given.variants if key not in VARIANTS]
    if unknown:
        parser.error(f"there is no case {', '.join(unknown)}; there are {', '.join(VARIANTS)}")
    try:
        import build123d  # noqa: F401 (only to say in time that it is missing)
    except ImportError:
        parser.exit(2, "The CAD library is not installed. Type: pip install -e '.[case]'\n")
    return _built(given.variants or list(VARIANTS), given)


def _built(keys: list[str], given: argparse.Namespace) -> int:
    from boards.case import output
    from boards.case.checks import problems

    found = {}
    failed = False
    for key in keys:
        report = output.build(VARIANTS[key], given.out, given.pictures or given.write)
        found[key] = report
        for problem in problems(report):
            failed = True
            sys.stdout.write(f"{key}: {problem}\n")
        sys.stdout.write(f"{key}: {output.sentence(report)}\n")
    if given.write:
        output.keep(found, MEASURED, given.out, PICTURES)
        sys.stdout.write(f"{MEASURED.name} and {PICTURES.name} written\n")
    else:
        (given.out / "measured.json").write_text(json.dumps(found, indent=1) + "\n", "utf-8")
    return int(failed)


if __name__ == "__main__":
    sys.exit(main())
