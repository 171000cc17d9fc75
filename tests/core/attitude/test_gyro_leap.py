"""A leaping reading, compared with the chip's rotation: in angles, rad Q17."""

from __future__ import annotations

import pytest
from gyro_leap_rig import HELD, RAD, ROUNDED, about, chip, leapt, vector
from leancore.attitude.gyro_leap import GyroLeap


def begun(axis: int = 0) -> GyroLeap:
    """One whose chip was held still at an update that turned nothing."""
    leap = GyroLeap()
    chip(leap, HELD, [0, 0, 0], [0, 0, 0])
    assert leap.judge(1, [0, 0, 0]) == 0
    return leap


def judged(chip_rad: float, gyro_rad: float, leap_rad: float, axis: int = 0, trusted: int = 1
           ) -> tuple[int, list[int]]:  # fmt: skip
    """The answer and what the chip turned more, where both turned so far."""
    leap = begun()
    leapt(leap, vector(axis, leap_rad))
    chip(leap, about(axis, chip_rad), vector(axis, gyro_rad), [0, 0, 0])
    answer = leap.judge(trusted, vector(axis, gyro_rad))
    return answer, list(leap.off_q17)


@pytest.mark.parametrize("axis", range(3))
@pytest.mark.parametrize("way", [1, -1])
def test_a_leap_with_which_the_chip_did_not_turn_is_a_fault(axis: int, way: int) -> None:
    wrong, off_q17 = judged(way * 0.05, way * 0.25, way * 0.2, axis)
    assert wrong == 1
    for part, expected in zip(off_q17, vector(axis, -way * 0.2), strict=True):
        assert type(part) is int
        assert abs(part - expected) < ROUNDED


@pytest.mark.parametrize(
    ("chip_rad", "gyro_rad", "leap_rad", "wrong"),
    [
        (0.25, 0.25, 0.2, 0),  # a motion: the chip turned with it
        (0.05, 0.25, 0.2, 1),
        (0.05, 0.25, -0.2, 1),  # it was the leap back
        (0.45, 0.25, 0.2, 1),
        (0.05, 0.25, 0.125, 1),  # 0.2 is like a leap of 0.125 within five eighths
        (0.05, 0.25, 0.122, 0),
        (0.05, 0.25, 0.5, 1),  # the chip lacks 0.2 of 0.5
        (0.05, 0.25, 0.55, 0),
        (0.05, 0.05, 0.015, 0),  # nothing lacks
        (0.0, 0.2, 0.2, 0),  # a chip that stands still tells nothing
        (0.05, 0.25, 0.0, 0),  # nothing leapt
    ],
)
def test_when_it_is_one(chip_rad: float, gyro_rad: float, leap_rad: float, wrong: int) -> None:
    assert judged(chip_rad, gyro_rad, leap_rad)[0] == wrong


def test_a_chip_that_is_not_trusted_judges_nothing() -> None:
    assert judged(0.05, 0.25, 0.2, trusted=0)[0] == 0


@pytest.mark.parametrize(("more_q17", "wrong"), [(1310, 0), (1311, 1)])
@pytest.mark.parametrize("axis", range(3))
def test_less_than_a_hundredth_of_a_radian_is_none(axis: int, more_q17: int, wrong: int) -> None:
    """What the chip turned is measured first, so that the rest is exact."""
    _, off_q17 = judged(0.3, 0.0, 0.5, axis)
    leap = begun()
    leap_q17 = [0, 0, 0]
    leap_q17[axis] = 1400
    leapt(leap, leap_q17)
    turned_q17 = list(off_q17)
    turned_q17[axis] += more_q17
    chip(leap, about(axis, 0.3), turned_q17, [0, 0, 0])
    assert leap.judge(1, turned_q17) == wrong


