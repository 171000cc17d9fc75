"""Fixed-point maths against floating point and big integers."""

from __future__ import annotations

import math
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st
from leancore.numeric import fixed
from leancore.numeric.fixed import atan2_cdeg, clamp, dot_q14, isqrt, unit_q14

TOP = 1 << 30
SMALL = st.integers(-(1 << 29), 1 << 29)


def atan2_error_cdeg(y: int, x: int) -> float:
    error = abs(atan2_cdeg(y, x) - math.degrees(math.atan2(y, x)) * 100)
    return min(error, 36000 - error)


def circle(radius: int, points: int):
    for i in range(points):
        angle = 2 * math.pi * i / points
        yield round(radius * math.sin(angle)), round(radius * math.cos(angle))


def test_isqrt_at_every_edge_of_a_square() -> None:
    for root in (*range(200), *range(255, 32768, 61), 32766, 32767):
        for n in (root * root - 1, root * root, root * root + 1):
            if 0 <= n < TOP:
                assert isqrt(n) == math.isqrt(n), n


def test_isqrt_at_powers_of_two_and_the_ends() -> None:
    for shift in range(30):
        for n in ((1 << shift) - 1, 1 << shift, (1 << shift) + 1):
            assert isqrt(n) == math.isqrt(n), n
    assert isqrt(TOP - 1) == 32767


@given(st.integers(0, TOP - 1))
def test_isqrt_anywhere(n: int) -> None:
    assert isqrt(n) == math.isqrt(n)


@pytest.mark.parametrize("radius", [1 << 29, 123_456_789, 1 << 20, 65535, 16384, 16383, 1000])
def test_atan2_around_the_circle(radius: int) -> None:
    assert max(atan2_error_cdeg(y, x) for y, x in circle(radius, 20_000)) <= 1.0


def test_atan2_for_all_small_vectors() -> None:
    side = range(-60, 61)
    assert max(atan2_error_cdeg(y, x) for y in side for x in side if x or y) <= 1.0


@given(SMALL, SMALL)
def test_atan2_anywhere(y: int, x: int) -> None:
    if x or y:
        assert atan2_error_cdeg(y, x) <= 1.0


def test_atan2_on_the_axes_and_at_the_origin() -> None:
    for r in (1, 16384, 1 << 29, TOP - 1):
        axes = ((0, r), (r, r), (r, 0), (0, -r), (-r, 0), (-r, -r))
        assert [atan2_cdeg(y, x) for y, x in axes] == [0, 4500, 9000, 18000, -9000, -13500]
    assert atan2_cdeg(0, 0) == 0


def test_arctangent_table_is_its_formula() -> None:
    formula = tuple(round(math.atan(i / 64) * 18000 / math.pi * 64) for i in range(65))
    assert formula == fixed.ATAN


@given(st.tuples(SMALL, SMALL, SMALL))
def test_unit_vector_has_length_and_direction(vector: tuple[int, int, int]) -> None:
    length = math.sqrt(sum(part * part for part in vector))
    scaled = list(vector)
    if not unit_q14(scaled):
        assert max(map(abs, vector)) < 16
        assert scaled == list(vector)
        return
    for part, was in zip(scaled, vector, strict=True):
        assert abs(part - 16384 * was / length) <= 6  # 0.02°: the shorter sides lose bits


def test_unit_vector_at_the_extremes() -> None:
    for sign in (-1, 1):
        for vector in ([sign << 29, 0, 0], [sign << 29] * 3, [0, sign * 16, 0]):
            length = math.sqrt(sum(part * part for part in vector))
            scaled = list(vector)
            assert unit_q14(scaled)
            for part, was in zip(scaled, vector, strict=True):
                assert abs(part - 16384 * was / length) <= 2
    assert not unit_q14([15, -15, 0])


def test_dot_product_is_rounded() -> None:
    chance = random.Random(5)
    for _ in range(2000):
        a = [chance.randint(-16384, 16384) for _ in range(3)]
        b = [chance.randint(-16384, 16384) for _ in range(3)]
        exact = sum(x * y for x, y in zip(a, b, strict=True)) / 16384
        assert abs(dot_q14(*a, *b) - exact) <= 0.5
    assert [dot_q14(1, 0, 0, half, 0, 0) for half in (8191, 8192, -8192, -8193)] == [0, 1, 0, -1]


def test_unit_vector_halves_what_is_as_long_as_one() -> None:
    """Three such squares would come near the end of the range."""
    vector = [16384, 5, 3]
    assert unit_q14(vector) and vector == [16384, 4, 2]


@given(st.integers(), st.integers(-100, 100), st.integers(0, 100))
def test_clamp_holds_and_leaves_alone(value: int, low: int, width: int) -> None:
    held = clamp(value, low, low + width)
    assert low <= held <= low + width
    assert held == value or not low <= value <= low + width
