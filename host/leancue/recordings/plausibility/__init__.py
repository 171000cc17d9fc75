"""Plausibility of a recording as a whole, checked before any result is shown.

Checks: interval, size of the force, frozen columns, gyroscope against orientation, force against
orientation, and without an orientation gyroscope against force. An inconsistent file would replay
to a plausible but wrong lean. All inconsistencies are reported at once, with the values seen, the
probable mistake, and the way out; so is everything that could not be checked, with the reason.
"""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

import numpy as np

from leancue.basis.errors import RecordingError
from leancue.recordings.plausibility import force, orientation, rates, stuck
from leancue.recordings.plausibility.content import Content, excerpt
from leancue.recordings.plausibility.examination import Examination
from leancue.recordings.recording_times import PERIOD_MOST_S, unit_of

_LEAST_S, _LEAST_SAMPLES = 0.5, 10  # too few to judge


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
    if _check_interval(seen):
        force.check(seen)
        rates.leave_out_zeros(seen)
        stuck.check(seen)
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
        seen.problem(
            f"a sample comes every {period:.3g} s, {_too(period)} a step",
            f"t_s is in {unit.words}", unit.way_out,
        )  # fmt: skip
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
    return "too seldom to see" if period_s > PERIOD_MOST_S else "quicker than any sensor sees"
