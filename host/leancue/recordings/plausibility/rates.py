"""The gyroscope: its unit, its axes, against the orientation or against the force."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from leancue.recordings.plausibility.content import Turning
from leancue.recordings.plausibility.examination import Examination, Problem
from leancue.recordings.plausibility.tilting import tilting

_SURE = 0.7  # correlation of the two rates above which their ratio is meaningful
_NEAR, _RATIO_SURE = 1.4, (0.6, 1.7)
_ALIKE = 1.1  # units that are no farther from each other are both named
_TURNS_MOST_RADPS = 15.0  # nobody turns so fast for long


class _Unit(NamedTuple):
    """A unit that a gyroscope may be in: its rate over the true one, what it is, what to do."""

    ratio: float
    words: str
    way_out: str


_UNITS = tuple(_Unit(*row) for row in (
    (57.2958, "in °/s", "divide them by 57.2958"),
    (57295.8, "in thousandths of °/s", "divide them by 57295.8"),
    (1000.0, "in thousandths of rad/s", "divide them by 1000"),
    (1 / 57.2958, "divided by 57.3 though they were in rad/s", "multiply them by 57.2958"),
    (1 / 6.2832, "in turns per second", "multiply them by 6.28319"),
    *((57.2958 * counts, f"the sensor's counts ({counts} for 1 °/s)",
       f"divide them by {57.2958 * counts:.6g}") for counts in (16.4, 32.8, 65.5, 131.0)),
))  # fmt: skip
_RATIOS = tuple(unit.ratio for unit in _UNITS)


def leave_out_zeros(seen: Examination) -> None:
    """Regard a gyroscope that is always zero as missing."""
    g = seen.content.g
    if g is not None and not g.any():
        seen.content = seen.content._replace(g=None)
        seen.had_none = True
        seen.unchecked(
            "the gyroscope",
            "gx, gy, gz are all zero, so they are ignored",
        )


def of_unit(turning: Turning) -> Problem | None:
    """Return the error of the gyroscope's unit if it rotates like the orientation."""
    of_q, of_g = turning.sizes
    if turning.likeness() < _SURE or of_q <= 0:
        return None
    ratio = of_g / of_q
    what = f"the gyroscope turns {ratio:.3g} times as fast as the orientation"
    if likely := _likely(ratio):
        return Problem(what, _are(likely), likely[0].way_out)
    if ratio > _RATIO_SURE[1]:
        why = "gx, gy, gz are in another unit, or t_s was computed with the wrong rate"
        return Problem(what, why, "give gx, gy, gz in rad/s and t_s in seconds")
    return None


def doubt_ratio(seen: Examination, turning: Turning) -> None:
    """Note a gyroscope that is too slow by no known unit."""
    of_q, of_g = turning.sizes
    if turning.likeness() > _SURE and of_g < _RATIO_SURE[0] * of_q:
        seen.doubt(
            f"the gyroscope turns {of_g / of_q:.2g} times as fast as the orientation; perhaps t_s "
            "was computed with the wrong rate"
        )


def check_tilting(seen: Examination) -> None:
    """Check the gyroscope against the force, where there is no orientation."""
    if seen.content.g is None:
        seen.unchecked("the directions", "there is neither orientation nor gyroscope")
        return
    size = float(np.sqrt((seen.content.g**2).sum(axis=1).mean()))
    if size > _TURNS_MOST_RADPS:
        what = f"the gyroscope turns by {size:.3g} rad/s on average, which is not possible"
        ratio = tilting(seen.content, _RATIOS).ratio if seen.has_gravity else None
        _say_unit(seen, what, ratio if ratio not in (None, 1) else _UNITS[0].ratio)
        return
    if not seen.has_gravity:
        return
    found = tilting(seen.content, _RATIOS)
    if found.ratio is None:
        why = "the sensor hardly tilts; a bow after standing would make it possible"
        seen.unchecked("gyroscope against force", why)
    elif found.ratio != 1:
        what = "according to the gyroscope the direction of gravity changes"
        _say_unit(seen, what, found.ratio)
    elif found.mistake.cost:
        words = found.mistake.words.replace("the orientation", "the force")
        what = "according to the gyroscope the direction of gravity changes"
        seen.problem(what, words, found.mistake.way_out)


def _likely(ratio: float) -> list[_Unit]:
    """Return the unit that makes a gyroscope so many times as fast, and those that nearly do."""
    units = sorted((unit for unit in _UNITS if 1 / _NEAR < ratio / unit.ratio < _NEAR),
                   key=lambda unit: abs(np.log(ratio / unit.ratio)))  # fmt: skip
    return [unit for unit in units if 1 / _ALIKE < unit.ratio / units[0].ratio < _ALIKE]


def _are(units: list[_Unit]) -> str:
    return f"gx, gy, gz are {', or '.join(unit.words for unit in units)}"


def _say_unit(seen: Examination, what: str, ratio: float) -> None:
    units = _likely(ratio)
    seen.problem(what, _are(units), units[0].way_out)
