"""The outcome of each session of a study: the library's runs, with the allocated order.

A session counts as allocated, whatever was run (analysis as randomised); a deviation of a run's own
plan is noted.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from leancue.library import Library, RunRow
from leancue.runs.run_summary import RunSummary
from leancue.study.allocation import CUES, FEEDBACK_PERCENT, order
from leancue.study.steps import is_erased, runs_of_session
from leancue.study.study_file import Participant, Study

_NEAR = 0.005


@dataclass(frozen=True)
class Outcome:
    """A session of a participant: its allocation, and the figures of its runs.

    ``session``, ``block``: from 0; block 0 is the lead-in. ``in_band``: share of the judged time
    in the band, 0 to 1, weighted by the running time of its runs; None without one.
    ``mean_lean_deg``: lean at the lower back, relative to standing. ``day``: since enrolment.
    ``remark``: what is other than planned, or "".
    """

    code: str
    session: int
    block: int
    condition: str
    day: int | None
    runs: int
    running_s: float
    in_band: float | None
    mean_lean_deg: float | None
    cues: int
    remark: str


def outcomes(study: Study, library: Library, key: bytes) -> list[Outcome]:
    """Return every session of every participant, in their order."""
    return [
        found
        for code, person in sorted(study.participants.items())
        for found in _of(study, library, key, code, person)
    ]


def _of(
    study: Study, library: Library, key: bytes, code: str, person: Participant
) -> Iterator[Outcome]:
    for session, place in enumerate(order(key, code, study.design)):
        shown = session < len(person.shown)
        runs = runs_of_session(library, code, person, session) if shown else []
        summaries = [run.summary for run in runs if run.summary]
        yield Outcome(
            code, session, place.block, place.condition, _day(runs, person), len(runs),
            sum(one.running_s for one in summaries), _mean(summaries, "in_band"),
            _mean(summaries, "mean_lean_deg"), sum(one.asked for one in summaries),
            "erased from the library" if is_erased(library, code)
            else _remark(person, session, place.condition, summaries),
        )  # fmt: skip


def _day(runs: Sequence[RunRow], person: Participant) -> int | None:
    return (runs[0].when_s - person.enrolled_s) // 86_400 if runs else None


def _mean(summaries: Sequence[RunSummary], name: str) -> float | None:
    """Return the mean over runs, weighted by their running time; None without any."""
    pairs = [
        (value, one.running_s)
        for one in summaries
        if (value := getattr(one, name)) is not None and one.running_s > 0
    ]
    weight = sum(seconds for _value, seconds in pairs)
    return sum(value * seconds for value, seconds in pairs) / weight if pairs else None


def _remark(
    person: Participant, session: int, condition: str, summaries: Sequence[RunSummary]
) -> str:
    if session >= len(person.shown):
        return "not shown yet"
    if person.shown[session].skipped:
        return f"skipped: {person.shown[session].skipped}"
    if not summaries:
        return "no run"
    wanted = FEEDBACK_PERCENT[condition] / 100
    if any(abs(one.feedback_share - wanted) > _NEAR for one in summaries):
        return "run with cues" if condition != CUES else "run without all the cues"
    return ""
