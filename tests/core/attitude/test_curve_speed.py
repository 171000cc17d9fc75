"""The speed of a runner, estimated from the force in curves."""

from __future__ import annotations

import numpy as np
import pytest
from leancore.attitude.curve_speed import CurveSpeed

UPDATE_MS = 60
UPDATES_A_STEP = 6


def after_curves(true_mps: float, usual_cmps: int, rates_radps: list[float]) -> int:
    """The estimate after curves of two seconds each; the body sways sideways meanwhile."""
    speed, random = CurveSpeed(), np.random.default_rng(5)
    speed.begin(usual_cmps)
    for rate in rates_radps:
        for step in range(6):
            for update in range(UPDATES_A_STEP):
                sway = (-1) ** step * 3.0 * np.sin(np.pi * (update + 0.5) / UPDATES_A_STEP)
                side = rate * true_mps + sway + random.normal(0, 0.5)
                turned = round(rate * UPDATE_MS / 1000 * 16384)
                speed.add(turned, round(side * 256), UPDATE_MS)
            speed.strike()
    return speed.cmps


@pytest.mark.parametrize("true_mps", [2.2, 3.2, 4.8])
def test_some_curves_tell_the_speed(true_mps: float) -> None:
    learnt = after_curves(true_mps, 320, [0.8, -0.8, 0.6, 0.8])
    assert abs(learnt / 100 - true_mps) < 0.45 * abs(3.2 - true_mps) + 0.2


def test_on_a_straight_way_the_usual_speed_stays() -> None:
    assert after_curves(5.0, 320, [0.1, -0.1] * 20) == 320


def test_no_usual_speed_no_curves() -> None:
    assert after_curves(5.0, 0, [0.8, -0.8]) == 0


def test_a_wild_side_force_stays_within_what_a_runner_does() -> None:
    speed = CurveSpeed()
    speed.begin(320)
    for _ in range(200):
        speed.add(1000, 1 << 20, UPDATE_MS)
        speed.strike()
    assert 130 <= speed.cmps <= 700


def turned(speed: CurveSpeed, rate_radps: float, steps: int) -> list[int]:
    """Turn at a rate for some steps; whether it was a corner, after each."""
    seen = []
    for _ in range(steps):
        for _ in range(UPDATES_A_STEP):
            speed.add(round(rate_radps * UPDATE_MS / 1000 * 16384), 0, UPDATE_MS)
        speed.strike()
        seen.append(speed.cornering)
    return seen


def test_a_corner_is_told_while_it_lasts() -> None:
    speed = CurveSpeed()
    speed.begin(320)
    assert turned(speed, 0.0, 4) == [0, 0, 0, 0]
    assert turned(speed, -0.8, 5)[1:] == [1, 1, 1, 1]
    assert turned(speed, 0.1, 3)[-1] == 0


def test_who_runs_in_circles_is_in_no_corner_for_long() -> None:
    speed = CurveSpeed()
    speed.begin(320)
    seen = turned(speed, 0.5, 40)
    assert 10 < sum(seen) < 16
    assert not any(seen[20:])
    turned(speed, 0.0, 2)
    assert turned(speed, 0.5, 3)[-1] == 0  # hardly anything straight
    turned(speed, 0.0, 10)
    assert turned(speed, 0.5, 3)[-1] == 1


def test_steps_that_are_missing_end_a_corner() -> None:
    speed = CurveSpeed()
    speed.begin(320)
    turned(speed, 0.8, 4)
    speed.restart()
    assert speed.cornering == 0
