"""Stretches of a run's time, and moments in it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import NamedTuple

from leancue.language.formats import decimal
from leancue.language.words import _


@dataclass(frozen=True)
class Span:
    """A time span of the run, in ms on its axis, and its kind."""

    begin_ms: int
    end_ms: int
    what: str

    @property
    def ms(self) -> int:
        """How long it was."""
        return self.end_ms - self.begin_ms


class Moment(NamedTuple):
    """A moment of the run, in ms on its axis, with the number of a fault."""

    t_ms: int
    fault: int


def overlap_ms(spell: Span, others: Iterable[Span]) -> int:
    """Return the overlap of ``spell`` with the ``others``."""
    return sum(
        max(min(spell.end_ms, other.end_ms) - max(spell.begin_ms, other.begin_ms), 0)
        for other in others
    )


def clock(t_ms: float) -> str:
    """Return minutes and seconds, from an hour on hours too: ``7:05 min``, ``2:50:05 h``."""
    seconds = int(t_ms) // 1000
    if seconds >= 3600:
        return f"{seconds // 3600}:{seconds // 60 % 60:02d}:{seconds % 60:02d} h"
    return f"{seconds // 60}:{seconds % 60:02d} min"


def minutes(seconds: float) -> str:
    """Return a duration as text, in a suitable unit: ``40 s``, ``9.7 min``, ``2 h 50 min``."""
    if seconds >= 5400:
        whole = round(seconds / 60)
        return _("{hours} h {minutes} min", hours=whole // 60, minutes=whole % 60)
    if seconds >= 90:
        return _("{value} min", value=decimal(seconds / 60))
    return _("{value} s", value=decimal(seconds, 0))
