"""One wrong bit, delay, base time or message from the sensor, and its effect on the run.

During a run, at ``AT_S``, one cargo with one kind of report is changed in transit, or the sensor
sends an unsolicited message. Each trial is a forked child process, so that the run up to that point
is simulated only once.
"""

from __future__ import annotations

import json
import os
import struct
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path
from typing import Any

from leancore.coaching import prescription
from leancore.pipeline import RUN_ENDED, STEP

from boards.sim.board import SimBoard
from boards.sim.motion.motion_plans import PLANS
from boards.sim.motion.wearer import synthesise
from boards.sim.sensor import sh2_messages
from boards.sim.sensor.shtp_out import CHANNEL_COMMAND, CHANNEL_CONTROL, CHANNEL_EXECUTABLE
from tools.faults.watch import Watch

AT_S = 33.0  # of the plan "short": while running, between cues
LOOK_S = 12.0  # observation time after the change
LEAN_MORE_CDEG = 50
UNASKED = 0
KINDS = {0x08: "game rotation vector", 0x01: "accelerometer", 0x02: "gyroscope",
         UNASKED: "none: said unasked"}  # fmt: skip
CARGO_BYTES = {0x08: 21, 0x01: 19, 0x02: 19}  # header, base time, one report
_INPUT, _BASE, _KIND_AT, _DELAY_AT = 3, 0xFB, 9, 11  # channel; where a report begins, its delay
BASES_DMS = (1, 10, 24, 100, 300, 600, 999, 2000, 6000, 16_000, 60_000, 100_000, 1 << 24,
             (1 << 31) - 1, 1 << 31, (1 << 32) - 48, (1 << 32) - 1)  # fmt: skip
DELAYS_DMS = (1, 10, 50, 100, 300, 1000, 2500, 5000, 10_000, (1 << 14) - 1)

_STEPS_SHARE = 0.8  # of the steps of an unchanged run; with fewer it counts as ended

Change = Callable[[bytearray], None]
Act = Callable[[Any], None]  # on the sensor

# Unsolicited messages of the sensor; during a run none is expected or true.
_INTERVALS_US = (0, 1, 2500, 4000, 5000, 9000, 11_000, 20_000, 40_000, 1_000_000, (1 << 32) - 1)
MESSAGES = (
    (CHANNEL_COMMAND, sh2_messages.advertisement()), (CHANNEL_COMMAND, b"\x01\x0e"),
    (CHANNEL_EXECUTABLE, sh2_messages.RESET_COMPLETE),
    (CHANNEL_CONTROL, sh2_messages.initialize_response()),
    *((CHANNEL_CONTROL, sh2_messages.command_response(0, command, 0, bytes((status,))))
      for command in (0x04, 0x07) for status in (0, 1, 255)),
    *((CHANNEL_CONTROL, sh2_messages.feature_response(kind, us))
      for kind in (0x08, 0x01, 0x02) for us in _INTERVALS_US),
)  # fmt: skip


@dataclass(frozen=True)
class Outcome:
    """Effect on the run after the change.

    ``steps``: running steps detected; ``lean_off_cdeg``: largest lean error of a step; ``faults``:
    faults counted.
    """

    ended: bool
    steps: int
    cues: int
    lean_off_cdeg: int
    faults: int


@dataclass
class BitScore:
    """Totals over all changes of one sort, compared with the unchanged run."""

    trials: int = 0
    ended: int = 0
    false_cues: int = 0
    lean_more_cdeg: int = 0
    counted: int = 0

    def add(self, found: Outcome, sound: Outcome) -> None:
        """Add the outcome of one trial; ``sound`` is that of the unchanged run."""
        self.trials += 1
        self.ended += found.ended or found.steps < _STEPS_SHARE * sound.steps
        self.false_cues += max(found.cues - sound.cues, 0)
        self.lean_more_cdeg = max(self.lean_more_cdeg, found.lean_off_cdeg - sound.lean_off_cdeg)
        self.counted += found.faults > sound.faults

    @property
    def good(self) -> bool:
        """Whether no run ended, no cue was false and the lean error stayed within its limit."""
        return not (self.ended or self.false_cues or self.lean_more_cdeg > LEAN_MORE_CDEG)


def flip(byte: int, bit: int) -> Change:
    """Return a change that flips one bit."""

    def change(cargo: bytearray) -> None:
        if byte < len(cargo):
            cargo[byte] ^= 1 << bit

    return change


