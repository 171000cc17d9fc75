"""Check simulated clips with wiring mistakes, and correct ones; level five motors.

Usage: python tools/bench_check.py [--write]. With --write the results go into
tools/measured/check.json, from which `write_docs.py` makes the tables in boards/README.md. Exits
with 1 if a mistake is not reported correctly, or if one is reported for a correct clip.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
MEASURED = ROOT / "tools" / "measured" / "check.json"
sys.path[:0] = [str(ROOT / room) for room in ("shared", "device/lib", "host", ".")]

from leancue.installer import payload  # noqa: E402 (found only through the paths above)

from tools.commissioning import motors  # noqa: E402
from tools.commissioning.mistakes import MISTAKES, Mistake  # noqa: E402
from tools.commissioning.trial import Bench  # noqa: E402

HAPTICS = ("pwm", "drv2605")


def main() -> int:
    """Entry point; 1 if a mistake is not reported, or one is reported falsely."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--write", action="store_true", help="keep what was found")
    write = parser.parse_args().write
    found = {"mistakes": mistakes(), "boards": boards(), "motors": levelled()}
    if write:
        MEASURED.write_text(json.dumps(found, indent=1, ensure_ascii=False) + "\n", "utf-8")
    for row in [*found["mistakes"], *found["boards"], *found["motors"]]:
        sys.stdout.write(json.dumps(row, ensure_ascii=False) + "\n")
    unnamed = [row["mistake"] for row in found["mistakes"] if not row["named"]]
    in_vain = [row["board"] for row in found["boards"] if row["findings"]]
    sys.stdout.write(
        f"{len(found['mistakes'])} mistakes, {len(unnamed)} not named: {unnamed}\n"
        f"{len(found['boards'])} good clips, {len(in_vain)} with findings: {in_vain}\n"
    )
    return 1 if unnamed or in_vain else 0


def mistakes() -> list[dict[str, Any]]:
    """Each mistake, and what was reported."""
    rows = []
    for mistake in MISTAKES:
        with tempfile.TemporaryDirectory() as folder:
            rows.append(_said(mistake, Path(folder)))
    return rows


def _said(mistake: Mistake, folder: Path) -> dict[str, Any]:
    _facts, found = mistake.bench(folder).checked()
    return {
        "mistake": mistake.name, "named": [one.key for one in found] == [mistake.rule],
        "said": [one.what for one in found], "way_out": [one.way_out for one in found],
    }  # fmt: skip


def boards() -> list[dict[str, Any]]:
    """Each board without mistakes, with each kind of motor driver."""
    rows: list[dict[str, Any]] = []
    for board, file in payload.boards().items():
        measures = "BATTERY, BATTERY_RATIO_PERCENT = None" not in file.read_text("utf-8")
        for haptic in HAPTICS:
            with tempfile.TemporaryDirectory() as folder:
                rows.append(_good(board, haptic, measures, Path(folder), len(rows)))
    return rows


def _good(board: str, haptic: str, measures: bool, folder: Path, seed: int) -> dict[str, Any]:
    bench = Bench(folder, {"haptic": haptic})
    bench.motion.reseed(seed)
    bench.board.name = board
    if not measures:
        bench.board.gauge = None
    bench.starts()
    began_s = bench.board.sim_clock.monotonic()
    _facts, found = bench.checked()
    seconds = round(bench.board.sim_clock.monotonic() - began_s, 1)
    return {"board": board, "haptic": haptic, "seconds": seconds,
            "findings": [one.key for one in found]}  # fmt: skip


def levelled() -> list[dict[str, Any]]:
    """Five motors before and after."""
    rows = []
    for name in motors.MOTORS:
        with tempfile.TemporaryDirectory() as folder:
            rows.append(motors.measured(name, Path(folder)))
    return rows


if __name__ == "__main__":
    sys.exit(main())
