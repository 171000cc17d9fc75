"""Run the fault suite and record the result of each fault for the table of `write_docs.py`.

Usage: python tools/fault_table.py [--jobs 2]. Writes `tools/measured/faults.json`; exits with 1
where a limit of `LIMITS` is missed.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
MEASURED = ROOT / "tools" / "measured" / "faults.json"
sys.path[:0] = [str(ROOT / room) for room in ("shared", "device/lib", "host", ".")]

from leancore.schema import faults  # noqa: E402 (found only through the paths above)

from tools.faults.faults import FAULTS  # noqa: E402
from tools.faults.trial import Result, tried  # noqa: E402
from tools.faults.watch import LATE_MS  # noqa: E402

RECOVERY_MS = 2000
RESET_RECOVERY_MS = 1500
OLDEST_CUE_MS = 250
LONGEST_PULSE_MS = 1500
# While a transfer hangs, at most a second, the program is blocked and no pulse can end.
HANG_MS = 1000


def main() -> int:
    """Run the command line; return 1 if a limit is missed."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--jobs", type=int, default=2, help="processes")
    with ProcessPoolExecutor(parser.parse_args().jobs) as pool:
        results = list(pool.map(trial, range(len(FAULTS))))
    rows = [result.as_json() for result in results]
    MEASURED.write_text(json.dumps(rows, indent=1) + "\n", "utf-8")
    missed = [f"{result.name}: {what}" for result in results for what in misses(result)]
    for line in [*map(str, results), *missed]:
        sys.stdout.write(line + "\n")
    return 1 if missed else 0


def trial(number: int) -> Result:
    """Run the trial of one of FAULTS on a drive of its own."""
    with tempfile.TemporaryDirectory() as folder:
        return tried(FAULTS[number], Path(folder))


def misses(result: Result) -> list[str]:
    """Return descriptions of the limits that a result misses."""
    limit_ms = RESET_RECOVERY_MS if "reset" in result.name else RECOVERY_MS
    hang_ms = HANG_MS if "wedged" in result.name else 0
    oldest_ms = OLDEST_CUE_MS + hang_ms
    checks = (
        (result.recovery_ms <= limit_ms, f"recovered after {result.recovery_ms} ms"),
        (result.oldest_cue_ms <= oldest_ms, f"a cue from {result.oldest_cue_ms} ms old data"),
        (result.overrun_ms <= LATE_MS + hang_ms, f"a pulse {result.overrun_ms} ms too long"),
        (result.lean_off_cdeg <= result.lean_most_cdeg, f"lean off by {result.lean_off_cdeg} cdeg"),
        (not result.wanted or result.wanted in result.noticed, "not noticed"),
        (not result.unlogged or faults.LOG_FULL in result.noticed, f"{result.unlogged} unlogged"),
        (faults.PROGRAM not in result.noticed or result.wanted == faults.PROGRAM, "an error"),
        (result.longest_pulse_ms <= LONGEST_PULSE_MS, f"{result.longest_pulse_ms} ms of motor"),
        (result.motor_off, "the motor runs"),
        (result.differing_bytes == 0, f"{result.differing_bytes} differing bytes"),
        (result.proved, "not proved"),
    )
    return [what for kept, what in checks if not kept]


if __name__ == "__main__":
    sys.exit(main())
