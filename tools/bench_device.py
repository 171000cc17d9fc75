# mypy: ignore-errors
"""Cost of each part of a pass: on Python, on MicroPython and on the clip itself.

    bench_device.py [--json]

Python counts the interpreter's operations; MicroPython (with `shared`, `device/lib` and `tools` on
MICROPYPATH) measures time and bytes of heap; a clip measures its own time: copy this file and
`clip_rig.py` to its drive in edit mode, end the program with Ctrl-C and type
`import bench_device; bench_device.main()` on its console.

The reports of a synthetic runner (`clip_rig.py`), each in a separate cargo, go through the clip's
own loop. The additional time of the bus is calculated from the number of bits.
"""

import json
import sys

from clip_rig import Board, heap_bytes, now_us
from leancore.coaching import prescription
from leandevice.app import App
from leandevice.parts import Parts

# part: (name in the app, method)
PARTS = (
    ("motor", "haptic", "step"),
    ("sensor", "imu", "poll"),
    ("pipeline", "pipeline", "step"),
    ("recorder: sample", "recorder", "sample"),
    ("sensor watchdog", "sensor_watchdog", "step"),
    ("user input", "user_input", "step"),
    ("runs", "runs", "step"),
    ("sleep mode", "sleep_mode", "step"),
    ("host links", "host_links", "step"),
    ("feedback", "feedback", "step"),
    ("recorder", "recorder", "step"),
    ("battery", "battery", "step"),
    ("clock", "wall_clock", "step"),
    ("restarts", "restarts", "step"),
    ("health", "health", "step"),
)
CALLS, TIME_US, LONGEST_US, BYTES, OPERATIONS = range(5)
BUS_BITS_PER_MS = 400


class Operations:
    """Counts the interpreter's operations in the clip's files, if they can be traced."""

    FILES = ("leancore", "leandevice")
    count = 0

    def on(self):
        """Start counting."""
        if hasattr(sys, "settrace"):
            sys.settrace(self._call)

    def off(self):
        """Stop counting."""
        if hasattr(sys, "settrace"):
            sys.settrace(None)

    def _call(self, frame, event, arg):
        name = frame.f_code.co_filename
        if not any(room in name for room in self.FILES):
            return None
        frame.f_trace_opcodes, frame.f_trace_lines = True, False
        return self._operation

    def _operation(self, frame, event, arg):
        if event == "opcode":
            self.count += 1
        return self._operation


class Meter:
    """Replaces a method and counts its cost, without that of making the reports."""

    def __init__(self, owner, method, reports, operations):
        self._method = getattr(owner, method)
        self._outside = reports.outside
        self._operations = operations
        self.row = [0, 0, 0, 0, 0]
        setattr(owner, method, self)

    def __call__(self, *arguments):
        """Call the method."""
        row, outside = self.row, self._outside
        not_us, not_bytes = outside
        operations, heap = self._operations.count, heap_bytes()
        began_us = now_us()
        result = self._method(*arguments)
        spent_us = now_us() - began_us - (outside[0] - not_us)
        grown = heap_bytes() - heap - (outside[1] - not_bytes)
        row[CALLS] += 1
        row[TIME_US] += spent_us
        row[LONGEST_US] = max(row[LONGEST_US], spent_us)
        if grown > 0:  # otherwise the garbage collector has run
            row[BYTES] += grown
        row[OPERATIONS] += self._operations.count - operations
        return result


def run(parts):
    """Have the runner run; return the board, the app and each part's numbers (``Meter.row``)."""
    board = Board()
    app = App(Parts(board))
    app.config.prescription = prescription.checked({"baseline_cdeg": 620})
    app.configure()
    app.start()
    while not app.imu.running:
        app.once()
    operations = Operations()
    meters = {}
    for part, owner, method in parts:
        whose = getattr(app, owner) if owner else app
        meters[part] = Meter(whose, method, board.reports, operations)
    operations.on()
    while not board.reports.over:
        app.once()
    operations.off()
    rows = {}
    for part in meters:
        rows[part] = meters[part].row
    return board, app, rows


def measured():
    """All numbers. The pass is measured separately, because meters within it cost time too."""
    board, app, rows = run(PARTS)
    rows["whole pass"] = run((("whole pass", "", "tick"),))[2]["whole pass"]
    return {
        "parts": rows, "samples": rows["pipeline"][CALLS], "run_ms": app.pipeline.plan.run_ms,
        "bus_bits": board.reports.bits, "faults": sorted(app.recorder.faults),
    }  # fmt: skip


def main(as_json=False):
    """Measure, print."""
    found = measured()
    if as_json:
        sys.stdout.write(json.dumps(found) + "\n")
        return
    head = f"{'part':16}{'calls':>8}{'mean us':>10}{'worst us':>10}{'bytes':>8}{'operations':>12}\n"
    sys.stdout.write(head)
    for part in found["parts"]:
        calls, spent_us, longest_us, grown, operations = found["parts"][part]
        mean_us, mean_count = spent_us // max(calls, 1), operations // max(calls, 1)
        row = f"{part:16}{calls:8}{mean_us:10}{longest_us:10}{grown:8}{mean_count:12}\n"
        sys.stdout.write(row)
    bus_ms = found["bus_bits"] / BUS_BITS_PER_MS / found["samples"]
    sys.stdout.write(f"beside, on the bus at 400 kHz: {bus_ms:.2f} ms a sample\n")


if __name__ == "__main__":
    main("--json" in sys.argv)
