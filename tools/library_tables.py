"""What the library takes, for its page: as `bench_library.py` measured it."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

MEASURED = Path(__file__).parent / "measured" / "library.json"


def library_table() -> str:
    """Every figure that has a goal."""
    rows = ["| what | measured | goal | reached | how |", "|---|---|---|---|---|"]
    for figure in json.loads(MEASURED.read_text("utf-8"))["figures"].values():
        if figure["reached"] is None:
            continue
        most = figure["at_most"] is not None
        goal = f"{'≤' if most else '≥'} {figure['at_most'] if most else figure['at_least']:g}"
        unit = f" {figure['unit']}" if figure["unit"] else ""
        rows.append(
            f"| {figure['name']} | {figure['value']:.2g}{unit} | {goal}{unit} "
            f"| {'yes' if figure['reached'] else '**no**'} | {figure['note']} |"
        )
    return "\n".join(rows)


TABLES: tuple[tuple[str, str, Callable[[], str]], ...] = (
    ("host/README.md", "library", library_table),
)