def base(dms: int) -> Change:
    """Return a change that sets the base time of the cargo (unit: 100 µs)."""

    def change(cargo: bytearray) -> None:
        cargo[5:9] = struct.pack("<I", dms)

    return change


def delay(dms: int) -> Change:
    """Return a change that sets the delay of the first report (unit: 100 µs)."""

    def change(cargo: bytearray) -> None:
        cargo[_DELAY_AT] = cargo[_DELAY_AT] & 3 | dms >> 8 << 2
        cargo[_DELAY_AT + 1] = dms & 0xFF

    return change


def acts(kind: int) -> Iterator[tuple[str, Act]]:
    """Yield (sort, act) for everything that is tried with one kind of report."""
    if kind == UNASKED:
        for message in MESSAGES:
            yield "one message", partial(_say, message)
    else:
        for sort, change in changes(kind):
            yield sort, partial(_once, kind, change)


def _say(message: tuple[int, bytes], chip: Any) -> None:
    chip.say(*message)


def changes(kind: int) -> Iterator[tuple[str, Change]]:
    """Yield (sort, change) for every change to a cargo with one kind of report."""
    for byte in range(CARGO_BYTES[kind]):
        for bit in range(8):
            yield "one bit", flip(byte, bit)
    for dms in BASES_DMS:
        yield "one base time", base(dms)
    for dms in DELAYS_DMS:
        yield "one delay", delay(dms)


class Wearer:
    """A simulated clip on a runner, at ``AT_S`` of the plan."""

    def __init__(self, folder: Path) -> None:
        track, truth = synthesise(PLANS["short"], seed=1)
        self.board = SimBoard(track, folder, presses=PLANS["short"].pressed, idle_ms=5)
        self.board.forward(0.5)
        config = self.board.app.config
        config.prescription = prescription.checked({"patient": "P01", "baseline_cdeg": 620})
        config.save()
        self.board.app.configure()
        self.watch = Watch(self.board, truth)
        self.board.wear()
        self.board.forward(AT_S)
        self.watch.judge_lean = True

    def after(self, act: Act | None) -> Outcome:
        """Perform ``act`` and return its outcome; the clip cannot be used again."""
        board: Any = self.board
        cues, faults = self.watch.cues, sum(board.app.recorder.faults.values())
        happened = _counted(board.app)
        if act is not None:
            act(board.chip)
        board.forward(LOOK_S)
        return Outcome(
            bool(happened[RUN_ENDED]) or not board.app.pipeline.in_run, happened[STEP],
            self.watch.cues - cues, self.watch.lean_off_cdeg,
            sum(board.app.recorder.faults.values()) - faults,
        )  # fmt: skip


def _counted(app: Any) -> Counter[int]:
    """Return a counter of steps and ends of runs from now on."""
    counts: Counter[int] = Counter()
    took = app._happened

    def happened(bits: int, sample: Any, now_ms: int) -> None:
        counts.update(bit for bit in (STEP, RUN_ENDED) if bits & bit)
        took(bits, sample, now_ms)

    app._happened = happened
    return counts


def _once(kind: int, change: Change, chip: Any) -> None:
    """Change the next cargo that begins with a report of ``kind``, once."""
    sound, waits = chip.read, [True]

    def read(length: int) -> bytes:
        data = bytearray(sound(length))
        if waits and len(data) > _DELAY_AT + 1 and (data[2], data[4], data[_KIND_AT]) == (
            _INPUT, _BASE, kind
        ):  # fmt: skip
            waits.clear()
            change(data)
        return bytes(data)

    vars(chip)["read"] = read


def tried(kind: int, every: int = 1, first: int = 0) -> dict[str, BitScore]:
    """Try every ``every``-th act, starting at ``first``; return the score of each sort."""
    scores: dict[str, BitScore] = {}
    with tempfile.TemporaryDirectory() as name:
        wearer = Wearer(Path(name))
        sound = _in_child(wearer, None)
        for sort, act in list(acts(kind))[first::every]:
            scores.setdefault(sort, BitScore()).add(_in_child(wearer, act), sound)
    return scores


def _in_child(wearer: Wearer, act: Act | None) -> Outcome:
    """Run one trial in a forked child, which leaves this process unchanged."""
    out, into = os.pipe()
    child = os.fork()
    if not child:
        try:
            os.write(into, json.dumps(asdict(wearer.after(act))).encode())
        finally:
            os._exit(0)
    os.close(into)
    with os.fdopen(out, "rb") as answer:
        said = answer.read()
    os.waitpid(child, 0)
    return Outcome(**json.loads(said)) if said else Outcome(True, 0, 0, 0, 0)  # it died
