"""Points to discuss: questions raised by the numbers. They contain no verdict or advice."""

from __future__ import annotations

from collections.abc import Callable

from leancore.coaching import coach
from leancore.coaching.coach import CUES
from leancore.schema import faults

from leancue.language.words import _, n_
from leancue.report import sentences
from leancue.runs.run_figures import Figures
from leancue.runs.run_view import RunView
from leancue.runs.spans import clock, minutes
from leancue.runs.trend import MORE_SHARE

MOST = 4
_APART = 0.1  # smaller differences of shares count as equal
_SHORT = 0.9  # of the planned time


def questions(view: RunView, found: Figures) -> tuple[str, ...]:
    """Return the questions of a run, the most important first, at most ``MOST``."""
    if found.cadence_spm is None:
        return (_("Was the clip on, calibrated (press, stand, bow) and worn at the lower back?"),)
    asked = [question for rule in _RULES if (question := rule(view, found))]
    return tuple(asked[:MOST]) or (_("How did it feel, and what helped you to find the lean?"),)


def _uncalibrated(view: RunView, found: Figures) -> str:
    if faults.NOT_CALIBRATED not in view.faults:
        return ""
    return _("The clip was not calibrated. Is it clear how to press, stand still and bow?")


def _moved(view: RunView, found: Figures) -> str:
    if not view.holds:
        return ""
    at = clock(view.holds[0].begin_ms)
    if faults.STAND_DOUBTED in view.faults:
        return _(
            "Perhaps the stand was not upright; there were no cues from {at}. Is it clear how to "
            "stand still before bowing?",
            at=at,
        )
    return _("The clip moved after {at}; there were no cues after that. How is it worn?", at=at)


def _baseline(view: RunView, found: Figures) -> str:
    if view.plan.known or faults.NOT_CALIBRATED in view.faults or found.mean_lean_deg is None:
        return ""
    if view.own_refused:
        return _("The own lean was not measured: {why}. When is there time for it?",
                 why=view.own_refused)  # fmt: skip
    lean = f"{sentences.number(found.mean_lean_deg)}°\u00a0{sentences.error(view)}"
    return _("The own lean was {lean}, and the clip now uses it. Was it a typical run?", lean=lean)


def _cap(view: RunView, found: Figures) -> str:
    count = found.cues[CUES[coach.CAP]]
    if not count:
        return ""
    return n_(
        "The lean went beyond the cap once. Was it felt, and where was it?",
        "The lean went beyond the cap {number} times. Was it felt, and where was it?",
        count,
    )


def _retention(view: RunView, found: Figures) -> str:
    on, off = found.in_band_with_cues, found.in_band_without_cues
    if on is None or off is None:
        return ""
    return retention(on, off)


def retention(with_cues: float, without: float) -> str:
    """Return the question raised by the shares in band with and without cues."""
    shares = _(
        "In band {with_cues} with cues, {without} without",
        with_cues=sentences.percent(with_cues),
        without=sentences.percent(without),
    )
    if without > with_cues - _APART:
        return _("{shares}. It was held without cues: how did it feel?", shares=shares)
    return _("{shares}. What helps to hold it when the clip is quiet?", shares=shares)


def _response(view: RunView, found: Figures) -> str:
    others = found.corrections - found.back
    if not found.corrections or 2 * others < found.corrections:
        return ""
    return _(
        "After {others} of {corrections} cues the band was not reached before the next. Can they "
        "be felt and told apart? Can the band be held?",
        others=others,
        corrections=found.corrections,
    )


def _drift(view: RunView, found: Figures) -> str:
    if found.drift_deg is None or abs(found.drift_deg) < view.error_deg:
        return ""
    lean = f"{sentences.number(abs(found.drift_deg))}°\u00a0{sentences.error(view)}"
    if found.drift_deg < 0:
        return _("In the last third the lean was {lean} less: tired, another pace, a slope?",
                 lean=lean)  # fmt: skip
    return _("In the last third the lean was {lean} more: tired, another pace, a slope?",
             lean=lean)  # fmt: skip


def _short(view: RunView, found: Figures) -> str:
    if found.running_s >= _SHORT * 60 * view.plan.minutes:
        return ""
    ran = minutes(found.running_s)
    return _(
        "Ran {ran} of the {minutes} min planned. Was it time, legs or the clip?", ran=ran,
             minutes=view.plan.minutes)  # fmt: skip


def _more(view: RunView, found: Figures) -> str:
    if not view.plan.minutes or found.running_s <= MORE_SHARE * 60 * view.plan.minutes:
        return ""
    ran = minutes(found.running_s)
    return _("Ran {ran}, more than the {minutes} min planned. Was that intended?", ran=ran,
             minutes=view.plan.minutes)  # fmt: skip


_RULES: tuple[Callable[[RunView, Figures], str], ...] = (
    _uncalibrated, _moved, _baseline, _cap, _more, _retention, _response, _drift,
    _short,
)  # fmt: skip
