"""Counts the heap that the core takes in the steady running loop. For MicroPython.

    alloc.py SAMPLES.bin

SAMPLES as in ``core_run.py``: a wearer who stands, bows and runs. After a warm-up the collector
is off and the heap is read before and after. Prints one JSON object: ``samples``; bytes taken by
``pipeline`` (steps alone), ``whole`` (parser, pipeline, writer and raw page, pages being closed),
``close`` (of closing pages within that); and what happened, to show that the loop had work.
"""

import gc
import json
import struct
import sys

from core_run import ROW, ROW_BYTES, configured, fill
from leancore import pipeline
from leancore.runlog import record_writer
from leancore.runlog.pages import Page
from leancore.runlog.raw_rows import RAW_MOST_BYTES
from leancore.sensor.cargo import HEADER
from leancore.sensor.sample import Sample
from leancore.sensor.shtp import ShtpParser

WARM = 2600  # samples: the stand, the bow, the first half of the run
CONFIG = {
    "settings": {},
    "prescription": {"baseline_cdeg": 500},
    "session": 0,
    "calibrate": True,
}


class Tally:
    """What the loop did; made before the heap is read."""

    def __init__(self):
        self.samples = 0
        self.steps = 0
        self.cues = 0
        self.pages = 0
        self.close = 0


def rows(path):
    """Return all rows of the file, unpacked."""
    with open(path, "rb") as file:
        data = file.read()
    return [
        struct.unpack(ROW, data[at : at + ROW_BYTES])
        for at in range(0, len(data) - ROW_BYTES + 1, ROW_BYTES)
    ]


def filled(row):
    """Return a new sample of this row."""
    sample = Sample()
    fill(sample, row)
    return sample


def cargo(number, row):
    """Return the cargo in which the sensor would send this row."""
    n = number & 0xFF
    body = struct.pack("<BI", 0xFB, 0)
    body += struct.pack("<BBBB3h", 0x02, n, 3, 0, row[9], row[10], row[11])
    body += struct.pack("<BBBB3h", 0x01, n, 3, 0, row[6], row[7], row[8])
    body += struct.pack("<BBBB4h", 0x08, n, 3, 0, row[3], row[4], row[5], row[2])
    return struct.pack("<HBB", len(body) + 4, 3, n) + body


def count(tally, happened):
    """Note what a sample brought."""
    tally.samples += 1
    if happened & pipeline.STEP:
        tally.steps += 1
    if happened & pipeline.CUE:
        tally.cues += 1


class Alone:
    """The pipeline alone, with all samples made beforehand."""

    def __init__(self, table):
        self.pipeline = configured(CONFIG)
        self.samples = [filled(row) for row in table]
        self.tally = Tally()

    def play(self, first, end):
        """Step through the samples."""
        while first < end:
            count(self.tally, self.pipeline.step(self.samples[first]))
            first += 1


class Clip:
    """What a clip does with a cargo, short of the bus and the flash."""

    def __init__(self, table):
        self.pipeline = configured(CONFIG)
        self.cargos = [cargo(i, row) for i, row in enumerate(table)]
        self.times = [row[0] for row in table]
        self.parser = ShtpParser()
        self.page = Page()
        self.writer = record_writer.RecordWriter(self.put)
        self.tally = Tally()

    def put(self, record, length):
        """Take a record into the page."""
        if length > self.page.free_bytes:
            self.close()
        self.page.put(record, length)

    def close(self):
        """Complete the page, and count what that takes."""
        before = gc.mem_alloc()
        self.page.close(0, 0, 0)
        self.page.clear()
        self.tally.close += gc.mem_alloc() - before
        self.tally.pages += 1

    def play(self, first, end):
        """Read cargos as the device does."""
        parser = self.parser
        made = self.pipeline
        page = self.page
        buf = parser.buf
        while first < end:
            data = self.cargos[first]
            length = len(data)
            i = 0
            while i < length:
                buf[HEADER + i] = data[i]
                i += 1
            got = parser.next(length, self.times[first])
            while got:
                sample = parser.sample
                happened = made.step(sample)
                count(self.tally, happened)
                if page.free_bytes < RAW_MOST_BYTES:
                    self.close()
                page.put_raw(sample, first)
                if happened:
                    self.writer.write(made, happened, sample.t_ms)
                got = parser.next()
            first += 1


def measured(player, first, end):
    """Return the bytes of heap that ``player`` takes for these samples, the collector off."""
    player.tally = Tally()
    gc.collect()
    gc.disable()
    before = gc.mem_alloc()
    player.play(first, end)
    taken = gc.mem_alloc() - before
    gc.enable()
    return taken


def main(path):
    """Measure and print."""
    table = rows(path)
    end = len(table)
    alone = Alone(table)
    alone.play(0, WARM)
    trainer_bytes = measured(alone, WARM, end)
    clip = Clip(table)
    clip.play(0, WARM)
    whole_bytes = measured(clip, WARM, end)
    found = {
        "samples": clip.tally.samples,
        "steps": clip.tally.steps,
        "cues": clip.tally.cues,
        "pages": clip.tally.pages,
        "pipeline": trainer_bytes,
        "trainer_steps": alone.tally.steps,
        "trainer_cues": alone.tally.cues,
        "whole": whole_bytes,
        "close": clip.tally.close,
    }
    sys.stdout.write(json.dumps(found))


if __name__ == "__main__":
    main(sys.argv[1])
