"""Log records: type, length, body. All numbers little endian; times in ms since the run began.

Decision records (STEP, CUE, EVENT) come from the pipeline alone, so that a replay of the raw
samples must give the same bytes. DEVICE records say what the clip noticed about itself, INPUT
records what was asked of the pipeline, BLOB records carry configuration and the pipeline's state
at the run's start, in pieces. A reader skips types it does not know.
"""

import json
import struct

from leancore import pipeline as tr
from leancore.gait.activity import RUN
from leancore.hints import TYPE_CHECKING
from leancore.numeric.const import const
from leancore.numeric.ticks import ticks_diff
from leancore.sensor.sample import CLIPPED, GAP, SHAKEN

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping
    from typing import Any

    from leancore.hints import Buffer
    from leancore.pipeline import Pipeline

STEP, CUE, EVENT, DEVICE, INPUT, BLOB = range(1, 7)
DECISIONS = (STEP, CUE, EVENT)

BLOB_HEAD = "<BHH"  # kind, length of the whole, offset of this piece; then bytes
BLOB_PIECE = 200
_BLOB_AT = const(7)  # where in its record a piece begins

# Flags of a step.
IN_BAND, FEEDBACK, JUDGED = 1, 2, 4  # JUDGED: held against the band
STEP_GAP, STEP_SHAKEN, STEP_CLIPPED = 8, 16, 32

# Codes of events (pipeline) ...
ACTIVITY, CALIBRATED, RUN_BEGAN, RUN_ENDED, WINDOW, FAULT = range(1, 7)
# ... of device records; a fault there has its number in ``a`` and its count in ``b`` ...
DEV_FAULT, DEV_BATTERY, DEV_BUTTON, DEV_GRANTED, DEV_PASS, DEV_CALIBRATED = range(1, 7)
# Codes of inputs are the pipeline's commands (``pipeline.IN_*``).

# Kinds of blobs.
INFO, SETTINGS, PRESCRIPTION, STATE = range(1, 5)


class RecordWriter:
    """Packs what happened in the pipeline into decision records, the same way everywhere.

    ``put(buffer, length)`` of the sink takes each record: type, length, body.
    """

    def __init__(self, put: "Callable[[bytearray, int], object]") -> None:
        self.put = put
        self.start_ms = 0
        self._buf = bytearray(2 + 16)
        self._blob = bytearray(_BLOB_AT + BLOB_PIECE)

    def write(self, pipeline: "Pipeline", happened: int, t_ms: int) -> None:
        """Write the records of one sample; ``happened`` as ``Pipeline.step`` returned it."""
        if happened & tr.RUN_BEGAN:
            opening = pipeline.run_onset
            self.start_ms = opening.rows[0] if opening.count else t_ms
            self._event(t_ms, RUN_BEGAN, pipeline.session, pipeline.frame.source)
        if happened & tr.ACTIVITY and pipeline.activity.now == RUN:
            self._first_steps(pipeline)
        if happened & tr.STEP:
            self._step(pipeline, pipeline.steps.strike_ms)
        if happened & tr.CUE:
            self._cue(pipeline, t_ms)
        if happened & tr.ACTIVITY:
            self._event(t_ms, ACTIVITY, pipeline.activity.now, 0)
        if happened & tr.CALIBRATED:
            calibration = pipeline.calibration
            self._event(t_ms, CALIBRATED, pipeline.calibrated, calibration.quality_permille)
        if happened & tr.FEEDBACK:
            self._event(t_ms, WINDOW, pipeline.plan.feedback, pipeline.plan.window)
        if happened & tr.FAULT:
            self._event(t_ms, FAULT, pipeline.fault, 0)
        if happened & tr.RUN_ENDED:
            self._event(t_ms, RUN_ENDED, pipeline.baseline_cdeg, 0)

    def note(self, kind: int, t_ms: int, code: int, a: int, b: int) -> None:
        """Write a DEVICE or INPUT record."""
        self._head(kind, 9)
        struct.pack_into("<IBhh", self._buf, 2, self._since(t_ms), code, a, b)
        self.put(self._buf, 11)

    def blob(self, kind: int, data: "Buffer") -> None:
        """Write ``data`` (bytes) as BLOB records."""
        self.pieces(kind, len(data), (data,))

    def json(self, kind: int, values: "Mapping[str, Any]") -> None:
        """Write a dict as a BLOB of JSON, name by name: no text of all of it is made."""
        length = 0
        for piece in _json_pieces(values):
            length += len(piece)
        self.pieces(kind, length, _json_pieces(values))

    def pieces(self, kind: int, length: int, pieces: "Iterable[Buffer]") -> None:
        """Write ``length`` bytes, which come in ``pieces`` of any size, as BLOB records."""
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

    def _since(self, t_ms: int) -> int:
        since_ms = ticks_diff(t_ms, self.start_ms)
        return since_ms if since_ms > 0 else 0

    def _head(self, kind: int, length: int) -> None:
        self._buf[0] = kind
        self._buf[1] = length

    def _event(self, t_ms: int, code: int, a: int, b: int) -> None:
        self.note(EVENT, t_ms, code, a, b)

    def _first_steps(self, pipeline: "Pipeline") -> None:
        """The steps that were seen to be a run only when enough of them had come."""
        opening = pipeline.run_onset
        row = opening.rows
        for i in range(opening.count):
            at = i * opening.WIDTH
            self._pack_step(row[at], row[at + 1], row[at + 2], row[at + 3], row[at + 4], 0)

    def _step(self, pipeline: "Pipeline", t_ms: int) -> None:
        stride = pipeline.stride
        self._pack_step(
            t_ms, stride.stride_lean_cdeg, stride.step_cdeg, pipeline.steps.cadence_cspm,
            stride.flags,
            pipeline.coach.in_band | pipeline.plan.feedback << 1 | pipeline.plan.known << 2,
        )  # fmt: skip

    def _pack_step(
        self,
        t_ms: int,
        stride_lean_cdeg: int,
        step_cdeg: int,
        cadence_cspm: int,
        flags: int,
        bits: int,
    ) -> None:
        if flags & GAP:
            bits |= STEP_GAP
        if flags & SHAKEN:
            bits |= STEP_SHAKEN
        if flags & CLIPPED:
            bits |= STEP_CLIPPED
        self._head(STEP, 11)
        struct.pack_into(
            "<IhhHB",
            self._buf,
            2,
            self._since(t_ms),
            stride_lean_cdeg,
            step_cdeg,
            cadence_cspm,
            bits,
        )
        self.put(self._buf, 13)

    def _cue(self, pipeline: "Pipeline", t_ms: int) -> None:
        self._head(CUE, 9)
        struct.pack_into(
            "<IBHh", self._buf, 2, self._since(t_ms), pipeline.cue, pipeline.coach.duration_ms,
            pipeline.stride.stride_lean_cdeg,
        )  # fmt: skip
        self.put(self._buf, 11)


def _json_pieces(values: "Mapping[str, Any]") -> "Iterator[bytes]":
    """Yield the bytes of ``json.dumps(values)``, some at a time."""
    before = "{"
    for name in values:
        yield ("%s%s: %s" % (before, json.dumps(name), json.dumps(values[name]))).encode()
        before = ", "
    yield b"}" if values else b"{}"
