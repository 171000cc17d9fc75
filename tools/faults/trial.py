"""One fault in one run: a wearer who leans too little, the fault amid the cues, the run's end.

The clip is the device's own program over the real driver; what is measured is what a stopwatch
and a hand on the motor would tell.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, dataclass
from functools import cache
from pathlib import Path
from typing import Any

from leancore import prescription, trainer
from leancore.ticks import ticks_diff
from leancue.runlog import read_runs
from leancue.verify import verify
from leandevice.imu import RUNNING
from leandevice.store import PATH

from boards.sim.board import SimBoard
from boards.sim.clock import TICKS_AT_POWER_ON_MS
from boards.sim.parts import Pulse
from boards.sim.plans import PLANS
from boards.sim.track import Track
from boards.sim.wearer import synthesise

FAULT_S, OVER_S = 37.0, 78.0  # of the plan "short": amid cues; after its end
HEALTHY_MS = 100  # age of the last sample
LOOK_MS = 3000  # so long after the cause has ended it is watched whether all stays well
PASS_MS = 5
CAP_PULSES = (600, 250, 2, 80)  # ms on, ms off, count, percent: the longest there are


@dataclass(frozen=True)
class Fault:
    """``begin`` and ``end`` act on the board; ``end`` comes ``lasts_s`` later."""

    name: str
    begin: Callable[[SimBoard], None]
    end: Callable[[SimBoard], None]
    lasts_s: float = 2.0
    at_start: bool = False
    options: tuple[tuple[str, Any], ...] = ()


@dataclass
class Result:
    """What came of a fault. ``recovery_ms``: from its end to fresh samples (or the desk's answer).

    ``oldest_cue_ms``: age of the oldest sample that moved the motor; ``overrun_ms``: how
    long after its time a pulse ended at most; ``noticed``: faults counted, by number.
    """

    name: str
    recovery_ms: int = 0
    oldest_cue_ms: int = 0
    longest_pulse_ms: int = 0
    overrun_ms: int = 0
    differing_bytes: int = 0
    proved: bool = True
    cues: int = 0
    noticed: tuple[int, ...] = ()
    motor_off: bool = True

    def as_json(self) -> dict[str, Any]:
        """As it stands in the measured file."""
        return asdict(self)


@cache
def wearer() -> Track:
    """The wearer of all trials."""
    return synthesise(PLANS["short"], seed=1)[0]


def tried(fault: Fault, folder: Path) -> Result:
    """Have the fault happen, and measure."""
    result = Result(fault.name)
    options = dict(fault.options)
    start_ms = options.pop("start_ms", TICKS_AT_POWER_ON_MS)
    board = SimBoard(wearer(), folder, presses=PLANS["short"].pressed, idle_ms=PASS_MS,
                     start_ms=start_ms, **options)  # fmt: skip
    _prescribe(board)
    if fault.at_start:
        fault.begin(board)
        board.boot()
        board.forward(fault.lasts_s)
        fault.end(board)
        result.recovery_ms = _recovery_ms(board)
    watch = Watch(board)
    board.wear()
    board.forward(FAULT_S)
    if not fault.at_start:
        board.app.haptic.play(board.clock.ticks_ms(), *CAP_PULSES)
        fault.begin(board)
        board.forward(fault.lasts_s)
        fault.end(board)
        result.recovery_ms = _recovery_ms(board)
    board.forward(OVER_S - board.worn_s)
    watch.read(result)
    _prove(board, result)
    return result


class Watch:
    """Looks at what moves the motor, and for how long."""

    def __init__(self, board: SimBoard) -> None:
        self._board = board
        self._ages_ms: list[int] = []
        self._asked: list[tuple[int, int]] = []  # at ms, on ms
        app: Any = board.app  # its methods are wrapped
        happened, play = app._happened, app.haptic.play

        def _happened(bits: int, sample: Any, now_ms: int) -> None:
            before = len(self._asked)
            happened(bits, sample, now_ms)
            if bits & trainer.CUE and len(self._asked) > before:
                self._ages_ms.append(ticks_diff(now_ms, sample.t_ms))

        def _play(now_ms: int, on_ms: int, off_ms: int, count: int, percent: int) -> None:
            self._asked.append((board.sim_clock.now_ms(), on_ms))
            play(now_ms, on_ms, off_ms, count, percent)

        app._happened = _happened
        app.haptic.play = _play

    def read(self, result: Result) -> None:
        """Fill in what was seen."""
        result.cues = len(self._ages_ms)
        result.oldest_cue_ms = max(self._ages_ms, default=0)
        result.motor_off = not self._board.coin.is_on
        for pulse in self._board.coin.pulses:
            length_ms = pulse.end_ms - pulse.start_ms
            result.longest_pulse_ms = max(result.longest_pulse_ms, length_ms)
            result.overrun_ms = max(result.overrun_ms, self._overrun_ms(pulse))

    def _overrun_ms(self, pulse: Pulse) -> int:
        """How long after its time a pulse ended, by the pattern that was asked for last."""
        asked = [(at_ms, on_ms) for at_ms, on_ms in self._asked if at_ms < pulse.end_ms]
        if not asked:
            return 0
        at_ms, on_ms = asked[-1]
        return pulse.end_ms - max(at_ms, pulse.start_ms) - on_ms


def _prescribe(board: SimBoard) -> None:
    board.forward(0.5)
    board.app.config.prescription = prescription.checked({"patient": "P01", "baseline_cdeg": 620})
    board.app.config.save()
    board.app.configure()


def _recovery_ms(board: SimBoard) -> int:
    """Milliseconds until samples come and the desk is answered, for good."""
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
    fresh = imu.state == RUNNING and abs(imu.age_ms(board.clock.ticks_ms())) < HEALTHY_MS
    return fresh and not board.app.link.busy


def _prove(board: SimBoard, result: Result) -> None:
    """Every run in the log is replayed on the desk."""
    runs = read_runs(board.flash.real_path(PATH), damaged="skip")
    proofs = [verify(run) for run in runs]
    result.differing_bytes = sum(proof.differing_bytes for proof in proofs)
    result.proved = all(proof.proved for proof in proofs) and bool(proofs)
    result.noticed = tuple(sorted(board.app.journal.faults))
