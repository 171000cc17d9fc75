# mypy: ignore-errors
"""What each part of a pass costs the clip: time and heap. For MicroPython and for a board.

    bench_device.py CARGOS

Runs the clip's own loop over recorded cargos (`steady_loop.py`, beside it or on the path) and
prints one JSON object: for each part the calls, the mean and the longest time in us, and the bytes
of heap it took. `device_cost.py` makes CARGOS and an estimate for an RP2040 from it.

On a board: copy this file, `steady_loop.py` and the cargos to a clip's drive, and type
`import bench_device; bench_device.main("/cargos")` on its console. There the times are its own.
"""

import gc
import json
import sys
import time

from leancore import prescription
from leandevice.app import IDLE_MS, App
from leandevice.parts import Parts
from steady_loop import Board

# part: (name in the app, method)
PARTS = (
    ("motor", "haptic", "step"), ("sensor", "imu", "next"), ("trainer", "trainer", "step"),
    ("journal: sample", "journal", "sample"), ("guard", "guard", "step"),
    ("person", "person", "step"), ("runs", "runs", "step"), ("rest", "rest", "step"),
    ("link", "link", "step"), ("light", "voice", "step"), ("live", "live", "step"),
    ("journal", "journal", "step"), ("battery", "battery", "step"), ("clock", "wall", "step"),
    ("restarts", "restarts", "step"), ("lookout", "lookout", "step"),
)  # fmt: skip
CALLS, US, LONGEST_US, BYTES = range(4)


def now_us():
    """Microseconds of any clock there is."""
    if hasattr(time, "ticks_us"):
        return time.ticks_us()
    return time.monotonic_ns() // 1000


class Meter:
    """Stands in for a method and counts what it costs."""

    def __init__(self, owner, method):
        self._method = getattr(owner, method)
        self.row = [0, 0, 0, 0]
        setattr(owner, method, self)

    def __call__(self, *arguments):
        """Do what the method does."""
        row = self.row
        heap = gc.mem_alloc()
        began_us = now_us()
        result = self._method(*arguments)
        spent_us = now_us() - began_us
        grown = gc.mem_alloc() - heap
        row[CALLS] += 1
        row[US] += spent_us
        row[LONGEST_US] = max(row[LONGEST_US], spent_us)
        if grown > 0:  # else the collector has run
            row[BYTES] += grown
        return result


def main(path):
    """Run, measure, print."""
    gc.collect()
    with open(path, "rb") as file:
        board = Board(file.read())
    app = App(Parts(board))
    app.config.prescription = prescription.checked({"baseline_cdeg": 620})
    app.configure()
    app.start()
    meters = {}
    for name, owner, method in PARTS:
        meters[name] = Meter(getattr(app, owner), method)
    while not board.cargos.over:
        app.tick()
        app.clock.idle(IDLE_MS)
    rows = {}
    for name in meters:
        row = meters[name].row
        rows[name] = [row[CALLS], row[US] // max(row[CALLS], 1), row[LONGEST_US], row[BYTES]]
    sys.stdout.write(json.dumps(rows) + "\n")


if __name__ == "__main__":
    main(sys.argv[1])
