"""Results of `bench_check.py` as tables of boards/README.md: mistakes, correct clips, motors."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

MEASURED = Path(__file__).resolve().parent / "measured" / "check.json"
PAGE = "boards/README.md"


def _found() -> Any:
    return json.loads(MEASURED.read_text("utf-8"))


def mistakes() -> str:
    """Each mistake, and what was reported."""
    rows = ["| mistake | `leancue check` says | way out |", "|---|---|---|"]
    for row in _found()["mistakes"]:
        name = row["mistake"] if row["named"] else f"**{row['mistake']}**"
        said, way_out = " ".join(row["said"]) or "–", " ".join(row["way_out"]) or "–"
        rows.append(f"| {name} | {said} | {way_out} |")
    return "\n".join(rows)


def summary() -> str:
    """How many mistakes were reported, and how many correct clips were reported as faulty."""
    found = _found()
    unnamed = sum(not row["named"] for row in found["mistakes"])
    in_vain = sum(bool(row["findings"]) for row in found["boards"])
    longest_s = max(row["seconds"] for row in found["boards"])
    boards = len({row["board"] for row in found["boards"]})
    return (
        f"Of {len(found['mistakes'])} mistakes {unnamed} were not named as what they are. Of "
        f"{len(found['boards'])} clips as they should be ({boards} boards, with a transistor and "
        f"with a DRV2605L) {in_vain} were said to have one. The clip's part of a check takes at "
        f"most {longest_s:.0f} s; the rest is the hands'."
    )


def motors() -> str:
    """Five motors before and after their strength was set."""
    rows = ["| motor | the case shakes at 100 % | strength set | it shakes then | "
            "at the softest cue |", "|---|---|---|---|---|"]  # fmt: skip
    for row in _found()["motors"]:
        rows.append(
            f"| {row['motor']} | {row['before_mps2']:.1f} m/s² | {row['percent']} % "
            f"| {row['after_mps2']:.1f} m/s² | {row['soft_mps2']:.1f} m/s² |"
        )
    both = [[row[key] for row in _found()["motors"]] for key in ("before_mps2", "after_mps2")]
    before, after = (f"1 to {max(one) / min(one):.1f}" for one in both)
    rows.append(f"| **weakest to strongest** | {before} | | {after} | |")
    return "\n".join(rows)


TABLES: tuple[tuple[str, str, Callable[[], str]], ...] = (
    (PAGE, "mistakes", mistakes),
    (PAGE, "check", summary),
    (PAGE, "motors", motors),
)
