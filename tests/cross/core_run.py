"""Runs the core over a file of samples and writes its decisions, on any interpreter.

    core_run.py CONFIG.json SAMPLES.bin OUT.bin

CONFIG: ``settings`` and ``prescription`` (partial), ``session``, ``calibrate``. SAMPLES: 26 bytes
each, ``<IH10h``: t_ms, flags, qw qx qy qz, ax ay az, gx gy gz. OUT: per sample 13 bytes
``<BiiBHB``: b"s", lean and lateral angle, activity, event bits, cue; among them each decision
record behind b"r" and its length; at the end b"e", the packed state and the settings' hash.
"""

import json
import struct
import sys

from leancore import pipeline
from leancore.coaching import prescription
from leancore.runlog import record_writer, state_snapshot
from leancore.schema import settings
from leancore.sensor.sample import Sample

ROW = "<IH10h"
ROW_BYTES = struct.calcsize(ROW)
SAID = "<BiiBHB"


def configured(config):
    """Return the pipeline that the configuration describes."""
    values = settings.checked(config["settings"])
    prescribed = prescription.checked(config["prescription"])
    made = pipeline.Pipeline(values, prescribed, session=config["session"], nominal=True)
    if config["calibrate"]:
        made.calibrate()
    return made


def fill(sample, row):
    """Put an unpacked row into ``sample``."""
    sample.t_ms, sample.flags = row[0], row[1]
    sample.qw, sample.qx, sample.qy, sample.qz = row[2:6]
    sample.ax, sample.ay, sample.az = row[6:9]
    sample.gx, sample.gy, sample.gz = row[9:12]


def run(config, samples, out):
    """Play all samples; ``out`` is a file opened for bytes."""

    def put(record, length):
        out.write(bytes((0x72, length)))
        out.write(bytes(record[:length]))

    made = configured(config)
    writer = record_writer.RecordWriter(put)
    sample = Sample()
    seen = 0
    while True:
        data = samples.read(ROW_BYTES)
        if len(data) < ROW_BYTES:
            break
        fill(sample, struct.unpack(ROW, data))
        happened = made.step(sample)
        seen |= happened
        if happened:
            writer.write(made, happened, sample.t_ms)
        lean_cdeg, lateral_cdeg = made.angles_cdeg()
        now = made.activity.now
        out.write(struct.pack(SAID, 0x73, lean_cdeg, lateral_cdeg, now, happened, made.cue))
    out.write(b"e")
    out.write(state_snapshot.pack(made, seen, sample.t_ms))
    out.write(settings.fingerprint(made.settings).encode())


def main(config_path, samples_path, out_path):
    """Open the files and run."""
    with open(config_path) as file:
        config = json.load(file)
    with open(samples_path, "rb") as samples, open(out_path, "wb") as out:
        run(config, samples, out)


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], sys.argv[3])
