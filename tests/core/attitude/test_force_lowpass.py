"""The low-passed force, step by step: hand calculations, and VQF's filter in float."""

from __future__ import annotations

import math

import numpy as np
import pytest
from leancore.attitude.force_lowpass import LowPass
from numpy.typing import NDArray

from tools.orientation.twin import rotation

Array = NDArray[np.float64]
ONE_Q20 = 1 << 20
G_Q16 = 642_908
MPS2 = 65536  # Q16
TAU_S = 3.0597


def made(up: tuple[float, float, float] = (0.0, 1.0, 0.0), length_mps2: float = 9.81) -> LowPass:
    lowpass = LowPass()
    lowpass.up_q20[:] = [round(part * ONE_Q20) for part in up]
    lowpass.length_q16 = round(length_mps2 * MPS2)
    return lowpass


def assert_whole(lowpass: LowPass) -> None:
    for name in LowPass.FIELDS:
        value = getattr(lowpass, name)
        if name == "speed_change":
            continue
        assert all(type(part) is int for part in (value if isinstance(value, list) else [value]))


def force_of(lowpass: LowPass) -> Array:
    return np.array(lowpass.up_q20) / ONE_Q20 * lowpass.length_q16 / MPS2


def turned(vector: list[int], by: int) -> list[int]:
    return [vector[(i - by) % 3] for i in range(3)]


def test_a_new_one_is_empty() -> None:
    lowpass = LowPass()
    assert (lowpass.up_q20, lowpass.rate_q22, lowpass.length_q16) == ([0] * 3, [0] * 3, G_Q16)
    assert (lowpass.holds_mean, lowpass.lost_ms, lowpass._hold_ms) == (0, 0, 0)


@pytest.mark.parametrize("seed", range(2))
def test_a_step_is_the_filters(seed: int) -> None:
    """Butterworth of the second order: rate' = w² (a - force) - √2 w rate, w = √2 / 3.06 s."""
    random, lowpass = np.random.default_rng(seed), made()
    force, rate = np.array([0.0, 9.81, 0.0]), np.zeros(3)
    w = math.sqrt(2) / TAU_S
    for _ in range(200):
        a = np.array([1.0, 9.0, -2.0]) + random.normal(0, 3, 3)
        lowpass.step(np.rint(a * MPS2).astype(int).tolist(), 60)
        rate = rate + 0.06 * (w * w * (a - force) - math.sqrt(2) * w * rate)
        force = force + 0.06 * rate
        assert_whole(lowpass)
        assert np.abs(force_of(lowpass) - force).max() < 0.006
        assert np.abs(np.array(lowpass.rate_q22) / 2**22 - rate).max() < 0.004
        assert np.linalg.norm(lowpass.up_q20) == pytest.approx(ONE_Q20, abs=80)


@pytest.mark.parametrize("by", range(3))
@pytest.mark.parametrize("way", [1, -1])
def test_the_rate_is_held(by: int, way: int) -> None:
    """2.3 m/s³: 7/32 of 100 m/s² in 120 ms would be 2.6."""
    lowpass = made()
    lowpass.step(turned([way * 100 * MPS2, 0, 0], by), 120)
    assert lowpass.rate_q22[by] == way * 9_600_000


@pytest.mark.parametrize("by", range(3))
def test_a_plain_mean_at_first(by: int) -> None:
    """After 90 ms upright 10 ms lying: a tenth of the way between the two forces."""
    lowpass = made((float(by == 0), float(by == 1), float(by == 2)))
    lowpass.rate_q22[:] = [5, 6, 7]
    lowpass.average(turned([0, round(9.81 * MPS2), 0], by), 10, 100)
    expected = turned([round(9.81 * 0.9 * 1000), round(0.981 * 1000), 0], by)
    assert force_of(lowpass) * 1000 == pytest.approx(expected, abs=4)
    assert lowpass.rate_q22 == [0, 0, 0]
    assert_whole(lowpass)


def test_a_mean_that_is_unchanged_stays_to_the_bit() -> None:
    """The vertical within 0.01°, the length within 1/256 m/s²."""
    lowpass = made((0.6, 0.8, 0.0))
    force = [round(0.6 * 9.81 * MPS2), round(0.8 * 9.81 * MPS2), 0]
    for i in range(1, 30):
        lowpass.average(list(force), 60, 60 * i)
    assert np.array(lowpass.up_q20) / ONE_Q20 == pytest.approx([0.6, 0.8, 0.0], abs=0.0002)
    assert lowpass.length_q16 / MPS2 == pytest.approx(9.81, abs=0.004)


@pytest.mark.parametrize("by", range(3))
def test_start_points_along_the_force(by: int) -> None:
    """3, -4, 12 of 13 m/s²."""
    lowpass = LowPass()
    assert lowpass.start(*turned([3 * MPS2, -4 * MPS2, 12 * MPS2], by)) == 1
    expected = turned([round(16384 * part / 13) for part in (3, -4, 12)], by)
    off = [abs((a >> 6) - b) for a, b in zip(lowpass.up_q20, expected, strict=True)]
    assert max(off) <= 1
    assert lowpass.length_q16 == 13 * MPS2
    assert_whole(lowpass)


