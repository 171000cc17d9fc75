"""Results of mutmut, read from its files."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

# mutmut's exit codes of a mutant; all others are failures of a test, or of the process.
_SURVIVED, _UNTESTED, _NOT_RUN = 0, 33, (None, 34, 37)


@dataclass(frozen=True)
class Module:
    """A module's mutants: how many were tried, and the names of those that survived."""

    name: str
    tried: int
    survivors: tuple[str, ...]
    made: int = 0  # all changes, tried or not


def modules(folder: Path) -> Iterator[Module]:
    """Yield each module of the copy in ``folder`` that has mutants."""
    staged = folder / "mutants"
    for path in sorted(staged.rglob("*.py.meta")):
        codes = json.loads(path.read_text("utf-8"))["exit_code_by_key"]
        lived = [key for key, code in codes.items() if code in (_SURVIVED, _UNTESTED)]
        tried = sum(code not in _NOT_RUN for code in codes.values())
        if codes:
            name = str(path.relative_to(staged)).removesuffix(".meta")
            yield Module(name, tried, tuple(sorted(lived)), len(codes))


def functions(survivors: tuple[str, ...]) -> list[tuple[str, int]]:
    """Return the functions with surviving mutants, and how many each has."""
    found = Counter(key.rpartition("__mutmut_")[0].rpartition(".")[2] for key in survivors)
    named = {name: name.replace("xǁ", "").replace("ǁ", ".").removeprefix("x_") for name in found}
    return sorted((named[name], count) for name, count in found.items())
