"""Rotations in integers: close to the formula that each names, and the same bits as ever.

The bounds of ``test_rotation.py`` are those of use. Here they are those of the rounding, so that a
shift, a sign or a rounding that is off by one is seen.
"""

from __future__ import annotations

import math
import random
from binascii import crc32
from collections.abc import Callable

import numpy as np
import pytest
from leancore.numeric.rotation import between, rotate, turn

ONE_Q14, ONE_Q17 = 1 << 14, 1 << 17


def orientation(rng: random.Random) -> np.ndarray:
    q = np.array([rng.gauss(0, 1) for _ in range(4)])
    return q / np.linalg.norm(q)


def product(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    """Of two quaternions."""
    scalar = a[0] * b[0] - a[1:] @ b[1:]
    return np.array([scalar, *(a[0] * b[1:] + b[0] * a[1:] + np.cross(a[1:], b[1:]))])


def q14(q: np.ndarray) -> list[int]:
    return [round(float(part) * ONE_Q14) for part in q]


@pytest.mark.parametrize("seed", range(60))
def test_rotation_from_one_orientation_to_another(seed: int) -> None:
    rng = random.Random(seed)
    held, axis = orientation(rng), orientation(rng)[1:]
    angle_rad = rng.uniform(0.01, 0.6)
    expected = axis / np.linalg.norm(axis) * angle_rad
    step = np.array([math.cos(angle_rad / 2), *(np.sin(angle_rad / 2) / angle_rad * expected)])
    now = product(held, step) * rng.choice((-1, 1))  # q and -q are one orientation
    found = [0, 0, 0]
    between(found, q14(held), *q14(now))
    error_deg = np.degrees(np.abs(np.array(found) / ONE_Q17 - expected).max())
    assert error_deg < 0.06


@pytest.mark.parametrize("axis", range(3))
def test_a_rotation_beyond_its_range_is_held_at_it(axis: int) -> None:
    for sign in (1, -1):
        q = [ONE_Q14 // 2, 0, 0, 0]
        q[1 + axis] = sign * 14189  # 120°
        found = [0, 0, 0]
        between(found, [ONE_Q14, 0, 0, 0], *q)
        more = ONE_Q17 // 24  # of s + s³ / 24, s held at 1
        assert found[axis] == pytest.approx(sign * (ONE_Q17 + more), abs=20)
        assert found[axis - 1] == found[axis - 2] == 0


def test_no_rotation_is_none() -> None:
    found = [1, 2, 3]
    between(found, [ONE_Q14, 0, 0, 0], ONE_Q14, 0, 0, 0)
    assert found == [0, 0, 0]


def second_order(v: np.ndarray, r: np.ndarray) -> np.ndarray:
    """What ``turn`` says that it does; the sine's third order goes with the first."""
    first = r * (1 - (r @ r) / 6)
    return v - np.cross(first, v) + np.cross(r, np.cross(r, v)) / 2


def test_a_turn_errs_by_its_rounding_alone_and_to_neither_side() -> None:
    rng = random.Random(7)
    errors = []
    for _ in range(400):
        up = [rng.randint(-(1 << 20), 1 << 20) for _ in range(3)]
        force = [rng.randint(-(1 << 23), 1 << 23) for _ in range(3)]
        r = [rng.randint(-18350, 18350) for _ in range(3)]
        exact = [second_order(np.array(v, float), np.array(r) / ONE_Q17) for v in (up, force)]
        turn(up, force, *r, 0, 0, 0)
        errors.append([(np.array(up) - exact[0]) / 2**20, (np.array(force) - exact[1]) / 2**23])
    found = np.array(errors)
    assert np.abs(found).max() < 5e-5
    assert np.abs(found.mean(axis=0)).max() < 3e-6


# The bits: what the interpreters must agree on, and a recorded run must come out as.


def vectors(rng: random.Random, most: int, count: int = 3) -> list[int]:
    return [rng.randint(-most, most) for _ in range(count)]


def turned(rng: random.Random) -> list[int]:
    up, force = vectors(rng, 1 << 20), vectors(rng, 1 << 23)
    turn(up, force, *vectors(rng, 18350), *vectors(rng, 5000))
    return up + force


def rotated(rng: random.Random) -> list[int]:
    shift = rng.choice((5, 7, 9))
    pair = [vectors(rng, 1 << (14 + shift)) for _ in range(2)]
    rotate(pair, shift, *vectors(rng, 28000))
    return pair[0] + pair[1]


def told_apart(rng: random.Random) -> list[int]:
    found = [0, 0, 0]
    between(found, q14(orientation(rng)), *q14(orientation(rng)))
    return found


@pytest.mark.parametrize(
    ("made", "crc"), [(turned, 114629381), (rotated, 1457431049), (told_apart, 657232537)]
)
def test_the_bits_are_those_of_ever(made: Callable[[random.Random], list[int]], crc: int) -> None:
    rng = random.Random(11)
    numbers = [number for _ in range(1000) for number in made(rng)]
    assert crc32(str(numbers).encode()) == crc
