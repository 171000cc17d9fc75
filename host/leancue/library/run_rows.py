"""Runs read from the database, several at once, with their figures."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import fields
from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.engine import Row
from sqlalchemy.orm import Session as Db

from leancue.basis.errors import LibraryError
from leancue.language.words import _
from leancue.library.assignment_questions import doubt_words, in_words
from leancue.library.models import DeviceRecord, PatientRecord, RunRecord, SummaryRecord
from leancue.library.stored_records import RunRow
from leancue.runs.run_summary import RunSummary, is_readable, of_values

# Fields of a row that the record has under the same name.
_SAME = [field.name for field in fields(RunRow) if field.name in RunRecord.__table__.columns]
# Columns rather than objects: a list of 6,000 runs must load at once.
RUNS: Any = (
    select(
        *(RunRecord.__table__.columns[name] for name in _SAME), RunRecord.detail,
        DeviceRecord.uid, PatientRecord.code, SummaryRecord.version, SummaryRecord.figures_json,
    )
    .join(DeviceRecord, DeviceRecord.id == RunRecord.device_id)
    .outerjoin(PatientRecord, PatientRecord.id == RunRecord.patient_id)
    .outerjoin(SummaryRecord, SummaryRecord.run_id == RunRecord.id)
    .order_by(func.coalesce(RunRecord.began_s, RunRecord.filed_s).desc(), RunRecord.id.desc())
)  # fmt: skip


def rows_of(db: Db, wanted: Select[Any]) -> list[RunRow]:
    """Return the runs of ``wanted``, made from ``RUNS`` by further conditions."""
    return [_row(found) for found in db.execute(wanted)]


def row_of(db: Db, run_id: int) -> RunRow:
    """Return one run. LibraryError if there is none."""
    found: Sequence[RunRow] = rows_of(db, RUNS.where(RunRecord.id == run_id))
    if not found:
        raise no_run(run_id)
    return found[0]


def no_run(name: int | str) -> LibraryError:
    """The error for a run that is not there; ``name``: its number, or what was asked."""
    return LibraryError(
        _("The library has no run {run}.", run=name),
        way_out="See them with `leancue library runs`.",
    )


def _row(found: Row[Any]) -> RunRow:
    return RunRow(
        **{name: getattr(found, name) for name in _SAME}, patient=found.code, uid=found.uid,
        words=in_words(found.question, found.named, found.uid, found.detail),
        doubt=doubt_words(found.doubted_s, found.filed_s),
        summary=_summary(found),
    )  # fmt: skip


def _summary(found: Row[Any]) -> RunSummary | None:
    """The stored figures, None for another layout, which must be recomputed."""
    if found.figures_json is None or not is_readable(found.version):
        return None
    return of_values(json.loads(found.figures_json))
