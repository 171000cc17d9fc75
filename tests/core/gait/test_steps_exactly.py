"""Each rule of the foot strikes by itself."""

from __future__ import annotations

import math

import pytest
from leancore.gait.steps import Steps

G_Q8 = 2511
DT_MS = 10


def swayed(cadence_spm: float, seconds: float, gee: float = 0.45) -> list[tuple[int, Steps]]:
    """Strikes of a force that swings about the weight as a sine: no flight. (ms, as then)."""
    steps, found = Steps(), []
    for i in range(round(seconds * 1000 / DT_MS)):
        up_q8 = G_Q8 + round(gee * G_Q8 * math.sin(2 * math.pi * i * DT_MS * cadence_spm / 60_000))
        if steps.step(up_q8, i * DT_MS, DT_MS):
            found.append((steps.strike_ms, steps))
    return found


@pytest.mark.parametrize("cadence_spm", [110, 125, 150, 170])
def test_without_a_flight_the_foot_strikes_where_the_force_comes_through_the_weight(
    cadence_spm: int,
) -> None:
    """There the fall ends; found between two samples, once."""
    step_ms = 60_000 / cadence_spm
    strikes = [strike_ms for strike_ms, _ in swayed(cadence_spm, 12)]
    assert len(strikes) > 12 * cadence_spm / 60 - 4
    for strike_ms in strikes[4:]:
        assert abs(strike_ms - round(strike_ms / step_ms) * step_ms) <= 10


@pytest.mark.parametrize("force_q8", [60_000, -60_000])
def test_a_velocity_beyond_all_bounds_begins_anew_and_is_no_strike(force_q8: int) -> None:
    steps = Steps()
    speeds = []
    for i in range(40):
        assert steps.step(force_q8, i * DT_MS, DT_MS) == 0
        speeds.append(abs(steps.velocity_q8))
    assert max(speeds) <= 1 << 22
    assert 0 in speeds


def test_a_new_count_knows_nothing_and_all_is_whole() -> None:
    new = Steps()
    assert (new.velocity_q8, new.velocity_swing_q8, new.strike_ms, new.cadence_cspm) == (0,) * 4
    used = swayed(150, 5)[-1][1]
    assert used.velocity_swing_q8 > 0 and used.cadence_cspm == pytest.approx(15_000, rel=0.01)
    used.reset()
    for name in Steps.FIELDS:
        if name != "_last":
            assert isinstance(getattr(used, name), int), name
            assert getattr(used, name) == getattr(Steps(), name), name
