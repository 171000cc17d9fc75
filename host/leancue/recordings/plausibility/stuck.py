"""Frozen columns: constant for a while in which another column moves."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from leancue.recordings.plausibility.content import Content, Floats
from leancue.recordings.plausibility.examination import Examination, Problem
from leancue.recordings.plausibility.mistakes import TURNS_RADPS

_LEAST_S = 1.0  # a low-rate source repeats a value for a shorter time
_SHARE = 0.1  # of the samples: below, a note; above, the recording is unusable
_TURNED = 0.02  # of a quaternion's components, in such a stretch: some 2°
_MOVES_MPS2 = 1.0


class _Column(NamedTuple):
    """``of``: its field in ``Content``; ``against``: the fields that show a motion."""

    of: str
    words: str
    against: str
    way_out: str


_COLUMNS = (
    _Column("q", "the orientation", "ga",
            "leave those samples out, or add `--orientation own`, which needs no orientation"),
    _Column("a", "the force", "gq", "leave those samples out, or record again"),
    _Column("g", "the rotation rate", "q", "leave out those samples, or gx, gy and gz"),
)  # fmt: skip
_MOVED = {"q": "the orientation turns", "a": "the force varies", "g": "the gyroscope turns"}


def check(seen: Examination) -> None:
    """Look for stretches in which orientation, force or rotation rate is frozen.

    A source that has no gyroscope, and writes zeros, may have no orientation either.
    """
    for column in _COLUMNS:
        if getattr(seen.content, column.of) is not None:
            _check_column(seen, column)


def _check_column(seen: Examination, column: _Column) -> None:
    content = seen.content
    stretches = _stretches(content.t_s, getattr(content, column.of))
    against = column.against.replace("a", "") if seen.had_none else column.against
    found = [(part, moved) for part in stretches if (moved := _moved(content, part, against))]
    if not found:
        return
    part, moved = found[0]
    hung = sum(one.stop - one.start for one, _moved_then in found)
    if column.of == "q" and hung == len(content.t_s):
        return  # `orientation.is_constant` says more of that
    hung_s = hung * content.period_s
    what = (
        f"{column.words} stays the same for {hung_s:.1f} s, from {content.t_s[part.start]:.1f} s "
        f"on, while {_MOVED[moved]}"
    )
    if hung < _SHARE * len(content.t_s):
        seen.doubt(what)
        return
    problem = Problem(what, "the sensor hung, or the logger repeats the last value", column.way_out)
    (seen.of_orientation if column.of == "q" else seen.problems).append(problem)


def _stretches(t_s: Floats, values: Floats) -> list[slice]:
    """Return where ``values`` [n, k] stay exactly the same for a while."""
    edges = np.flatnonzero((np.diff(values, axis=0) != 0).any(axis=1)) + 1
    begins, ends = np.concatenate(([0], edges)), np.concatenate((edges, [len(values)]))
    long = t_s[ends - 1] - t_s[begins] >= _LEAST_S
    return [slice(*pair) for pair in zip(begins[long].tolist(), ends[long].tolist(), strict=True)]


def _moved(content: Content, part: slice, against: str) -> str:
    """Return which of the other columns moves in a stretch, "" = none."""
    return next((of for of in against if _moves(of, getattr(content, of), part)), "")


def _moves(of: str, values: Floats | None, part: slice) -> bool:
    if values is None:
        return False
    if of == "q":
        return float(np.ptp(values[part], axis=0).max()) > _TURNED
    most = TURNS_RADPS[0] if of == "g" else _MOVES_MPS2
    return float(np.sqrt(values[part].var(axis=0).sum())) > most
