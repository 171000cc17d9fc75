"""Log records: type, length, body. All numbers little endian; times in ms since the run began.

Decision records (STEP, CUE, EVENT) come only from the pipeline, so a replay of the raw samples must
give the same bytes. DEVICE records hold the device's observations of itself, INPUT records the
commands to the pipeline, and BLOB records the configuration and the pipeline's state at the start
of the run, in pieces. A reader skips types it does not know.

The fields of each record are in one table, used for packing, reading, exports and documents. A row
is (name, ``struct`` format, unit, since which version of the core, column, where the column is
shown, description). The time comes first. New fields go to the end; readers use 0 if an older
record lacks them. ``column``: name in tables for people, without its unit. ``shown``: ``replay``
(steps.csv and cues.csv), ``csv``, ``json``, ``parquet``, ``fit``. Only the host needs the rows: the
image builder computes the formats.
"""

import struct

from leancore.hints import TYPE_CHECKING
from leancore.numeric.const import built

if TYPE_CHECKING:
    from leancore.hints import Table, Vector

STEP, CUE, EVENT, DEVICE, INPUT, BLOB = range(1, 7)
DECISIONS = (STEP, CUE, EVENT)

BLOB_HEAD = "<BHH"  # kind, length of the whole, offset of this piece; then bytes
BLOB_PIECE = 200
# Kinds of blobs.
INFO, SETTINGS, PRESCRIPTION, STATE = range(1, 5)

NAME, FORM = 0, 1  # columns of a row used for the formats

V0_1 = "0.1.0"  # since which version of the core

STEP_FIELDS = (
    ("t_ms", "I", "ms", V0_1, "t", "replay csv json parquet",
     "foot strike, since the run began"),
    ("stride_lean_cdeg", "h", "cdeg", V0_1, "lean", "replay csv json parquet fit",
     "mean over the last two steps, relative to standing"),
    ("step_cdeg", "h", "cdeg", V0_1, "step_lean", "csv parquet", "mean over this step"),
    ("cadence_cspm", "H", "cspm", V0_1, "cadence", "replay csv json parquet",
     "of the last two steps"),
    ("flags", "B", "bits", V0_1, "flags", "json", "bits, see the flags of a step"),
)  # fmt: skip
CUE_FIELDS = (
    ("t_ms", "I", "ms", V0_1, "t", "replay json parquet", "first pulse, since the run began"),
    ("kind", "B", "", V0_1, "kind", "replay json parquet", "lean_more, ease_off, cap, back_in"),
    ("duration_ms", "H", "ms", V0_1, "duration", "replay json parquet", "of the whole cue"),
    ("stride_lean_cdeg", "h", "cdeg", V0_1, "lean", "parquet", "stride lean that it answers"),
)  # fmt: skip
# Of an event, a device record and an input.
NOTE_FIELDS = (
    ("t_ms", "I", "ms", V0_1, "t", "", "since the run began"),
    ("code", "B", "", V0_1, "code", "", "what it is"),
    ("a", "h", "", V0_1, "a", "", "by the code"),
    ("b", "h", "", V0_1, "b", "", "by the code"),
)  # fmt: skip

# Flags of a step.
IN_BAND, FEEDBACK, JUDGED, STEP_GAP, STEP_SHAKEN, STEP_CLIPPED = 1, 2, 4, 8, 16, 32
# bit, column, since, where it is shown, description
FLAGS = (
    (IN_BAND, "in_band", V0_1, "replay csv parquet", "the stride was in the band"),
    (FEEDBACK, "feedback", V0_1, "replay csv parquet", "cues were on"),
    (JUDGED, "judged", V0_1, "csv parquet", "the step was held against the band"),
    (STEP_GAP, "gap", V0_1, "", "samples are missing"),
    (STEP_SHAKEN, "shaken", V0_1, "", "the motor ran"),
    (STEP_CLIPPED, "clipped", V0_1, "", "a reading was at the end of the sensor's range"),
)

# Codes of events (pipeline) ...
ACTIVITY, CALIBRATED, RUN_BEGAN, RUN_ENDED, WINDOW, FAULT = range(1, 7)
# code, name, what ``a`` and ``b`` are, since
EVENTS = (
    (ACTIVITY, "activity", "activity (0 to 3)", "", V0_1),
    (CALIBRATED, "calibrated", "result", "quality, 1/1000", V0_1),
    (RUN_BEGAN, "run_began", "sessions done before", "where the axes come from (0 to 2)", V0_1),
    (RUN_ENDED, "run_ended", "baseline or mean lean, cdeg", "", V0_1),
    (WINDOW, "feedback", "cues on (0, 1)", "number of the window", V0_1),
    (FAULT, "fault", "its number", "", V0_1),
)
# ... of device records ...
DEV_FAULT, DEV_BATTERY, DEV_BUTTON, DEV_GRANTED, DEV_PASS, DEV_CALIBRATED = range(1, 7)
DEVICES = (
    (DEV_FAULT, "fault", "its number", "how often so far", V0_1),
    (DEV_BATTERY, "battery_mv", "mV", "", V0_1),
    (DEV_BUTTON, "button", "", "", V0_1),
    (DEV_GRANTED, "granted_us", "report", "interval, µs; 32767: that or more", V0_1),
    (DEV_PASS, "worst_pass_ms", "ms", "", V0_1),
    (DEV_CALIBRATED, "calibrated", "result", "quality, 1/1000", V0_1),
)
# ... and of inputs: the pipeline's commands (``pipeline.IN_*``).


def form_of(fields: "Table", head: str = "<") -> str:
    """Return the format of a record's fields after ``head``."""
    return head + "".join([row[FORM] for row in fields])


def body_bytes(fields: "Table") -> int:
    """Return how many bytes a record's body has."""
    return struct.calcsize(form_of(fields))


# Preceded by type and length of the body.
_STEP_FORM = built(form_of(STEP_FIELDS, "<BB"))
_CUE_FORM = built(form_of(CUE_FIELDS, "<BB"))
_NOTE_FORM = built(form_of(NOTE_FIELDS, "<BB"))
_STEP_BYTES: int = built(body_bytes(STEP_FIELDS))
_CUE_BYTES: int = built(body_bytes(CUE_FIELDS))
_NOTE_BYTES: int = built(body_bytes(NOTE_FIELDS))
MOST_BYTES = 2 + built(
    max([body_bytes(fields) for fields in (STEP_FIELDS, CUE_FIELDS, NOTE_FIELDS)])
)


# Each packs its record into ``buf`` and returns its length in bytes.


def pack_step(buf: bytearray, since_ms: int, row: "Vector", at: int, flags: int) -> int:
    """A step whose values stand in ``row`` from ``at`` on (``RunOnset``)."""
    struct.pack_into(
        _STEP_FORM, buf, 0, STEP, _STEP_BYTES,
        since_ms, row[at + 1], row[at + 2], row[at + 3], flags,
    )  # fmt: skip
    return 2 + _STEP_BYTES


def pack_cue(buf: bytearray, since_ms: int, kind: int, duration_ms: int, lean_cdeg: int) -> int:
    """A cue."""
    struct.pack_into(
        _CUE_FORM, buf, 0, CUE, _CUE_BYTES, since_ms, kind, duration_ms, lean_cdeg
    )  # fmt: skip
    return 2 + _CUE_BYTES


def pack_note(buf: bytearray, kind: int, since_ms: int, code: int, a: int, b: int) -> int:
    """An EVENT, DEVICE or INPUT record."""
    struct.pack_into(_NOTE_FORM, buf, 0, kind, _NOTE_BYTES, since_ms, code, a, b)
    return 2 + _NOTE_BYTES
