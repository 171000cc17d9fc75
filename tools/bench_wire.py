"""What the wire stands: damaged frames, pulls cut anywhere, and the rate over a pseudo terminal.

Usage: python tools/bench_wire.py [fuzz|cut|rate ...] [--frames N] [--stride N] [--full]
Without a name all three; with --full 10 million frames and every byte offset.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT / folder) for folder in ("shared", "device/lib", "host", ".")]

from leancore.pages import PAGE_BYTES  # noqa: E402 (found only through the paths above)
from leancue.client import Client  # noqa: E402
from leancue.pull import pull  # noqa: E402
from leancue.transport import open_transport  # noqa: E402

from tools.wire import cutting, damage  # noqa: E402

PART_FRAMES, FULL_FRAMES = 20_000, 10_000_000
OTHER_SHARE = 20  # one frame in so many is tried on the other interpreter too
RUN_PAGES = 256  # 1 MB


def say(line: str) -> None:
    """Tell a result at once."""
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


def fuzz(frames: int) -> bool:
    """Mutated and truncated frames through both decoders."""
    began_s = time.monotonic()
    here = damage.run(frames, seed=1, jobs=os.cpu_count() or 1)
    say(f"fuzz, CPython: {here} ({time.monotonic() - began_s:.0f} s)")
    micropython = shutil.which("micropython", path=str(Path(sys.executable).parent)) or ""
    if not micropython:
        say("fuzz, MicroPython: not installed")
        return here.good
    other = _fuzz_other(micropython, max(1, frames // OTHER_SHARE))
    say(f"fuzz, MicroPython: {other}")
    return here.good and other.good


def _fuzz_other(micropython: str, frames: int) -> damage.Score:
    environment = {**os.environ, "MICROPYPATH": os.pathsep.join(
        (str(ROOT / "shared"), str(ROOT / "tools" / "wire"), ".frozen"))}  # fmt: skip
    script = ROOT / "tools" / "wire" / "damage_other.py"
    done = subprocess.run(
        [micropython, "-X", "heapsize=16M", str(script), str(frames)],
        env=environment, capture_output=True, text=True, check=False,
    )  # fmt: skip
    if done.returncode:
        return damage.Score(frames, crashes=1, note=done.stderr.strip()[-200:])
    return damage.Score(**json.loads(done.stdout))


def cut(pages: int, stride: int) -> bool:
    """A pull of so many pages cut at every ``stride``th byte of the stream, then resumed."""
    began_s = time.monotonic()
    tried, wrong = cutting.run(pages, stride, os.cpu_count() or 1)
    took_s = time.monotonic() - began_s
    say(f"cut: {tried} offsets of a pull of {pages * PAGE_BYTES} bytes, {wrong} not identical "
          f"after the resume ({took_s:.0f} s)")  # fmt: skip
    return wrong == 0


def rate() -> bool:
    """A pull over a pseudo terminal against a raw copy of as many bytes over the same."""
    shares = []
    for _ in range(5):
        raw = _raw_rate()
        pulled = _pull_rate()
        shares.append(pulled / raw)
        say(f"rate: raw {raw / 1e6:.2f} MB/s, pull {pulled / 1e6:.2f} MB/s, {pulled / raw:.0%}")
    middle = sorted(shares)[len(shares) // 2]
    say(f"rate: the pull has {middle:.0%} of the raw copy's (median of {len(shares)})")
    return middle >= 0.8


def _raw_rate() -> float:
    """Bytes a second of a plain copy through the port class of the board and that of the desk."""
    from boards.sim.os_ports import PtyPort

    port = PtyPort()
    data = os.urandom(RUN_PAGES * PAGE_BYTES)

    def send() -> None:
        view, at = memoryview(data), 0
        while at < len(view):
            sent = port.write(view[at : at + 4096])
            at += sent
            if not sent:
                time.sleep(1e-4)

    with open_transport(port.path) as desk:
        sender = threading.Thread(target=send)
        began_s = time.monotonic()
        sender.start()
        got = 0
        while got < len(data):
            got += len(desk.read(1.0))
        took_s = time.monotonic() - began_s
        sender.join()
    port.close()
    return len(data) / took_s


def _pull_rate() -> float:
    """Bytes of log a second that a pull from a simulated clip in its own process gives."""
    from leancue.simulator import Simulator

    with tempfile.TemporaryDirectory() as folder:
        drive = Path(folder) / "drive"
        drive.mkdir()
        (drive / "leancue.log").write_bytes(
            b"".join(cutting.made_pages(RUN_PAGES)) + bytes(16 * PAGE_BYTES)
        )
        with Simulator("short", folder=str(drive)) as simulator:  # noqa: SIM117
            with Client(open_transport(simulator.port)) as client:
                hello = client.hello()
                (run,) = client.runs()
                began_s = time.monotonic()
                done = pull(client, hello.uid, run, Path(folder) / "runs")
                took_s = time.monotonic() - began_s
        return done.path.stat().st_size / took_s


def main() -> int:
    """Run the benches that are named; 1 if one misses its goal."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("names", nargs="*", choices=["fuzz", "cut", "rate", []], default=[])
    parser.add_argument("--frames", type=int, default=PART_FRAMES)
    parser.add_argument("--stride", type=int, default=9973, help="of the offsets of cuts")
    parser.add_argument("--pages", type=int, default=RUN_PAGES, help="of the run that is cut")
    parser.add_argument("--full", action="store_true", help="10 million frames, every offset")
    options = parser.parse_args()
    names = options.names or ["fuzz", "cut", "rate"]
    benches = {
        "fuzz": lambda: fuzz(FULL_FRAMES if options.full else options.frames),
        "cut": lambda: cut(options.pages, 1 if options.full else options.stride),
        "rate": rate,
    }
    return 0 if all([benches[name]() for name in names]) else 1


if __name__ == "__main__":
    sys.exit(main())
