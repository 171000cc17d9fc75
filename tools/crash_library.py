"""Kill a process that imports runs into a library, at random and at every step; look what is left.

Usage: python tools/crash_library.py [--kills 200] [--every] [--seed 1]. After each kill the library
is opened again: the database must be whole, every run it speaks of must have its file, no other
file may be left, and the run must come in when it is imported again. Exits with 1 where not.
Needs fork (not on Windows).
"""

from __future__ import annotations

import argparse
import os
import random
import signal
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT / room) for room in ("shared", "device/lib", "host", ".")]

from leancue.library import Library, example  # noqa: E402 (found only through the paths above)

NOW_S = 1_790_000_000
_PATIENT = example.CODE


@dataclass
class Tally:
    """What came of the kills. ``inside``: those that came before the import was over."""

    kills: int = 0
    inside: int = 0
    strays: int = 0
    broken: int = 0
    lost: int = 0

    @property
    def bad(self) -> bool:
        """Whether anything was left broken, or could not be imported again."""
        return bool(self.broken or self.lost)


def logs(count: int) -> list[bytes]:
    """Logs to import: those of the example patient."""
    return [log for _, _, log in example.logs(NOW_S)][:count]


def random_kills(folder: Path, kills: int, seed: int) -> Tally:
    """Kill as many imports, each after a random part of the time that one takes."""
    chance = random.Random(seed)
    tally = Tally()
    runs = logs(8)
    took_s = _time_of(folder, runs[0])
    for i in range(kills):
        log = runs[i % len(runs)]
        child = _fork(lambda log=log: _import(folder, log))  # type: ignore[misc]
        time.sleep(chance.uniform(0, 1.2 * took_s))
        _end(child, tally)
        _look(folder, log, tally)
    return tally


def every_step(folder: Path, log: bytes) -> Tally:
    """Kill an import at each thing it asks of the system, one after the other."""
    tally = Tally()
    step = 1
    while True:
        child = _fork(lambda step=step: _import_until(folder, log, step))  # type: ignore[misc]
        _, status = os.waitpid(child, 0)
        tally.kills += 1
        over = os.waitstatus_to_exitcode(status) == 0
        tally.inside += not over
        _look(folder, log, tally)
        if over:
            return tally
        step += 1


def _time_of(folder: Path, log: bytes) -> float:
    """How long a whole import takes, in s; the run is removed again."""
    _prepare(folder)
    began_s = time.perf_counter()
    os.waitpid(_fork(lambda: _import(folder, log)), 0)
    took_s = time.perf_counter() - began_s
    _forget(folder)
    return took_s


def _prepare(folder: Path) -> None:
    with Library(folder) as library:
        if not library.patients.has(_PATIENT):
            library.patients.add(_PATIENT)


def _forget(folder: Path) -> None:
    with Library(folder) as library:
        for run in library.runs.of(_PATIENT):
            library.runs.remove(run.id)


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


def _import(folder: Path, log: bytes) -> None:
    with Library(folder) as library:
        library.file_run(log)


def _import_until(folder: Path, log: bytes, step: int) -> None:
    """Import, but die at the ``step``-th event that the interpreter's audit sees."""
    left = step

    def die(event: str, _arguments: Sequence[Any]) -> None:
        nonlocal left
        if event.split(".")[0] in ("open", "os", "sqlite3", "tempfile", "shutil"):
            left -= 1
            if not left:
                os.kill(os.getpid(), signal.SIGKILL)

    library = Library(folder)
    sys.addaudithook(die)
    _trace_database(library, die)
    library.file_run(log)
    os._exit(0)


def _trace_database(library: Library, die: Callable[[str, Sequence[Any]], None]) -> None:
    """Statements and commits are steps too; the interpreter's audit does not see them."""
    from sqlalchemy import event

    engine = library._database.engine
    for name in ("before_cursor_execute", "after_cursor_execute", "commit"):
        event.listen(engine, name, lambda *_: die("sqlite3", ()))


def _end(child: int, tally: Tally) -> None:
    """Kill the child; count whether it was still at work."""
    ended, _ = os.waitpid(child, os.WNOHANG)
    tally.kills += 1
    if not ended:
        os.kill(child, signal.SIGKILL)
        _, status = os.waitpid(child, 0)
        tally.inside += os.WIFSIGNALED(status)


def _look(folder: Path, log: bytes, tally: Tally) -> None:
    """Open the library again: it must be whole, and the run must come in."""
    before = _files(folder)
    with Library(folder) as library:
        problems = library.check()
        known = {run.log_sha256 for run in library.runs.of(_PATIENT)}
        files = _files(folder)
        tally.strays += len(before - known)
        tally.broken += bool(problems) or files != known
        (filing,) = library.file_run(log)
        whole = filing.outcome in ("filed", "already")
        tally.lost += not whole or library.runs.data(filing.run.id) != log
    _forget(folder)


def _files(folder: Path) -> set[str]:
    """The runs' files, by what they are called."""
    return {path.stem for path in (folder / "samples").rglob("*") if path.is_file()}


def main() -> int:
    """Entry point; 1 where a library was left broken."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--kills", type=int, default=200, help="kills at random")
    parser.add_argument("--every", action="store_true", help="every step of one import instead")
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name) / "library"
        _prepare(folder)
        tally = (
            every_step(folder, logs(1)[0])
            if options.every
            else random_kills(folder, options.kills, options.seed)
        )
    sys.stdout.write(
        f"{tally.kills} kills, {tally.inside} of them before the import was over: "
        f"{tally.broken} libraries broken, {tally.lost} runs that did not come in again, "
        f"{tally.strays} stray files swept\n"
    )
    return int(tally.bad)


if __name__ == "__main__":
    sys.exit(main())
