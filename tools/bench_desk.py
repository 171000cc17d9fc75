"""Measure the host on one hour of running: read, replay, decode, prove, report, help.

Usage: python tools/bench_desk.py [--minutes 60] [--json]. Times are CPU seconds of one core, for
data from the synthetic runner; the goals are those of the design. This is not a test. The
documentation reads `--json > tools/measured/desk.json`.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
from leancore.coaching import prescription
from leancore.schema import settings
from leancue.recordings import recording, replay
from leancue.report import build_pdf, build_report
from leancue.runs import runlog
from leancue.runs.verify import verify
from leandevice.storage.run_archive import RunArchive

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from boards.sim.board import SimBoard  # noqa: E402 (the checkout's own simulator)
from boards.sim.motion.track import Track  # noqa: E402
from boards.sim.motion.wearer import Hinge, Run, Stand, Walk, synthesise  # noqa: E402

_PRESCRIPTION = {"patient": "bench", "baseline_cdeg": 620}


def timed(work: Callable[[], Any]) -> tuple[float, Any]:
    """CPU seconds of `work`, and its result."""
    began = time.process_time()
    result = work()
    return time.process_time() - began, result


def run_of(minutes: float) -> Track:
    """A runner who stands, bows, and runs."""
    plan = (Stand(5), Hinge(4), Stand(3), Walk(5), Run(60 * minutes, 14.0, 172, 13.0), Stand(6))
    return synthesise(plan, seed=1, rate_hz=200.0)[0]


def as_csv(track: Track, path: Path) -> None:
    """Write the track as a recording at 100 Hz."""
    rows = np.hstack([track.t_s[:, None], track.q, track.a, track.g])[::2]
    head = "t_s,qw,qx,qy,qz,ax,ay,az,gx,gy,gz"
    np.savetxt(path, rows, "%.6f", ",", header=head, comments="")


def log_of(track: Track, folder: Path) -> bytes:
    """The log that the simulated clip makes of the track."""
    folder.mkdir()
    board = SimBoard(track, folder, presses=[(1.0, 0.15), (track.duration_s - 4, 2.5)])
    app = board.app
    app.config.prescription = prescription.checked(_PRESCRIPTION)
    app.configure()
    board.wear()
    board.forward(track.duration_s + 3)
    runs = app.store.runs
    read = RunArchive(app.store).read
    return b"".join(bytes(read(run.run_id, n) or b"") for run in runs for n in range(run.pages))


def measure(minutes: float) -> dict[str, float]:
    """All figures by name; the unit is in the name."""
    track = run_of(minutes)
    found: dict[str, float] = {}
    with tempfile.TemporaryDirectory() as folder:
        csv = Path(folder) / "run.csv"
        as_csv(track, csv)
        found["read_s"], read = timed(lambda: recording.read(csv))
        plan, defaults = prescription.checked(_PRESCRIPTION), settings.checked({})
        for name, source in (("chip", 0), ("own", 1), ("both", 2)):
            again = partial(replay.replay, read, plan, defaults, orientation=source)
            spent, _ = timed(again)
            found[f"replay_{name}_x_real_time"] = read.seconds / spent
        log = log_of(track, Path(folder) / "drive")
        found["log_mb"] = len(log) / 1e6
        found["decode_s"], runs = timed(lambda: runlog.runs_of(log))
        spent, proof = timed(lambda: verify(runs[0]))
        found["verify_x_real_time"] = proof.seconds / spent
        found["differing_bytes"] = proof.differing_bytes
        found["report_s"], _ = timed(lambda: build_report(runs[0], proof))
        found["report_pdf_s"], pdf = timed(lambda: build_pdf(runs[0], proof))
        found["report_pdf_kb"] = len(pdf) / 1000
    found["help_s"] = min(_help_s() for _ in range(5))
    return found


def _help_s() -> float:
    """CPU seconds, like the other figures: an idle machine takes no longer."""
    began = os.times()
    subprocess.run([sys.executable, "-m", "leancue", "--help"], capture_output=True, check=True)
    ended = os.times()
    return (ended.children_user + ended.children_system
            - began.children_user - began.children_system)  # fmt: skip


def main() -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--minutes", type=float, default=60.0)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    found = measure(options.minutes)
    if options.json:
        rounded = {name: round(value, 4) for name, value in found.items()}
        sys.stdout.write(json.dumps(rounded, indent=1) + "\n")
    else:
        sys.stdout.writelines(f"{name:28} {value:10.3f}\n" for name, value in found.items())
    return 0


if __name__ == "__main__":
    sys.exit(main())
