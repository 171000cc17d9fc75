"""Columns of steps and cues for people and programs, derived from the records' fields.

The table of the fields (``leancore/runlog/records.py``) defines their names and which format shows
which. Lean is in degrees, cadence in steps per minute; times are in seconds, except in Parquet,
where they stay whole milliseconds.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

import numpy.typing as npt
from leancore.coaching.coach import CUES
from leancore.runlog import records

Fields = Sequence[tuple[Any, ...]]

# unit of a record's field: unit of a column, number of the former per one of the latter
UNITS = {"cdeg": ("deg", 100), "cspm": ("steps/min", 100)}
_ENDINGS = {"steps/min": "spm"}
_DIGITS = {1: "d", 100: ".2f", 1000: ".3f"}
# Fields whose numbers represent words.
NAMED: dict[str, Sequence[str]] = {"kind": CUES}


class Column(NamedTuple):
    """``field``: of the record; ``name``: with its unit, ``bare``: without.

    ``scale``: the field's units in one of the column's; ``bit``: of a flag.
    """

    field: str
    name: str
    bare: str
    unit: str
    meaning: str
    scale: int = 1
    bit: int = 0

    def of(self, values: npt.NDArray[Any]) -> npt.NDArray[Any]:
        """Return the column of a field's values [n]."""
        if self.bit:
            return values & self.bit != 0
        return values if self.scale == 1 else values / self.scale

    def one(self, value: int) -> Any:
        """Return a single value, as a word if the number represents one."""
        if self.field in NAMED:
            return NAMED[self.field][value]
        return value if self.scale == 1 else value / self.scale

    def text(self, value: int) -> str:
        """Return a single value as text for CSV."""
        if self.bit:
            return str(int(value & self.bit != 0))
        if self.field in NAMED:
            return NAMED[self.field][value]
        return format(value / self.scale if self.scale > 1 else value, _DIGITS[self.scale])


def columns(fields: Fields, place: str) -> tuple[Column, ...]:
    """Return the columns of a record shown in ``place`` (csv, json, parquet, …), in order."""
    return tuple(_columns(fields, place))


def _columns(fields: Fields, place: str) -> Iterator[Column]:
    for name, _form, unit, _since, column, shown, meaning in fields:
        if place in shown.split():
            yield _column(name, unit, column, meaning, place)
        if name == "flags":
            yield from _flags(place)


def _column(name: str, unit: str, column: str, meaning: str, place: str) -> Column:
    told, scale = UNITS.get(unit, (unit, 1))
    if column == "t" and place != "parquet":
        told, scale = "s", 1000
    told = "" if told == "bits" else told
    ending = _ENDINGS.get(told, told)
    return Column(name, f"{column}_{ending}" if ending else column, column, told, meaning, scale)


def _flags(place: str) -> Iterator[Column]:
    for bit, name, _since, shown, meaning in records.FLAGS:
        if place in shown.split():
            yield Column("flags", name, name, "", meaning, bit=bit)
