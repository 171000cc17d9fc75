"""The direction of the run: a made-up bounce to all sides, and what is not clear enough."""

from __future__ import annotations

import math

import pytest
from leancore.posture.run_direction import RunDirection

DECIDED_AT = 20  # steps: four are skipped


def bounce(
    steps: int, angle_deg: float, *, size: float = 3.0, sway: float = 0.0, slope: float = 0.0
) -> list[int]:
    """What each step answers. ``angle_deg``: of the run, to the right of forward."""
    direction, answers = RunDirection(), []
    for n in range(steps):
        for i in range(22):
            phase = 2 * math.pi * (i + 0.5) / 22
            rise = 700 * math.sin(phase)  # mm/s
            push = size * math.sin(phase) + slope
            side = sway * (-1) ** n * math.sin(phase)
            forward = push * math.cos(math.radians(angle_deg))
            right = push * math.sin(math.radians(angle_deg)) + side
            direction.step(round(rise * 256), round(forward * 256), round(right * 256))
        answers.append(direction.strike())
        if not direction.pending:
            break
    return answers


@pytest.mark.parametrize(
    ("angle_deg", "is_off"),
    [(0, 0), (20, 0), (-35, 0), (35, 0), (39, 1), (-39, 1), (90, 1), (-90, 1), (180, 1), (150, 1)],
)
def test_a_run_to_the_side_is_told_after_twenty_steps(angle_deg: float, is_off: int) -> None:
    assert bounce(40, angle_deg) == [0] * (DECIDED_AT - 1) + [is_off]


@pytest.mark.parametrize("slope", [-2.0, 2.0])
def test_sway_and_a_slope_are_no_direction(slope: float) -> None:
    assert bounce(40, 10.0, sway=2.0, slope=slope) == [0] * DECIDED_AT


@pytest.mark.parametrize("size", [0.0, 0.1])
def test_without_a_bounce_it_goes_on_looking(size: float) -> None:
    assert bounce(100, 180.0, size=size) == [0] * 100


def test_a_direction_that_changes_with_every_step_is_none() -> None:
    assert bounce(60, 90.0, size=0.3, sway=4.0) == [0] * 60


def test_it_begins_again_where_a_stretch_of_running_was_too_short() -> None:
    direction = RunDirection()
    for _ in range(DECIDED_AT - 1):
        direction.step(700 * 256, 0, 3 * 256)
        direction.step(-700 * 256, 0, -3 * 256)
        assert direction.strike() == 0
    direction.rest()
    for _ in range(DECIDED_AT - 1):
        direction.step(700 * 256, 0, 30 * 256)
        direction.step(-700 * 256, 0, -30 * 256)
        assert direction.strike() == 0
    assert direction.pending == 1
    assert direction.strike() == 1
    assert direction.pending == 0
    direction.reset()
    assert direction.pending == 1


def test_a_step_that_never_ends_stays_in_range() -> None:
    direction = RunDirection()
    for _ in range(DECIDED_AT):
        for _ in range(1000):
            direction.step(1 << 22, 1 << 16, -(1 << 16))
        assert abs(direction._either_power) < 1 << 30
        direction.strike()
