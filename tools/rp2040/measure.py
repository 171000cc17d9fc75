"""The three measurements on the emulated RP2040, as ``device.json`` holds them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from tools.rp2040 import report
from tools.rp2040.emulator import EmulatorError, run

# Known of CircuitPython: it takes so much longer than the rig (see ``scripts/calibration.py``);
# so much heap goes to the sensor's driver; so much is left beside it.
FACTOR = 1.1
DRIVER_BYTES, FREE_BYTES = 22_000, 160_000
_ROOMY_KB = 400
_WHEN = ("started", "with the desk", "after it")


def calibration(folder: Path) -> list[dict[str, Any]]:
    """What is known of CircuitPython beside what the rig measures, before the factor."""
    rows = run(folder, "calibration.py", _ROOMY_KB).said
    return [{"what": what, "known_us": known, "measured_us": round(us, 1)}
            for what, known, us in rows]  # fmt: skip


def driver_bytes(folder: Path) -> int:
    """Bytes of heap of the sensor's driver; CircuitPython has more names in its flash."""
    return int(run(folder, "driver.py", _ROOMY_KB).said)


def heap(folder: Path) -> dict[str, Any]:
    """Bytes of heap; ``scale``: the clip's for one of the rig's."""
    driver = driver_bytes(folder)
    found: dict[str, Any] = run(folder, "heap.py", _ROOMY_KB).said
    return {
        "driver_bytes": driver,
        "scale": round(DRIVER_BYTES / driver, 3),
        "imported_bytes": found["imported"],
        "used_bytes": dict(zip(_WHEN, found["used"], strict=True)),
        "slots": found["slots"],
        "modules_bytes": dict(sorted(found["modules"].items(), key=lambda row: -row[1])),
    }


def time(folder: Path, script: str = "run.py") -> tuple[dict[str, Any], list[report.Call]]:
    """A run in the clip's time: its figures, and its calls. ``script``: `run.py`, `together.py`.

    The heap is as large as the clip's would be if its objects took as much as the rig's: so the
    program also shows that it fits.
    """
    heap_kb = round((DRIVER_BYTES + FREE_BYTES) * driver_bytes(folder) / DRIVER_BYTES / 1024)
    done = run(folder, script, heap_kb, FACTOR)
    if not done.said["run_ms"]:
        raise EmulatorError("The clip found no run where one was made.")
    figures = {"factor": FACTOR, **done.said, **report.figures(done.report)}
    return figures, report.calls(done.report)
