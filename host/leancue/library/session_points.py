"""The figures of each session, stored with it, so that the list of all patients loads at once."""

from __future__ import annotations

import json
import zlib
from collections.abc import Sequence
from dataclasses import fields, replace
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session as Db

from leancue.library.models import RunRecord, SessionRecord
from leancue.library.run_rows import RUNS, rows_of
from leancue.library.stored_records import RunRow
from leancue.runs import trend
from leancue.runs.run_summary import VERSION
from leancue.runs.trend import Point

_NAMES = tuple(field.name for field in fields(Point))
_PAIN, _FAULTS = _NAMES.index("pain"), _NAMES.index("faults")
# Other fields, or another order, mean another version.
_VERSION = f"{VERSION}/{zlib.crc32(','.join(_NAMES).encode()):08x}"


def point_of(runs: list[RunRow], pain: int | None, day: str) -> Point | None:
    """Return the figures of a session's runs; None if no run has any."""
    found = [(run.when_s, run.summary) for run in runs if run.summary is not None]
    if not found:
        return None
    return replace(
        trend.point(found, pain),
        day=day,
        speed_mps=_weighed([(run, run.speed_mm_s) for run in runs], 1000),
        incline_percent=_weighed([(run, run.incline_permille) for run in runs], 10),
        doubtful=sum(run.doubted_s is not None for run in runs),
    )


def _weighed(values: Sequence[tuple[RunRow, int | None]], scale: int) -> float | None:
    """Return the mean over the runs with a known value."""
    known = [
        (value, run.summary.running_s) for run, value in values if run.summary and value is not None
    ]
    whole = sum(spent for _, spent in known)
    return round(sum(v * spent for v, spent in known) / whole / scale, 4) if whole else None


def refigure(db: Db, session_id: int | None) -> None:
    """Recompute the figures of a session whose runs have changed."""
    session = db.get(SessionRecord, session_id) if session_id is not None else None
    if session is None:
        return
    point = point_of(rows_of(db, RUNS.where(RunRecord.session_id == session.id)), None, session.day)
    session.figures_json = _text(point) if point else ""
    session.version = _VERSION
    db.flush()


def _text(point: Point) -> str:
    """Values without names, in the fields' order: half as long to read."""
    return json.dumps([getattr(point, name) for name in _NAMES], separators=(",", ":"))


def refigure_stale(db: Db) -> int:
    """Recompute the figures of another version; return how many."""
    stale = list(db.scalars(select(SessionRecord.id).where(SessionRecord.version != _VERSION)))
    for session_id in stale:
        refigure(db, session_id)
    return len(stale)


def any_stale(db: Db) -> bool:
    """Whether figures of another version are there."""
    found = select(SessionRecord.id).where(SessionRecord.version != _VERSION).limit(1)
    return db.scalar(found) is not None


def read_all(rows: Sequence[tuple[str, int | None]]) -> list[Point]:
    """Return what ``refigure`` kept, from rows of (figures, pain); those without are left out.

    All at once: a thousand small texts take JSON three times as long as a large one.
    """
    known = [(text, pain) for text, pain in rows if text]
    whole: list[list[Any]] = json.loads(f"[{','.join(text for text, _ in known)}]")
    for values, (_, pain) in zip(whole, known, strict=True):
        values[_PAIN] = pain
        if values[_FAULTS]:
            values[_FAULTS] = {int(number): n for number, n in values[_FAULTS].items()}
    return [Point(*values) for values in whole]
