"""Kill a process during import, restore, backup, erasure and tidying; check the result.

Usage: python tools/crash_library.py [--kills 200] [--every] [--only import,restore,…] [--seed 1].
Each kill hits a library of its own, at random or (--every) at each thing that the process asks of
system and database, one after the other. After it the library is opened again: it must be whole;
every run must be there with all its pages, or gone where a person had it erased; what is not
LeanCue's must lie where it lay; and the same done again must succeed. Prints a table; exits with 1
where something was broken or lost. Needs fork (not on Windows).
"""

from __future__ import annotations

import argparse
import os
import random
import shutil
import signal
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT / room) for room in ("shared", "device/lib", "host", ".")]

from leancue.basis.errors import LeanCueError  # noqa: E402 (found only through the paths above)
from leancue.library import Library  # noqa: E402
from sqlalchemy import Engine, event  # noqa: E402

from tools.crash_states import (  # noqa: E402
    LIBRARY,
    OPERATIONS,
    Operation,
    Runs,
    copies,
    foreign_lost,
    opened,
    runs_in,
)

_STEPS = ("open", "os", "sqlite3", "tempfile", "shutil")  # of the interpreter's audit


@dataclass
class Tally:
    """What came of the kills. ``inside``: those that came before the work was over.

    ``problems``: what was wrong, in words.
    """

    name: str
    kills: int = 0
    inside: int = 0
    broken: int = 0
    lost: int = 0
    foreign: int = 0
    problems: list[str] = field(default_factory=list)

    @property
    def bad(self) -> int:
        """How much was broken or lost."""
        return self.broken + self.lost + self.foreign


class Bench:
    """A library made once, of which each kill gets a copy."""

    def __init__(self, operation: Operation, folder: Path) -> None:
        self.operation = operation
        self.tally = Tally(operation.name)
        self._folder = folder / operation.name.replace(" ", "-")
        self._made = self._folder / "made"
        self._made.mkdir(parents=True)
        operation.before(self._made)
        self._runs = _runs(self._made)

    def at_random(self, kills: int, seed: int) -> Tally:
        """Kill as many times, each after a random part of the time that the work takes."""
        chance = random.Random(f"{self.operation.name}{seed}")
        took_s = self._time_s()
        for _ in range(kills):
            world = self._world()
            child = _fork(lambda world=world: self.operation.do(world))  # type: ignore[misc]
            time.sleep(chance.uniform(0, 1.1 * took_s))
            os.kill(child, signal.SIGKILL)
            self._look(world, _status(child) != 0)
        return self.tally

    def every_step(self, stride: int = 1) -> Tally:
        """Kill at each thing the work asks of system and database, or at every ``stride``-th."""
        step, over = 1 - stride, False
        while not over:
            step += stride
            world = self._world()
            child = _fork(lambda world=world, step=step: self._until(world, step))  # type: ignore[misc]
            over = _status(child) == 0
            self._look(world, not over)
        return self.tally

    def _world(self) -> Path:
        world = self._folder / "world"
        shutil.rmtree(world, ignore_errors=True)
        shutil.copytree(self._made, world)
        return world

    def _time_s(self) -> float:
        world = self._world()
        began_s = time.perf_counter()
        if _status(_fork(lambda: self.operation.do(world))):
            raise SystemExit(f"{self.operation.name} fails without a kill")
        return time.perf_counter() - began_s

    def _until(self, world: Path, step: int) -> None:
        """Do it, but die at the ``step``-th thing that is asked."""
        left = step

        def count(*_: Any) -> None:
            nonlocal left
            left -= 1
            if not left:
                os.kill(os.getpid(), signal.SIGKILL)

        # Statements and commits are steps too; the interpreter's audit does not see them.
        for name in ("before_cursor_execute", "after_cursor_execute", "commit"):
            event.listen(Engine, name, count)
        sys.addaudithook(lambda kind, _: count() if kind.split(".")[0] in _STEPS else None)
        self.operation.do(world)

    def _look(self, world: Path, inside: bool) -> None:
        """Look at the library that is left, and do the same again."""
        tally = self.tally
        tally.kills += 1
        tally.inside += inside
        tally.foreign += foreign_lost(world)
        try:
            now = _runs(world)
            if not self.operation.may(now, self._runs):
                tally.lost += 1
                tally.problems.append(f"{tally.name}: runs {sorted(now)} are left")
            for copy in copies(world):
                _check(copy)
            self.operation.do(world)
            _require_nothing(self.operation.wrong(world))
            _runs(world)
        except LeanCueError as error:
            tally.broken += 1
            tally.problems.append(f"{tally.name}: {error}")
        tally.foreign += foreign_lost(world)


def _runs(world: Path) -> Runs:
    """All runs of a library that must be whole; none where no library was made yet."""
    if not (world / LIBRARY).exists():
        return {}
    with opened(world) as library:
        _require_well(library)
        return runs_in(library)


def _check(folder: Path) -> None:
    with Library(folder, reading=True) as library:
        _require_well(library)


def _require_well(library: Library) -> None:
    _require_nothing("; ".join(library.check()))


def _require_nothing(problem: str) -> None:
    if problem:
        raise LeanCueError(problem)


def _fork(work: Callable[[], None]) -> int:
    child = os.fork()
    if child:
        return child
    code = 1
    try:
        work()
        code = 0
    finally:
        os._exit(code)


def _status(child: int) -> int:
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def table(tallies: list[Tally]) -> str:
    """The tallies as a table."""
    rows = [
        ("killed in", "kills", "before it was over", "libraries broken", "runs lost",
         "foreign files lost"),
        *((t.name, t.kills, t.inside, t.broken, t.lost, t.foreign) for t in tallies),
        ("all", *(sum(getattr(t, name) for t in tallies)
                  for name in ("kills", "inside", "broken", "lost", "foreign"))),
    ]  # fmt: skip
    lines = ["| " + " | ".join(map(str, row)) + " |" for row in rows]
    return "\n".join([lines[0], "|---" * len(rows[0]) + "|", *lines[1:]])


def main() -> int:
    """Entry point; 1 where something was broken or lost."""
    summary, _, more = (__doc__ or "").partition("\n")
    parser = argparse.ArgumentParser(description=summary, epilog=more)
    parser.add_argument("--kills", type=int, default=200, help="at random, of all together")
    parser.add_argument("--every", action="store_true", help="every step of each instead")
    parser.add_argument("--only", default="", metavar="A,B", help="operations, by name")
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    chosen = [o for o in OPERATIONS if not options.only or o.name in options.only.split(",")]
    tallies = []
    with tempfile.TemporaryDirectory() as name:
        for i, operation in enumerate(chosen):
            bench = Bench(operation, Path(name))
            kills = (options.kills + i) // len(chosen)
            found = bench.every_step() if options.every else bench.at_random(kills, options.seed)
            tallies.append(found)
            for problem in found.problems[:9]:
                sys.stderr.write(problem + "\n")
    sys.stdout.write(table(tallies) + "\n")
    return int(any(tally.bad for tally in tallies))


if __name__ == "__main__":
    sys.exit(main())
