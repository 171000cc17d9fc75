"""Measurements on the emulated RP2040, as stored in ``device.json``."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from leandevice.power.processor_rate import RATED_HZ

from tools.rp2040 import report
from tools.rp2040.emulator import Done, EmulatorError, Job, run
from tools.rp2040.program import UNITS

Runs = Callable[[Path, Job], Done]

# Time of a whole pass on CircuitPython, including its work at each tick, over that of the rig.
# Measured with CircuitPython 10.3 itself in the emulator (see tools/README.md).
FACTOR = 1.2
RATED_MHZ = RATED_HZ["RP2040"] // 1_000_000
# The heap of a stock CircuitPython 10.3 on the Pico when fully grown: all its pieces.
POOL_BYTES = 154_688
# Share of a piece's tables (2 bits per block, 1 for finalisers), and size of its head.
_TABLES, _HEADS_BYTES = 3 / 128, 6 * 48
_ROOMY_BYTES = 400 * 1024
LOG_PAGES = 2048  # of the largest drive; two of them hold the log's origin
FREE_BYTES, LARGEST_BYTES = 20_000, 8_000  # at every moment
START_S, CYCLE_S = 60, 240  # of emulated time at most
USED, FREE, LARGEST, LATE = range(4)
MOMENTS = ("loaded", "started", "run open, raw on", "run open, desk pulling", "desk pulling",
           "desk gone")  # fmt: skip


def calibration(folder: Path) -> list[dict[str, Any]]:
    """Return CircuitPython's known times beside those of the rig, before the factor."""
    rows = run(folder, Job("calibration.py", _ROOMY_BYTES)).said["rows"]
    return [{"what": what, "known_us": known, "measured_us": round(us, 1)}
            for what, known, us in rows]  # fmt: skip


def heap(folder: Path, cycles: int = 1, cut_bytes: int = 0, on: Runs = run) -> dict[str, Any]:
    """Return the heap at each moment of a session of ``cycles``, on the stock heap.

    ``on``: what runs it; ``native.run`` for sessions of hours. ``cut_bytes``: subtracted from the
    stock heap. ``lost``: lines printed by the program, MemoryErrors first.
    """
    done = _whole_session(folder, on, cycles, cut_bytes)
    said = done.said
    sizes = dict(zip(UNITS, said["sizes"], strict=True))
    return {
        "heap_bytes": POOL_BYTES - cut_bytes,
        "slots": LOG_PAGES - 2,
        "cycles": cycles,
        "session_s": said["session_s"],
        "moments": {name: _row(said[name], said["own"]) for name in MOMENTS if name in said},
        "lost": done.lines,
        "driver_leaves_bytes": said["driver"],
        "names": said["names"][0],
        "names_bytes": said["names"][1],
        "modules_bytes": dict(sorted(sizes.items(), key=lambda row: -row[1])),
    }


def heap_map(folder: Path, cycles: int = 1, cut_bytes: int = 0) -> list[str]:
    """Return the heap after such a session, a letter per block of 16 bytes (as in ``gc.c``)."""
    return _whole_session(folder, run, cycles, cut_bytes, MAP=True).lines


def _whole_session(
    folder: Path, on: Runs, cycles: int, cut_bytes: int, **options: Any
) -> Done:  # fmt: skip
    before = _session(folder, on, _ROOMY_BYTES, ONLY_OWN=True).said
    whole = POOL_BYTES - cut_bytes + before["own"]
    heap_bytes = round(whole * (1 + _TABLES)) + _HEADS_BYTES
    return _session(folder, on, heap_bytes, CYCLES=cycles, **options)


def _session(folder: Path, on: Runs, heap_bytes: int, **options: Any) -> Done:
    wanted = {"ONLY_OWN": False, "CYCLES": 0, **options}
    limit_s = START_S + CYCLE_S * wanted["CYCLES"]
    job = Job("heap.py", heap_bytes, FACTOR, RATED_MHZ, LOG_PAGES, wanted, limit_s)
    return on(folder, job)


def _row(row: list[int], own: int) -> dict[str, int]:
    return {"used_bytes": row[USED] - own, "free_bytes": row[FREE],
            "largest_bytes": row[LARGEST], "late": row[LATE]}  # fmt: skip


def heap_misses(found: dict[str, Any]) -> list[str]:
    """Return descriptions of the heap limits that are missed; [] if there are none."""
    said = [f"the clip printed: {line}" for line in found["lost"]]
    said += [f"{name}: never came" for name in MOMENTS if name not in found["moments"]]
    for name, row in found["moments"].items():
        if row["free_bytes"] < FREE_BYTES:
            said.append(f"{name}: {row['free_bytes']} B free, {FREE_BYTES} are needed")
        if row["largest_bytes"] < LARGEST_BYTES:
            said.append(f"{name}: the largest free block has {row['largest_bytes']} B, "
                        f"{LARGEST_BYTES} are needed")  # fmt: skip
        if row["late"]:
            said.append(f"{name}: the clip did not answer or begin {row['late']} times")
    return said


def time(
    folder: Path, mhz: int = RATED_MHZ, **options: Any
) -> tuple[dict[str, Any], list[report.Call]]:
    """Simulate a run at the clip's speed; return its figures and its calls.

    ``mhz``: the processor's clock. ``options``: ``TOGETHER``: the reports of a sample in one cargo;
    ``DESK``: a host connects during the run; ``SAMPLE_MS``: sample interval. The heap is large;
    ``heap`` measures what fits.
    """
    done = run(folder, Job("run.py", _ROOMY_BYTES, FACTOR, mhz, options=options))
    if not done.said["run_ms"]:
        raise EmulatorError("The clip found no run where one was made.")
    figures = {"factor": FACTOR, "mhz": mhz, **done.said, **report.figures(done.report)}
    return figures, report.calls(done.report)
