"""Cut the excerpts of tests/golden/recordings from the full recordings.

Usage: python tools/cut_recordings.py [--from ../shared/data] [--to tests/golden/recordings]
Keeps the spell of each recording that `CUTS` names, with its truth and its steps. A value is
written with as few digits as give the same sensor integer (Q14, Q8, Q9) again, so that an excerpt
and its recording are the same samples to LeanCue; where a value would not come back the same the
tool fails and writes nothing.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
WHOLE = (0.0, 1e9)
#: Recording: from and to, in its own seconds.
CUTS = {
    "sacral_run_1": (0.0, 26.0),
    "rbds_s001_25": (0.0, 21.0),
    "rbds_s001_35": (0.0, 21.0),
    "lower_back_run": (0.0, 13.0),
    "lower_back_walk": (0.0, 13.0),
    "optical_05": (33.0, 46.0),
    "optical_07": (24.0, 37.0),
    "optical_15": (38.0, 51.0),
    "optical_24": (42.0, 55.0),
    **{f"force_plate_{n:02d}": WHOLE for n in (*range(0, 28, 2), 30)},
}
TABLES = ("force_plate_cadence", "lower_back_cycles")  # kept as they are
SCALES = {"q": 1 << 14, "a": 1 << 8, "g": 1 << 9}  # by the first letter of a column
TRUTH_DIGITS = {"lean_deg": 2}
Cell = str
Table = tuple[list[str], list[list[Cell]]]


def read(path: Path) -> Table:
    """The names of the columns, and the rows."""
    head, *lines = path.read_text(encoding="utf-8").split()
    return head.split(","), [line.split(",") for line in lines]


def between(rows: Sequence[list[Cell]], span_s: tuple[float, float]) -> Iterator[list[Cell]]:
    """The rows whose time, in the first column, lies in the spell."""
    return (row for row in rows if span_s[0] <= float(row[0]) <= span_s[1])


def shortest(cell: Cell, scale: int) -> Cell:
    """The value with the fewest digits that is the same integer at this scale.

    Raises:
        ValueError: where even all digits do not do.
    """
    wanted = round(float(cell) * scale)
    for digits in range(7):
        short = f"{float(cell):.{digits}f}"
        if round(float(short) * scale) == wanted:
            return plain(short)
    raise ValueError(f"{cell} cannot be written as {wanted} / {scale}")


def plain(text: str) -> Cell:
    """Without zeros at the end and without a sign before zero."""
    short = text.rstrip("0").rstrip(".") if "." in text else text
    return "0" if short == "-0" else short


def samples(path: Path, span_s: tuple[float, float]) -> str:
    """The excerpt of a recording as text."""
    names, rows = read(path)
    scales = [SCALES.get(name[0], 1000) for name in names]  # times in ms
    kept = [
        [shortest(cell, scale) for cell, scale in zip(row, scales, strict=True)]
        for row in between(rows, span_s)
    ]
    return as_text(names, kept)


def truth(path: Path, span_s: tuple[float, float]) -> str:
    """The excerpt of a truth as text."""
    names, rows = read(path)
    kept = [
        [plain(f"{float(cell):.{TRUTH_DIGITS[name]}f}") if name in TRUTH_DIGITS else cell
         for name, cell in zip(names, row, strict=True)]
        for row in between(rows, span_s)
    ]  # fmt: skip
    return as_text(names, kept)


def as_text(names: list[str], rows: Sequence[list[Cell]]) -> str:
    """As CSV."""
    return "".join(",".join(cells) + "\n" for cells in (names, *rows))


def excerpts(folder: Path) -> dict[str, str]:
    """The text of every excerpt, by the name of its file."""
    made = {f"{name}.csv": (folder / f"{name}.csv").read_text() for name in TABLES}
    for name, span_s in CUTS.items():
        made[f"{name}.csv"] = samples(folder / f"{name}.csv", span_s)
        for kind in ("truth", "steps"):
            path = folder / f"{name}.{kind}.csv"
            if path.exists():
                made[path.name] = truth(path, span_s)
    return made


def main() -> int:
    """Cut, write, and say how much there is."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--from", dest="source", type=Path, default=ROOT.parent / "shared" / "data")
    parser.add_argument("--to", type=Path, default=ROOT / "tests" / "golden" / "recordings")
    options = parser.parse_args()
    if not options.source.is_dir():
        sys.stderr.write(f"The recordings are not at {options.source}; name them with --from.\n")
        return 1
    made = excerpts(options.source)
    for name, text in made.items():
        (options.to / name).write_text(text, encoding="utf-8", newline="\n")
    sys.stdout.write(f"{len(made)} files, {sum(map(len, made.values())) / 1e6:.2f} MB\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
