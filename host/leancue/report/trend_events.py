"""Events between a patient's sessions, as marks in the trend: prescriptions and notes."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from html import escape
from typing import TYPE_CHECKING, NamedTuple

from leancue.language import formats
from leancue.report.run_chart import INK, PURPLE
from leancue.report.svg import points, tag
from leancue.runs.trend import Point

if TYPE_CHECKING:
    from leancue.library import Chart
    from leancue.report.trend_chart import Frame

PRESCRIBED, NOTED = "prescribed", "noted"
_NOTE_LETTERS = 80
_APART_PX = 16  # several between the same two sessions are side by side


class TrendEvent(NamedTuple):
    """An event: time (s since 1970), kind, and text."""

    at_s: int
    kind: str
    words: str


def events_of(chart: Chart, *, with_notes: bool = True) -> list[TrendEvent]:
    """Return the prescriptions and notes of a patient in order of time.

    ``with_notes``: whether the private notes are shown.
    """
    found = [TrendEvent(made.made_s, PRESCRIBED, made.changes) for made in chart.history]
    if with_notes:
        found += [TrendEvent(note.written_s, NOTED, _short(note.text)) for note in chart.notes]
    return sorted(found)


def _short(text: str) -> str:
    words = " ".join(text.split())
    return words if len(words) <= _NOTE_LETTERS else words[: _NOTE_LETTERS - 1] + "…"


def mark(kind: str, x: float, y: float, inside: str = "") -> str:
    """Return the sign of an event: a square for a prescription, a leaf for a note."""
    if kind == PRESCRIBED:
        return tag("rect", inside, x=x - 5, y=y - 5, width=10, height=10, fill="white",
                   stroke=INK, stroke_width=2)  # fmt: skip
    corners = points([(x, y + 7), (x + 6, y), (x + 6, y - 6), (x - 6, y - 6), (x - 6, y)])
    return tag("polygon", inside, points=corners, fill=PURPLE, stroke=INK, stroke_width=1)


def drawn(events: Sequence[TrendEvent], sessions: Sequence[Point], frame: Frame) -> str:
    """Return the events on a picture, each between the sessions before and after it."""
    if not sessions:
        return ""
    began_s = [point.began_s for point in sessions]
    beside: dict[int, int] = {}
    parts = []
    for event in events:
        after = bisect_left(began_s, event.at_s)
        nth = beside[after] = beside.get(after, -1) + 1
        x = min(_between(after, frame) + _APART_PX * nth, frame.right)
        said = tag("title", escape(f"{formats.day(event.at_s)}: {event.words}"))
        parts.append(mark(event.kind, x, frame.top + 8, said))
    return "".join(parts)


def _between(after: int, frame: Frame) -> float:
    """Return the position before session ``after``, counted from 0."""
    half = (frame.at[0] - frame.left) if frame.at else 0.0
    return frame.at[after] - half + 7 if after < len(frame.at) else frame.at[-1] + half - 7
