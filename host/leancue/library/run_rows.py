"""Runs read from the database, several at once, with their figures."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.engine import Row
from sqlalchemy.orm import Session as Db

from leancue.basis.errors import LibraryError
from leancue.library.assignment_questions import in_words
from leancue.library.models import DeviceRecord, PatientRecord, RunRecord, SummaryRecord
from leancue.library.stored_records import RunRow
from leancue.runs.run_summary import RunSummary, is_readable, of_values

# Columns rather than objects: a list of 6,000 runs is to be there at once.
RUNS: Any = (
    select(
        RunRecord.id, RunRecord.session_id, RunRecord.number, RunRecord.named, RunRecord.began_s,
        RunRecord.filed_s, RunRecord.question, RunRecord.detail, RunRecord.log_sha256,
        RunRecord.log_bytes, RunRecord.raw_erased_s, RunRecord.proof, RunRecord.patient_id,
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
    """Return one run. LibraryError where there is none."""
    found: Sequence[RunRow] = rows_of(db, RUNS.where(RunRecord.id == run_id))
    if not found:
        raise LibraryError(
            f"The library has no run {run_id}.", way_out="See them with `leancue library runs`."
        )
    return found[0]


def _row(found: Row[Any]) -> RunRow:
    return RunRow(
        id=found.id, patient=found.code, session_id=found.session_id, uid=found.uid,
        number=found.number, named=found.named, began_s=found.began_s, filed_s=found.filed_s,
        question=found.question,
        words=in_words(found.question, found.named, found.uid, found.detail),
        log_sha256=found.log_sha256, log_bytes=found.log_bytes, raw_erased_s=found.raw_erased_s,
        proof=found.proof, summary=_summary(found),
    )  # fmt: skip


def _summary(found: Row[Any]) -> RunSummary | None:
    """Figures of another layout have other meanings: they are worked out anew."""
    if found.figures_json is None or not is_readable(found.version):
        return None
    return of_values(json.loads(found.figures_json))