@pytest.mark.parametrize(("chip_rad", "wrong"), [(0.055, 0), (0.032, 0), (0.014, 1)])
def test_what_is_nearer_to_right_than_to_wrong_is_no_fault(chip_rad: float, wrong: int) -> None:
    """A hard strike whose ringing is faster than the readings."""
    assert judged(chip_rad, 0.055, 0.076)[0] == wrong


@pytest.mark.parametrize("share_q8", [0, 128, 256])
def test_a_share_of_the_reading_at_each_orientation_comes_later(share_q8: int) -> None:
    leap = GyroLeap()
    leap._share_q8 = share_q8
    chip(leap, HELD, [0, 0, 0], vector(2, 0.2))
    leap.judge(0, [0, 0, 0])
    leapt(leap, vector(2, 0.5))
    chip(leap, about(2, 0.05), vector(2, 0.45), vector(2, -0.1))
    assert leap.judge(1, [0, 0, 0]) == 1
    expected_rad = -0.4 - 0.3 * share_q8 / 256
    assert leap.off_q17[2] == pytest.approx(expected_rad * RAD, abs=ROUNDED)


def test_a_pending_reading_is_taken_in() -> None:
    leap = begun()
    leapt(leap, vector(0, 0.2))
    chip(leap, about(0, 0.25), vector(0, 0.05), vector(0, 0.2), pending=1)
    assert leap.judge(1, [0, 0, 0]) == 0
    leap = begun()
    leapt(leap, vector(0, 0.2))
    chip(leap, about(0, 0.05), vector(0, 0.05), vector(0, 0.2), pending=1)
    assert leap.judge(1, [0, 0, 0]) == 1


def test_only_the_turn_since_the_last_orientation_counts() -> None:
    """Of the update in which that came, the part after it; of those between, all."""
    leap = GyroLeap()
    chip(leap, HELD, vector(0, 0.1), [0, 0, 0])
    assert leap.judge(1, vector(0, 0.15)) == 0  # 0.05 after it
    assert leap.judge(1, vector(0, 0.07)) == 0  # none came
    leapt(leap, vector(0, 0.2))
    chip(leap, about(0, 0.22), vector(0, 0.1), [0, 0, 0])
    assert leap.judge(1, [0, 0, 0]) == 0
    assert abs(leap.off_q17[0]) < ROUNDED


@pytest.mark.parametrize(("missed", "wrong"), [(0, 1), (3, 1), (4, 0)])
def test_an_orientation_four_updates_ago_is_none(missed: int, wrong: int) -> None:
    leap = begun()
    for _ in range(missed):
        leap.judge(1, [0, 0, 0])
    leapt(leap, vector(0, 0.2))
    chip(leap, about(0, 0.05), vector(0, 0.25), [0, 0, 0])
    assert leap.judge(1, [0, 0, 0]) == wrong


def test_missed_updates_are_counted_anew_after_an_orientation_and_after_giving_up() -> None:
    leap = begun()
    for _ in range(3):
        leap.judge(1, [0, 0, 0])
    chip(leap, about(0, 0.05), vector(0, 0.05), [0, 0, 0])
    leap.judge(1, vector(0, 0.05))
    assert leap._updates_missed == 0
    for expected in (1, 2, 3, 0, 1):
        leap.judge(1, [0, 0, 0])
        assert leap._updates_missed == expected


@pytest.mark.parametrize("way", [1, -1])
def test_more_than_8_rad_is_no_turn(way: int) -> None:
    leap = begun()
    for _ in range(3):
        leap.judge(1, [way * 5 * RAD, 0, way * RAD])
    assert leap._turned_q17 == [way * 8 * RAD, 0, way * 3 * RAD]


