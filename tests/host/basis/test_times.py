"""Times of day: implausible ones are unknown, never an error."""

from __future__ import annotations

import pytest
from leancue.basis.times import UNKNOWN, known_s, said

NEVER = [None, 0, -1, 5, 1_640_995_199, 4_102_444_800, 2**32 - 1, 10**12, -(10**12), 10**400]
SURE = [1_640_995_200, 1_760_000_000, 4_102_444_799]


@pytest.mark.parametrize("time_s", NEVER)
def test_what_cannot_be_is_unknown(time_s: int | None) -> None:
    assert known_s(time_s) == 0
    assert said(time_s, "%Y-%m-%d") == UNKNOWN
    assert said(time_s, "%Y-%m-%d", "–") == "–"


@pytest.mark.parametrize("time_s", SURE)
def test_what_can_be_is_said_by_the_clock_on_the_wall(time_s: int) -> None:
    assert known_s(time_s) == time_s
    assert said(time_s, "%Y").isdigit()
