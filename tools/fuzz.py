"""Test the desk tool with thousands of hostile inputs, and the clip with single wrong bits.

Usage: python tools/fuzz.py [all|logs|answers|prescriptions|recordings|bits] [--trials N] [--seed 1]
[--jobs 2]. Logs are mutated with correct checksums; every input goes through the command line. A
trial must end within 10 s of work and 500 MB, with a message and a known exit code; otherwise it
exits with 1. `--trial I` repeats one trial and shows its traceback. `bits` flips each single bit of
a sensor's cargo, and tries wrong times and messages, in a simulated run. Needs fork and signals
(not on Windows).
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT / room) for room in ("shared", "device/lib", "host", ".")]

from tools.fuzzing import (  # noqa: E402 (found only through the paths above)
    answers,
    bits,
    logs,
    prescriptions,
    recordings,
    trials,
)
from tools.fuzzing.trials import Trial  # noqa: E402

# target: its preparation, number of trials
TARGETS: dict[str, tuple[Callable[[Path], Trial], int]] = {
    "logs": (logs.make, 10_000),
    "answers": (answers.make, 2_000),
    "prescriptions": (prescriptions.make, 2_000),
    "recordings": (recordings.make, 1_000),
}
BITS = "bits"


def main() -> int:
    """Run the command line; return 1 if a trial failed."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("what", nargs="?", default="all", choices=("all", *TARGETS, BITS))
    parser.add_argument("--trials", type=int, help="per target; default: as for the figures")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--jobs", type=int, default=2, help="processes")
    parser.add_argument("--trial", type=int, help="repeat this one, and show its traceback")
    asked = parser.parse_args()
    names = [name for name in TARGETS if asked.what in (name, "all")]
    if asked.trial is not None:
        return repeat(names[0], asked.seed, asked.trial)
    good = fuzz(names, asked.trials, asked.seed, asked.jobs) if names else True
    if asked.what in (BITS, "all"):
        good = flip_bits(asked.jobs) and good
    return 0 if good else 1


def fuzz(names: list[str], count: int | None, seed: int, jobs: int) -> bool:
    """Run the trials and print the scores; return whether all succeeded."""
    scores = {}
    for name in names:
        make, usual = TARGETS[name]
        scores[name] = trials.run(name, make, count or usual, seed, jobs)
        for failure in scores[name].failures:
            say(f"{name} --seed {seed} --trial {failure.number}: {failure.what}")
    for line in trials.table(scores):
        say(line)
    return all(score.good for score in scores.values())


def repeat(name: str, seed: int, number: int) -> int:
    """Repeat one trial and show its traceback; return the exit code."""
    with tempfile.TemporaryDirectory() as folder:
        trial = TARGETS[name][0](Path(folder))
        with trials.alarm(trials.HANG_S):
            taken = trial(trials.chance_of(name, seed, number), Path(folder))
    say(f"{name} {number}: {'taken' if taken else 'refused in words'}, {trials.peak_mb():.0f} MB")
    return 0


def flip_bits(jobs: int) -> bool:
    """Try every single-bit and time error of the sensor; return whether no run was harmed."""
    shares = [(kind, jobs, first) for kind in bits.KINDS for first in range(jobs)]
    found: dict[tuple[str, str], bits.BitScore] = {}
    with ProcessPoolExecutor(jobs) as pool:
        for (kind, _, _), scores in zip(shares, pool.map(_bits, shares), strict=True):
            for sort, score in scores.items():
                _join(found.setdefault((bits.KINDS[kind], sort), bits.BitScore()), score)
    for line in bits_table(found):
        say(line)
    return all(score.good for score in found.values())


def _bits(share: tuple[int, int, int]) -> dict[str, bits.BitScore]:
    return bits.tried(*share)


def _join(whole: bits.BitScore, part: bits.BitScore) -> None:
    for name in ("trials", "ended", "false_cues", "counted"):
        setattr(whole, name, getattr(whole, name) + getattr(part, name))
    whole.lean_more_cdeg = max(whole.lean_more_cdeg, part.lean_more_cdeg)


def bits_table(found: dict[tuple[str, str], bits.BitScore]) -> Iterator[str]:
    """Yield the lines of a table."""
    yield "| report | what is wrong | trials | runs ended | false cues | lean off more | counted |"
    yield "|---|---|---|---|---|---|---|"
    for (report, sort), score in found.items():
        yield (
            f"| {report} | {sort} | {score.trials} | {score.ended} | {score.false_cues} | "
            f"{score.lean_more_cdeg / 100:.2f}° | {score.counted} |"
        )


def say(line: str) -> None:
    """Print a line."""
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
