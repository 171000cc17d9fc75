"""Performance of library and page, measured by `bench_library.py` and `bench_clinic.py`."""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import partial
from pathlib import Path

MEASURED = Path(__file__).parent / "measured"


def figure_table(name: str) -> str:
    """Return every figure of a bench that has a goal; ``name``: of its file of figures."""
    rows = ["| what | measured | goal | reached | how |", "|---|---|---|---|---|"]
    for figure in json.loads((MEASURED / name).read_text("utf-8"))["figures"].values():
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
    ("host/README.md", "library", partial(figure_table, "library.json")),
    ("host/README.md", "clinic", partial(figure_table, "clinic.json")),
    ("host/README.md", "visit", partial(figure_table, "visit.json")),
    ("host/README.md", "live view", partial(figure_table, "live.json")),
)
