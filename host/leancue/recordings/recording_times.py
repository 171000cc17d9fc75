"""The times of a recording: their unit, and that they rise."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from leancue.basis.errors import RecordingError

Floats = npt.NDArray[np.float64]

_T_MAX_S = 1e10
_SPAN_MAX_S = 250_000  # the core's clock tells times apart that are less than 74 h from each other
PERIOD_MOST_S = 0.051  # a step takes some 0.35 s; at 15 Hz none is found any more
_COUNTER = 2.0**32
_PERIOD_LEAST_S = 0.0009
_COARSE = 0.2  # of the samples that repeat a time: the times were rounded


class TimeUnit(NamedTuple):
    """A possible unit of times: its name, what to do, and its length in seconds."""

    words: str
    way_out: str
    seconds: float


_UNITS = (
    TimeUnit("milliseconds", "Divide t_s by 1000", 1e-3),
    TimeUnit("microseconds", "Divide t_s by 1000000", 1e-6),
    TimeUnit("nanoseconds", "Divide t_s by 1000000000", 1e-9),
    TimeUnit("minutes", "Multiply t_s by 60", 60.0),
    TimeUnit("hours", "Multiply t_s by 3600", 3600.0),
    TimeUnit("days (dates of a spreadsheet)", "Multiply t_s by 86400", 86400.0),
)


def unit_of(t_s: Floats) -> TimeUnit | None:
    """Return the unit of times that cannot be seconds, or None."""
    if len(t_s) < 3:
        return None
    period_s = float(np.median(np.diff(t_s)))
    if _PERIOD_LEAST_S <= period_s < 1:
        return None
    for unit in _UNITS:
        if _PERIOD_LEAST_S <= period_s * unit.seconds <= PERIOD_MOST_S:
            return unit
    return None


def unwrapped(times: Floats) -> Floats:
    """Return the values of a counter, going on where its 32 bits began anew (µs: after 72 min)."""
    back = np.diff(times) < -_COUNTER / 2
    if not back.any() or (times < 0).any() or (times >= _COUNTER).any() or (times % 1).any():
        return times
    return times + _COUNTER * np.concatenate(([0], np.cumsum(back)))


def rising(t_s: Floats, problem_at: Callable[..., RecordingError]) -> Floats:
    """Return the times if they rise, at most 1000 per second.

    In a unit other than seconds they are checked accordingly, and returned unchanged.

    Raises:
        RecordingError: for the first invalid one.
    """
    unit = unit_of(t_s)
    true_s = t_s * (unit.seconds if unit else 1.0)
    far = np.flatnonzero((np.abs(true_s) > _T_MAX_S) | (np.abs(true_s - true_s[0]) > _SPAN_MAX_S))
    if len(far):
        what = f"contains the time {t_s[far[0]]:.12g} s, too far from the others for one recording"
        way_out = "Times must be in seconds: divide counter values by the counts per second."
        raise problem_at(int(far[0]), what, way_out, "t_s")
    steps_ms = np.diff(np.rint(true_s * 1000))
    if (steps_ms <= 0).any():
        raise _late(t_s, true_s, int(np.flatnonzero(steps_ms <= 0)[0]) + 1, problem_at)
    return t_s


def _late(
    t_s: Floats, true_s: Floats, row: int, problem_at: Callable[..., RecordingError]
) -> RecordingError:
    steps_s = np.diff(true_s)
    before, now = t_s[row - 1], t_s[row]
    if (steps_s == 0).mean() > _COARSE and (steps_s >= 0).all():
        what = (
            f"repeats the time ({now:.12g} s), as many others do: the times are rounded, or the "
            "file contains the samples of several sensors"
        )
        way_out = "Export the times with milliseconds, and each sensor to its own file."
        return problem_at(row, what, way_out, "t_s")
    if now > before:
        gap_ms = (true_s[row] - true_s[row - 1]) * 1000
        what = f"comes {gap_ms:.2g} ms after the line before, closer than 1 ms"
        return problem_at(row, what, "Resample it to 100 Hz.", "t_s")
    if now == before:
        way_out = "Leave out one of the two."
        return problem_at(row, f"repeats the time ({now:.12g} s)", way_out, "t_s")
    return problem_at(
        row, f"runs backwards from {before:.12g} s ({now:.12g} s)",
        "If another recording begins there or the clock was set, split the file. Otherwise sort "
        "the samples by time.", "t_s",
    )  # fmt: skip
