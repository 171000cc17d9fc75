"""Plausibility of a recording as a whole, checked before any result is shown.

Interval, gaps, samples of several sensors, size of the force, columns that hang, gyroscope against
orientation, force against orientation, and where there is no orientation gyroscope against force. A
file in which they do not fit would replay to a plausible wrong lean. Everything that does not fit
is said at once, with the numbers seen, what was probably done, and the way out. What could not be
checked is said too, and why.
"""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

import numpy as np

from leancue.basis.errors import RecordingError
from leancue.recordings.plausibility import (
    force,
    gaps,
    interleaved,
    orientation,
    rates,
    repeats,
    stuck,
)
from leancue.recordings.plausibility.content import Content, excerpt
from leancue.recordings.plausibility.examination import Examination
from leancue.recordings.recording_times import PERIOD_MOST_S, unit_of

_LEAST_S, _LEAST_SAMPLES = 0.5, 10  # of less one cannot tell
_QUICKEST_S = 2.5e-4  # of the sensors that people wear


class Found(NamedTuple):
    """Notes on an accepted recording; whether its orientation can be used."""

    notes: tuple[str, ...]
    orientation_fits: bool


def check(path: Path, content: Content, needs_orientation: bool = True) -> Found:
    """Check a recording as a whole.

    Args:
        needs_orientation: False: accept a recording of which only the orientation is wrong.

    Raises:
        RecordingError: naming the likely mistakes, and what to do.
    """
    seen = Examination(excerpt(_with_orientation(content)))
    gaps.check(seen, content.t_s)
    if _check_interval(seen) and interleaved.check(seen):
        force.check(seen)
        rates.leave_out_zeros(seen)
        stuck.check(seen)
        repeats.check(seen)
        if seen.content.q is None:
            rates.check_tilting(seen)
        elif not orientation.is_constant(seen):
            orientation.check(seen)
    problems = seen.problems + (seen.of_orientation if needs_orientation else [])
    if problems:
        ways_out = "; ".join(problem.way_out for problem in problems)
        raise RecordingError(
            f"{path} contradicts itself: {'; '.join(problem.seen for problem in problems)}.",
            f"Perhaps {'; '.join(problem.why for problem in problems)}",
            f"{ways_out[:1].upper()}{ways_out[1:]}, then type the command again.",
        )
    left_out = [f"The recorded orientation was left out: {p.seen}." for p in seen.of_orientation]
    return Found((*left_out, *seen.notes), content.q is not None and not left_out)


def _with_orientation(content: Content) -> Content:
    """Drop samples whose quaternion is the sensor's "no data yet"."""
    if content.q is None:
        return content
    return content.part(np.abs(content.q).sum(axis=1) > 0)


def _check_interval(seen: Examination) -> bool:
    """Convert the times to seconds; return whether there are enough samples."""
    t_s = seen.content.t_s
    if len(t_s) >= _LEAST_SAMPLES and (unit := unit_of(t_s)):
        period = seen.content.period_s
        seen.content = seen.content._replace(t_s=t_s * unit.seconds)
        why, way_out = f"t_s is in {unit.words}", unit.way_out
        if _QUICKEST_S <= period < 1:
            why += f", or {1 / period:.0f} samples a second were recorded"
            way_out += ", or resample it to 100 Hz"
        elif (np.diff(t_s) == 1).all():
            why += ", or counts the samples"
            way_out += ", or by the samples in a second"
        seen.problem(f"a sample comes every {period:.3g} s, {_too(period)} a step", why, way_out)
    t_s = seen.content.t_s
    if len(t_s) < _LEAST_SAMPLES or t_s[-1] - t_s[0] < _LEAST_S:
        seen.unchecked("whether the columns fit each other", "the recording is too short")
        return False
    period = seen.content.period_s
    if period > PERIOD_MOST_S:
        seen.problem(
            f"a sample comes every {period:.3g} s, {_too(period)} a step",
            "the logger was set to a low rate", "Record 25 to 1000 samples a second",
        )  # fmt: skip
        return False
    return True


def _too(period_s: float) -> str:
    return "too rarely to detect" if period_s > PERIOD_MOST_S else "faster than any sensor measures"
