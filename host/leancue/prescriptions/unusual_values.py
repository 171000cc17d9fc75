"""What is typed out of the ordinary: allowed, and worth a second look. Each limit has its source.

Angles in centidegrees, as the core counts them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from leancore.coaching.session_plan import UNMEASURED

TENG_2014 = "Teng & Powers 2014, J Orthop Sports Phys Ther 44(10):785"
DAVIS_2020 = "Davis 2020, PMC7083994"


@dataclass(frozen=True)
class Limit:
    """A number above or below which a value is unusual, and where it comes from."""

    value: int
    source: str


OFFSET_MOST_CDEG = Limit(
    1200, f"12° is beyond the 7 to 10° that are advised; +6.8° was studied ({TENG_2014})"
)
CAP_MOST_CDEG = Limit(
    1800,
    "18° is 8° beyond the widest advised band; too much lean costs energy and loads the back",
)
BAND_MOST_CDEG = Limit(
    800, f"8° is more than runners differ from each other: 7.3 ± 3.6° ({TENG_2014})"
)
OWN_LOW_CDEG = Limit(0, f"24 runners leant 7.3 ± 3.6° ({TENG_2014})")
OWN_HIGH_CDEG = Limit(1800, "the highest mean of a laboratory is 17.7°, its zero another one")
LONGER_MOST_PERCENT = Limit(
    25, f"in the published plan a session is at most 13 % longer than the one before ({DAVIS_2020})"
)
FIRST_MOST_MIN = Limit(30, f"the published plan begins with 15 min and ends with 30 ({DAVIS_2020})")


def unusual(
    values: Mapping[str, Any], measured_cdeg: int | None = None, error_cdeg: int = 80
) -> list[str]:
    """Return what is out of the ordinary in a prescription, a sentence each with its source.

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
    return [f"The band ends {_deg(high)}° above the own lean: {OFFSET_MOST_CDEG.source}."]


def _cap(values: Mapping[str, Any]) -> list[str]:
    cap = values["cap_offset_cdeg"]
    if cap <= CAP_MOST_CDEG.value:
        return []
    return [f"The cap is {_deg(cap)}° above the own lean: {CAP_MOST_CDEG.source}."]


def _wide(values: Mapping[str, Any]) -> list[str]:
    width = values["offset_high_cdeg"] - values["offset_low_cdeg"]
    if width <= BAND_MOST_CDEG.value:
        return []
    return [f"The band is {_deg(width)}° wide: {BAND_MOST_CDEG.source}; it hardly asks anything."]


def _own(values: Mapping[str, Any], measured_cdeg: int | None, error_cdeg: int) -> list[str]:
    own = values["baseline_cdeg"]
    if own == UNMEASURED:
        return []
    found = []
    if measured_cdeg is not None and abs(own - measured_cdeg) > error_cdeg:
        found.append(
            f"The own lean of {_deg(own)}° is {_deg(abs(own - measured_cdeg))}° from the measured "
            f"{_deg(measured_cdeg)}°: more than the error of the method (± {_deg(error_cdeg)}°)."
        )
    for beyond, limit in ((own < OWN_LOW_CDEG.value, OWN_LOW_CDEG),
                          (own > OWN_HIGH_CDEG.value, OWN_HIGH_CDEG)):  # fmt: skip
        if beyond:
            found.append(f"An own lean of {_deg(own)}° is unusual: {limit.source}.")
    return found


def _longer(values: Mapping[str, Any]) -> list[str]:
    minutes = values["minutes"]
    found = []
    if minutes[0] > FIRST_MOST_MIN.value:
        found.append(f"Session 1 has {minutes[0]} min: {FIRST_MOST_MIN.source}.")
    for i, (before, after) in enumerate(zip(minutes, minutes[1:], strict=False)):
        if 100 * after > (100 + LONGER_MOST_PERCENT.value) * before:
            found.append(
                f"Session {i + 2} is {after - before} min longer than session {i + 1} "
                f"(+{100 * (after - before) / before:.0f} %): {LONGER_MOST_PERCENT.source}."
            )
    return found


def _deg(cdeg: int) -> str:
    return f"{cdeg / 100:.1f}".removesuffix(".0").replace("-", "−")
