"""The product's interface for the golden results: only what a user can do.

No other file of the golden results imports the product's modules.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any
from unittest.mock import patch

import numpy as np
import numpy.typing as npt
from leancore.coaching import prescription
from leancore.schema import settings
from leancue import report
from leancue.clip.client import Client
from leancue.export import run_export
from leancue.prescriptions import prescription_file
from leancue.recordings import recording
from leancue.recordings import replay as replays
from leancue.runs.pull import pull
from leancue.runs.runlog import read_runs
from leancue.runs.verify import verify
from leancue.transports.base import Transport

from boards.sim.board import SimBoard
from boards.sim.motion import wearer
from boards.sim.ports import MemoryPort

__all__ = ["Clip", "Integers", "SOURCES", "exported", "motion", "replay", "reported", "wearer"]

SOURCES = ("chip", "own", "both")  # of the orientation, as `leancue replay --orientation`
Integers = npt.NDArray[np.int64]
Window = tuple[float, float]
_PASS_S = 0.02
_AFTER_S = 3.0  # for the clip to finish after its wearer
_SENSOR = np.repeat([1 << 14, 1 << 8, 1 << 9], (4, 3, 3))
_MOST = np.repeat([32767, 20090, 17872], (4, 3, 3))


def motion(
    plan: wearer.Plan, runner: wearer.Runner, seed: int, rate_hz: int
) -> tuple[Integers, Integers]:
    """Return a wearer's samples: times [n] in ms, sensor integers [n, 10] of q, a and g."""
    track, _truth = wearer.synthesise(plan, runner, seed, float(rate_hz))
    values = np.hstack([track.q, track.a, track.g]) * _SENSOR
    t_ms = np.arange(len(values)) * 1000 // rate_hz
    return t_ms, np.clip(np.rint(values), -_MOST, _MOST).astype(np.int64)


def replay(
    path: Path, out: Path, source: str, stand: Any = None, hinge: Window | None = None,
    prescribed: str = "", session: int = 0,
) -> str:  # fmt: skip
    """Replay a recording as `leancue replay` does; its files are in ``out`` afterwards.

    Return the vertical of LeanCue's own orientation as CSV, in integers (Q14, sensor frame);
    orientation.csv is derived from it with square roots.
    """
    values = prescription_file.loads(prescribed) if prescribed else prescription.default()
    made = replays.replay(
        recording.read(path), values, settings.checked({}), stand, hinge, session,
        SOURCES.index(source),
    )  # fmt: skip
    replays.write_replay(made, out)
    rows = zip(made.recording.t_ms.tolist(), made.own_up.tolist(), strict=False)
    return "t_ms,x,y,z\n" + "".join(f"{t},{x},{y},{z}\n" for t, (x, y, z) in rows)


class Cable(Transport):
    """A transport to a board in memory, whose time advances only while the host waits."""

    name = "a cable in memory"

    def __init__(self, board: SimBoard, port: MemoryPort) -> None:
        self._board, self._port = board, port

    def write(self, data: bytes) -> None:
        """See Transport."""
        self._port.host_write(data)

    def read(self, timeout_s: float) -> bytes:
        """See Transport."""
        self._board.forward(_PASS_S)
        return self._port.host_read()

    def close(self) -> None:
        """Do nothing: there is nothing to release."""


class Clip:
    """A simulated clip, given its prescription over the wire and worn through a plan."""

    def __init__(
        self, folder: Path, plan: wearer.Plan, runner: wearer.Runner, seed: int, prescribed: str
    ) -> None:
        port = MemoryPort()
        track, _truth = wearer.synthesise(plan, runner, seed)
        self.seconds = track.duration_s + _AFTER_S
        self._folder = folder
        drive = folder / "drive"
        drive.mkdir()
        self.board = SimBoard(track, drive, port=port, presses=plan.pressed)
        self.board.forward(0.5)
        self._client = Client(Cable(self.board, port))
        self._uid = self._greet()
        if prescribed:
            self._client.set_prescription(prescription_file.loads(prescribed))
        self._worn_ms = self.board.sim_clock.now_ms()
        self.board.wear()

    def _greet(self) -> str:
        with patch("time.time", return_value=0.0):  # a host whose clock was never set
            return self._client.hello().uid

    def forward_to(self, worn_s: float) -> None:
        """Advance to ``worn_s`` seconds of the plan."""
        self.board.forward(worn_s - self.board.worn_s)

    def pulses(self) -> list[tuple[int, int, int]]:
        """Return the motor's pulses: start, end (ms since the plan began), strength in percent."""
        return [
            (p.start_ms - self._worn_ms, p.end_ms - self._worn_ms, round(100 * p.strength))
            for p in self.board.coin.pulses
            if p.start_ms >= self._worn_ms
        ]

    def pulled(self) -> list[Path]:
        """Pull the runs of the clip; return their files."""
        return [
            pull(self._client, self._uid, run, self._folder / "runs").path
            for run in self._client.runs()
        ]


def exported(run_file: Path, kind: str) -> bytes:
    """Return a run in the format ``kind``, as `leancue export` writes it."""
    (run,) = read_runs(run_file)
    return run_export.FORMATS[kind](run, 0, ())


def reported(run_file: Path) -> str:
    """Return the report of a run with its proof, as HTML."""
    (run,) = read_runs(run_file)
    return report.build_report(run, verify(run))