@pytest.mark.parametrize(("length_q16", "known"), [(1 << 16, 1), ((1 << 16) - 144, 0)])
@pytest.mark.parametrize("by", range(3))
def test_less_than_1_mps2_is_falling(by: int, length_q16: int, known: int) -> None:
    lowpass = made()
    before = list(lowpass.up_q20)
    assert lowpass.start(*turned([length_q16, 0, 0], by)) == known
    assert lowpass.up_q20 == (turned([ONE_Q20, 0, 0], by) if known else before)


@pytest.mark.parametrize("by", range(3))
@pytest.mark.parametrize("way", [1, -1])
def test_a_force_beyond_35_mps2_keeps_its_direction(by: int, way: int) -> None:
    lowpass = LowPass()
    parts = turned([way * 60 * MPS2, 80 * MPS2, 0], by)
    assert lowpass.start(*parts) == 1
    expected = turned([round(way * 0.6 * 16384), round(0.8 * 16384), 0], by)
    assert [part >> 6 for part in lowpass.up_q20] == pytest.approx(expected, abs=1)
    assert lowpass.length_q16 == 25 * MPS2  # halved twice
    lowpass.start(*turned([2_300_000, 0, 0], by))  # as it is
    assert lowpass.length_q16 == 2_299_904  # whole 1/512 m/s²
    lowpass.start(*turned([2_200_000, 2_200_000, 0], by))
    assert lowpass.length_q16 == 2_300_000


def test_restart_at_another_vertical() -> None:
    lowpass = made()
    lowpass.rate_q22[:] = [1, 2, 3]
    lowpass.length_q16 = lowpass._hold_ms = lowpass.lost_ms = 9
    lowpass.restart_at(4, 5, 6)
    assert (lowpass.up_q20, lowpass.rate_q22, lowpass.length_q16) == ([4, 5, 6], [0] * 3, G_Q16)
    assert (lowpass._hold_ms, lowpass.lost_ms, lowpass.holds_mean) == (0, 0, 0)


def test_coasting_has_no_rate() -> None:
    lowpass = made()
    lowpass.rate_q22[:] = [1, 2, 3]
    lowpass.coast()
    assert lowpass.rate_q22 == [0, 0, 0]
    assert lowpass.up_q20 == [0, ONE_Q20, 0]


@pytest.mark.parametrize("axis", range(3))
@pytest.mark.parametrize("way", [1, -1])
@pytest.mark.parametrize(("angle_rad", "small"), [(0.2, 1), (0.49, 1), (0.51, 0), (0.9, 0)])
def test_the_rate_turns_against_the_sensor(
    axis: int, way: int, angle_rad: float, small: int
) -> None:
    """By 2 atan(angle / 2): to 0.02 rad; beyond half a radian in two turns."""
    lowpass, rate = made(), np.array([2.0, -1.0, 1.5])
    lowpass.rate_q22[:] = np.rint(rate * 2**22).astype(int).tolist()
    turn = np.array([way * angle_rad if i == axis else 0.0 for i in range(3)])
    assert lowpass.turn_rate(np.rint(turn * 2**17).astype(int).tolist()) == small
    exact = 2 * math.atan(angle_rad / 2) if small else 4 * math.atan(angle_rad / 4)
    expected = rotation(-turn / angle_rad * exact) @ rate
    assert np.array(lowpass.rate_q22) / 2**22 == pytest.approx(expected, abs=0.003)
    assert_whole(lowpass)


@pytest.mark.parametrize(
    ("half_q16", "small"),
    [(16383, 1), (16384, 0), (-16384, 1), (-16385, 0), (3 * 16384, 0), (-5 * 16384, 0)],
)
@pytest.mark.parametrize("axis", range(3))
def test_half_an_angle_of_a_quarter_is_the_most_of_a_small_turn(
    axis: int, half_q16: int, small: int
) -> None:
    assert made().turn_rate(turned([half_q16 << 2, 0, 0], axis)) == small


@pytest.mark.parametrize("axis", range(3))
@pytest.mark.parametrize("way", [1, -1])
def test_a_turn_of_more_than_a_radian_is_held(axis: int, way: int) -> None:
    lowpass, other = made(), made()
    for one, turn in ((lowpass, 5.0), (other, 1.0)):
        one.rate_q22[:] = [8 << 20, -4 << 20, 6 << 20]
        one.turn_rate(turned([round(way * turn * 2**17), 0, 0], axis))
    assert lowpass.rate_q22 == pytest.approx(other.rate_q22, abs=400)


