"""The speed of a runner, learnt from the force in curves."""

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
