"""Trials in separate processes, detecting exceptions, hangs and excessive memory.

A trial gets a random generator (seeded by its number) and a folder, and returns whether the input
was ``taken`` or refused with a message. Any other exception would be a traceback for the user.
"""

from __future__ import annotations

import resource
import signal
import sys
import tempfile
import time
import traceback
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from multiprocessing import get_context
from pathlib import Path
from random import Random

HANG_S = 10.0  # without the time in which other programs had the processor
_DELAYS = Path("/proc/self/schedstat")  # of Linux: ns run, ns waited for a processor, turns
MEMORY_MB = 500.0
_BATCH = 100  # trials per process; too much memory is detected once in each
_KEPT = 10  # failures that are printed

Trial = Callable[[Random, Path], bool]


class HungError(BaseException):
    """A trial exceeded its time; a BaseException, so that the code under test does not catch it."""


@dataclass(frozen=True)
class Failure:
    """A failed trial: its number, and in ``what`` the last lines of the traceback."""

    number: int
    what: str


@dataclass
class Score:
    """Totals over the trials."""

    trials: int = 0
    taken: int = 0
    tracebacks: int = 0
    hangs: int = 0
    gluttons: int = 0
    longest_s: float = 0.0
    peak_mb: float = 0.0
    failures: list[Failure] = field(default_factory=list)

    @property
    def good(self) -> bool:
        """Whether no trial failed, hung or used too much memory."""
        return not (self.tracebacks or self.hangs or self.gluttons)

    def add(self, other: Score) -> None:
        """Add the score of other trials."""
        for name in ("trials", "taken", "tracebacks", "hangs", "gluttons"):
            setattr(self, name, getattr(self, name) + getattr(other, name))
        self.longest_s = max(self.longest_s, other.longest_s)
        self.peak_mb = max(self.peak_mb, other.peak_mb)
        self.failures = (self.failures + other.failures)[:_KEPT]


def chance_of(target: str, seed: int, number: int) -> Random:
    """Return the random generator of a trial; the same number repeats the same trial."""
    return Random(f"{target}/{seed}/{number}")


def run(target: str, make: Callable[[Path], Trial], count: int, seed: int, jobs: int) -> Score:
    """Run ``count`` trials of a target; ``make`` prepares them in a folder, once per process."""
    score = Score()
    batches = [(target, make, seed, first, min(_BATCH, count - first))
               for first in range(0, count, _BATCH)]  # fmt: skip
    if jobs == 1 or len(batches) == 1:
        for batch in batches:
            score.add(tried(batch))
            _tell(target, score)
        return score
    with ProcessPoolExecutor(jobs, get_context("spawn"), max_tasks_per_child=1) as pool:
        for found in pool.map(tried, batches):
            score.add(found)
            _tell(target, score)
    return score


def _tell(target: str, score: Score) -> None:
    failed = len(score.failures)
    sys.stderr.write(f"\r{target}: {score.trials} tried, {failed} wrong")
    sys.stderr.flush()


def tried(batch: tuple[str, Callable[[Path], Trial], int, int, int]) -> Score:
    """Run a batch of trials in a folder of its own."""
    target, make, seed, first, count = batch
    score = Score()
    with tempfile.TemporaryDirectory(prefix="leancue-fuzz-") as name:
        trial = make(Path(name))
        for number in range(first, first + count):
            _one(trial, chance_of(target, seed, number), Path(name), number, score)
    return score


def _one(trial: Trial, chance: Random, folder: Path, number: int, score: Score) -> None:
    before_mb, began_s = peak_mb(), taken_s()
    try:
        with alarm(HANG_S):
            score.taken += trial(chance, folder)
    except HungError:
        score.hangs += 1
        score.failures.append(Failure(number, f"hangs: {_last_lines()}"))
    except Exception:  # noqa: BLE001 (whatever it is, somebody would see it)
        score.tracebacks += 1
        score.failures.append(Failure(number, _last_lines()))
    score.trials += 1
    score.longest_s = max(score.longest_s, taken_s() - began_s)
    score.peak_mb = max(score.peak_mb, peak_mb())
    if before_mb <= MEMORY_MB < peak_mb():
        score.gluttons += 1
        score.failures.append(Failure(number, f"takes {peak_mb():.0f} MB"))


def _last_lines() -> str:
    kind, error, _ = sys.exc_info()
    frames = traceback.extract_tb(sys.exc_info()[2])
    where = [f"{Path(f.filename).name}:{f.lineno}" for f in frames[-3:]]
    return f"{kind.__name__ if kind else ''}: {str(error)[:200]} at {' < '.join(reversed(where))}"


def taken_s() -> float:
    """Return the time in s, excluding the time in which other programs had the processor."""
    delayed_ns = int(_DELAYS.read_text("ascii").split()[1]) if _DELAYS.exists() else 0
    return time.monotonic() - delayed_ns / 1e9


class alarm:  # noqa: N801 (a context, named as one reads it)
    """Context that raises HungError after ``seconds``, measured by ``taken_s``."""

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._end_s = 0.0

    def __enter__(self) -> None:
        self._end_s = taken_s() + self._seconds
        signal.signal(signal.SIGALRM, self._ring)
        signal.setitimer(signal.ITIMER_REAL, self._seconds)

    def __exit__(self, *_: object) -> None:
        signal.setitimer(signal.ITIMER_REAL, 0)

    def _ring(self, *_: object) -> None:
        left_s = self._end_s - taken_s()
        if left_s <= 0:
            raise HungError
        signal.setitimer(signal.ITIMER_REAL, max(left_s, 0.001))


def peak_mb() -> float:
    """Return the peak memory of this process in MB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def table(scores: dict[str, Score]) -> Iterator[str]:
    """Yield the lines of a table of the scores."""
    head = ("what", "trials", "tracebacks", f"hangs (> {HANG_S:.0f} s)",
            f"memory > {MEMORY_MB:.0f} MB", "taken", "longest", "most memory")  # fmt: skip
    rows = [
        (name, str(s.trials), str(s.tracebacks), str(s.hangs), str(s.gluttons), str(s.taken),
         f"{s.longest_s:.1f} s", f"{s.peak_mb:.0f} MB")
        for name, s in scores.items()
    ]  # fmt: skip
    widths = [max(map(len, column)) for column in zip(head, *rows, strict=True)]
    for row in (head, tuple("-" * width for width in widths), *rows):
        yield "| " + " | ".join(c.ljust(w) for c, w in zip(row, widths, strict=True)) + " |"
