"""A notebook run from top to bottom, without Jupyter: its text, its code, each cell's output."""

from __future__ import annotations

import io
import json
from contextlib import chdir, redirect_stdout
from dataclasses import dataclass
from pathlib import Path
from typing import Any


@dataclass(frozen=True)
class Cell:
    """A cell: ``words`` (Markdown) or ``code``, with what it printed and drew (SVG)."""

    words: str = ""
    code: str = ""
    printed: str = ""
    figures: tuple[str, ...] = ()


def outputs(path: Path) -> list[Any]:
    """Return the outputs stored in the file; there should be none."""
    cells = json.loads(path.read_text("utf-8"))["cells"]
    return [output for cell in cells for output in cell.get("outputs", ())]


def executed(path: Path) -> list[Cell]:
    """Run a notebook's cells in its folder, one after the other.

    Raises:
        Exception: whatever a cell raises.
    """
    import matplotlib as mpl

    mpl.use("Agg")
    names: dict[str, Any] = {"__name__": "__main__"}
    raw = json.loads(path.read_text("utf-8"))["cells"]
    with chdir(path.parent):
        return [_executed(cell, f"{path.name}, cell {i}", names) for i, cell in enumerate(raw)]


def _executed(raw: dict[str, Any], where: str, names: dict[str, Any]) -> Cell:
    text = "".join(raw["source"])
    if raw["cell_type"] != "code":
        return Cell(words=text)
    said = io.StringIO()
    with redirect_stdout(said):
        exec(compile(text, where, "exec"), names)  # noqa: S102 (the project's own notebook)
    return Cell(code=text, printed=said.getvalue(), figures=tuple(_figures()))


def _figures() -> list[str]:
    """Return and close the figures drawn. The same drawing gives the same bytes."""
    import matplotlib as mpl
    import matplotlib.pyplot as plt

    drawn = []
    with mpl.rc_context({"svg.hashsalt": "leancue", "svg.fonttype": "path"}):
        for number in plt.get_fignums():
            out = io.StringIO()
            plt.figure(number).savefig(out, format="svg", metadata={"Date": None})
            drawn.append(out.getvalue())
    plt.close("all")
    return drawn
