# mypy: ignore-errors
"""The clip's own loop in the emulator's time, once the coach judges every step of the run."""

import gc
import json

import hardware  # noqa: F401 (before what imports hardware)
import micropython

micropython.opt_level(3)
from leandevice import loading  # noqa: E402

for name in loading.ORDER.split():
    gc.collect()
    __import__(name)

import emulated_board  # noqa: E402
import emulator  # noqa: E402
from leancore import prescription  # noqa: E402

SETTLED_MS = 6000
board = emulated_board.Board()
app = loading.made(board)
app.config.prescription = prescription.checked({"baseline_cdeg": 620})
app.configure()
app.start()


def go(app, reports, run_ms):
    """Passes, until the run is so old or over."""
    plan = app.trainer.plan
    while plan.run_ms < run_ms and not reports.over:
        for _ in range(8):  # looking at the time is not the clip's
            app.once()


go(app, board.reports, SETTLED_MS)
emulator.record(True)
go(app, board.reports, 1 << 29)
gc.collect()
emulator.record(False)
found = {"run_ms": app.trainer.plan.run_ms, "faults": sorted(app.journal.faults)}
print(json.dumps(found))  # noqa: T201 (its answer)
