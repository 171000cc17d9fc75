"""Comparison of two runs: differences, and which of them exceed the error.

Errors of two runs are assumed independent (root of the sum of squares). The error of a share in
band is its change when every lean is shifted by the error of the method. Counts of cues have the
spread of counts (95 %, Poisson).
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from leancue.language.formats import decimal
from leancue.language.words import N_, _, listed
from leancue.report.sentences import number, percent
from leancue.runs.measurement_error import CADENCE_PERCENT, METHOD_ERROR
from leancue.runs.run_figures import Figures, figures
from leancue.runs.run_view import RunView

_TWO_SIGMA = 1.96


@dataclass(frozen=True)
class Side:
    """One of the two: ``name`` in the picture, its view and figures."""

    name: str
    view: RunView
    found: Figures


@dataclass(frozen=True)
class Difference:
    """A figure of both: ``change`` is the second minus the first, ``error`` its uncertainty.

    ``error`` None: unknown, so nothing is claimed.
    """

    name: str
    first: str
    second: str
    change: str
    error: str | None
    exceeds: bool


def side(name: str, view: RunView) -> Side:
    """Return one side of a comparison."""
    return Side(name, view, figures(view))


def differences(first: Side, second: Side) -> list[Difference]:
    """Return each figure that both have, the lean first."""
    made = (_difference(row, first, second) for row in _ROWS)
    return [one for one in made if one is not None]


def answer(found: list[Difference]) -> str:
    """Return the differences that exceed the error, in one sentence."""
    said = [f"{one.name} {one.change}" for one in found if one.exceeds]
    if not said:
        return _("No difference exceeds the error.")
    return _("Beyond the error: {differences}.", differences=listed(said))


@dataclass(frozen=True)
class _Row:
    """A figure: its value and error on one side, and its text with unit."""

    name: str
    value: Callable[[Figures], float | None]
    error: Callable[[Side], float | None]
    said: Callable[[float], str]
    change: Callable[[float], str] | None = None  # as ``said`` where None


def _difference(row: _Row, first: Side, second: Side) -> Difference | None:
    before, after = row.value(first.found), row.value(second.found)
    if before is None or after is None:
        return None
    change = after - before
    errors = row.error(first), row.error(second)
    error = None if None in errors else math.hypot(*(e for e in errors if e is not None))
    form = row.change or row.said
    return Difference(
        _(row.name), row.said(before), row.said(after),
        ("+" if change > 0 else "") + form(change),
        None if error is None else f"±\u00a0{form(error)}",
        error is not None and abs(change) > error,
    )  # fmt: skip


def _share_error(one: Side, feedback: bool) -> float | None:
    """Change of the share in band when every lean is off by the error of the method."""
    steps, plan = one.view.decisions, one.view.plan
    chosen = steps.judged & (steps.feedback if feedback else ~steps.feedback)
    lean_cdeg = steps.stride_lean_cdeg[chosen]
    if not len(lean_cdeg):
        return None
    off_cdeg = 100 * one.view.error_deg
    shares = [
        float(np.mean((lean_cdeg + by >= plan.low_cdeg) & (lean_cdeg + by <= plan.high_cdeg)))
        for by in (-off_cdeg, 0.0, off_cdeg)
    ]
    return max(abs(shares[0] - shares[1]), abs(shares[2] - shares[1]))


def _asked_per_min(found: Figures) -> float | None:
    """Corrective cues per minute of time with cues."""
    minutes = found.with_cues_s / 60
    return (found.cues["all"] - found.cues["back_in"]) / minutes if minutes else None


def _cue_error(one: Side) -> float | None:
    """The spread of a count; for zero that of one."""
    minutes = one.found.with_cues_s / 60
    asked = one.found.cues["all"] - one.found.cues["back_in"]
    return _TWO_SIGMA * math.sqrt(max(asked, 1)) / minutes if minutes else None


def _points(share: float) -> str:
    return _("{value} percentage points", value=decimal(100 * share, 0))


def _cadence_error(one: Side) -> float | None:
    return (one.found.cadence_spm or 0.0) * CADENCE_PERCENT / 100


_ROWS = (
    _Row(N_("mean lean"), lambda f: f.mean_lean_deg, lambda s: s.view.error_deg,
         lambda v: f"{number(v)}°"),
    _Row(N_("in band with cues"), lambda f: f.in_band_with_cues, lambda s: _share_error(s, True),
         percent, _points),
    _Row(N_("in band without cues"), lambda f: f.in_band_without_cues,
         lambda s: _share_error(s, False), percent, _points),
    _Row(N_("cues per minute, while cues were on"), _asked_per_min, _cue_error, number),
    _Row(N_("back in band after a cue"), lambda f: f.back_s, lambda s: None,
         lambda v: _("{value} s", value=number(v))),
    _Row(N_("drift in the last third"), lambda f: f.drift_deg, lambda s: METHOD_ERROR.own_deg,
         lambda v: f"{number(v)}°"),
    _Row(N_("cadence"), lambda f: f.cadence_spm, _cadence_error,
         lambda v: _("{value} steps/min", value=number(v))),
    _Row(N_("running"), lambda f: f.running_s / 60, lambda s: None,
         lambda v: _("{value} min", value=decimal(v))),
)  # fmt: skip
