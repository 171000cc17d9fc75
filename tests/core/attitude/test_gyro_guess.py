"""What a gyroscope's readings are of, and rotations that were guessed: by the chip's rotation."""

from __future__ import annotations

import pytest
from gyro_leap_rig import HELD, RAD, ROUNDED, about, chip, leapt, vector
from leancore.attitude.gyro_leap import GUESS, SPIKE, GyroLeap


def taught(share: float, orientations: int = 60, leap: GyroLeap | None = None) -> GyroLeap:
    """One that has seen a runner swing; ``share`` of each reading belongs to the time after it."""
    leap = leap or GyroLeap()
    at_rad, reading_rad = 0.0, 0.01
    for _ in range(orientations):
        turned_rad = 0.02 - 2 * at_rad
        at_rad, reading_rad = 0.02 - at_rad, -reading_rad
        turned_rad += 2 * share * reading_rad
        chip(leap, about(0, at_rad), vector(0, turned_rad), vector(0, reading_rad))
        leap.judge(1, vector(0, turned_rad))
    return leap


def after(leap: GyroLeap, chip_rad: float, gyro_rad: float, guessed: bool) -> int:
    """What is judged of a turn since an orientation that was held."""
    chip(leap, HELD, [0, 0, 0], [0, 0, 0])
    leap.judge(1, [0, 0, 0])
    if guessed:
        leap.guessed = 1
    else:
        leapt(leap, vector(0, 0.02))
    chip(leap, about(0, chip_rad), vector(0, gyro_rad), vector(0, 0.012))
    return leap.judge(1, [0, 0, 0])


@pytest.mark.parametrize("share", [0.0, 0.5, 1.0])  # means, moments, an older orientation
def test_the_share_is_learnt_from_a_runner(share: float) -> None:
    assert taught(share)._share_q8 == pytest.approx(256 * share, abs=12)


def test_at_another_rate_no_spike_is_found_until_the_share_is_learnt() -> None:
    leap = taught(0.5)
    leap.learn_anew()
    assert after(leap, 0.032, 0.026, guessed=False) == 0
    assert after(taught(1.0, 100, leap), 0.036, 0.024, guessed=False) == SPIKE
    assert leap._share_q8 == pytest.approx(256, abs=24)


def test_a_spike_moves_the_share_little() -> None:
    leap = taught(0.5)
    before_q8 = leap._share_q8
    chip(leap, HELD, [0, 0, 0], [0, 0, 0])
    leap.judge(1, [0, 0, 0])
    leapt(leap, vector(0, 0.2))
    chip(leap, about(0, 0.01), vector(0, 0.21), vector(0, 0.2))
    leap.judge(1, [0, 0, 0])
    assert 0 < abs(leap._share_q8 - before_q8) <= 16


def test_a_spike_is_judged_by_the_kind_of_reading() -> None:
    """The chip turned 0.006 more than means, and 0.012 more than moments would."""
    for share, wrong in ((0.5, SPIKE), (0, 0)):
        assert after(taught(share), 0.032, 0.026, guessed=False) == wrong


@pytest.mark.parametrize(("share", "wrong"), [(0.5, SPIKE), (0.4, SPIKE), (0.35, 0)])
def test_half_of_a_spike_may_come_after_the_orientation(share: float, wrong: int) -> None:
    leap = taught(0)
    chip(leap, HELD, [0, 0, 0], [0, 0, 0])
    leap.judge(1, [0, 0, 0])
    leapt(leap, vector(0, 0.05))
    chip(leap, about(0, 0.01), vector(0, 0.01 + share * 0.05), [0, 0, 0])
    assert leap.judge(1, [0, 0, 0]) == wrong


@pytest.mark.parametrize(
    ("off_rad", "answer"), [(0.008, 0), (0.012, GUESS), (-0.04, GUESS), (0.12, 0)]
)
def test_a_guess_is_corrected_by_the_chip(off_rad: float, answer: int) -> None:
    leap = taught(0)
    assert after(leap, 0.05 + off_rad, 0.05, guessed=True) == answer
    if answer:
        assert leap.off_q17[0] == pytest.approx(off_rad * RAD, abs=ROUNDED)
    assert leap.guessed == 0


def test_a_reset_forgets_a_guess_but_not_the_share() -> None:
    leap = taught(0.5)
    leap.guessed = 1
    leap.reset()
    assert leap.guessed == 0
    assert leap._share_q8 == pytest.approx(128, abs=12)
