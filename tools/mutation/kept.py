"""The results in ``tools/measured/mutants.json``, and their table.

The reasons why an undetected change makes no difference, or is not worth a test, are in
``tools/mutation/reasons.json``: by module and function, written by hand.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from tools.mutation.results import Module, functions

ROOT = Path(__file__).resolve().parents[2]
MEASURED = ROOT / "tools" / "measured" / "mutants.json"
REASONS = Path(__file__).with_name("reasons.json")
UNSAID = "no reason given yet"


def keep(found: Iterable[Module], path: Path = MEASURED) -> None:
    """Store the results of these modules in the file; those of other modules stay."""
    held = _read(path) | {
        module.name: {
            "made": module.made, "tried": module.tried, "lived": dict(functions(module.survivors)),
        }
        for module in found if module.tried
    }  # fmt: skip
    path.write_text(json.dumps(held, indent=1, sort_keys=True) + "\n", "utf-8")


def _read(path: Path) -> dict[str, Any]:
    return json.loads(path.read_text("utf-8")) if path.exists() else {}


def modules_table() -> str:
    """Return a row per module: changes tried, those that no test detected, and their share."""
    rows = ["| module | changes | tried | not seen | share |", "|---|---|---|---|---|"]
    made = tried = lived = 0
    for name, module in sorted(_read(MEASURED).items()):
        count = sum(module["lived"].values())
        of = module.get("made", module["tried"])
        rows.append(_row(f"`{name}`", of, module["tried"], count))
        made, tried, lived = made + of, tried + module["tried"], lived + count
    return "\n".join([*rows, _row("all of these", made, tried, lived)])


def _row(name: str, made: int, tried: int, lived: int) -> str:
    return f"| {name} | {made} | {tried} | {lived} | {100 * lived / max(tried, 1):.1f} % |"


def reasons_table() -> str:
    """Return a row per function with undetected changes, with the reason."""
    return "\n".join(["| function | not seen | why |", "|---|---|---|", *_reasons()])


def _reasons() -> Iterator[str]:
    reasons = _read(REASONS)
    for name, module in sorted(_read(MEASURED).items()):
        for function, count in module["lived"].items():
            why = reasons.get(name, {}).get(function, UNSAID)
            yield f"| `{name}` {function} | {count} | {why} |"


TABLES = (
    ("tools/mutation/README.md", "mutants", modules_table),
    ("tools/mutation/README.md", "reasons", reasons_table),
)
