# mypy: ignore-errors
"""Measure the heap that our orientation and the selector take. For MicroPython.

    heap.py SAMPLES.bin

SAMPLES: 26 bytes each, ``<IH10h``: t_ms, flags, qw qx qy qz, ax ay az, gx gy gz. After a warm-up
the collector is off and the heap is read before and after. Prints one JSON object: ``samples``,
bytes taken by ``own`` (our filter) and by ``selector`` (both sources and the choice).
"""

import gc
import json
import struct
import sys

from leancore.attitude.gyro_integration import PENDING
from leancore.attitude.orientation_selector import BOTH, OrientationSelector
from leancore.attitude.own_orientation import OwnOrientation
from leancore.sensor.sample import Sample

ROW = "<IH10h"
WARM = 500


def samples(path):
    """Return all samples of the file."""
    size = struct.calcsize(ROW)
    with open(path, "rb") as file:
        data = file.read()
    return [
        filled(struct.unpack(ROW, data[at : at + size]))
        for at in range(0, len(data) - size + 1, size)
    ]


def filled(row):
    """Return a new sample with the values of a row."""
    sample = Sample()
    sample.t_ms, sample.flags = row[0], row[1]
    sample.qw, sample.qx, sample.qy, sample.qz = row[2:6]
    sample.ax, sample.ay, sample.az = row[6:9]
    sample.gx, sample.gy, sample.gz = row[9:12]
    return sample


def play(stage, made, first, end):
    """Step through the samples."""
    while first < end:
        if stage.step(made[first], 10) == PENDING:
            stage.do_deferred(made[first])
        first += 1


def taken(stage, made):
    """Return the bytes of heap that the samples after the warm-up take."""
    play(stage, made, 0, WARM)
    gc.collect()
    gc.disable()
    before = gc.mem_alloc()
    play(stage, made, WARM, len(made))
    found = gc.mem_alloc() - before
    gc.enable()
    return found


def main(path):
    """Measure and print."""
    made = samples(path)
    selector = OrientationSelector()
    selector.use(BOTH)
    found = {
        "samples": len(made) - WARM,
        "own": taken(OwnOrientation(), made),
        "selector": taken(selector, made),
    }
    sys.stdout.write(json.dumps(found))


if __name__ == "__main__":
    main(sys.argv[1])
