"""Steps and cues as text and as rows, by the columns that a format shows."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from leancore.runlog.records import CUE_FIELDS, STEP_FIELDS

from leancue.decoding.decisions import Decisions
from leancue.decoding.record_columns import Column, columns

Row = dict[str, Any]


def steps_csv(found: Decisions, place: str) -> str:
    """Return the steps as CSV, with the columns of ``place``."""
    shown = columns(STEP_FIELDS, place)
    return _csv(shown, zip(*_step_values(found, shown), strict=True))


def cues_csv(found: Decisions, place: str) -> str:
    """Return the cues as CSV, with the columns of ``place``."""
    shown = columns(CUE_FIELDS, place)
    return _csv(shown, _cue_values(found, shown))


def steps_rows(found: Decisions, place: str) -> list[Row]:
    """Return each step as a dict, with the columns of ``place``."""
    shown = columns(STEP_FIELDS, place)
    return _rows(shown, zip(*_step_values(found, shown), strict=True))


def cues_rows(found: Decisions, place: str) -> list[Row]:
    """Return each cue as a dict, with the columns of ``place``."""
    shown = columns(CUE_FIELDS, place)
    return _rows(shown, _cue_values(found, shown))


def _step_values(found: Decisions, shown: tuple[Column, ...]) -> list[list[int]]:
    return [found.steps[column.field].tolist() for column in shown]


def _cue_values(found: Decisions, shown: tuple[Column, ...]) -> Iterator[tuple[int, ...]]:
    for cue in found.cues:
        yield tuple(getattr(cue, column.field) for column in shown)


def _csv(shown: tuple[Column, ...], rows: Iterable[tuple[int, ...]]) -> str:
    header = ",".join(column.name for column in shown) + "\n"
    texts = [column.text for column in shown]
    return header + "".join(
        ",".join([text(value) for text, value in zip(texts, row, strict=True)]) + "\n"
        for row in rows
    )


def _rows(shown: tuple[Column, ...], rows: Iterable[tuple[int, ...]]) -> list[Row]:
    return [
        {column.name: column.one(value) for column, value in zip(shown, row, strict=True)}
        for row in rows
    ]
