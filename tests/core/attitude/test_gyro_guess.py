"""The kind of a gyroscope's readings, and rotations that were guessed: by the chip's rotation."""

from __future__ import annotations

import pytest
from gyro_leap_rig import HELD, RAD, ROUNDED, about, chip, leapt, vector
from leancore.attitude.gyro_leap import GUESS, SPIKE, GyroLeap


def taught(of_moments: bool, orientations: int = 60) -> GyroLeap:
    """One that has seen a runner swing, with readings of moments or means."""
    leap = GyroLeap()
    at_rad, reading_rad = 0.0, 0.01
    for _ in range(orientations):
        turned_rad = 0.02 - 2 * at_rad
        at_rad, reading_rad = 0.02 - at_rad, -reading_rad
        if of_moments:  # half of each reading belongs to the time after it
            turned_rad += reading_rad
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


@pytest.mark.parametrize("of_moments", [True, False])
def test_the_kind_of_reading_is_learnt_from_a_runner(of_moments: bool) -> None:
    favour = taught(of_moments)._favours_moments
    assert (favour if of_moments else -favour) >= 1 << 14
    assert abs(taught(of_moments, 6)._favours_moments) < 1 << 14
    assert abs(taught(of_moments, 200)._favours_moments) < 1 << 15  # then it stays


def test_a_spike_is_judged_by_the_kind_of_reading() -> None:
    """The chip turned 0.006 more than means, and 0.012 more than moments would."""
    for of_moments, wrong in ((True, SPIKE), (False, 0)):
        assert after(taught(of_moments), 0.032, 0.026, guessed=False) == wrong


@pytest.mark.parametrize(("share", "wrong"), [(0.5, SPIKE), (0.4, SPIKE), (0.35, 0)])
def test_half_of_a_spike_may_come_after_the_orientation(share: float, wrong: int) -> None:
    leap = taught(of_moments=False)
    chip(leap, HELD, [0, 0, 0], [0, 0, 0])
    leap.judge(1, [0, 0, 0])
    leapt(leap, vector(0, 0.05))
    chip(leap, about(0, 0.01), vector(0, 0.01 + share * 0.05), [0, 0, 0])
    assert leap.judge(1, [0, 0, 0]) == wrong


@pytest.mark.parametrize(
    ("off_rad", "answer"), [(0.008, 0), (0.012, GUESS), (-0.04, GUESS), (0.12, 0)]
)
def test_a_guess_is_corrected_by_the_chip(off_rad: float, answer: int) -> None:
    leap = taught(of_moments=False)
    assert after(leap, 0.05 + off_rad, 0.05, guessed=True) == answer
    if answer:
        assert leap.off_q17[0] == pytest.approx(off_rad * RAD, abs=ROUNDED)
    assert leap.guessed == 0


def test_a_reset_forgets_a_guess_but_not_the_kind() -> None:
    leap = taught(of_moments=True)
    leap.guessed = 1
    leap.reset()
    assert leap.guessed == 0
    assert leap._favours_moments >= 1 << 14
