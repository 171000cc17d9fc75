"""The rows of the data set: what each table says of a run."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import pyarrow as pa
from leancore.coaching.coach import CUES
from leancore.coaching.prescription import checked
from leancore.coaching.session_plan import UNMEASURED
from leancore.runlog import records
from leancore.runlog.records import STEP_FIELDS

from leancue.cohort.dataset_schema import FIGURES, TABLES, Column
from leancue.cohort.reanalysis import Analysis
from leancue.decoding.record_columns import columns
from leancue.decoding.record_tables import cues_rows
from leancue.export.run_export import steps_of
from leancue.library import RunRow
from leancue.runs.run_summary import RunSummary
from leancue.runs.runlog import Run

Row = dict[str, Any]
_UNFIT = records.STEP_GAP | records.STEP_SHAKEN


@dataclass(frozen=True)
class Member:
    """A run of the cohort: pseudonyms of patient and clip, its number in the data set, its row.

    ``day``: since the patient's first run; None where no clock was set.
    """

    patient: str
    clip: str
    number: int
    day: int | None
    pain: int | None
    row: RunRow


def arrow_schema(columns: Sequence[Column]) -> pa.Schema:
    """Return the Arrow schema of a table, units and meanings in the fields' metadata."""
    return pa.schema([
        pa.field(c.name, pa.type_for_alias(c.type),
                 metadata={"unit": c.unit, "meaning": c.meaning})
        for c in columns
    ])  # fmt: skip


def _run_table(member: Member, run: Run | None) -> pa.Table:
    row: Row = {
        "patient": member.patient, "run": member.number, "day": member.day, "pain": member.pain,
        "clip": member.clip,
    }  # fmt: skip
    row |= _prescribed(run)
    for name, value, scale in (("speed_mps", member.row.speed_mm_s, 1000),
                               ("incline_percent", member.row.incline_permille, 10)):  # fmt: skip
        row[name] = None if value is None else value / scale
    summary = member.row.summary
    if summary is not None:
        row |= figures(summary)
        row |= {
            "frame": summary.frame, "raw": summary.raw, "closed": summary.closed,
            "holes": summary.holes, "core": summary.core,
            "faults": " ".join(str(number) for number in sorted(summary.faults)),
        }  # fmt: skip
    return _table("runs", [row])


def _prescribed(run: Run | None) -> Row:
    if run is None or not run.prescription:
        return {}
    try:
        values = checked(run.prescription)
    except (ValueError, KeyError):
        return {}
    own = values["baseline_cdeg"]
    return {
        "baseline_deg": None if own == UNMEASURED else own / 100,
        "offset_low_deg": values["offset_low_cdeg"] / 100,
        "offset_high_deg": values["offset_high_cdeg"] / 100,
        "cap_offset_deg": values["cap_offset_cdeg"] / 100,
        "gain": values["gain_permille"] / 1000,
    }


def figures(summary: RunSummary) -> Row:
    """Return the figures of a run by column."""
    cues = {name: summary.cues.get(name, 0) for name in CUES if name}
    return {
        column.name: cues.get(column.name, getattr(summary, column.name, None))
        for column in FIGURES
    }


def _table(name: str, rows: Sequence[Row]) -> pa.Table:
    columns = TABLES[name]
    values = {c.name: [row.get(c.name) for row in rows] for c in columns}
    return pa.table(values, schema=arrow_schema(columns))


def _step_table(member: Member, run: Run | None) -> pa.Table:
    if run is None:
        return _table("steps", [])
    found = steps_of(run)
    n = len(found.step_t_ms)
    return pa.table({
        "patient": pa.repeat(member.patient, n), "run": pa.repeat(pa.scalar(member.number), n),
        **{one.name: one.of(found.steps[one.field]) for one in columns(STEP_FIELDS, "parquet")},
        "fit": found.flags & _UNFIT == 0,
    }).cast(arrow_schema(TABLES["steps"]))  # fmt: skip


def _cue_table(member: Member, run: Run | None) -> pa.Table:
    cues = [] if run is None else cues_rows(steps_of(run), "parquet")
    return _table("cues", [{"patient": member.patient, "run": member.number} | cue for cue in cues])


def _sample_table(member: Member, run: Run | None) -> pa.Table:
    if run is None or not len(run.raw):
        return _table("samples", [])
    raw, n = run.raw, len(run.raw)
    columns: Row = {
        "patient": pa.repeat(member.patient, n), "run": pa.repeat(pa.scalar(member.number), n),
        "t_ms": raw.since_ms,
    }  # fmt: skip
    for names, values, scale in (("wxyz", raw.q, 16384), ("xyz", raw.a, 256), ("xyz", raw.g, 512)):
        letter = {16384: "q", 256: "a", 512: "g"}[scale]
        columns |= {letter + axis: values[:, i] / scale for i, axis in enumerate(names)}
    return pa.table(columns).cast(arrow_schema(TABLES["samples"]))


MAKERS: dict[str, Callable[[Member, Run | None], pa.Table]] = {
    "runs": _run_table, "steps": _step_table, "cues": _cue_table, "samples": _sample_table,
}  # fmt: skip


def analysis_table(members: Sequence[Member], analyses: Sequence[Analysis]) -> pa.Table:
    """Return the runs' figures, of the day and as changed, one row a run."""
    rows = []
    for member, found in zip(members, analyses, strict=True):
        row: Row = {"patient": member.patient, "run": member.number, "same": found.same,
                    "why_not": found.why_not}  # fmt: skip
        for word, summary in (("before", found.before), ("after", found.after)):
            if summary is not None:
                row |= {f"{name}_{word}": value for name, value in figures(summary).items()}
        rows.append(row)
    return _table("analysis", rows)
