"""The drive of the emulated Pico, as the installer writes it, and a wearer for its sensor."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
from leancue.installer import payload
from leancue.installer.image.build import Image

from boards.sim.motion.wearer import Plan, Run, Stand, Walk, synthesise
from tools.flashmodel.image import ImageDisk, new_drive
from tools.rp2040.emulator import EmulatorError

BOARD, KILOBYTES, CLUSTER_BYTES = "raspberry_pi_pico", 1024, 512
PAGE_BYTES, LOG_PAGES, CONFIG_BYTES = 4096, 100, 3 * 4096
ROWS_HZ = 200
TAP_S, HOLD_S = 0.15, 2.5
STAND_S, WALK_S, RUN_S = 5.0, 3.0, 60.0
# Seconds after the wearer began: a tap calibrates, running stops, a long press ends the run.
TAP_AT_S, RUN_STOPS_S = 1.0, STAND_S + WALK_S + RUN_S
END_AT_S = RUN_STOPS_S + 2.0
SESSION = Plan((Stand(STAND_S), Walk(WALK_S), Run(RUN_S, 14.7), Stand(10)))
_APP = re.compile(r"^(?:.*;\s*)?(\w+)\.\w+\(\)$")
# Printed later: output may get lost while the computer still sets up the port.
_BEGIN = """\
import gc, supervisor, time
code_s = time.monotonic()
code_free = gc.mem_free()"""
_LOOP = """\
gc.collect()
print("LEANCUE made", gc.mem_free())
{app}.{start}()
gc.collect()
print("LEANCUE code", code_free, time.monotonic() - code_s)
print("LEANCUE started", gc.mem_free())
at_ms = supervisor.ticks_ms()
while True:
    {app}.{once}()
    if (supervisor.ticks_ms() - at_ms) & 0x1FFFFFFF > {every_ms}:
        gc.collect()
        print("LEANCUE running", gc.mem_free())
        at_ms = supervisor.ticks_ms()
"""


def make(path: Path, every_ms: int) -> None:
    """Create the image of a drive, the log first so that it is contiguous.

    ``every_ms``: interval at which the program prints its free heap.
    """
    made = payload.build(BOARD)
    files = made.files(payload.SLOTS[0])
    files[payload.SWITCH] = watched(
        files[payload.SWITCH].decode(), payload.image(made.form), every_ms
    ).encode()
    disk: ImageDisk = new_drive(path, KILOBYTES, CLUSTER_BYTES)
    disk.write("/leancue.log", bytes(LOG_PAGES * PAGE_BYTES))
    for name in ("/leancue_a.cfg", "/leancue_b.cfg"):
        disk.write(name, bytes(CONFIG_BYTES))
    for name, data in files.items():
        disk.make_folder(name.rpartition("/")[0] or "/")
        disk.write(name, data)


def watched(code: str, image: Image, every_ms: int) -> str:
    """Return ``code.py`` with its loop written out, so that it prints the free heap.

    EmulatorError if its last line does not run the program.
    """
    *before, last = code.rstrip().split("\n")
    found = _APP.match(last)
    if found is None:
        raise EmulatorError(f"code.py ends with {last!r}, not with the program's loop.")
    head, _, _run = last.rpartition(";")
    loop = _LOOP.format(
        app=found[1], every_ms=every_ms,
        start=image.names.get(".start", "start"), once=image.names.get(".once", "once"),
    )  # fmt: skip
    return "\n".join([_BEGIN, *before, head, loop])


def wearer(path: Path, plan: Plan = SESSION) -> float:
    """Write the wearer's motion in the format of ``motion.mjs``; return its length in seconds."""
    track, _truth = synthesise(plan, seed=3)
    rows = [track.at(i / ROWS_HZ) for i in range(int(track.duration_s * ROWS_HZ))]
    np.array(rows, dtype="<f4").tofile(path)
    return float(track.duration_s)
