"""Synthetic runners and logs for the tests of the desk tool.

``runner`` gives samples of a person who stands, bows and runs; ``logged`` writes a run as a clip
does: configuration and state first, then raw samples and the pipeline's records, page by page.
"""

import json
import math
from dataclasses import replace
from pathlib import Path

import numpy as np
from leancore import __version__
from leancore.coaching import prescription
from leancore.numeric.ticks import ticks_add
from leancore.pipeline import IN_END, RUN_BEGAN, RUN_ENDED, Pipeline
from leancore.runlog import pages, records, state_snapshot
from leancore.runlog.raw_rows import RAW_MOST_BYTES
from leancore.runlog.record_writer import RecordWriter
from leancore.schema import settings
from leancore.sensor.sample import Sample
from leancue.recordings.recording import Recording

STAND_S, BOW_S = 4.0, 4.0
RUN_AT_S = STAND_S + BOW_S + 2.0
STEPS_PER_S = 2.8
WALL_S = 1_760_000_000  # when each run began


def runner(run_s=40.0, lean_deg=14.0, drop_deg=0.0, drop_s=9999.0, first_s=0.0, still_s=0.0):
    """A recording: stand, bow to 40°, stand, run with ``lean_deg``, then stand ``still_s``.

    In the second half the lean is lower by ``drop_deg``, for ``drop_s``. The clip sits as the
    nominal mount.
    """
    t_s = np.arange(round((RUN_AT_S + run_s + still_s) * 100)) / 100
    bow = np.clip((t_s - STAND_S) / BOW_S, 0, 1)
    running = (t_s >= RUN_AT_S) & (t_s < RUN_AT_S + run_s)
    phase = 2 * math.pi * STEPS_PER_S * (t_s - RUN_AT_S)
    lean = 40 * np.sin(math.pi * bow) ** 2
    dropped_s = t_s - RUN_AT_S - run_s / 2
    held = lean_deg - drop_deg * ((dropped_s > 0) & (dropped_s < drop_s))
    lean = np.where(running, held + 3 * np.sin(phase) + np.sin(phase / 2), lean)
    lean = np.convolve(np.pad(lean, 10, "edge"), np.ones(21) / 21, "valid")  # nobody jerks
    up_mps2 = 9.81 + np.where(running, 12 * np.sin(phase), 0)
    return recording(t_s + first_s, np.radians(lean), np.maximum(up_mps2, -5))


def recording(t_s, lean_rad, up_mps2):
    """Samples of a clip in the nominal mount, from lean and vertical specific force."""
    n = len(t_s)
    half = (math.pi / 2 - lean_rad) / 2
    zero = np.zeros(n)
    q = np.stack([np.cos(half), np.sin(half), zero, zero], axis=1)
    up = np.stack([zero, np.cos(lean_rad), np.sin(lean_rad)], axis=1)
    return Recording(
        Path("made.csv"),
        np.rint(t_s * 1000).astype(np.int64),
        np.rint(q * 16384).astype(np.int64),
        np.rint(up * up_mps2[:, None] * 256).astype(np.int64),
        np.rint(np.stack([-np.gradient(lean_rad, t_s), zero, zero], axis=1) * 512).astype(np.int64),
        True,
    )


def csv_text(made):
    """The recording as text, exact."""
    table = np.column_stack([made.t_ms / 1000, made.q / 16384, made.a / 256, made.g / 512])
    rows = [",".join(f"{value:.9g}" for value in row) for row in table.tolist()]
    return "\n".join(["t_s,qw,qx,qy,qz,ax,ay,az,gx,gy,gz", *rows]) + "\n"


