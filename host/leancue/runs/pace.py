"""Speed and incline of a run: from marks to stretches, means, and texts.

Speeds are in mm/s, inclines in permille (rise over the length of the belt, uphill positive):
integers, so that entered values are preserved. A mark applies until the next one that changes it.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from leancue.language.formats import as_written, decimal
from leancue.language.words import _
from leancue.runs.spans import Span, overlap_ms

KMH, MIN_KM, MPH = range(3)  # the library's setting `speed_unit`
UNITS = ("km/h", "min/km", "mph")
_MM_S = (1e6 / 3600, 0.0, 1609.344e3 / 3600)  # per unit; a pace is inverted
SLOWEST_MM_S, FASTEST_MM_S = 300, 12_000
STEEPEST_PERMILLE = 300
LEVEL_PERMILLE = 10  # below, a slope is 0.6° and within the error of the method


@dataclass(frozen=True)
class Mark:
    """A moment of a run, ``at_ms`` on the run's axis; None: as before."""

    at_ms: int
    words: str = ""
    speed_mm_s: int | None = None
    incline_permille: int | None = None


@dataclass(frozen=True)
class Stretch:
    """From ``begin_ms`` to ``end_ms`` of the run; None: not marked."""

    begin_ms: int
    end_ms: int
    speed_mm_s: int | None
    incline_permille: int | None


def in_order(marks: Iterable[Mark]) -> list[Mark]:
    """Return the marks in the order of the run."""
    return sorted(marks, key=lambda mark: mark.at_ms)


def stretches(marks: Iterable[Mark], end_ms: int) -> list[Stretch]:
    """Return the marked stretches of the run up to ``end_ms``."""
    found: list[Stretch] = []
    speed: int | None = None
    incline: int | None = None
    ordered = [m for m in in_order(marks) if (m.speed_mm_s, m.incline_permille) != (None, None)]
    for i, mark in enumerate(ordered):
        speed = speed if mark.speed_mm_s is None else mark.speed_mm_s
        incline = incline if mark.incline_permille is None else mark.incline_permille
        until = min(ordered[i + 1].at_ms if i + 1 < len(ordered) else end_ms, end_ms)
        if until > mark.at_ms:
            found.append(Stretch(mark.at_ms, until, speed, incline))
    return found


def means(found: Sequence[Stretch], running: Sequence[Span]) -> tuple[int | None, int | None]:
    """Return (speed, incline), each weighted by the running time for which it was marked."""
    weights = [(one, overlap_ms(Span(one.begin_ms, one.end_ms, ""), running)) for one in found]
    return (
        _mean([(one.speed_mm_s, ms) for one, ms in weights]),
        _mean([(one.incline_permille, ms) for one, ms in weights]),
    )


def _mean(values: Sequence[tuple[int | None, int]]) -> int | None:
    known = [(value, ms) for value, ms in values if value is not None]
    whole = sum(ms for _, ms in known)
    return round(sum(value * ms for value, ms in known) / whole) if whole else None


def at(found: Sequence[Stretch], t_ms: int) -> tuple[int | None, int | None]:
    """Return (speed, incline) at a time of the run; None: not marked."""
    one = next((one for one in found if one.begin_ms <= t_ms < one.end_ms), None)
    return (one.speed_mm_s, one.incline_permille) if one else (None, None)


def axis_ms(running_ms: int, running: Sequence[Span]) -> int:
    """Return the time on the run's axis for a running time; the clip counts only running."""
    left = running_ms
    for spell in running:
        if left <= spell.ms:
            return spell.begin_ms + left
        left -= spell.ms
    return running[-1].end_ms if running else running_ms


def typed_mm_s(text: str, unit: int) -> int | None:
    """Return the typed speed, "" = None. ValueError with a text."""
    text = text.strip().replace(",", ".")
    if not text:
        return None
    try:
        value = _pace_min(text) if unit == MIN_KM else float(text)
    except ValueError:
        raise ValueError(_("This is not a speed in {unit}.", unit=UNITS[unit])) from None
    if not (math.isfinite(value) and value > 0):
        raise ValueError(_("A speed must be above 0 {unit}.", unit=UNITS[unit]))
    mm_s = round(1e6 / 60 / value if unit == MIN_KM else value * _MM_S[unit])
    if not SLOWEST_MM_S <= mm_s <= FASTEST_MM_S:
        low, high = (speed_words(limit, unit) for limit in (SLOWEST_MM_S, FASTEST_MM_S))
        raise ValueError(_("Outside the range of running: {low} to {high}.", low=low, high=high))
    return mm_s


def _pace_min(text: str) -> float:
    minutes, colon, seconds = text.partition(":")
    if not colon:
        return float(text)
    if not 0 <= int(seconds) < 60:
        raise ValueError(text)
    return int(minutes) + int(seconds) / 60


def typed_permille(text: str) -> int | None:
    """Return the incline typed in percent, "" = None. ValueError with a text."""
    text = text.strip().replace(",", ".").replace("−", "-").removesuffix("%").strip()
    if not text:
        return None
    try:
        permille = 10 * float(text)
    except ValueError:
        raise ValueError(_("This is not an incline in %.")) from None
    if not abs(permille) <= STEEPEST_PERMILLE:
        raise ValueError(
            _(
                "An incline must be −{most} to {most} %.",
                most=STEEPEST_PERMILLE // 10,
            )
        )
    return round(permille)


def speed_words(mm_s: int, unit: int, *, bare: bool = False) -> str:
    """Return a speed in the clinic's unit; ``bare``: as typed."""
    if unit == MIN_KM:
        seconds = round(1e6 / mm_s)
        found = f"{seconds // 60}:{seconds % 60:02d}"
    else:
        found = decimal(mm_s / _MM_S[unit])
    return found if bare else f"{found} {UNITS[unit]}"


def speed_in(mm_s: int, unit: int) -> float:
    """Return a speed as a number in the clinic's unit; a pace in minutes."""
    return 1e6 / 60 / mm_s if unit == MIN_KM else mm_s / _MM_S[unit]


def incline_words(permille: int) -> str:
    """Return an incline in percent, with its angle."""
    return f"{_signed(permille / 10)} % ({_signed(angle_deg(permille))}°)"


def angle_deg(permille: int) -> float:
    """Return the angle of a belt with this incline."""
    return math.degrees(math.asin(permille / 1000))


def _signed(value: float) -> str:
    return as_written(f"{value:.1f}".removesuffix(".0"))


def on_a_slope(permille: int | None) -> str:
    """Return the meaning of a slope for the lean, "" if level or not marked."""
    if permille is None or abs(permille) < LEVEL_PERMILLE:
        return ""
    way = _("uphill") if permille > 0 else _("downhill")
    return _(
        "This run was on a slope, {incline} {way}. The lean is measured from the vertical, not "
        "from the belt, and a slope changes it. Compare it only with runs on the same slope.",
        incline=incline_words(permille),
        way=way,
    )
