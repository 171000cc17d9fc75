"""Corrupted or contradictory recordings (CSV)."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from random import Random

from boards.sim.motion.wearer import Hinge, Run, Stand, synthesise
from tools.fuzzing import hostile_values
from tools.fuzzing.desk import typed
from tools.fuzzing.trials import Trial

HEADER = ("t_s", "qw", "qx", "qy", "qz", "ax", "ay", "az", "gx", "gy", "gz")
_PLAN = (Stand(3), Hinge(3), Stand(2), Run(6.0, 12, 172, 14.0), Stand(1))
_CELLS = (
    "", " ", "nan", "inf", "-inf", "1e999", "-1e999", "1e-400", "x", "1_0", "0x1", "٣", '"1"',
    "1;2", "1e10", "-1e10", "99999999999999999999", "\x00", "\x1b[2J", "1.0.0", "--1",
    "1e308", "-0",
)  # fmt: skip
_SCALES = (-1.0, 0.0, 9.81, 1 / 9.81, 57.2958, 1 / 57.2958, 1000.0, 0.001, 1e6, 1e300)
_WINDOWS = ("none", "0:2", "0.5:2.5", "-1:1", "1e308:1e309", "nan:nan", "3:6", "5:5", "x", "0:1e9")


@cache
def sound() -> list[list[float]]:
    """Return the rows of a runner who stands, bows and runs."""
    track = synthesise(_PLAN, seed=1)[0]
    return [[i / 100, *track.at(i / 100)] for i in range(int(track.duration_s * 100))]


def make(folder: Path) -> Trial:
    """Return the trial, after preparing the runner's rows."""
    sound()

    def trial(chance: Random, _folder: Path) -> bool:
        file = folder / "r.csv"
        file.write_bytes(mutated(chance))
        words = ["replay", str(file), "--out", str(folder / "out")]
        for option in ("--stand", "--hinge"):
            if chance.random() < 0.2:
                words += [option, chance.choice(_WINDOWS)]
        if chance.random() < 0.3:
            words += ["--orientation", chance.choice(("own", "both"))]
        return typed(*words) == 0

    return trial


def mutated(chance: Random) -> bytes:
    """Return a recording with an error in it."""
    header = list(HEADER)
    rows = [[f"{value:.6g}" for value in row] for row in _scaled(chance)]
    for _ in range(chance.choice((0, 1, 1, 2, 4))):
        at, column = chance.randrange(len(rows)), chance.randrange(len(header))
        what = chance.randrange(8)
        if what == 0:
            rows[at][column % len(rows[at])] = chance.choice(_CELLS)
        elif what == 1:
            header[column] = chance.choice((*HEADER, "", "x", *_CELLS))
        elif what == 2:
            rows[at] = rows[at][:column] or [""]
        elif what == 3:
            rows[at:at] = [rows[at]] * chance.choice((1, 3))
        elif what == 4:
            chance.shuffle(rows)
        elif what == 5:
            del rows[at:]
            rows = rows or [[""]]
        elif what == 6:
            header = [name for name in header if name[0:1] != "g"]
            rows = [row[:8] for row in rows]
        else:
            rows[at] = ["1"] * chance.choice((0, 1, 5000))
            rows[at] = rows[at] or [""]
    lines = [",".join(header), *(",".join(row) for row in rows)]
    text = chance.choice(("\n", "\n", "\r\n", "\r")).join(lines).encode("utf-8", "surrogatepass")
    text = chance.choice((b"", b"", b"\xef\xbb\xbf", b"\xff\xfe", b"sep=,\n")) + text
    return hostile_values.damaged(chance, text) if chance.random() < 0.3 else text


def _scaled(chance: Random) -> list[list[float]]:
    """Return the rows, possibly fewer, with the unit, sign or position of one column changed."""
    rows = sound()[:: chance.choice((1, 1, 1, 2, 4))][: chance.choice((None, None, 1, 2, 30))]
    if chance.random() < 0.4:
        first, last = chance.choice(((0, 1), (1, 5), (2, 5), (5, 8), (8, 11), (1, 11)))
        factor = chance.choice(_SCALES)
        rows = [
            [value * factor if first <= i < last else value for i, value in enumerate(row)]
            for row in rows
        ]
    if chance.random() < 0.2:
        order = list(range(len(HEADER)))
        chance.shuffle(order)
        rows = [[row[i] for i in order] for row in rows]
    return rows
