"""Run by MicroPython: the clip's own loop over a made-up run; prints what each pass allocates.

Prints a JSON object: for quiet passes, passes with a step, passes that write a page and passes
with a cue, how many there were and how many bytes of heap they took.
"""

import gc
import json
import sys

from clip_rig import Board
from leancore.coaching import prescription
from leandevice.app import App
from leandevice.parts import Parts


def main():
    board = Board()
    app = App(Parts(board))
    app.config.prescription = prescription.checked({"baseline_cdeg": 620})
    app.configure()
    app.start()
    kinds = ("quiet", "step", "page", "cue", "other")
    count = [0] * len(kinds)
    used = [0] * len(kinds)
    most = [0] * len(kinds)
    gc.disable()
    passes = 0
    while not board.reports.over:
        passes += 1
        if passes % 256 == 0:
            gc.collect()
        recording = app.recorder.open
        strikes = app.pipeline.steps.strike_ms
        pages = board.log.writes
        motor = app.haptic.busy
        outside = board.reports.outside[1]
        before = gc.mem_alloc()
        app.tick()
        grown = gc.mem_alloc() - before - (board.reports.outside[1] - outside)
        app.clock.idle(2)
        kind = 0
        if not recording or not app.recorder.open:
            kind = 4
        elif board.log.writes != pages:
            kind = 2
        elif app.haptic.busy != motor:
            kind = 3
        elif app.pipeline.steps.strike_ms != strikes:
            kind = 1
        count[kind] += 1
        used[kind] += grown
        if grown > most[kind]:
            most[kind] = grown
    result = {}
    for kind in range(len(kinds)):
        result[kinds[kind]] = {"passes": count[kind], "bytes": used[kind], "most": most[kind]}
    result["faults"] = len(app.recorder.faults)
    sys.stdout.write(json.dumps(result) + "\n")


if __name__ == "__main__":
    main()
