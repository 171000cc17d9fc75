"""Unusual values are reported with number and source; usual ones are not."""

from __future__ import annotations

from typing import Any

import pytest
from leancore.coaching import prescription
from leancue.prescriptions.unusual_values import TENG_2014, unusual


def said(measured_cdeg: int | None = None, **changes: Any) -> list[str]:
    return unusual(prescription.checked(changes), measured_cdeg)


@pytest.mark.parametrize(
    ("limit", "beyond", "words"),
    [
        ({"offset_high_cdeg": 1200}, {"offset_high_cdeg": 1210}, "ends 12.1° above the own lean"),
        ({"cap_offset_cdeg": 1800}, {"cap_offset_cdeg": 1801}, "The cap is 18"),
        ({"offset_low_cdeg": 200}, {"offset_low_cdeg": 199}, "The band is 8"),
        ({"baseline_cdeg": 1800}, {"baseline_cdeg": 1810}, "An own lean of 18.1° is unusual"),
        ({"baseline_cdeg": 0}, {"baseline_cdeg": -10}, "An own lean of −0.1° is unusual"),
        ({"minutes": [20, 25] + [25] * 6}, {"minutes": [20, 26] + [26] * 6}, "6 min longer"),
        ({"minutes": [30] * 8}, {"minutes": [31] * 8}, "Session 1 has 31 min"),
    ],
)  # fmt: skip
def test_each_limit_from_both_sides(
    limit: dict[str, Any], beyond: dict[str, Any], words: str
) -> None:
    assert said(**limit) == []
    (found,) = said(**beyond)
    assert words in found and ":" in found, "what, and the source"


def test_the_entered_own_lean_is_held_against_the_measured_one() -> None:
    assert said(620, baseline_cdeg=700) == []
    (found,) = said(620, baseline_cdeg=701)
    assert "from the measured 6.2°, more than the error" in found
    assert said(620) == [], "not entered: nothing to compare"


def test_every_jump_of_the_plan_is_told() -> None:
    minutes = [10, 20, 20, 30, 30, 30, 30, 30]
    assert [words[:9] for words in said(minutes=minutes)] == ["Session 2", "Session 4"]


@pytest.mark.parametrize(
    ("measured_cdeg", "changes", "sentences"),
    [
        (None, {"offset_high_cdeg": 1210},
         ["The band ends 12.1° above the own lean: the advice is 7 to 10°; "
          f"+6.8° was studied ({TENG_2014})."]),
        (620, {"baseline_cdeg": 1900},
         ["The own lean of 19° differs by 12.8° from the measured 6.2°, more than the error of the "
          "method (± 0.8°).",
          "An own lean of 19° is unusual: the highest mean that a laboratory reported is 17.7°, "
          "with a different zero."]),
        (None, {"baseline_cdeg": -50},
         [f"An own lean of −0.5° is unusual: 24 runners leaned 7.3 ± 3.6° ({TENG_2014})."]),
    ],
)  # fmt: skip
def test_these_are_the_words(
    measured_cdeg: int | None, changes: dict[str, Any], sentences: list[str]
) -> None:
    assert said(measured_cdeg, **changes) == sentences
