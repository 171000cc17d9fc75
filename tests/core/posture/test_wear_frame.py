"""The wear frame: right-handed, level, and as near to what was measured as it can be."""

from __future__ import annotations

import numpy as np
import pytest
from core_motion import random_mount, unit
from leancore.posture.wear_frame import NOMINAL, WearFrame


def axes(frame: WearFrame) -> np.ndarray:
    return np.array([frame.right, frame.up, frame.forward]) / 16384


def assert_right_handed(frame: WearFrame) -> None:
    right, up, forward = axes(frame)
    assert np.abs(axes(frame) @ axes(frame).T - np.eye(3)).max() < 4e-4
    assert np.abs(np.cross(forward, up) - right).max() < 4e-4


def scaled(vector, length: int) -> tuple[int, ...]:
    return tuple(round(length * part) for part in unit(vector))


def test_nominal_mount() -> None:
    frame = WearFrame()
    assert frame.source == NOMINAL
    assert frame.right == [16384, 0, 0]
    assert frame.up == [0, 16384, 0]
    assert frame.forward == [0, 0, -16384]


@pytest.mark.parametrize("length", [16384, 5000, 1 << 20])
def test_up_and_forward_in_any_mount(length: int) -> None:
    for seed in range(100):
        right, up, forward = random_mount(seed)
        frame = WearFrame()
        assert frame.set_up(*scaled(up, length))
        slanting = forward + 0.6 * up  # forward need not be level
        assert frame.set_forward(*scaled(slanting, 16384))
        assert_right_handed(frame)
        assert np.abs(axes(frame) - (np.cross(forward, up), up, forward)).max() < 6e-4


def test_up_keeps_forward_as_well_as_it_can() -> None:
    frame = WearFrame()
    assert frame.set_up(*scaled((0.1, 1.0, 0.2), 16384))
    assert_right_handed(frame)
    assert axes(frame)[2] @ (0, 0, -1) > 0.97


@pytest.mark.parametrize("up", [(0, 0, 16384), (0, 0, -16384), (0, -16384, 0), (16384, 0, 0)])
def test_up_along_the_old_forward_still_makes_a_frame(up: tuple[int, int, int]) -> None:
    frame = WearFrame()
    assert frame.set_up(*up)
    assert_right_handed(frame)
    assert frame.up == list(up)


def test_what_has_no_direction_is_refused() -> None:
    frame = WearFrame()
    before = axes(frame)
    assert not frame.set_forward(0, 16384, 0)
    assert np.array_equal(axes(frame), before)
    assert not frame.set_up(3, -3, 3)
    assert np.array_equal(axes(frame), before)


@pytest.mark.parametrize("along", [(16384, 0, 0), (0, 16384, 0)])
def test_up_along_forward_takes_the_side_of_the_label(along: tuple[int, int, int]) -> None:
    frame = WearFrame()
    assert frame.set_up(0, 0, 16384)
    assert frame.set_forward(*along)
    assert frame.set_up(*along)
    assert frame.forward == [0, 0, -16384]


@pytest.mark.parametrize(("across", "taken"), [(399, False), (400, True), (-400, True)])
def test_forward_must_be_away_from_up(across: int, taken: bool) -> None:
    frame = WearFrame()
    assert frame.set_forward(across, 9000, 0) is taken
    assert frame.forward == ([16384 * across // 400, 0, 0] if taken else [0, 0, -16384])
