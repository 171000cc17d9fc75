"""A clip's session on the emulated Pico, as a table: start, hellos, and runs pulled and proved."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path

from leancue.clip.answers import RunEntry
from leancue.clip.client import Client
from leancue.clip.exchange import Timeouts
from leancue.runs import verify
from leancue.runs.pull import pull
from leancue.runs.runlog import read_runs
from leancue.transports.tcp_socket import SocketTransport

from tools.flashmodel import image as images
from tools.rp2040.circuitpython import drive
from tools.rp2040.circuitpython.board import Board, Event
from tools.rp2040.circuitpython.firmware import boot_rom, firmware
from tools.rp2040.emulator import EmulatorError

HEAP_EVERY_MS = 6000
START_LIMIT_S = 40.0
# The emulator may be ten times slower than real time, so the host's timeouts are longer.
TIMEOUTS = Timeouts(answer_timeout_s=60.0, tries=2, hello_s=120.0)
WRITE_TIMEOUT_S = 120.0
BETWEEN_S = 0.2  # time for which a port stays closed
GAME_VECTOR, FORCE, RATE = 8, 1, 2
PULL_IN_RUN_S = 14.0  # after the wearer began
MARGIN_S, LEAST_S = 1.0, 40.0  # window for idle share and erases: before the stop, least length
Say = Callable[[str], None]


def run(given: Path, rom: Path | None, built: Path, say: Say) -> bool:
    """Run the session and ``say`` the table; return whether each run was proved. EmulatorError."""
    if images.missing() or shutil.which("node") is None:
        raise EmulatorError("Programs are missing. Type: apt install nodejs dosfstools mtools")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "rom.bin").write_bytes(boot_rom(rom))
        (folder / "firmware.bin").write_bytes(firmware(given))
        drive.make(folder / "drive.img", HEAP_EVERY_MS)
        drive.wearer(folder / "motion.f32")
        with Board(folder, built) as board:
            return _session(board, folder, say)


def _session(board: Board, folder: Path, say: Say) -> bool:
    for report in (GAME_VECTOR, FORCE, RATE):
        ready = board.wait("feature", START_LIMIT_S, id=report)["t"]
    board.wait_until(lambda: _when(board, "started"), START_LIMIT_S, "the start")
    say(f"power-on to code.py          {_when(board, 'code'):8.2f} s")
    say(f"power-on to ready            {ready:8.2f} s")
    for moment in ("first", "second"):
        say(f"{moment + ' hello':29}{_hello(board):8.2f} s")
    go_s = board.now_s
    board.do("go")
    board.sleep_until(go_s + drive.TAP_AT_S)
    board.do(f"press {drive.TAP_S}")
    board.sleep_until(go_s + PULL_IN_RUN_S)
    said = [_pulled(board, folder / "during", "in the run", say)]
    say(while_running(board, go_s))
    board.sleep_until(go_s + drive.END_AT_S)
    board.do(f"press {drive.HOLD_S}")
    board.sleep_until(go_s + drive.END_AT_S + drive.HOLD_S + 2)
    said.append(_pulled(board, folder / "after", "after it", say))
    for at_s, moment, free_bytes in board.heap():
        say(f"heap free, {moment:17} {free_bytes:8} B at {at_s:.1f} s")
    return all(said)


def while_running(board: Board, go_s: float) -> str:
    """Return the cost of a run without a host, measured while the wearer runs, not at rest."""
    before = board.spent
    board.sleep_until(go_s + drive.RUN_STOPS_S - MARGIN_S)
    passed_s = board.spent["t"] - before["t"]
    if passed_s < LEAST_S:
        raise EmulatorError(f"Only {passed_s:.1f} s of running are left behind the pull.")
    return _of_the_time(before, board.spent, passed_s)


def _of_the_time(before: Event, now: Event, passed_s: float) -> str:
    """Return what the chip did between two moments of a run, without a host."""
    idle_percent = 100 * (now["idle"] - before["idle"]) / passed_s
    erases = 60 * (now["erases"] - before["erases"]) / passed_s
    return (
        f"in {passed_s:.1f} s of the run      {idle_percent:8.1f} % idle at {now['mhz']:g} MHz, "
        f"{erases:.0f} erases a minute"
    )


def _when(board: Board, moment: str) -> float:
    """Return the emulated seconds from power-on to ``moment``, 0 if it has not come."""
    return next((at_s for at_s, name, _free in board.heap() if name == moment), 0.0)


def _client(board: Board) -> Client:
    port = board.wait("listening", START_LIMIT_S, port=1)["tcp"]
    name = f"{SocketTransport.SCHEME}127.0.0.1:{port}"
    return Client(SocketTransport(name, write_timeout_s=WRITE_TIMEOUT_S), TIMEOUTS)


def _hello(board: Board) -> float:
    """Return the emulated seconds from opening the port to the first byte of the answer."""
    board.sleep_until(board.now_s + BETWEEN_S)
    before = len(_times(board, "answered"))
    with _client(board) as client:
        client.hello()
    # The emulator's events may arrive after the data of its port.
    limit_s = board.now_s + START_LIMIT_S
    board.wait_until(lambda: len(_times(board, "answered")) > before, limit_s, "the hello")
    return _times(board, "answered")[-1] - _times(board, "opened")[-1]


def _times(board: Board, what: str) -> list[float]:
    return [float(event["t"]) for event in board.events if event["what"] == what]


def _pulled(board: Board, folder: Path, when: str, say: Say) -> bool:
    """Pull the last run and prove it; return whether it was proved."""
    begin_s = board.now_s
    with _client(board) as client:
        uid = client.hello().uid
        runs: list[RunEntry] = client.runs()
        if not runs:
            say(f"pulled {when:22} nothing: no run was begun")
            return False
        got = pull(client, uid, runs[-1], folder)
    took_s = board.now_s - begin_s
    found = [verify.verify(one) for one in read_runs(got.path)]
    say(f"pulled {when:22}{took_s:8.2f} s; {'; '.join(map(str, found))}")
    return bool(found) and all(one.proved for one in found)
