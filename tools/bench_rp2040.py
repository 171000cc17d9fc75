"""Time and heap of the clip's program on an emulated RP2040.

Usage: python -m tools.bench_rp2040 build [--source FILE] | heap | map | time | all [--folder F]
       python -m tools.bench_rp2040 session [--cycles N] [--cut BYTES]
       python -m tools.bench_rp2040 circuitpython --firmware FILE --bootrom FILE
MicroPython with CircuitPython's options runs on rp2040js, which counts cycles. ``build`` fetches
and compiles what is needed (half a minute); ``all`` measures, prints and writes
`tools/measured/device.json`, from which `write_docs.py` writes the documentation (2 minutes).
``session`` runs the heap's session on the same interpreter built for this computer in 32 bits,
which is faster than the chip; it needs gcc, on 64 bits gcc-multilib. ``circuitpython`` runs the
installed program on a CircuitPython for the Pico that you provide (UF2 or BIN): start, desk, heap,
a run pulled and proved (some minutes).
"""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
MEASURED = ROOT / "tools" / "measured" / "device.json"
FOLDER = Path.home() / ".cache" / "leancue-rp2040"
sys.path[:0] = [str(ROOT)]

from tools.rp2040 import build, measure, native, report  # noqa: E402 (found only through the path above)
from tools.rp2040.circuitpython import session  # noqa: E402
from tools.rp2040.emulator import STARTED_MHZ, EmulatorError, run  # noqa: E402

FUNCTIONS = 40  # that are printed
# Besides the usual run: name, description, the processor's rate, options of the run.
RUNS: tuple[tuple[str, str, int, dict[str, Any]], ...] = (
    ("together", "with the reports of a sample in one cargo", measure.RATED_MHZ,
     {"TOGETHER": True}),
    ("hundred", "three cargos, 100 samples a second", measure.RATED_MHZ, {"SAMPLE_MS": 10}),
    ("desk", "three cargos, a desk comes in the run", measure.RATED_MHZ, {"DESK": True}),
    ("started", "three cargos, as the chip starts and as it is behind a crash", STARTED_MHZ, {}),
)  # fmt: skip


def say(line: str) -> None:
    """Print a result at once."""
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


def heap(
    folder: Path, cycles: int = 1, cut_bytes: int = 0, on: measure.Runs = run
) -> dict[str, Any]:  # fmt: skip
    """Measure and print the heap in ``cycles`` sessions, with ``cut_bytes`` less than on a clip."""
    found = measure.heap(folder, cycles, cut_bytes, on)
    say(f"{found['session_s']} s of the clip's time, {cycles} visits of a desk")
    for name, row in found["moments"].items():
        say(f"{row['used_bytes']:7} B used {row['free_bytes']:7} free {row['largest_bytes']:7} "
            f"in one piece  {name}")  # fmt: skip
    for unit, count in found["modules_bytes"].items():
        say(f"{count:7} B  {unit}")
    misses = measure.heap_misses(found)
    for miss in misses:
        say(f"MISSED: {miss}")
    found["misses"] = misses
    return found


def time(folder: Path) -> dict[str, Any]:
    """Measure and print a run and the calibration."""
    known = measure.calibration(folder)
    for row in known:
        say(f"{row['measured_us']:7.1f} us, known {row['known_us']:5.1f} us  {row['what']}")
    found, calls = measure.time(folder)
    say(f"three cargos a sample, {found['mhz']} MHz: calls, mean us, share in the function alone")
    for name, count, us in report.own(calls)[:FUNCTIONS]:
        share = us / found["elapsed_s"] / 1e4
        say(f"{count:6} {us / count:7.0f} {share:5.1f} %  {name}")
    say(json.dumps(found, indent=1))
    runs = {"time": found}
    for name, what, mhz, options in RUNS:
        runs[name], _calls = measure.time(folder, mhz, **options)
        say(f"{what}, {mhz} MHz")
        say(json.dumps(runs[name], indent=1))
    return {"calibration": known, **runs}


def main() -> int:
    """Build or measure."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("do", choices=("build", "heap", "map", "session", "time", "all",
                                       "circuitpython"))  # fmt: skip
    parser.add_argument("--folder", type=Path, default=FOLDER, help="for what is built")
    parser.add_argument("--cycles", type=int, default=1, help="heap, session: visits of a desk")
    parser.add_argument("--cut", type=int, default=0, help="the same: bytes less than a clip has")
    parser.add_argument("--source", type=Path, help="MicroPython's archive; else by apt-get source")
    parser.add_argument("--firmware", type=Path, help="CircuitPython for the Pico: UF2 or BIN")
    parser.add_argument("--bootrom", type=Path, help="the RP2040's boot ROM, 16 kB")
    asked = parser.parse_args()
    try:
        return _do(asked)
    except EmulatorError as error:
        sys.stderr.write(f"{error}\n")
        return 1


def _do(asked: argparse.Namespace) -> int:
    folder = asked.folder.expanduser()
    if asked.do == "build":
        build.build(folder, asked.source)
    elif asked.do == "heap":
        return 1 if heap(folder, asked.cycles, asked.cut)["misses"] else 0
    elif asked.do == "session":
        build.native(folder, asked.source)
        return 1 if heap(folder, asked.cycles, asked.cut, native.run)["misses"] else 0
    elif asked.do == "map":
        say("\n".join(measure.heap_map(folder, asked.cycles, asked.cut)))
    elif asked.do == "time":
        time(folder)
    elif asked.do == "circuitpython":
        if asked.firmware is None:
            raise EmulatorError("Which firmware? Give --firmware FILE.")
        return 0 if session.run(asked.firmware, asked.bootrom, folder, say) else 1
    else:
        whole = {"heap": heap(folder), **time(folder)}
        MEASURED.write_text(json.dumps(whole, indent=1) + "\n", "utf-8")
        return 1 if whole["heap"]["misses"] else 0
    return 0


if __name__ == "__main__":
    sys.exit(main())
