"""Robustness of the link: damaged frames, interrupted pulls, and the rate over a pseudo terminal.

Usage: python tools/bench_wire.py [fuzz|cut|rate ...] [--frames N] [--stride N] [--full] [--keep]
Without a name all three; with --full 10 million frames and every byte offset; with --keep the
results go to tools/measured/wire.json, from which the documentation is written.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import statistics
import subprocess
import sys
import time
from dataclasses import asdict
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
MEASURED = ROOT / "tools" / "measured" / "wire.json"
sys.path[:0] = [str(ROOT / folder) for folder in ("shared", "device/lib", "host", ".")]

from leancore.runlog.pages import PAGE_BYTES  # noqa: E402 (found only through the paths above)

from tools.wire import cutting, damage  # noqa: E402
from tools.wire import rate as rates  # noqa: E402
from tools.wire.cable import FULL_SPEED_BYTES_PER_S  # noqa: E402

PART_FRAMES, FULL_FRAMES = 20_000, 10_000_000
OTHER_SHARE = 20  # one frame in so many is also tried on the other interpreter
RUN_PAGES = 256  # 1 MB
RATE_TRIES = 5
Found = tuple[bool, dict[str, Any]]


def say(line: str) -> None:
    """Print a result at once."""
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


def fuzz(frames: int) -> Found:
    """Mutated and truncated frames through both decoders."""
    began_s = time.monotonic()
    scores = {"CPython": damage.run(frames, seed=1, jobs=os.cpu_count() or 1)}
    micropython = shutil.which("micropython", path=str(Path(sys.executable).parent)) or ""
    if micropython:
        scores["MicroPython"] = _fuzz_other(micropython, max(1, frames // OTHER_SHARE))
    else:
        say("fuzz, MicroPython: not installed")
    for name, score in scores.items():
        say(f"fuzz, {name}: {score}")
    say(f"fuzz: {time.monotonic() - began_s:.0f} s")
    good = all(score.good for score in scores.values())
    return good, {name: asdict(score) for name, score in scores.items()}


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


def cut(pages: int, stride: int) -> Found:
    """A pull of this many pages, cut at every ``stride``th byte of the stream, then resumed."""
    began_s = time.monotonic()
    jobs = os.cpu_count() or 1
    tried, wrong = cutting.run_all(pages, jobs) if stride == 1 else cutting.run(pages, stride, jobs)
    took_s = time.monotonic() - began_s
    say(f"cut: {tried} cuts of a pull of {pages * PAGE_BYTES} bytes, {wrong} after which the run "
        f"is not identical ({took_s:.0f} s)")  # fmt: skip
    found = {"bytes": pages * PAGE_BYTES, "stride": stride, "tried": tried, "wrong": wrong}
    return wrong == 0, found


def rate() -> Found:
    """A pull over a pseudo terminal, compared with a raw copy of as many bytes over the same."""
    found = {}
    for name, pace in (("usb", FULL_SPEED_BYTES_PER_S), ("bare", 0)):
        pairs = [
            (rates.raw_bytes_per_s(RUN_PAGES, pace), rates.pull_bytes_per_s(RUN_PAGES, pace))
            for _ in range(RATE_TRIES)
        ]
        raw, pulled = (statistics.median(column) for column in zip(*pairs, strict=True))
        share = statistics.median(pulled / raw for raw, pulled in pairs)
        found[name] = {"raw_bytes_per_s": raw, "pull_bytes_per_s": pulled, "share": share}
        say(f"rate, {name}: raw {raw / 1e6:.2f} MB/s, pull {pulled / 1e6:.2f} MB/s, {share:.0%} "
            f"(medians of {RATE_TRIES})")  # fmt: skip
    return found["usb"]["share"] >= 0.8, found


def keep(found: dict[str, Any]) -> None:
    """Add the results to those measured before."""
    before = json.loads(MEASURED.read_text("utf-8")) if MEASURED.exists() else {}
    MEASURED.write_text(json.dumps({**before, **found}, indent=1) + "\n", "utf-8")


def main() -> int:
    """Run the named benches; 1 if one misses its goal."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("names", nargs="*", choices=["fuzz", "cut", "rate", []], default=[])
    parser.add_argument("--frames", type=int, default=PART_FRAMES)
    parser.add_argument("--stride", type=int, default=9973, help="of the offsets of cuts")
    parser.add_argument("--pages", type=int, default=RUN_PAGES, help="of the run that is cut")
    parser.add_argument("--full", action="store_true", help="10 million frames, every offset")
    parser.add_argument("--keep", action="store_true", help="write tools/measured/wire.json")
    options = parser.parse_args()
    benches = {
        "fuzz": lambda: fuzz(FULL_FRAMES if options.full else options.frames),
        "cut": lambda: cut(options.pages, 1 if options.full else options.stride),
        "rate": rate,
    }
    results = {name: benches[name]() for name in options.names or benches}
    if options.keep:
        keep({name: found for name, (_, found) in results.items()})
    return 0 if all(good for good, _ in results.values()) else 1


if __name__ == "__main__":
    sys.exit(main())
