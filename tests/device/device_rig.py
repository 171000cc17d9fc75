"""The clip on the simulated board with its wearer, and a connected desk."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import image_rig
from leancore.coaching import prescription
from leancore.link import framing
from leancore.link import messages as m
from leancore.runlog.log_reading import unpacked
from leancue.runs.runlog import Run, read_runs
from leandevice.storage.run_store import PATH

from boards.sim.board import SimBoard
from boards.sim.motion.motion_plans import PLANS
from boards.sim.motion.track import Track
from boards.sim.motion.wearer import synthesise
from boards.sim.parts import Pulse

NEAR_WRAP_MS = (1 << 29) - 100  # ticks of a clock that wraps within the test
FAULT_BUZZ_MS = 700
# Of the plan "short": when the wearer runs, when with too little lean, when the plan is over.
RUN_S, SLACK_S, SLACK_END_S, RUN_END_S, OVER_S = 18.0, 33.0, 48.0, 63.0, 78.0


class Still:
    """Stands still for ever, upright."""

    def at(self, t_s: float) -> tuple[float, ...]:
        return (0.7071, 0.7071, 0.0, 0.0, 0.0, 9.81, 0.0, 0.0, 0.0, 0.0)


def short_track() -> Track:
    return synthesise(PLANS["short"], seed=1)[0]


def clip(folder: Path, motion: Any = None, prescribed: bool = True, **options: Any) -> SimBoard:
    """A clip that runs the image; ``prescribed``: its wearer's own lean is known, so it cues."""
    folder.mkdir(exist_ok=True)
    board = SimBoard(motion or Still(), folder, **{"code": image_rig.code(), **options})
    board.forward(0.5)  # it says that it is alive
    if prescribed:
        board.app.config.prescription = prescription.checked(
            {"patient": "P01", "baseline_cdeg": 620}
        )
        board.app.config.save()
        board.app.configure()
    return board


def worn(folder: Path, motion: Track, **options: Any) -> SimBoard:
    """A prescribed clip whose wearer has begun the plan "short"."""
    board = clip(folder, motion, presses=PLANS["short"].pressed, **options)
    board.wear()
    return board


def until(board: SimBoard, worn_s: float) -> None:
    """Let the wearer go on until so many seconds of the plan."""
    board.forward(worn_s - board.worn_s)


def felt(board: SimBoard, from_s: float = 0.0, to_s: float = 1e9) -> list[Pulse]:
    """Pulses that began between two moments of the plan, in ms of the plan."""
    offset_ms = board.sim_clock.now_ms() - round(board.worn_s * 1000)
    shifted = [Pulse(p.start_ms - offset_ms, p.end_ms - offset_ms, p.strength)
               for p in board.coin.pulses]  # fmt: skip
    return [pulse for pulse in shifted if from_s * 1000 <= pulse.start_ms < to_s * 1000]


def cues(board: SimBoard, from_s: float = RUN_S + 3, to_s: float = RUN_END_S) -> list[Pulse]:
    """Pulses felt while running, the fault's rough buzz and the tick of the start apart."""
    return [pulse for pulse in felt(board, from_s, to_s)
            if abs(pulse.end_ms - pulse.start_ms - FAULT_BUZZ_MS) > 20]  # fmt: skip


def logged(board: SimBoard) -> list[Run]:
    """The runs in the clip's log, as the desk reads them."""
    return read_runs(board.flash.real_path(PATH))


class Desk:
    """A desk that speaks frames over the clip's port and lets the clip run meanwhile."""

    def __init__(self, board: SimBoard) -> None:
        self.board = board
        self.receiver = framing.Receiver()
        self.frames: list[tuple[int, int, bytes]] = []
        self.sequence = 0

    def send(self, kind: int, payload: bytes) -> int:
        self.sequence = (self.sequence + 1) & 0xFF
        self.board.port.host_write(framing.encode(kind, self.sequence, payload))
        return self.sequence

    def listen(self, seconds: float = 0.1) -> list[tuple[int, int, bytes]]:
        """The frames that come within ``seconds``."""
        heard = []
        for _ in range(max(1, round(seconds / 0.02))):
            self.board.forward(0.02)
            heard += self.receiver.feed(self.board.port.host_read())
        return heard

    def ask(self, kind: int, request: Any = None, seconds: float = 0.2) -> tuple[int, Any]:
        """(kind, answer) of the one frame that answers; asserts that it is one, and short."""
        sequence = self.send(kind, json.dumps(request or {}).encode())
        answers = [frame for frame in self.listen(seconds)
                   if frame[1] == sequence and frame[0] != m.STREAM]  # fmt: skip
        assert len(answers) == 1
        assert len(answers[0][2]) <= framing.MAX_CONTROL
        return answers[0][0], json.loads(answers[0][2])

    def pages(self, run: int, first: int, count: int) -> dict[int, bytes]:
        """Pages by number, as one request gives them."""
        self.send(m.PAGES, json.dumps({"run": run, "from": first, "count": count}).encode())
        got = {}
        for kind, _sequence, payload in self.listen(3.0):
            assert kind == m.PAGES | m.ANSWER
            if len(payload) > 8:
                got[int.from_bytes(payload[4:8], "little")] = unpacked(payload[8:])
        return got
