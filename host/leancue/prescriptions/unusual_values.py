"""Unusual values: allowed, but worth a second look. Each limit has its source.

Angles in centidegrees, as the core counts them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from leancore.coaching.session_plan import UNMEASURED

from leancue.language.formats import as_written, decimal
from leancue.language.words import N_, _

TENG_2014 = "Teng & Powers 2014, J Orthop Sports Phys Ther 44(10):785"
DAVIS_2020 = "Davis 2020, PMC7083994"


@dataclass(frozen=True)
class Limit:
    """A number above or below which a value is unusual, and where it comes from."""

    value: int
    words: str
    paper: str = ""

    @property
    def source(self) -> str:
        """Where it comes from, in words."""
        return _(self.words, paper=self.paper)


OFFSET_MOST_CDEG = Limit(1200, N_("the advice is 7 to 10°; +6.8° was studied ({paper})"), TENG_2014)
CAP_MOST_CDEG = Limit(
    1800,
    N_("the widest advised band ends at 10°; leaning very far costs energy and loads the back"),
)
BAND_MOST_CDEG = Limit(
    800, N_("the natural leans of runners differ by less (7.3 ± 3.6°, {paper})"), TENG_2014
)
OWN_LOW_CDEG = Limit(0, N_("24 runners leaned 7.3 ± 3.6° ({paper})"), TENG_2014)
OWN_HIGH_CDEG = Limit(
    1800, N_("the highest mean that a laboratory reported is 17.7°, with a different zero")
)
LONGER_MOST_PERCENT = Limit(
    25,
    N_("in the published plan each session is at most 13 % longer than the previous one ({paper})"),
    DAVIS_2020,
)
FIRST_MOST_MIN = Limit(
    30, N_("the published plan begins with 15 min and ends with 30 ({paper})"), DAVIS_2020
)


def unusual(
    values: Mapping[str, Any], measured_cdeg: int | None = None, error_cdeg: int = 80
) -> list[str]:
    """Return the unusual values of a prescription, a sentence each with its source.

    Args:
        values: as ``prescription.checked`` gives it.
        measured_cdeg: the own lean that a run measured, None where none did.
        error_cdeg: of the method; two measurements differ by that for no reason.
    """
    return [
        *_offset(values), *_cap(values), *_wide(values), *_own(values, measured_cdeg, error_cdeg),
        *_longer(values),
    ]  # fmt: skip


def _offset(values: Mapping[str, Any]) -> list[str]:
    high = values["offset_high_cdeg"]
    if high <= OFFSET_MOST_CDEG.value:
        return []
    return [
        _(
            "The band ends {deg}° above the own lean: {source}.",
            deg=_deg(high),
            source=OFFSET_MOST_CDEG.source,
        )
    ]


def _cap(values: Mapping[str, Any]) -> list[str]:
    cap = values["cap_offset_cdeg"]
    if cap <= CAP_MOST_CDEG.value:
        return []
    return [
        _(
            "The cap is {deg}° above the own lean: {source}.",
            deg=_deg(cap),
            source=CAP_MOST_CDEG.source,
        )
    ]


def _wide(values: Mapping[str, Any]) -> list[str]:
    width = values["offset_high_cdeg"] - values["offset_low_cdeg"]
    if width <= BAND_MOST_CDEG.value:
        return []
    return [
        _(
            "The band is {deg}° wide: {source}. Such a wide band asks for almost no change.",
            deg=_deg(width),
            source=BAND_MOST_CDEG.source,
        )
    ]


def _own(values: Mapping[str, Any], measured_cdeg: int | None, error_cdeg: int) -> list[str]:
    own = values["baseline_cdeg"]
    if own == UNMEASURED:
        return []
    found = []
    if measured_cdeg is not None and abs(own - measured_cdeg) > error_cdeg:
        found.append(
            _(
                "The own lean of {deg}° differs by {deg2}° from the measured {deg3}°, more than "
                "the error of the method (± {deg4}°).",
                deg=_deg(own),
                deg2=_deg(abs(own - measured_cdeg)),
                deg3=_deg(measured_cdeg),
                deg4=_deg(error_cdeg),
            )
        )
    for beyond, limit in ((own < OWN_LOW_CDEG.value, OWN_LOW_CDEG),
                          (own > OWN_HIGH_CDEG.value, OWN_HIGH_CDEG)):  # fmt: skip
        if beyond:
            found.append(
                _(
                    "An own lean of {deg}° is unusual: {source}.",
                    deg=_deg(own),
                    source=limit.source,
                )
            )
    return found


def _longer(values: Mapping[str, Any]) -> list[str]:
    minutes = values["minutes"]
    found = []
    if minutes[0] > FIRST_MOST_MIN.value:
        found.append(
            _(
                "Session 1 has {minutes} min: {source}.",
                minutes=minutes[0],
                source=FIRST_MOST_MIN.source,
            )
        )
    for i, (before, after) in enumerate(zip(minutes, minutes[1:], strict=False)):
        if 100 * after > (100 + LONGER_MOST_PERCENT.value) * before:
            found.append(
                _(
                    "Session {session} is {more} min longer than session {before} "
                    "(+{percent} %): {source}.",
                    session=i + 2,
                    more=after - before,
                    before=i + 1,
                    percent=decimal(100 * (after - before) / before, 0),
                    source=LONGER_MOST_PERCENT.source,
                )
            )
    return found


def _deg(cdeg: int) -> str:
    return as_written(f"{cdeg / 100:.1f}".removesuffix(".0"))
