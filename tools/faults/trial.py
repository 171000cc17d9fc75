"""One fault in one run: a wearer who leans too little, a fault during cues, and the end of the run.

The clip runs the device's own program over the real driver; everything is measured from outside,
as with a stopwatch and a hand on the motor.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, dataclass
from functools import cache
from pathlib import Path
from typing import Any

from leancore.coaching import prescription
from leancore.runlog import records
from leancue.runs.runlog import Run, read_runs
from leancue.runs.verify import verify
from leandevice.storage.run_store import PATH

from boards.sim.board import SimBoard
from boards.sim.clock import TICKS_AT_POWER_ON_MS
from boards.sim.motion.motion_plans import PLANS
from boards.sim.motion.track import Track, Truth
from boards.sim.motion.wearer import Plan, synthesise
from tools.faults.watch import Watch

FAULT_S, OVER_S = 37.0, 78.0  # of the plan "short": during cues; after its end
HEALTHY_MS = 100  # age of the last sample
LOOK_MS = 3000  # observation time after the cause has ended
PASS_MS = 5
FAULTLESS_CDEG = 56  # the error of a single step without any fault, at most
LEAN_OFF_CDEG = 200  # with one
CAP_PULSES = (600, 250, 2, 80)  # ms on, ms off, count, percent: the longest possible

Act = Callable[[SimBoard], None]


@dataclass(frozen=True)
class Fault:
    """A fault: ``begin`` and ``end`` act on the board, ``lasts_s`` apart.

    ``wanted``: number of the fault that the clip must notice, 0 = nothing to notice.
    ``plan``: the wearer's plan; cues are given at ``FAULT_S``, run and rest are over at ``OVER_S``.
    ``lean_most_cdeg``: limit of a step's lean error.
    """

    name: str
    wanted: int
    begin: Act
    end: Act
    lasts_s: float = 2.0
    at_start: bool = False
    options: tuple[tuple[str, Any], ...] = ()
    plan: Plan = PLANS["short"]
    lean_most_cdeg: int = LEAN_OFF_CDEG


@dataclass
class Result:
    """Measured effect of a fault.

    ``recovery_ms``: from the end of the fault to fresh samples (or the host's answer);
    ``oldest_cue_ms``: age of the oldest sample on which a cue moved the motor, at its start and
    until its end; ``overrun_ms``: longest delay of the end of a pulse; ``lean_off_cdeg``: largest
    lean error of a step since the fault; ``noticed``: numbers of the faults counted; ``unlogged``:
    those whose final count is not in the log.
    """

    name: str
    wanted: int = 0
    recovery_ms: int = 0
    oldest_cue_ms: int = 0
    longest_pulse_ms: int = 0
    overrun_ms: int = 0
    lean_off_cdeg: int = 0
    lean_most_cdeg: int = LEAN_OFF_CDEG
    differing_bytes: int = 0
    proved: bool = True
    cues: int = 0
    noticed: tuple[int, ...] = ()
    unlogged: tuple[int, ...] = ()
    motor_off: bool = True

    def as_json(self) -> dict[str, Any]:
        """Return the result as stored in the file of measurements."""
        return asdict(self)


@cache
def wearer(plan: Plan = PLANS["short"]) -> tuple[Track, Truth]:
    """Return the simulated wearer of a trial and the true motion."""
    return synthesise(plan, seed=1)


def tried(fault: Fault, folder: Path) -> Result:
    """Run a trial with the fault; return the measurements."""
    result = Result(fault.name, fault.wanted, lean_most_cdeg=fault.lean_most_cdeg)
    options = dict(fault.options)
    start_ms = options.pop("start_ms", TICKS_AT_POWER_ON_MS)
    track, truth = wearer(fault.plan)
    board = SimBoard(track, folder, presses=fault.plan.pressed, idle_ms=PASS_MS,
                     start_ms=start_ms, **options)  # fmt: skip
    _prescribe(board)
    if fault.at_start:
        fault.begin(board)
        board.boot()
        board.forward(fault.lasts_s)
        fault.end(board)
        result.recovery_ms = _recovery_ms(board)
    watch = Watch(board, truth)
    board.wear()
    board.forward(FAULT_S)
    watch.judge_lean = True
    if not fault.at_start:
        board.app.haptic.play(board.clock.ticks_ms(), *CAP_PULSES)
        fault.begin(board)
        board.forward(fault.lasts_s)
        fault.end(board)
        result.recovery_ms = _recovery_ms(board)
    board.forward(OVER_S - board.worn_s)
    _read(watch, result)
    _prove(board, result)
    return result


def _read(watch: Watch, result: Result) -> None:
    result.cues = watch.cues
    result.oldest_cue_ms = watch.oldest_cue_ms
    result.longest_pulse_ms = watch.longest_pulse_ms
    result.overrun_ms = watch.overrun_ms
    result.lean_off_cdeg = watch.lean_off_cdeg
    result.motor_off = not watch.board.coin.is_on


def _prescribe(board: SimBoard) -> None:
    board.forward(0.5)
    board.app.config.prescription = prescription.checked({"patient": "P01", "baseline_cdeg": 620})
    board.app.config.save()
    board.app.configure()


def _recovery_ms(board: SimBoard) -> int:
    """Return the time in ms until samples arrive and the host is answered, permanently."""
    began_ms = now_ms = board.sim_clock.now_ms()
    unwell_ms = began_ms
    while now_ms - began_ms < LOOK_MS:
        board.forward(PASS_MS / 1000)
        now_ms = board.sim_clock.now_ms()
        if not _is_well(board):
            unwell_ms = now_ms
    return unwell_ms - began_ms


def _is_well(board: SimBoard) -> bool:
    imu = board.app.imu
    fresh = imu.running and abs(imu.age_ms(board.clock.ticks_ms())) < HEALTHY_MS
    return fresh and not board.app.host_links.busy


def _prove(board: SimBoard, result: Result) -> None:
    """Replay every run in the log on the host and record whether it is proved."""
    runs = read_runs(board.flash.real_path(PATH), damaged="skip")
    proofs = [verify(run) for run in runs]
    result.differing_bytes = sum(proof.differing_bytes for proof in proofs)
    result.proved = all(proof.proved for proof in proofs) and bool(proofs)
    counted = board.app.recorder.faults
    result.noticed = tuple(sorted(counted))
    logged = logged_faults(runs)
    result.unlogged = tuple(n for n in result.noticed if logged.get(n, 0) < counted[n])


def logged_faults(runs: list[Run]) -> dict[int, int]:
    """Return the highest count of each fault in the clip's device records."""
    logged: dict[int, int] = {}
    for run in runs:
        for fields in run.device:
            if fields["code"] == records.DEV_FAULT:
                logged[fields["a"]] = max(logged.get(fields["a"], 0), fields["b"])
    return logged
