"""The bench's table for people and its JSON lines for programs."""

from __future__ import annotations

import json
import math
from collections.abc import Sequence

from tools.accuracy.figures import Figure

_WIDTHS = (1, 44, 9, 18, 8, 7)


def table(figures: Sequence[Figure]) -> str:
    """The figures as lines of text."""
    head = _line(("", "figure", "value", "95 % interval", "goal", "reached"), "unit, note")
    return "\n".join([head, "-" * len(head), *(_row(figure) for figure in figures)])


def json_lines(figures: Sequence[Figure]) -> str:
    """One JSON object per line."""
    return "".join(json.dumps(figure.as_dict()) + "\n" for figure in figures)


def _row(figure: Figure) -> str:
    reached = {True: "yes", False: "NO", None: ""}[figure.reached]
    interval = ""
    if figure.low is not None and figure.high is not None and not math.isnan(figure.low):
        interval = f"{_number(figure.low)} .. {_number(figure.high)}"
    value = "-" if figure.value is None else _number(figure.value)
    cells = (figure.part, figure.name, value, interval, _goal(figure), reached)
    return _line(cells, ", ".join(text for text in (figure.unit, figure.note) if text))


def _line(cells: Sequence[str], last: str) -> str:
    padded = [f"{cell:<{width}}" for cell, width in zip(cells, _WIDTHS, strict=True)]
    return "  ".join([*padded, last]).rstrip()


def _goal(figure: Figure) -> str:
    if figure.at_most is not None:
        return f"<= {figure.at_most:g}"
    return f">= {figure.at_least:g}" if figure.at_least is not None else ""


def _number(value: float) -> str:
    return f"{value:.3f}" if abs(value) < 100 else f"{value:.1f}"
