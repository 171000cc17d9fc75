"""Retention: share of running in the band in sessions without cues, with its interval.

One value per participant and condition, the mean of their sessions, so that a participant with more
running does not count more; then the mean over participants, with Student's interval of n - 1
degrees of freedom (Student 1908, Biometrika 6:1, doi 10.1093/biomet/6.1.1). With few participants
that interval is wide, as it should be; it assumes roughly normal values, which few participants
cannot confirm. A single participant's difference is computed within blocks, as in n-of-1 trials
(Vohra et al. 2015, BMJ 350:h1738, doi 10.1136/bmj.h1738), and applies to that person only. Nothing
is imputed: a session without a run is excluded and counted.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from statistics import fmean, stdev

from leancue.study.allocation import CUES, NO_CUES
from leancue.study.outcomes import Outcome

LEVEL = 0.95
FEW = 10  # with fewer participants the text points out the assumption
_STEPS = 60


@dataclass(frozen=True)
class Estimate:
    """A mean with its 95 % interval; ``n`` values. None if there are too few."""

    n: int
    mean: float | None
    low: float | None = None
    high: float | None = None


@dataclass(frozen=True)
class Person:
    """A participant: in-band shares by condition, 0 to 1, and their difference within blocks."""

    code: str
    with_cues: float | None
    without_cues: float | None
    difference: Estimate


@dataclass(frozen=True)
class Retention:
    """What a study shows. ``without_cues`` is the retention; ``difference``: without minus with.

    ``planned``, ``counted``: randomised sessions; ``remarks``: how many deviated from the plan.
    """

    with_cues: Estimate
    without_cues: Estimate
    difference: Estimate
    people: tuple[Person, ...]
    planned: int
    counted: int
    remarks: int


def retention(found: Sequence[Outcome]) -> Retention:
    """Analyse the randomised sessions of a study, without the lead-in."""
    randomised = [one for one in found if one.block]
    people = [
        _person(code, [one for one in randomised if one.code == code])
        for code in dict.fromkeys(one.code for one in randomised)
    ]
    both = [
        (person.without_cues - person.with_cues)
        for person in people
        if person.without_cues is not None and person.with_cues is not None
    ]
    return Retention(
        estimate((p.with_cues for p in people if p.with_cues is not None), 0, 1),
        estimate((p.without_cues for p in people if p.without_cues is not None), 0, 1),
        estimate(both, -1, 1), tuple(people), len(randomised),
        sum(one.in_band is not None for one in randomised),
        sum(bool(one.remark) for one in randomised),
    )  # fmt: skip


def _person(code: str, mine: Sequence[Outcome]) -> Person:
    blocks = sorted({one.block for one in mine})
    differences = []
    for block in blocks:
        there = [one for one in mine if one.block == block]
        with_cues, without = _share(there, CUES), _share(there, NO_CUES)
        if with_cues is not None and without is not None:
            differences.append(without - with_cues)
    return Person(code, _share(mine, CUES), _share(mine, NO_CUES), estimate(differences, -1, 1))


def _share(found: Iterable[Outcome], condition: str) -> float | None:
    shares = [o.in_band for o in found if o.condition == condition and o.in_band is not None]
    return fmean(shares) if shares else None


def estimate(values: Iterable[float], least: float, most: float) -> Estimate:
    """Return the mean with Student's interval, limited to the possible range."""
    found = list(values)
    if len(found) < 2:
        return Estimate(len(found), found[0] if found else None)
    mean, n = fmean(found), len(found)
    half = t_quantile(0.5 + LEVEL / 2, n - 1) * stdev(found) / math.sqrt(n)
    return Estimate(n, mean, max(mean - half, least), min(mean + half, most))


def t_quantile(share: float, freedom: int) -> float:
    """Return Student's t below which ``share`` (0.5 to 1) lies, for whole degrees of freedom."""
    low, high = 0.0, math.pi / 2
    for _ in range(_STEPS):  # bisection of the angle whose tangent is t / sqrt(freedom)
        middle = (low + high) / 2
        low, high = (middle, high) if _below(middle, freedom) < share else (low, middle)
    return math.sqrt(freedom) * math.tan(low)


def _below(angle: float, freedom: int) -> float:
    """Return the share below t = sqrt(freedom) tan(angle).

    The finite sums of Abramowitz & Stegun 1964, 26.7.3 and 26.7.4.
    """
    sin, cos = math.sin(angle), math.cos(angle)
    if freedom % 2:
        term, total = cos, cos if freedom > 1 else 0.0
        for i in range(3, freedom - 1, 2):
            term *= cos * cos * (i - 1) / i
            total += term
        between = 2 / math.pi * (angle + sin * total)
    else:
        term = total = 1.0
        for i in range(2, freedom - 1, 2):
            term *= cos * cos * (i - 1) / i
            total += term
        between = sin * total
    return 0.5 + between / 2