@pytest.mark.parametrize("axis", range(3))
@pytest.mark.parametrize("way", [1, -1])
def test_the_largest_leap_counts(axis: int, way: int) -> None:
    leap = begun()
    small, large = vector(axis, 0.02), vector((axis + 1) % 3, way * 0.2)
    large[axis] = round(RAD * 0.1)
    for one in (small, large, small):
        leapt(leap, one)
    assert leap._leap_q17 == large
    chip(leap, HELD, [0, 0, 0], [0, 0, 0])
    leapt(leap, small)
    chip(leap, HELD, [0, 0, 0], [0, 0, 0])
    assert (leap._due_leap_q17, leap._leap_q17) == (large, [0, 0, 0])
    leapt(leap, large[::-1])
    assert leap.pending() != 0
    chip(leap, HELD, [0, 0, 0], [0, 0, 0])
    assert leap._due_leap_q17 == large  # the first of two that are equal


@pytest.mark.parametrize("way", [1, -1])
def test_an_angle_is_held_at_three_quarters_of_a_radian(way: int) -> None:
    leap = GyroLeap()
    leap.note_leap(way * 6291456, way * 6291455 // 64 * 64, way * 7_000_000)
    assert leap._leap_q17 == [way * 98304, way * 6291455 // 64, way * 98304]


@pytest.mark.parametrize("axis", range(3))
def test_what_leapt_is_pending_until_it_is_judged(axis: int) -> None:
    leap = begun()
    assert leap.pending() == 0
    leapt(leap, vector(axis, 0.2))
    assert leap.pending() != 0
    assert leap.judge(1, [0, 0, 0]) == 0  # no orientation came
    assert leap.pending() != 0
    chip(leap, about(axis, 0.05), vector(axis, 0.25), [0, 0, 0])
    assert leap.pending() != 0
    assert leap.judge(1, vector(axis, 0.25)) == 1
    assert leap.pending() == 0


def test_a_leap_after_the_orientation_waits_for_the_next_one() -> None:
    leap = begun()
    chip(leap, about(0, 0.05), vector(0, 0.05), [0, 0, 0])
    leapt(leap, vector(0, 0.2))
    assert leap.judge(1, vector(0, 0.25)) == 0
    chip(leap, about(0, 0.1), vector(0, 0.05), [0, 0, 0])
    assert leap.judge(1, [0, 0, 0]) == 1


@pytest.mark.parametrize("part", range(4))
def test_any_orientation_can_be_compared_with(part: int) -> None:
    """As well one of half a turn about an axis, of which three parts are 0."""
    held = [16384 if i == part else 0 for i in range(4)]
    leap = GyroLeap()
    chip(leap, tuple(held), [0, 0, 0], [0, 0, 0])
    leap.judge(1, [0, 0, 0])
    leapt(leap, vector(0, 0.2))
    held[part ^ 1] = 400  # about 0.05 rad
    chip(leap, tuple(held), vector(0, 0.0), [0, 0, 0])
    leap.judge(1, [0, 0, 0])
    assert max(abs(off) for off in leap.off_q17) == pytest.approx(0.0488 * RAD, abs=ROUNDED)


def test_a_reset_forgets_leaps_and_orientation() -> None:
    leap = begun()
    leapt(leap, vector(0, 0.2))
    chip(leap, about(0, 0.05), vector(0, 0.25), [0, 0, 0])
    leapt(leap, [5, 6, 7])
    leap.reset()
    assert (leap.pending(), leap._chip_came, leap._chip_before) == (0, 0, [0] * 4)
    leapt(leap, vector(0, 0.2))
    chip(leap, about(0, 0.05), vector(0, 0.25), [0, 0, 0])
    assert leap.judge(1, vector(0, 0.25)) == 0  # nothing to compare with
    leapt(leap, vector(0, 0.2))
    chip(leap, about(0, 0.1), vector(0, 0.25), [0, 0, 0])
    assert leap.judge(1, [0, 0, 0]) == 1


def test_a_new_one_knows_nothing() -> None:
    leap = GyroLeap()
    for name in GyroLeap.FIELDS:
        value = getattr(leap, name)
        known = 20 if name == "_learnt" else 0
        assert value == ([0] * len(value) if isinstance(value, list) else known)
    assert len(leap._chip_before) == len(leap._chip_now) == 4
