"""Writes the records of a run: the pipeline's events, the same way on device and host."""

import json
import struct

from leancore import pipeline as flags
from leancore.gait.activity import RUN
from leancore.gait.run_onset import RunOnset, put_step
from leancore.hints import TYPE_CHECKING
from leancore.numeric.const import const
from leancore.numeric.ticks import ticks_diff
from leancore.runlog.records import (
    ACTIVITY,
    BLOB,
    BLOB_HEAD,
    BLOB_PIECE,
    CALIBRATED,
    EVENT,
    FAULT,
    MOST_BYTES,
    RUN_BEGAN,
    RUN_ENDED,
    STEP_CLIPPED,
    STEP_GAP,
    STEP_SHAKEN,
    WINDOW,
    pack_cue,
    pack_note,
    pack_step,
)
from leancore.sensor.sample import CLIPPED, GAP, SHAKEN

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping
    from typing import Any

    from leancore.hints import Buffer, Vector
    from leancore.pipeline import Pipeline

_BLOB_AT = const(7)  # where in its record a piece begins


class RecordWriter:
    """Packs the pipeline's events into decision records, the same way on device and host.

    The sink's ``put(buffer, length)`` takes each record: type, length, body.
    """

    def __init__(self, put: "Callable[[bytearray, int], object]") -> None:
        self.put = put
        self.start_ms = 0
        self._buf = bytearray(MOST_BYTES)
        self._row = [0] * RunOnset.WIDTH
        self._blob = bytearray(_BLOB_AT + BLOB_PIECE)

    def write(self, pipeline: "Pipeline", happened: int, t_ms: int) -> None:
        """Write the records of one sample; ``happened`` as ``Pipeline.step`` returned it."""
        if happened & flags.RUN_BEGAN:
            onset = pipeline.run_onset
            self.start_ms = onset.rows[0] if onset.count else t_ms
            self._event(t_ms, RUN_BEGAN, pipeline.session, pipeline.frame.source)
        if happened & flags.ACTIVITY and pipeline.activity.now == RUN:
            self._first_steps(pipeline)
        if happened & flags.STEP:
            self._step(pipeline)
        if happened & flags.CUE:
            self._cue(pipeline, t_ms)
        if happened & flags.ACTIVITY:
            self._event(t_ms, ACTIVITY, pipeline.activity.now, 0)
        if happened & flags.CALIBRATED:
            calibration = pipeline.calibration
            self._event(t_ms, CALIBRATED, pipeline.calibrated, calibration.quality_permille)
        if happened & flags.FEEDBACK:
            self._event(t_ms, WINDOW, pipeline.plan.feedback, pipeline.plan.window)
        if happened & flags.FAULT:
            self._event(t_ms, FAULT, pipeline.fault, 0)
        if happened & flags.RUN_ENDED:
            self._event(t_ms, RUN_ENDED, pipeline.baseline_cdeg, 0)

    def note(self, kind: int, t_ms: int, code: int, a: int, b: int) -> None:
        """Write a DEVICE or INPUT record."""
        self.put(self._buf, pack_note(self._buf, kind, self.since(t_ms), code, a, b))

    def blob(self, kind: int, data: "Buffer") -> None:
        """Write ``data`` (bytes) as BLOB records."""
        self.pieces(kind, len(data), (data,))

    def json(self, kind: int, values: "Mapping[str, Any]") -> None:
        """Write a dict as a BLOB of JSON, name by name, without building the whole text."""
        length = 0
        for piece in _json_pieces(values):
            length += len(piece)
        self.pieces(kind, length, _json_pieces(values))

    def pieces(self, kind: int, length: int, pieces: "Iterable[Buffer]") -> None:
        """Write ``length`` bytes, given in ``pieces`` of any size, as BLOB records."""
        record = self._blob
        held = offset = 0
        for piece in pieces:
            at = 0
            while at < len(piece):
                if held == BLOB_PIECE:
                    self._put_blob(kind, length, offset, held)
                    offset += held
                    held = 0
                part = piece[at : at + BLOB_PIECE - held]
                record[_BLOB_AT + held : _BLOB_AT + held + len(part)] = part
                held += len(part)
                at += len(part)
        self._put_blob(kind, length, offset, held)

    def _put_blob(self, kind: int, length: int, offset: int, held: int) -> None:
        record = self._blob
        record[0] = BLOB
        record[1] = _BLOB_AT - 2 + held
        struct.pack_into(BLOB_HEAD, record, 2, kind, length, offset)
        self.put(record, _BLOB_AT + held)

    def since(self, t_ms: int) -> int:
        """Return ``t_ms`` as ms since the run began, 0 before."""
        since_ms = ticks_diff(t_ms, self.start_ms)
        return since_ms if since_ms > 0 else 0

    def _event(self, t_ms: int, code: int, a: int, b: int) -> None:
        self.note(EVENT, t_ms, code, a, b)

    def _first_steps(self, pipeline: "Pipeline") -> None:
        """Write the first steps, which were recognised as a run only afterwards."""
        onset = pipeline.run_onset
        for i in range(onset.count):
            self._put_step(onset.rows, i * onset.WIDTH, 0)

    def _step(self, pipeline: "Pipeline") -> None:
        stride = pipeline.stride
        put_step(self._row, 0, stride.stride_lean_cdeg, pipeline.steps, stride)
        self._put_step(
            self._row, 0,
            pipeline.coach.in_band | pipeline.plan.feedback << 1 | pipeline.plan.known << 2,
        )  # fmt: skip

    def _put_step(self, row: "Vector", at: int, bits: int) -> None:
        flags = row[at + 4]
        if flags & GAP:
            bits |= STEP_GAP
        if flags & SHAKEN:
            bits |= STEP_SHAKEN
        if flags & CLIPPED:
            bits |= STEP_CLIPPED
        self.put(self._buf, pack_step(self._buf, self.since(row[at]), row, at, bits))

    def _cue(self, pipeline: "Pipeline", t_ms: int) -> None:
        length = pack_cue(
            self._buf, self.since(t_ms), pipeline.cue, pipeline.coach.duration_ms,
            pipeline.stride.stride_lean_cdeg,
        )  # fmt: skip
        self.put(self._buf, length)


def _json_pieces(values: "Mapping[str, Any]") -> "Iterator[bytes]":
    """Yield the bytes of ``json.dumps(values)`` in pieces."""
    before = "{"
    for name in values:
        yield ("%s%s: %s" % (before, json.dumps(name), json.dumps(values[name]))).encode()
        before = ", "
    yield b"}" if values else b"{}"
