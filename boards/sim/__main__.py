"""Run a simulated clip as a process: `python -m boards.sim --wearer demo`.

Prints one JSON line with the port, then stands still in real time, answering the link, until `go`
arrives on standard input; then the wearer's plan runs. Other lines: `press`, `quit`.
"""

from __future__ import annotations

import argparse
import json
import queue
import select
import sys
import tempfile
import threading
import time
from pathlib import Path

from boards.sim.board import UID, SimBoard
from boards.sim.motion.bench_motion import OnTheBench
from boards.sim.motion.motion_plans import PLANS
from boards.sim.motion.recorded_motion import read_recording
from boards.sim.motion.track import Track
from boards.sim.motion.wearer import synthesise
from boards.sim.os_ports import PtyPort, TcpPort
from boards.sim.shaker import Shaker

_SLICE_S = 0.25  # simulated time between two polls of standard input
BENCH = "bench"  # not worn: lies on a bench, to be checked
_AFTER_S = 3.0  # time for the clip to finish after the wearer
_TAP_S = 0.15
# A recording has no button presses: add a press at its start and a hold after its end.
_RECORDING_PRESSES_S = ((0.2, _TAP_S),)


class _Typed:
    """Standard input, read in a thread: Windows can only wait for sockets."""

    def __init__(self) -> None:
        self._lines: queue.SimpleQueue[str | None] = queue.SimpleQueue()
        threading.Thread(target=self._listen, daemon=True).start()

    def line(self) -> str | None:
        """The next line, "" if there is none, None at the end of input."""
        try:
            return self._lines.get_nowait()
        except queue.Empty:
            return ""

    def _listen(self) -> None:
        for line in sys.stdin:
            self._lines.put(line.strip())
        self._lines.put(None)


def main() -> int:
    """Entry point; returns the exit code."""
    options = _options()
    heard = _Typed()
    motion, presses = _wearer(options.wearer, options.seed)
    port, address = _port(options.port)
    with tempfile.TemporaryDirectory(prefix="leancue-sim-") as scratch:
        folder = Path(options.folder or scratch)
        lies = options.wearer == BENCH
        board = SimBoard(OnTheBench(seed=options.seed) if lies else motion, folder, port=port,
                         presses=presses, uid=options.uid, hello_s=options.hello_s,
                         shaker=Shaker() if lies else None)  # fmt: skip
        _say(port=address, uid=board.uid)
        _serve(board, port, motion, options.speed, heard)
    return 0


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m boards.sim", description=__doc__)
    wearers = "demo, short, mixed, bench or a recording's path"
    parser.add_argument("--wearer", default="demo", help=wearers)
    parser.add_argument("--seed", type=int, default=1, help="of the synthetic wearer")
    parser.add_argument("--speed", type=float, default=0, help="times real time; 0 = all it can")
    parser.add_argument("--port", choices=("pty", "tcp"), default="pty")
    parser.add_argument("--folder", help="the clip's drive; default: a new one, gone at the end")
    parser.add_argument("--uid", default=UID)
    parser.add_argument("--hello-s", type=float, default=0, help="how long a first hello takes")
    return parser.parse_args()


def _wearer(name: str, seed: int) -> tuple[Track, list[tuple[float, float]]]:
    if name == BENCH:
        return synthesise(PLANS["short"], seed=seed)[0], []
    if name in PLANS:
        track, _truth = synthesise(PLANS[name], seed=seed)
        return track, list(PLANS[name].pressed)
    track = read_recording(Path(name))
    return track, [*_RECORDING_PRESSES_S, (track.duration_s + 0.1, 2.5)]


def _port(kind: str) -> tuple[PtyPort | TcpPort, str]:
    """The data port, and the name by which the host opens it."""
    if kind == "pty":
        pty = PtyPort()
        return pty, pty.path
    tcp = TcpPort()
    return tcp, f"socket://{tcp.host}:{tcp.port}"


def _serve(
    board: SimBoard, port: PtyPort | TcpPort, motion: Track, speed: float, heard: _Typed
) -> None:
    """Run in real time until `go`, then the plan, then real time until `quit` or end of input."""
    while True:
        line = heard.line()
        if line in ("quit", None):
            return
        if line == "go":
            if not _play(board, motion, speed, heard):
                return
        elif line == "press":
            board.press(0.0, _TAP_S)
        _real_time(board, port)


def _play(board: SimBoard, motion: Track, speed: float, heard: _Typed) -> bool:
    """Run the wearer's plan; return False on `quit`."""
    began_s = time.monotonic()
    board.wear()
    length_s = motion.duration_s + _AFTER_S
    while board.worn_s < length_s:
        board.forward(_SLICE_S)
        if heard.line() in ("quit", None):
            return False
        ahead_s = board.worn_s / speed - (time.monotonic() - began_s) if speed else 0.0
        if ahead_s > 0:
            time.sleep(ahead_s)
    _say(over=True, simulated_s=round(board.worn_s, 3), wall_s=round(time.monotonic() - began_s, 3))
    return True


def _real_time(board: SimBoard, port: PtyPort | TcpPort) -> None:
    """Run a few passes in real time; return at once if the host wants something."""
    began_s, began_us = time.monotonic(), board.sim_clock.now_us()
    board.forward(0.02)
    if board.app.host_links.busy:
        return
    passed_s = (board.sim_clock.now_us() - began_us) / 1e6  # the last pass may go beyond
    rest_s = passed_s - (time.monotonic() - began_s)
    if rest_s > 0:  # unread input must not advance the clock
        select.select([] if port.unheard else [port], [], [], rest_s)


def _say(**facts: object) -> None:
    sys.stdout.write(json.dumps(facts) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
