"""Wear a simulated clip for days, with random faults, and check for growth and lost data.

Usage: python tools/soak.py [--hours 72] [--jobs 2] [--seed 1]. Each hour has four runs in five
minutes, with both too much and too little lean; then the clip rests and sleeps. Faults of the suite
begin at random times in both phases. The hours are shared among the jobs, each with a clip of its
own. Writes `tools/measured/soak.json`; exits with 1 if a limit is missed.
"""

from __future__ import annotations

import argparse
import contextlib
import gc
import io
import json
import random
import statistics
import sys
import tempfile
from concurrent.futures import ProcessPoolExecutor
from dataclasses import asdict, dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
MEASURED = ROOT / "tools" / "measured" / "soak.json"
sys.path[:0] = [str(ROOT / room) for room in ("shared", "device/lib", "host", ".")]

from leancore.coaching import prescription  # noqa: E402
from leancore.schema import faults as f  # noqa: E402 (found only through the paths above)
from leancue.runs.runlog import read_runs  # noqa: E402
from leandevice.storage.run_archive import RunArchive  # noqa: E402
from leandevice.storage.run_store import PATH  # noqa: E402

from boards.sim.board import SimBoard  # noqa: E402
from boards.sim.motion.motion_plans import PLANS  # noqa: E402
from boards.sim.sensor.sensor_reports import Sample  # noqa: E402
from tools.faults.faults import FAULTS  # noqa: E402
from tools.faults.trial import Fault, logged_faults, wearer  # noqa: E402
from tools.faults.watch import Watch  # noqa: E402

RUNS = 4  # per session, each the plan "short"
PLAN_S = 78.0
SESSION_S = RUNS * PLAN_S
SLEEP_MS = 60_000
LOG_PAGES = 256  # so small that pulled runs are overwritten
# Pause between the end of a fault and the next one: (least, most) seconds.
PAUSE_RUNNING_S, PAUSE_RESTING_S = (5.0, 40.0), (300.0, 1500.0)
NOTICED_IN_S = 12.0
# These are noticed whatever the wearer is doing.
CERTAIN = (f.SENSOR_RESET, f.BUS_ERROR, f.CARGO_DAMAGED, f.CLOCK_JUMPED, f.PROGRAM)
SETTLED_H = 2  # the first hours fill tables of fixed size
BLOCKS_PER_HOUR = 30.0  # of CPython's heap, including the simulated board's own records

_AMONG = tuple(fault for fault in FAULTS if not fault.at_start and not fault.options)


class Day:
    """Motion that repeats the plan "short", then stays still."""

    def __init__(self) -> None:
        self._track = wearer()[0]
        self._still = self._track.at(0.0)

    def at(self, t_s: float) -> Sample:
        """Return the sample at ``t_s`` since the start of the session."""
        return self._track.at(t_s % PLAN_S) if t_s < SESSION_S else self._still


@dataclass
class SoakResult:
    """Totals of a soak test; ``blocks``: heap blocks in use after each hour."""

    hours: int = 0
    faults: int = 0
    runs: int = 0
    pulses: int = 0
    late_ends: int = 0
    late_ends_on_a_hanging_bus: int = 0
    worst_late_ms: int = 0
    stuck: int = 0
    unnoticed: list[str] = field(default_factory=list)
    unlogged: dict[int, int] = field(default_factory=dict)
    errors: int = 0
    blocks: list[int] = field(default_factory=list)

    @property
    def growth(self) -> float:
        """Heap blocks gained per hour once settled: the slope over the hours."""
        settled = self.blocks[SETTLED_H:]
        if len(settled) < 2:
            return 0.0
        return statistics.linear_regression(range(len(settled)), settled).slope

    def misses(self) -> list[str]:
        """Return descriptions of the limits that were missed."""
        checks = (
            (self.late_ends == 0, f"{self.late_ends} pulses ended late"),
            (self.stuck == 0, f"the motor was on {self.stuck} times with nothing to play"),
            (not self.unnoticed, f"not noticed: {self.unnoticed}"),
            (not self.unlogged, f"not in the log: {self.unlogged}"),
            (self.growth <= BLOCKS_PER_HOUR, f"the heap grew by {self.growth:.0f} blocks an hour"),
        )
        return [what for kept, what in checks if not kept]


