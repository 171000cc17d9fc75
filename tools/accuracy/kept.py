"""The end of a bench: its figures are printed, kept as JSON, and its goals decide the exit code."""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from pathlib import Path

from tools.accuracy.figures import Figure
from tools.accuracy.table import table


def finish(figures: Sequence[Figure], file: Path | None) -> int:
    """Print the figures, write them to ``file`` if given; return 1 where a goal is missed."""
    sys.stdout.write(table(figures) + "\n")
    if file:
        kept = {"figures": {figure.key: figure.as_dict() for figure in figures}}
        file.write_text(json.dumps(kept, indent=1) + "\n", encoding="utf-8")
    return 1 if any(figure.reached is False for figure in figures) else 0
