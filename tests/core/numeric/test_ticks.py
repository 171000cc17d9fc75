"""Time that wraps."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from leancore.numeric.ticks import PERIOD_MS, ticks_add, ticks_diff

HALF_MS = PERIOD_MS // 2
TICKS = st.integers(0, PERIOD_MS - 1)


def test_the_period_is_circuitpythons() -> None:
    assert PERIOD_MS == 2**29


@given(TICKS, st.integers(-HALF_MS, HALF_MS - 1))
def test_difference_undoes_addition(ticks_ms: int, delta_ms: int) -> None:
    moved_ms = ticks_add(ticks_ms, delta_ms)
    assert 0 <= moved_ms < PERIOD_MS
    assert ticks_diff(moved_ms, ticks_ms) == delta_ms


@given(TICKS, TICKS)
def test_difference_is_the_short_way_round(a_ms: int, b_ms: int) -> None:
    diff_ms = ticks_diff(a_ms, b_ms)
    assert -HALF_MS <= diff_ms < HALF_MS
    assert (diff_ms - (a_ms - b_ms)) % PERIOD_MS == 0


def test_over_the_wrap() -> None:
    assert ticks_diff(4, PERIOD_MS - 6) == 10
    assert ticks_diff(PERIOD_MS - 6, 4) == -10
    assert ticks_add(PERIOD_MS - 1, 1) == 0
    assert ticks_add(0, -1) == PERIOD_MS - 1
