"""A patient over time: from the figures of runs to sessions, progress through the plan, and flags.

Pure functions of ``run_summary.RunSummary``; nothing is read or stored here. Shares and means of a
session are weighted by the duration of each run. A flag is only a hint to look at something.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from leancore.schema.faults import CLIP_MOVED, row

from leancue.basis.times import LATEST_S, known_s
from leancue.language.words import _, n_
from leancue.runs.run_summary import BASELINE, RunSummary
from leancue.runs.spans import minutes

DAY_S = 86_400
QUALIFY_SHARE = 0.6  # of the planned minutes in one run: the clip's rule for a session
MORE_SHARE = 1.25  # of the planned minutes: above, more was run than planned
LOST_S = 30.0  # missing time of a session's runs
IDLE_DAYS = 5
PAIN_RISE = 2


@dataclass(frozen=True)
class Point:
    """The figures of one session; None if not available.

    ``number``: 0 = first of the plan, -1 = the baseline. ``began_s``: of its first run. ``done``:
    whether one of its runs was long enough to count. Leans in degrees at the lower back, relative
    to standing; shares 0 to 1; ``back_s``: time from a cue to the band; ``drift_deg``: last third
    of a run less what came before; ``lost_s``: up to how much of the runs is missing from their
    logs; ``speed_mps``, ``incline_percent``: as marked, None where nobody did; ``own_lean_deg``:
    what the clip took as the own lean from a baseline session. ``doubtful``: of how many runs the
    date is, so that they count from when they were filed. ``day``: as ``library.Session``.
    """

    number: int
    began_s: int
    runs: int
    done: bool
    running_s: float
    planned_s: float
    mean_lean_deg: float | None
    low_deg: float | None
    high_deg: float | None
    cap_deg: float | None
    in_band: float | None
    in_band_with_cues: float | None
    in_band_without_cues: float | None
    cues_per_min: float | None
    cap_cues: int
    back_s: float | None
    drift_deg: float | None
    cadence_spm: float | None
    pain: int | None
    faults: dict[int, int]
    lost_s: float = 0.0
    speed_mps: float | None = None
    incline_percent: float | None = None
    own_lean_deg: float | None = None
    doubtful: int = 0
    day: str = ""


@dataclass(frozen=True)
class Progress:
    """Progress through the plan, in sessions.

    ``due``: how many should be done by now at ``sessions_per_week``; ``missed``: how many of those
    were not. ``last_s``: start of the last run, None if unknown.
    """

    planned: int
    done: int
    due: int
    missed: int
    last_s: int | None


@dataclass(frozen=True)
class Flag:
    """Something to look at: ``key`` for programs, ``words`` for people."""

    key: str
    words: str


def point(runs: Sequence[tuple[int, RunSummary]], pain: int | None = None) -> Point:
    """Return one session from its runs as (start in s, figures); at least one."""
    began_s, first = min(runs, key=lambda run: run[0])
    found = [summary for _, summary in runs]
    running_s = sum(summary.running_s for summary in found)
    asked = sum(summary.asked for summary in found)
    faults: dict[int, int] = {}
    for summary in found:
        for number, count in summary.faults.items():
            faults[number] = faults.get(number, 0) + count
    return Point(
        number=first.session,
        began_s=began_s,
        runs=len(found),
        done=any(s.running_s >= QUALIFY_SHARE * s.planned_s for s in found),
        running_s=_rounded(running_s),
        planned_s=first.planned_s,
        mean_lean_deg=_mean(found, lambda s: s.mean_lean_deg),
        low_deg=first.low_deg,
        high_deg=first.high_deg,
        cap_deg=first.cap_deg,
        in_band=_mean(found, lambda s: s.in_band),
        in_band_with_cues=_mean(found, lambda s: s.in_band_with_cues, lambda s: s.with_cues_s),
        in_band_without_cues=_mean(
            found, lambda s: s.in_band_without_cues, lambda s: s.without_cues_s
        ),
        cues_per_min=_rounded(asked / (running_s / 60)) if running_s else None,
        cap_cues=sum(s.cues.get("cap", 0) for s in found),
        back_s=_mean(found, lambda s: s.back_s, lambda s: float(s.back)),
        drift_deg=_mean(found, lambda s: s.drift_deg),
        cadence_spm=_mean(found, lambda s: s.cadence_spm),
        pain=pain,
        faults=faults,
        lost_s=round(sum(s.lost_s for s in found), 1),
        own_lean_deg=next((s.own_lean_deg for s in found if s.own_lean_deg is not None), None),
    )


def _mean(
    runs: Sequence[RunSummary],
    value: Callable[[RunSummary], float | None],
    weight: Callable[[RunSummary], float] = lambda run: run.running_s,
) -> float | None:
    """Return the weighted mean of the known values; None if there are none."""
    known = [(found, weight(run)) for run in runs if (found := value(run)) is not None]
    whole = sum(share for _, share in known)
    return _rounded(sum(found * share for found, share in known) / whole) if whole else None


def _rounded(value: float) -> float:
    """Return ``value`` to a ten-thousandth: more digits are meaningless and take space."""
    return round(value, 4)


def progress(points: Sequence[Point], planned: int, sessions_per_week: int, now_s: int) -> Progress:
    """Return the patient's progress through a plan of ``planned`` sessions.

    The plan begins with the first session that is not a baseline.
    """
    coached = [p for p in points if p.number != BASELINE]
    done = len({p.number for p in coached if p.done})
    due = 1 if coached else 0
    if begins_s := _begins_s(coached, now_s):
        days = max(known_s(now_s) - min(begins_s), 0) // DAY_S
        due = min(planned, 1 + days * sessions_per_week // 7)
    last_s = max(_begins_s(points, now_s), default=None)
    return Progress(planned, done, due, max(due - done, 0), last_s)


def _begins_s(points: Sequence[Point], now_s: int) -> list[int]:
    """Return the plausible starts of sessions; those in the future are wrong."""
    latest_s = (known_s(now_s) or LATEST_S) + DAY_S
    return [p.began_s for p in points if known_s(p.began_s) and p.began_s <= latest_s]


def flags(points: Sequence[Point], way: Progress, now_s: int) -> list[Flag]:
    """Return the flags, the most important first; ``points`` in order of time."""
    found = []
    if len(asked := [p.pain for p in points if p.pain is not None]) > 1:
        found += _pain(asked[-1], asked[-2], asked[0])
    if points:
        found += _last(points[-1])
    if way.missed:
        found.append(Flag("missed", missed_words(way)))
    if way.last_s is not None and way.done < way.planned:
        days = (known_s(now_s) - way.last_s) // DAY_S
        if days >= IDLE_DAYS:
            found.append(
                Flag("idle", n_("No run for {number} day.", "No run for {number} days.", days))
            )
    return found


def missed_words(way: Progress) -> str:
    """Return the number of sessions behind the plan as text, "" if none."""
    if not way.missed:
        return ""
    return n_("{number} session missed: {due} planned by now, {done} done.",
              "{number} sessions missed: {due} planned by now, {done} done.",
              way.missed, due=way.due, done=way.done)  # fmt: skip


def _pain(last: int, before: int, first: int) -> list[Flag]:
    lowest = min(before, first)
    if last - lowest < PAIN_RISE:
        return []
    words = _("Pain rose from {lowest} to {last} of 10.", lowest=lowest, last=last)
    return [Flag("pain", words)]


def _last(last: Point) -> list[Flag]:
    """The flags of the last session itself."""
    found = []
    if last.cap_cues:
        words = n_("Leaned beyond the cap once in the last session.",
                   "Leaned beyond the cap {number} times in the last session.",
                   last.cap_cues)  # fmt: skip
        found.append(Flag("cap", words))
    if last.doubtful:
        words = _("The date of the last session is doubtful: the clip's clock was wrong.")
        found.append(Flag("date", words))
    if CLIP_MOVED in last.faults:
        found.append(Flag("moved", _("The clip moved in the last session.")))
    if last.lost_s >= LOST_S:
        lost = _("Up to {time} of the last session may be missing from the clip's log.",
                 time=minutes(last.lost_s))  # fmt: skip
        found.append(Flag("lost", lost))
    if last.number != BASELINE and last.running_s > MORE_SHARE * last.planned_s:
        more = _("The last session was longer than planned: {ran} instead of {planned}.",
                 ran=minutes(last.running_s), planned=minutes(last.planned_s))  # fmt: skip
        found.append(Flag("more", more))
    others = [number for number in sorted(last.faults) if number != CLIP_MOVED]
    if others:
        told = [_(str(rows[3])) if (rows := row(n)) else _("Fault {n}.", n=n) for n in others]
        found.append(Flag("fault", " ".join(told)))
    return found
