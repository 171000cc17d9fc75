"""Impossible forces: across the vertical, and beyond 26 m/s²."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest
from leancore.attitude.clipped_force import note_clipped
from leancore.attitude.force_spike import EARLY, LATE, spike_of
from leancore.sensor.sample import A_LIMIT_Q8

UPRIGHT = (0, 16384, 0)
FORCE = (0, 25_100, 0)  # 9.8 m/s² Q8 over 10 ms
HARD = 513 << 7  # beyond 512: 25.6 m/s² over 10 ms


def spike(up: tuple[int, int, int], early: tuple[int, ...], late: tuple[int, ...]) -> int:
    vertical: Any = SimpleNamespace(ux=up[0], uy=up[1], uz=up[2])
    x, y, z = late
    return spike_of(vertical, list(early), x, y, z)


def turned(vector: tuple[int, ...], by: int) -> tuple[int, int, int]:
    a, b, c = (vector[(i - by) % 3] for i in range(3))
    return a, b, c


@pytest.mark.parametrize("by", range(3))
@pytest.mark.parametrize("way", [1, -1])
def test_which_of_two_it_was(by: int, way: int) -> None:
    up, force = turned(UPRIGHT, by), turned(FORCE, by)
    for across in ((way * HARD, 0, 0), (0, 0, way * HARD)):
        assert spike(up, turned(across, by), force) == EARLY
        assert spike(up, force, turned(across, by)) == LATE
    assert spike(up, force, force) == 0


@pytest.mark.parametrize("by", range(3))
def test_a_hard_step_comes_from_below(by: int) -> None:
    up = turned(UPRIGHT, by)
    for along in ((0, 3 * HARD, 0), (0, -3 * HARD, 0), (HARD, HARD, 0), (0, HARD, -HARD)):
        assert spike(up, turned(along, by), turned(along, by)) == 0
    more_across = turned((HARD + 128, HARD, 0), by)
    assert spike(up, turned(FORCE, by), more_across) == LATE
    assert spike(up, more_across, turned(FORCE, by)) == EARLY


@pytest.mark.parametrize("by", range(3))
@pytest.mark.parametrize("way", [1, -1])
def test_a_force_beyond_the_range_is_a_fault_wherever_it_points(by: int, way: int) -> None:
    """95 m/s² on one axis, along the vertical as well; of two that are, the first."""
    up, force = turned(UPRIGHT, by), turned(FORCE, by)
    within, beyond = (turned((0, way * (n << 7), 0), by) for n in (1900, 1901))
    assert spike(up, within, force) == spike(up, force, within) == 0
    assert spike(up, beyond, force) == spike(up, beyond, beyond) == EARLY
    assert spike(up, force, beyond) == LATE


def test_what_a_clipped_force_was_given_back_is_no_fault() -> None:
    force = [0, (A_LIMIT_Q8 + 100) * 10, 0]
    sample: Any = SimpleNamespace(ax=0, ay=A_LIMIT_Q8 + 100, az=0)
    note_clipped([0, 0, 0], sample, force)
    assert force[1] > (A_LIMIT_Q8 + 100) * 10
    assert spike(UPRIGHT, tuple(force), FORCE) == 0


@pytest.mark.parametrize("by", range(3))
def test_less_than_26_mps2_is_none(by: int) -> None:
    up, force = turned(UPRIGHT, by), turned(FORCE, by)
    assert spike(up, force, turned((512 << 7, 0, 0), by)) == 0
    assert spike(up, force, turned((400 << 7, 0, 320 << 7), by)) == LATE  # 512.2 in all


def test_across_a_vertical_that_lies_along_no_axis() -> None:
    up = (9459, 9459, 9459)  # the diagonal
    along = (2 * HARD, 2 * HARD, 2 * HARD)
    for i in range(3):
        across = turned((2 * HARD, -HARD, -HARD), i)
        assert spike(up, across, FORCE) == EARLY
        assert spike(up, FORCE, across) == LATE
    assert spike(up, along, along) == 0
