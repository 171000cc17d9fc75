"""Rotations in integers, against the same ones in floating point."""

from __future__ import annotations

import math
import random

import numpy as np
import pytest
from leancore.numeric.rotation import rotate, turn

SEEDS = range(40)


def rotated(vector: list[int], axis_angle: np.ndarray) -> np.ndarray:
    """Rodrigues' formula."""
    angle = float(np.linalg.norm(axis_angle))
    v = np.array(vector, float)
    if angle == 0:
        return v
    k = axis_angle / angle
    return (
        v * math.cos(angle) + np.cross(k, v) * math.sin(angle) + k * (k @ v) * (1 - math.cos(angle))
    )


def unit(rng: random.Random, length: float) -> list[int]:
    v = np.array([rng.gauss(0, 1) for _ in range(3)])
    return [round(float(part)) for part in v / np.linalg.norm(v) * length]


@pytest.mark.parametrize("seed", SEEDS)
def test_both_vectors_turn_against_the_rotation(seed: int) -> None:
    rng = random.Random(seed)
    up, force = unit(rng, 1 << 20), unit(rng, rng.choice((1 << 20, 1 << 22)))
    turned = [round(rng.uniform(-0.12, 0.12) * 2**17) for _ in range(3)]
    more = [rng.randint(-5000, 5000) for _ in range(3)]
    expected_up = rotated(up, -np.array(turned) / 2**17)
    expected = rotated(force, -np.array(turned) / 2**17) + more
    size = float(np.linalg.norm(force))
    turn(up, force, *turned, *more)
    assert all(type(part) is int for part in (*up, *force))
    assert np.abs(np.array(up) - expected_up).max() < 2**20 * 8e-5
    assert np.abs(np.array(force) - expected).max() < size * 8e-5


@pytest.mark.parametrize("axis", range(3))
@pytest.mark.parametrize("angle", [0.14, -0.14, 0.05, -0.01])
def test_a_turn_about_one_axis(axis: int, angle: float) -> None:
    turned = [0, 0, 0]
    turned[axis] = round(angle * 2**17)
    for along in range(3):
        up, force = [0, 0, 0], [0, 0, 0]
        up[along], force[along] = 1 << 20, 1 << 22
        expected = rotated(list(up), -np.array(turned) / 2**17)
        turn(up, force, *turned, 0, 0, 0)
        assert np.abs(np.array(up) - expected).max() < 2**20 * 6e-5
        assert np.abs(np.array(force) - 4 * expected).max() < 2**22 * 6e-5


@pytest.mark.parametrize("shift", [5, 7, 9])
@pytest.mark.parametrize("seed", SEEDS)
def test_vectors_turn_by_twice_the_arc_tangent(seed: int, shift: int) -> None:
    rng = random.Random(seed)
    vectors = [unit(rng, (1 << (14 + shift)) * 1.5) for _ in range(2)]
    half_tangent = np.array([rng.uniform(-0.4, 0.4) for _ in range(3)]) / rng.choice((1, 1.5, 8))
    k_q16 = [round(float(part) * 2**16) for part in half_tangent]
    k = np.array(k_q16) / 2**16
    size = float(np.linalg.norm(k))
    expected = [rotated(v, -2 * math.atan(size) * k / size) for v in vectors]
    rotate(vectors, shift, *k_q16)
    for found, true in zip(vectors, expected, strict=True):
        assert all(type(part) is int for part in found)
        assert np.abs(np.array(found) - true).max() < (1 << (14 + shift)) * 4e-4
