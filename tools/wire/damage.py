"""Millions of damaged frames, on all cores."""

from __future__ import annotations

import itertools
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass

from tools.wire import damage_core

_BATCH = 20_000


@dataclass(frozen=True)
class Score:
    """The decoder's results; ``refused``: frames that were rejected."""

    frames: int
    crashes: int = 0
    undetected: int = 0
    out_of_step: int = 0
    refused: int = 0
    note: str = ""

    @property
    def good(self) -> bool:
        """Whether there were no errors."""
        return not (self.crashes or self.undetected or self.out_of_step)

    def __str__(self) -> str:
        return (
            f"{self.frames} damaged frames, {self.crashes} crashes, {self.undetected} undetected "
            f"errors, {self.out_of_step} times out of step after one frame, {self.refused} refused"
            + (f" ({self.note})" if self.note else "")
        )


def run(frames: int, seed: int, jobs: int) -> Score:
    """Test ``frames`` damaged frames in ``jobs`` processes."""
    counts = [_BATCH] * (frames // _BATCH) + ([frames % _BATCH] if frames % _BATCH else [])
    seeds = range(seed, seed + len(counts))
    if len(counts) == 1:
        return _score(damage_core.judge(counts[0], seed))
    with ProcessPoolExecutor(jobs) as pool:
        found = list(pool.map(damage_core.judge, counts, itertools.islice(seeds, len(counts))))
    return _score([sum(column) for column in zip(*found, strict=True)])


def _score(numbers: list[int]) -> Score:
    frames, crashes, undetected, out_of_step, refused = numbers
    return Score(frames, crashes, undetected, out_of_step, refused)