class Clip:
    """Writes a run as the clip's journal does, into a list of pages."""

    def __init__(self, run_id, values, configured, wall_s):
        self.run_id = run_id
        self.wall_s = wall_s
        self.pipeline = Pipeline(configured, values)
        self.pipeline.calibrate()
        self.page = pages.Page()
        self.writer = RecordWriter(self.put)
        self.written = []
        self.open = False
        self.since_ms = self.page_ms = 0

    def put(self, record, length):
        if length > self.page.free_bytes:
            self.flush(0)
        self.page.put(record, length)

    def flush(self, flags):
        page = self.page
        flags |= 0 if page.number else pages.FIRST
        page.close(self.page_ms, self.wall_s, flags)
        self.written.append(bytes(page.buf))
        page.number += 1
        page.clear()
        self.page_ms = self.since_ms

    def begin(self, happened, t_ms):
        pipeline, writer = self.pipeline, self.writer
        self.page.begin(self.run_id)
        self.open = True
        info = {
            "uid": "E6605838834F7A2B", "version": __version__, "core": __version__,
            "board": "sim", "session": pipeline.session, "wall_s": self.wall_s,
            "patient": pipeline.prescription["patient"],
        }  # fmt: skip
        writer.blob(records.INFO, json.dumps(info).encode())
        writer.blob(records.SETTINGS, json.dumps(pipeline.settings).encode())
        writer.blob(records.PRESCRIPTION, json.dumps(pipeline.prescription).encode())
        writer.blob(records.STATE, state_snapshot.pack(pipeline, happened, t_ms))
        writer.write(pipeline, happened, t_ms)
        writer.note(records.DEVICE, t_ms, records.DEV_BATTERY, 3970, 0)

    def sample(self, sample):
        happened = self.pipeline.step(sample)
        if self.open:
            self.since_ms = (sample.t_ms - self.writer.start_ms) % (1 << 29)
            if self.pipeline.prescription["raw"]:
                if self.page.free_bytes < RAW_MOST_BYTES:
                    self.flush(0)
                self.page.put_raw(sample, self.since_ms)
            self.writer.write(self.pipeline, happened, sample.t_ms)
        if happened & RUN_BEGAN:
            self.begin(happened, sample.t_ms)
        if happened & RUN_ENDED:
            self.close()

    def command(self, code, value):
        t_ms = self.pipeline.t_ms
        self.writer.note(records.INPUT, t_ms, code, value, 0)
        happened = self.pipeline.command(code, value)
        self.writer.write(self.pipeline, happened, t_ms)
        if happened & RUN_ENDED:
            self.close()

    def fault(self, number, count):
        self.writer.note(records.DEVICE, self.pipeline.t_ms, records.DEV_FAULT, number, count)

    def close(self):
        self.flush(pages.LAST)
        self.open = False


def logged(
    made, run_id=7, commands=(), start_ms=(1 << 29) - 20_000, faults=(), wall_s=WALL_S, **values
):
    """The pages (a list of bytes) of a run of ``made``, worn from just before a tick wrap.

    ``commands``: (seconds since the recording began, code, value); ``values``: prescription.
    """
    values = {"baseline_cdeg": 600, "patient": "K-014", **values}
    clip = Clip(run_id, prescription.checked(values), settings.checked({}), wall_s)
    sample = Sample()
    waiting = list(commands)
    flags = made.columns()[1].tolist()
    for i, t_ms in enumerate((made.t_ms - made.t_ms[0]).tolist()):
        sample.t_ms = ticks_add(start_ms, t_ms)
        sample.flags = flags[i]
        sample.qw, sample.qx, sample.qy, sample.qz = made.q[i].tolist()
        sample.ax, sample.ay, sample.az = made.a[i].tolist()
        sample.gx, sample.gy, sample.gz = made.g[i].tolist()
        clip.sample(sample)
        while waiting and waiting[0][0] * 1000 <= t_ms:
            clip.command(*waiting.pop(0)[1:])
    for number, count in faults:
        clip.fault(number, count)
    if clip.open:
        clip.command(IN_END, 0)
    return clip.written


def with_raw(run, raw):
    """The run as if its pages held these raw samples."""
    changed = replace(run)
    vars(changed)["raw"] = raw  # where the run keeps what it decoded
    return changed