class Soak:
    """Soak test of one clip: a wearer, and random faults."""

    def __init__(self, folder: Path, seed: int) -> None:
        presses = [(run * PLAN_S + at_s, length_s)
                   for run in range(RUNS) for at_s, length_s in PLANS["short"].pressed]  # fmt: skip
        self.board = SimBoard(Day(), folder, presses=presses, log_pages=LOG_PAGES, idle_ms=5)
        self.board.forward(1.0)  # let it start
        config = self.board.app.config
        config.prescription = prescription.checked({"patient": "P01", "baseline_cdeg": 620})
        config.settings["sleep_ms"] = SLEEP_MS
        config.save()
        self.board.app.configure()
        self.watch = Watch(self.board)
        self.result = SoakResult()
        self._chance = random.Random(seed)
        self._logged: dict[int, int] = {}

    def hour(self) -> None:
        """Simulate an hour: a session, then rest."""
        board = self.board
        board.wear()
        self._spell(SESSION_S, PAUSE_RUNNING_S, True)
        board.forward(SESSION_S + 5.0 - board.worn_s)
        self._spell(3600.0, PAUSE_RESTING_S, False)
        board.forward(max(3600.0 - board.worn_s, 0.0))
        self._account()

    def _spell(self, until_s: float, pause_s: tuple[float, float], running: bool) -> None:
        """Inject faults one after the other until ``until_s`` of the hour."""
        board = self.board
        while True:
            board.forward(self._chance.uniform(*pause_s))
            if board.worn_s > until_s - NOTICED_IN_S - 15.0:
                return
            self._suffer(self._chance.choice(_AMONG), running)

    def _suffer(self, fault: Fault, running: bool) -> None:
        board, watch = self.board, self.watch
        late, counted = watch.late_ends, board.app.recorder.faults.get(fault.wanted, 0)
        fault.begin(board)
        board.forward(fault.lasts_s)
        fault.end(board)
        board.forward(NOTICED_IN_S)
        board.port.host_read()
        self.result.faults += 1
        told = board.app.recorder.faults.get(fault.wanted, 0) > counted
        if running and fault.wanted in CERTAIN and not told:
            self.result.unnoticed.append(f"{fault.name} at {board.worn_s:.1f} s")
        if "wedged" in fault.name:
            self.result.late_ends_on_a_hanging_bus += watch.late_ends - late
            self.result.late_ends -= watch.late_ends - late
        if board.coin.is_on and not board.app.haptic.busy:
            self.result.stuck += 1

    def _account(self) -> None:
        """Read the log as the host does, clear the simulation's records, and count heap blocks."""
        board, result = self.board, self.result
        result.hours += 1
        result.pulses += len(board.coin.pulses)
        runs = read_runs(board.flash.real_path(PATH), damaged="skip")
        for number, count in logged_faults(runs).items():
            self._logged[number] = max(self._logged.get(number, 0), count)
        for run in board.app.store.runs:
            RunArchive(board.app.store).mark_pulled(run.run_id)
        result.runs = max(result.runs, board.app.store.last_run)
        board.coin.pulses.clear()
        del board.light.changes[:-1]
        board.flash.page_erases.clear()
        del runs
        gc.collect()
        result.blocks.append(sys.getallocatedblocks())

    def finish(self) -> SoakResult:
        """Simulate a last session without faults, to log all counts; return the totals."""
        board, result = self.board, self.result
        board.wear()
        board.forward(SESSION_S + 10.0)
        for number, count in logged_faults(
            read_runs(board.flash.real_path(PATH), damaged="skip")
        ).items():
            self._logged[number] = max(self._logged.get(number, 0), count)
        counted = board.app.recorder.faults
        result.unlogged = {
            number: count for number, count in counted.items()
            if self._logged.get(number, 0) < count
        }  # fmt: skip
        result.errors = counted.get(f.PROGRAM, 0)
        result.late_ends += self.watch.late_ends
        result.worst_late_ms = self.watch.overrun_ms
        return result


def soak_for(seed: int, hours: int) -> SoakResult:
    """Run the soak test for ``hours`` with a drive of its own."""
    with tempfile.TemporaryDirectory() as folder, contextlib.redirect_stdout(io.StringIO()):
        soak = Soak(Path(folder), seed)
        for _ in range(hours):
            soak.hour()
        return soak.finish()


def main() -> int:
    """Run the command line; return 1 if a limit is missed."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--hours", type=int, default=72)
    parser.add_argument("--jobs", type=int, default=2, help="processes, each with its own clip")
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    share = -(-options.hours // options.jobs)
    seeds = range(options.seed, options.seed + options.jobs)
    with ProcessPoolExecutor(options.jobs) as pool:
        results = list(pool.map(soak_for, seeds, [share] * options.jobs))
    rows = [{**asdict(result), "growth": round(result.growth, 1)} for result in results]
    MEASURED.write_text(json.dumps(rows, indent=1) + "\n", "utf-8")
    for row in rows:
        sys.stdout.write(f"{row}\n")
    missed = [what for result in results for what in result.misses()]
    for what in missed:
        sys.stdout.write(f"missed: {what}\n")
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
