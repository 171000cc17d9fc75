# mypy: ignore-errors
"""The clip's own loop in the emulator's time, from when the coach judges every step of the run.

The flash takes the time of the log's writes. ``rig_job``: ``TOGETHER``: the sensor sends the
reports of a sample in one cargo; ``DESK``: a host connects during the run and pulls what there is.
"""

import gc
import json

import clip_program
import desk_frames
import emulator
import rig_job
from emulated_drive import Port
from leancore.coaching.prescription import checked

SETTLED_MS, DESK_MS, OVER_MS = 6000, 8000, 26000
port = Port()
answers_ms = []


def make_board():
    """Create the stand-in board."""
    import emulated_board

    board = emulated_board.Board(port)
    board.reports.together = rig_job.TOGETHER
    return board


def go(run_ms):
    """Run passes until the run has lasted ``run_ms``."""
    plan = app.pipeline.plan
    while plan.run_ms < run_ms:
        for _ in range(8):  # reading the time is not the clip's work
            app.once()


def asked(requests):
    """Send requests; the clip answers them between its samples."""
    for request in requests:
        port.ask(request)
        while port.waits():
            app.once()
        answers_ms.append(port.took_us // 1000)


app = clip_program.program(make_board)
app.config.prescription = checked({"baseline_cdeg": 620})
app.configure()
app.start()
go(SETTLED_MS)
emulator.record(True)
if rig_job.DESK:
    go(DESK_MS)
    asked(desk_frames.GREETING + desk_frames.PULL)
    port.leave()
go(OVER_MS)
gc.collect()
emulator.record(False)
found = {
    "run_ms": app.pipeline.plan.run_ms, "faults": sorted(app.recorder.faults),
    "answers_ms": answers_ms,
}  # fmt: skip
print(json.dumps(found))  # noqa: T201 (its answer)