def test_after_a_gap_it_goes_on_from_the_mean_posture() -> None:
    """Which may be shorter than 1: of a body that swung. Its direction counts."""
    lowpass = made((1.0, 0.0, 0.0), 12.0)
    lowpass.rate_q22[:] = [1, 2, 3]
    lowpass.start_from_mean([round(0.54 * ONE_Q20), round(0.72 * ONE_Q20), 0])
    assert np.array(lowpass.up_q20) / ONE_Q20 == pytest.approx([0.6, 0.8, 0.0], abs=0.0004)
    assert (lowpass.length_q16, lowpass.rate_q22) == (G_Q16, [0, 0, 0])
    assert (lowpass.holds_mean, lowpass.lost_ms, lowpass._hold_ms) == (1, 1, 1)


UPRIGHT_Q16 = [0, G_Q16, 0]


def after_gap() -> LowPass:
    lowpass = made()
    lowpass.start_from_mean([0, ONE_Q20, 0])
    return lowpass


def test_the_mean_posture_counts_by_half_for_two_seconds() -> None:
    """Its part shrinks as the time grows; for a stride's 0.8 s the phase is not known."""
    lowpass = after_gap()
    lowpass.length_q16 = 5
    aside = [round(0.2 * ONE_Q20), round(0.98 * ONE_Q20), 0]
    lowpass.hold_mean(aside, UPRIGHT_Q16, 99)
    assert lowpass.up_q20[0] / ONE_Q20 == pytest.approx(0.2 * 99 / 100 / 2, abs=0.002)
    assert (lowpass.length_q16, lowpass.lost_ms, lowpass.holds_mean) == (G_Q16, 100, 1)
    at = lowpass.up_q20[0] / ONE_Q20
    lowpass.hold_mean([0, ONE_Q20, 0], [round(at * G_Q16), G_Q16, 0], 100)
    assert lowpass.up_q20[0] / ONE_Q20 == pytest.approx(at * 3 / 4, abs=0.002)
    lowpass.hold_mean([0, ONE_Q20, 0], UPRIGHT_Q16, 599)
    assert lowpass.lost_ms == 799
    lowpass.hold_mean([0, ONE_Q20, 0], UPRIGHT_Q16, 1)
    assert (lowpass.lost_ms, lowpass.holds_mean) == (0, 1)
    lowpass.hold_mean([0, ONE_Q20, 0], UPRIGHT_Q16, 1199)
    assert (lowpass._hold_ms, lowpass.holds_mean) == (1999, 1)
    lowpass.hold_mean([0, ONE_Q20, 0], UPRIGHT_Q16, 1)
    assert (lowpass._hold_ms, lowpass.holds_mean, lowpass.lost_ms) == (0, 0, 0)
    assert_whole(lowpass)


@pytest.mark.parametrize(("hold_ms", "share"), [(50, 100 / 250), (149, 100 / 250),
                                               (299, 100 / 400), (899, 100 / 1000)])  # fmt: skip
def test_after_a_gap_the_mean_force_counts_by_half(hold_ms: int, share: float) -> None:
    """The force since the gap; the first quarter second is one push of a foot, and no mean."""
    lowpass = after_gap()
    lowpass._hold_ms = hold_ms + 1
    aside = [round(0.1 * G_Q16), G_Q16, 0]
    lowpass.hold_mean([0, ONE_Q20, 0], aside, 100)
    assert lowpass.up_q20[0] / ONE_Q20 == pytest.approx(0.1 * share / 2, abs=0.0015)


@pytest.mark.parametrize("sign", [1, -1])
def test_after_a_gap_a_force_counts_for_two_g_at_most(sign: int) -> None:
    """So that a hard first push does not turn the vertical over."""
    found = []
    for g in (2.0, 2.2, 40.0):
        lowpass = after_gap()
        lowpass.hold_mean([0, ONE_Q20, 0], [round(sign * g * G_Q16), G_Q16, 0], 30)
        found.append(lowpass.up_q20)
    assert found[1] == found[2]
    assert abs(found[1][0]) / ONE_Q20 == pytest.approx(30 / 250, abs=0.003)
    assert abs(found[1][0] - found[0][0]) < ONE_Q20 // 2000


@pytest.mark.parametrize("by", range(3))
@pytest.mark.parametrize("excess", [1.02, 0.98])
def test_what_a_vertical_is_longer_belongs_to_the_length(by: int, excess: float) -> None:
    lowpass = made()
    length = excess * ONE_Q20
    lowpass.up_q20[:] = turned([round(0.6 * length), round(0.8 * length), 0], by)
    lowpass._normalize()
    expected = turned([600, 800, 0], by)
    assert np.array(lowpass.up_q20) / ONE_Q20 * 1000 == pytest.approx(expected, abs=0.7)
    assert lowpass.length_q16 / MPS2 == pytest.approx(9.81 * excess, abs=0.01)
    assert_whole(lowpass)


@pytest.mark.parametrize(
    ("length_q16", "excess", "held_q16"), [(2_290_000, 1.02, 2_300_000), (66_000, 0.98, 65_536)]
)
def test_the_length_is_held_from_1_to_35_mps2(
    length_q16: int, excess: float, held_q16: int
) -> None:
    lowpass = made((0.0, excess, 0.0))
    lowpass.length_q16 = length_q16
    lowpass._normalize()
    assert lowpass.length_q16 == held_q16
