"""A pipeline with everything it needs, and its decisions as bytes."""

from __future__ import annotations

from collections.abc import Iterable

from core_motion import Wearer, fill
from leancore import pipeline
from leancore.coaching import prescription
from leancore.runlog import log_reading, record_writer, records
from leancore.schema import settings
from leancore.sensor.sample import Sample


class Run:
    """A pipeline and its writer; ``bytes`` are the decision records so far."""

    def __init__(self, *, session: int = 0, nominal: bool = False, prescribed=None, **values):
        self.settings = settings.checked(values)
        self.prescription = prescription.checked({"baseline_cdeg": 500, **(prescribed or {})})
        self.pipeline = pipeline.Pipeline(
            self.settings, self.prescription, session=session, nominal=nominal
        )
        self.bytes = bytearray()
        self.writer = record_writer.RecordWriter(
            lambda record, length: self.bytes.extend(record[:length])
        )
        self.sample = Sample()
        self.happened: list[tuple[int, int]] = []  # (t_ms, bits), of samples with something

    def play(self, rows: Iterable[tuple[int, ...]]) -> Run:
        for row in rows:
            bits = self.pipeline.step(fill(self.sample, row))
            if bits:
                self.happened.append((self.sample.t_ms, bits))
                self.writer.write(self.pipeline, bits, self.sample.t_ms)
        return self

    def seen(self) -> int:
        """All bits that happened."""
        bits = 0
        for _, happened in self.happened:
            bits |= happened
        return bits

    def records(self, kind: int) -> list[dict]:
        """The records of one kind, unpacked."""
        return [
            log_reading.unpack(kind, body)
            for found, body in log_reading.split(self.bytes)
            if found == kind
        ]

    def cues(self) -> list[int]:
        return [cue["kind"] for cue in self.records(records.CUE)]

    def events(self, code: int) -> list[dict]:
        return [event for event in self.records(records.EVENT) if event["code"] == code]


def calibrated(wearer: Wearer | None = None, **parameters) -> tuple[Run, Wearer]:
    """A run whose wearer has stood and bowed."""
    wearer = (wearer or Wearer()).stand(4).bow().stand(1)
    run = Run(**parameters)
    run.pipeline.calibrate()
    run.play(wearer.rows)
    wearer.rows.clear()
    assert run.pipeline.frame.source == 2
    return run, wearer


def go_on(run: Run, wearer: Wearer) -> Run:
    """Play what the wearer did since the last time."""
    run.play(wearer.rows)
    wearer.rows.clear()
    return run
