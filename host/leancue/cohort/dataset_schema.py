"""The data set's tables, column by column: the Parquet files and their README are made of this."""

from __future__ import annotations

from typing import NamedTuple

from leancore.runlog.records import CUE_FIELDS, STEP_FIELDS

from leancue.decoding import record_columns
from leancue.decoding.record_columns import NAMED, Fields, columns

FLOAT, INT, TEXT, YES = "float64", "int32", "string", "bool"


class Column(NamedTuple):
    """A column: Arrow type, unit, meaning."""

    name: str
    type: str
    unit: str
    meaning: str


def _of_record(fields: Fields) -> tuple[Column, ...]:
    """What of a record's fields the data set shows."""
    return tuple(
        Column(one.name, _type(one), one.unit, one.meaning) for one in columns(fields, "parquet")
    )


def _type(column: record_columns.Column) -> str:
    if column.bit:
        return YES
    if column.field in NAMED:
        return TEXT
    return FLOAT if column.scale > 1 else INT


_WHO = (
    Column("patient", TEXT, "", "pseudonym; the folder's name in a partitioned table"),
    Column("run", INT, "", "number of the run in this data set"),
)
FIGURES = (
    Column("session", INT, "", "0 = first of the plan, -1 = baseline run, without cues"),
    Column("low_deg", FLOAT, "deg", "lower edge of the day's band, lean at the lower back"),
    Column("high_deg", FLOAT, "deg", "upper edge of the day's band"),
    Column("cap_deg", FLOAT, "deg", "over-lean cap"),
    Column("planned_s", FLOAT, "s", "running time prescribed"),
    Column("feedback_share", FLOAT, "1", "share of the running time with cues, as planned"),
    Column("running_s", FLOAT, "s", "running"),
    Column("mean_lean_deg", FLOAT, "deg", "mean stride lean relative to standing"),
    Column("cadence_spm", FLOAT, "steps/min", "mean cadence"),
    Column("in_band", FLOAT, "1", "share of the judged time in the band"),
    Column("in_band_with_cues", FLOAT, "1", "the same, in time with cues"),
    Column("in_band_without_cues", FLOAT, "1", "the same, in time without cues (retention)"),
    Column("with_cues_s", FLOAT, "s", "judged running with cues"),
    Column("without_cues_s", FLOAT, "s", "running in windows without cues"),
    Column("lean_more", INT, "cues", "cues to lean more"),
    Column("ease_off", INT, "cues", "cues to lean less"),
    Column("cap", INT, "cues", "cap cues"),
    Column("back_in", INT, "cues", "ticks for being back in the band"),
    Column("back_s", FLOAT, "s", "median time from a cue to the first stride in the band"),
    Column("back", INT, "cues", "cues after which the band was reached before the next one"),
    Column("corrections", INT, "cues", "cues that asked for a correction"),
    Column(
        "drift_deg", FLOAT, "deg", "mean lean of the last third minus that of the first two thirds"
    ),
    Column("fit_share", FLOAT, "1", "share of the steps that could be judged"),
    Column("steps", INT, "steps", "running steps"),
)
RUNS = (
    *_WHO,
    Column("clip", TEXT, "", "pseudonym of the clip"),
    Column("day", INT, "days", "since the patient's first run; empty where no clock was set"),
    Column("pain", INT, "0-10", "pain score of the session, as the patient said"),
    Column("baseline_deg", FLOAT, "deg", "own lean; empty before it was measured"),
    Column("offset_low_deg", FLOAT, "deg", "prescribed lower edge above the own lean"),
    Column("offset_high_deg", FLOAT, "deg", "prescribed upper edge above the own lean"),
    Column("cap_offset_deg", FLOAT, "deg", "prescribed cap above the own lean"),
    Column("gain", FLOAT, "1", "trunk angle over sensor angle, as entered"),
    *FIGURES,
    Column("speed_mps", FLOAT, "m/s", "mean speed, as marked by a person; empty if not marked"),
    Column("incline_percent", FLOAT, "%", "mean incline of the belt, as marked, uphill positive"),
    Column("frame", TEXT, "", "how the clip's axes were found: nominal, stand, hinge"),
    Column("faults", TEXT, "", "numbers of the faults that the clip noticed"),
    Column("raw", INT, "samples", "raw samples kept"),
    Column("closed", YES, "", "whether the run was ended and saved"),
    Column("holes", INT, "pages", "pages of the log that are missing"),
    Column("core", TEXT, "", "version of the core on the clip"),
)
STEPS = (
    *_WHO,
    *_of_record(STEP_FIELDS),
    Column("fit", YES, "", "without gaps and not shaken by the motor"),
)
CUES = (*_WHO, *_of_record(CUE_FIELDS))
SAMPLES = (
    *_WHO,
    Column("t_ms", INT, "ms", "since the run began"),
    *(Column(name, FLOAT, "1", "quaternion sensor → earth (z up), of the chip") for name in
      ("qw", "qx", "qy", "qz")),
    *(Column(name, FLOAT, "m/s2", "specific force, sensor frame") for name in ("ax", "ay", "az")),
    *(Column(name, FLOAT, "rad/s", "rotation rate, sensor frame") for name in ("gx", "gy", "gz")),
)  # fmt: skip
ANALYSIS = (
    *_WHO,
    Column("same", YES, "", "the decisions equal those of the original run, byte for byte"),
    Column("why_not", TEXT, "", "why the run could not be analysed again; empty if it could"),
    *(figure._replace(name=f"{figure.name}_before", meaning=f"{figure.meaning}; originally")
      for figure in FIGURES),
    *(figure._replace(name=f"{figure.name}_after", meaning=(f"{figure.meaning}; with the changed "
                                                           "parameters"))
      for figure in FIGURES),
)  # fmt: skip
TABLES = {"runs": RUNS, "steps": STEPS, "cues": CUES, "samples": SAMPLES, "analysis": ANALYSIS}
WORDS = {
    "runs": "one row for each run",
    "steps": "one row for each running step",
    "cues": "one row for each cue",
    "samples": "one row for each raw sample",
    "analysis": "one row for each run, analysed again with changed parameters",
}


def described(name: str) -> str:
    """Return a table's columns as a Markdown table."""
    rows = ["| column | type | unit | what |", "|---|---|---|---|"]
    rows += [f"| {c.name} | {c.type} | {c.unit} | {c.meaning} |" for c in TABLES[name]]
    return "\n".join(rows)
