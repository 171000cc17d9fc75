"""Our own orientation, a few samples at a time: angles and sums that can be calculated by hand."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from leancore.attitude.gyro_integration import ALONE, NEW, PENDING
from leancore.attitude.gyro_readings import SETTLE_MS
from leancore.attitude.own_orientation import OwnOrientation
from leancore.attitude.speed_change import SpeedChange
from leancore.sensor.sample import GAP, HAS_A, HAS_G, Sample
from numpy.typing import NDArray

from tools.orientation.twin import rotation

BOTH = HAS_A | HAS_G
G_Q8 = 2511
ONE_Q20 = 1 << 20
RAD_Q17 = 131072
RADPS = 512  # Q9
Three = tuple[float, float, float]
Array = NDArray[np.float64]


def sample_of(rate_radps: Three = (0, 0, 0), a_q8: tuple[int, int, int] = (0, G_Q8, 0),
              flags: int = BOTH) -> Sample:  # fmt: skip
    sample = Sample()
    sample.flags = flags
    sample.ax, sample.ay, sample.az = a_q8
    sample.gx, sample.gy, sample.gz = (round(part * RADPS) for part in rate_radps)
    return sample


def along(axis: int, length: float) -> Three:
    x, y, z = (length if i == axis else 0.0 for i in range(3))
    return x, y, z


def begun(up: Three = (0, 1, 0)) -> OwnOrientation:
    """One that has had its first sample, and knows the interval."""
    own = OwnOrientation()
    x, y, z = (round(G_Q8 * part) for part in up)
    assert own.step(sample_of(a_q8=(x, y, z)), 10) == ALONE
    own._period, own._dt_q17 = 10 << 14, 1310
    return own


def up_of(own: OwnOrientation) -> Array:
    assert all(type(part) is int for part in (own.ux, own.uy, own.uz))
    return np.array([own.ux, own.uy, own.uz]) / 16384


def turned_of(own: OwnOrientation) -> Array:
    assert all(type(part) is int for part in own._turned)
    return np.array(own._turned) / RAD_Q17


def all_turned_of(own: OwnOrientation) -> Array:
    """Of the updates before as well."""
    return turned_of(own) + np.array(own.bias.turned_q17) / RAD_Q17


def pair(own: OwnOrientation, rate: Three, other: Three, dt_ms: int = 10) -> None:
    assert own.step(sample_of(rate), dt_ms) == PENDING
    assert own.step(sample_of(other), dt_ms) == NEW


# ---- the first sample -----------------------------------------------------------------------


def test_a_new_one_knows_nothing() -> None:
    own = OwnOrientation()
    nothing: dict[str, Any] = {"_last": [0, 0, 0, 1], "_is_even": 1, "_dt_q17": 1310}
    for name in OwnOrientation.FIELDS:
        value = getattr(own, name)
        if hasattr(value, "FIELDS"):
            continue
        empty = [0] * len(value) if isinstance(value, list) else 0
        assert value == nothing.get(name, empty), name
    assert (len(own._early), len(own._last), len(own._now)) == (4, 4, 3)
    assert own.resting == 0


@pytest.mark.parametrize("axis", range(3))
@pytest.mark.parametrize("way", [1, -1])
def test_the_first_force_is_the_vertical(axis: int, way: int) -> None:
    own = begun(along(axis, way))
    assert up_of(own) == pytest.approx(along(axis, way), abs=0.0002)
    assert own.known == 1


def test_without_a_force_there_is_no_up() -> None:
    own = OwnOrientation()
    assert own.step(sample_of(flags=HAS_G), 10) == 0
    assert own.step(sample_of(a_q8=(100, 100, 0)), 10) == 0
    assert own.known == 0


# ---- pairs ----------------------------------------------------------------------------------


@pytest.mark.parametrize("rates", [((2.0, 0.5, -1.0), (1.0, -3.0, 2.0)),
                                   ((-4.0, 4.0, 4.0), (4.0, 4.0, -4.0)),
                                   ((11.0, 3.0, 0.0), (9.0, 4.0, 2.0)),
                                   ((0.0, 0.0, 12.0), (0.0, 0.0, 12.0))])  # fmt: skip
def test_a_pair_turns_the_vertical_against_both_rotations(rates: tuple[Three, Three]) -> None:
    """One after the other, though they are turned at once: 10 ms are 1310/131072 s."""
    own = begun((0.48, 0.6, 0.64))
    before = up_of(own)
    dt_s = 1310 / 131072
    assert own.step(sample_of(rates[0]), 10) == PENDING
    assert up_of(own) == pytest.approx(before)
    now = np.array(own.now()) / 16384
    first = rotation(-np.array(rates[0]) * dt_s) @ before
    assert now == pytest.approx(first, abs=0.0006 + (np.linalg.norm(rates[0]) * dt_s) ** 2 / 2)
    assert own.step(sample_of(rates[1]), 10) == NEW
    expected = rotation(-np.array(rates[1]) * dt_s) @ first
    assert up_of(own) == pytest.approx(expected, abs=0.0003)
    assert np.array(own.now()) / 16384 == pytest.approx(up_of(own))


def test_a_small_turn_of_a_pending_sample_is_seen_at_once() -> None:
    own = begun((0.48, 0.6, 0.64))
    own.step(sample_of((0.5, -0.3, 0.4)), 10)
    expected = rotation(-np.array([0.5, -0.3, 0.4]) * 0.01) @ np.array([0.48, 0.6, 0.64])
    assert np.array(own.now()) / 16384 == pytest.approx(expected, abs=0.0002)


@pytest.mark.parametrize("axis", range(3))
def test_what_was_turned_is_the_sum_and_the_commutator(axis: int) -> None:
    """0.02 and 0.02 rad about two axes: half of their product more about the third (Bortz)."""
    own = begun()
    pair(own, along(axis, 2.0), along((axis + 1) % 3, 2.0))
    turned = turned_of(own)
    assert turned[axis] == pytest.approx(0.02, abs=2e-5)
    assert turned[(axis + 1) % 3] == pytest.approx(0.02, abs=2e-5)
    assert turned[(axis + 2) % 3] == pytest.approx(0.5 * 0.02 * 0.02, abs=1.2e-5)


def test_the_known_bias_is_taken_off() -> None:
    """0.02 rad/s: 0.0004 rad in 20 ms; small turns, and turns that are done one by one."""
    for rate in (1.0, 12.0):
        plain, own = begun(), begun()
        own._drift[:] = [round(0.02 * 2**18), round(-0.01 * 2**18), round(0.03 * 2**18)]
        for one in (plain, own):
            pair(one, (rate, 0, 0), (rate, 0, 0))
        less = turned_of(plain) - turned_of(own)
        assert less == pytest.approx([0.0004, -0.0002, 0.0006], abs=2.5e-5)


def test_the_force_of_a_pair_is_turned_into_the_present() -> None:
    """The pending one by the second rotation; both weigh 10. 0.05 rad about z."""
    own = begun()
    own.step(sample_of(a_q8=(0, 2000, 500)), 10)
    own.step(sample_of((0, 0, 5.0), a_q8=(100, 2400, -300)), 10)
    early = rotation(-np.array([0, 0, 5.0]) * 0.01) @ np.array([0, 2000, 500])
    # ... and the sum before it by both: at the first sample of all nothing was summed.
    assert own._force == pytest.approx(10 * (early + [100, 2400, -300]), abs=40)
    assert (own._weight, own._update_ms, own._pending) == (20, 20, 0)


@pytest.mark.parametrize("axis", [0, 2])
@pytest.mark.parametrize("late", [0, 1])
def test_a_force_that_no_body_makes_is_left_out(axis: int, late: int) -> None:
    """Across the body, 78 m/s²: the other one of the pair counts twice."""
    own = begun()
    across = [0, G_Q8, 0]
    across[axis] = -20_000
    spike, sound = (across[0], across[1], across[2]), (0, G_Q8, 0)
    for a_q8 in ((sound, spike) if late else (spike, sound)):
        own.step(sample_of(a_q8=a_q8), 10)
    assert own.accel_spikes == 1
    assert own._force == [0, 20 * G_Q8, 0]


@pytest.mark.parametrize(("off_q8", "spikes"), [(6553, 0), (6600, 1), (-6553, 0), (-6600, 1)])
@pytest.mark.parametrize("axis", [0, 2])
def test_two_forces_that_differ_by_less_than_26_mps2_are_sound(
    axis: int, off_q8: int, spikes: int
) -> None:
    own = begun()
    off = [0, 0, 0]
    off[axis] = off_q8
    own.step(sample_of(a_q8=(0, 0, 0)), 10)
    own.step(sample_of(a_q8=(off[0], off[1], off[2])), 10)
    assert own.accel_spikes == spikes


def test_a_pending_sample_can_be_taken_in_alone() -> None:
    own = begun((0.48, 0.6, 0.64))
    before = up_of(own)
    own.flush()  # there is none
    assert own._update_ms == 0
    own.step(sample_of((3.0, -2.0, 1.0), a_q8=(100, 200, 300)), 10)
    own.flush()
    assert turned_of(own) == pytest.approx(np.array([3.0, -2.0, 1.0]) * 1310 / 131072, abs=1e-5)
    expected = rotation(-np.array([3.0, -2.0, 1.0]) * 0.01) @ before
    assert up_of(own) == pytest.approx(expected, abs=0.0003)
    assert own._force == [1000, 2000, 3000]
    assert (own._weight, own._update_ms, own._pending) == (10, 10, 0)
    own.flush()
    assert (own._weight, own._update_ms) == (10, 10)


def test_the_bias_is_taken_off_a_pending_sample_as_well() -> None:
    own = begun()
    own._drift[:] = [1 << 14, 0, 0]  # 1/16 rad/s
    own.step(sample_of(), 10)
    own.flush()
    assert turned_of(own)[0] == pytest.approx(-0.01 / 16, abs=1e-5)


# ---- large turns ----------------------------------------------------------------------------


@pytest.mark.parametrize("axis", range(3))
@pytest.mark.parametrize("angle_rad", [0.1, 0.13, 0.2, 0.3, -0.3, 0.6, -0.74])
def test_a_large_turn_is_done_in_small_ones(axis: int, angle_rad: float) -> None:
    own = begun((0.48, 0.6, 0.64))
    before, q23 = up_of(own), round(angle_rad * 2**23)
    own._turn(*(q23 if i == axis else 0 for i in range(3)), 164)
    own._point(own.lowpass.up_q20)
    assert turned_of(own) == pytest.approx(along(axis, angle_rad), abs=5e-5)
    expected = rotation(-np.array(along(axis, angle_rad))) @ before
    assert up_of(own) == pytest.approx(expected, abs=0.0005)


@pytest.mark.parametrize("axis", range(3))
@pytest.mark.parametrize("way", [1, -1])
def test_a_turn_of_one_sample_is_held_at_three_quarters_of_a_radian(axis: int, way: int) -> None:
    own = begun()
    own._turn(*(way * 7_000_000 if i == axis else 0 for i in range(3)), 164)
    assert turned_of(own) == pytest.approx(along(axis, way * 0.75), abs=5e-5)


def test_the_bias_of_a_large_turn_is_taken_off_once() -> None:
    """1/16 rad/s for 40 ms."""
    own = begun()
    own._drift[:] = [1 << 14] * 3
    own._turn(5_000_000, 0, 0, round(0.04 * 2**14))
    expected = [5_000_000 / 2**23 - 0.0025, -0.0025, -0.0025]
    assert turned_of(own) == pytest.approx(expected, abs=5e-5)


@pytest.mark.parametrize("axis", range(3))
@pytest.mark.parametrize("angle_rad", [0.05, 0.125, -0.125, 0.3, -0.3, 1.0, -1.0])
def test_what_the_chip_turned_more_is_turned_in_parts(axis: int, angle_rad: float) -> None:
    own = begun((0.48, 0.6, 0.64))
    before = up_of(own)
    own._turn_more([round(part * RAD_Q17) for part in along(axis, angle_rad)])
    own._point(own.lowpass.up_q20)
    assert turned_of(own) == pytest.approx(along(axis, angle_rad), abs=1e-5)
    expected = rotation(-np.array(along(axis, angle_rad))) @ before
    assert up_of(own) == pytest.approx(expected, abs=0.0008)


# ---- what is missing ------------------------------------------------------------------------


def alone(own: OwnOrientation, rate: Three, dt_ms: int, flags: int = BOTH) -> int:
    return own.step(sample_of(rate, flags=flags), dt_ms)


@pytest.mark.parametrize("axis", range(3))
def test_a_lost_reading_is_the_mean_of_those_beside_it(axis: int) -> None:
    """1 rad/s, 20 ms lost, 2 rad/s: 1.5 × 0.02 + 2 × 0.01 rad."""
    own = begun()
    pair(own, along(axis, 1.0), along(axis, 1.0))
    assert alone(own, along(axis, 2.0), 30) == ALONE
    assert all_turned_of(own) == pytest.approx(along(axis, 0.02 + 0.05), abs=1e-4)
    assert own._last[3] == 1310


def test_one_lost_without_a_time_is_known_by_its_flag() -> None:
    """18 ms after the last: 8 ms of them lost."""
    own = begun()
    pair(own, (1.0, 0, 0), (1.0, 0, 0))
    alone(own, (2.0, 0, 0), 18, BOTH | GAP)
    assert turned_of(own)[0] == pytest.approx(0.02 + 1.5 * 0.008 + 0.02, abs=1e-4)
    own = begun()
    pair(own, (1.0, 0, 0), (1.0, 0, 0))
    alone(own, (2.0, 0, 0), 12, BOTH | GAP)  # less than a quarter of an interval
    assert turned_of(own)[0] == pytest.approx(0.02 + 0.02, abs=1e-4)


@pytest.mark.parametrize("dt_ms", [1, 5, 6, 14, 16, 18])
def test_a_sample_at_an_odd_time_rotates_by_the_time_since_the_last_one(dt_ms: int) -> None:
    """As at another rate of the sensor, before its interval is known."""
    own = begun()
    pair(own, (1.0, 0, 0), (1.0, 0, 0))
    assert own.step(sample_of((2.0, 0, 0)), dt_ms) == ALONE
    more_s = (dt_ms - 10) / 1000
    assert turned_of(own)[0] == pytest.approx(0.02 + 1.5 * more_s + 0.02, abs=3e-4)


@pytest.mark.parametrize("interval_ms", [5, 7, 14, 16])
def test_another_rate_is_learnt_at_the_first_update(interval_ms: int) -> None:
    own = begun()
    for _ in range(12):
        own.step(sample_of(), interval_ms)
    assert own._dt_q17 == pytest.approx(interval_ms * 131.07, abs=2)
    assert own.leap._learnt == 0
    assert own.step(sample_of(), interval_ms) in (PENDING, NEW)


def test_readings_without_gyroscope_are_bridged_when_it_comes_again() -> None:
    own = begun()
    pair(own, (1.0, 0, 0), (1.0, 0, 0))
    assert [alone(own, (0, 0, 0), 10, HAS_A) for _ in range(3)] == [ALONE] * 3
    assert own.blind_ms == 30
    assert all_turned_of(own)[0] == pytest.approx(0.02, abs=1e-4)
    assert alone(own, (2.0, 0, 0), 10) == ALONE
    assert own.blind_ms == 0
    assert all_turned_of(own)[0] == pytest.approx(0.02 + 1.5 * 0.03 + 0.02, abs=2e-4)


def test_without_gyroscope_the_vertical_is_not_known_for_long() -> None:
    own = begun()
    answers = [alone(own, (0, 0, 0), 11, HAS_A) for _ in range(6)]
    assert answers == [ALONE] * 4 + [0] * 2  # 44 ms
    for _ in range(100):
        alone(own, (0, 0, 0), 11, HAS_A)
    assert own.blind_ms == 1000


def test_of_a_long_gap_60_ms_are_turned() -> None:
    own = begun()
    pair(own, (1.0, 0, 0), (1.0, 0, 0))
    own._update_ms = own._weight = 0
    alone(own, (1.0, 0, 0), 500)
    assert all_turned_of(own)[0] == pytest.approx(0.02 + 0.06, abs=2e-4)


def test_a_sample_that_comes_late_weighs_its_time() -> None:
    own = begun()
    own.step_alone(sample_of(), 10)
    assert (own._weight, own._update_ms, own._is_even) == (10, 10, 1)
    own.step_alone(sample_of(), 19)
    assert (own._weight, own._update_ms, own._is_even) == (29, 29, 0)
    own.step_alone(sample_of(flags=HAS_G), 10)
    assert (own._weight, own._update_ms) == (29, 39)
    assert own._force == [0, 29 * G_Q8, 0]
    own.step_alone(sample_of(flags=BOTH | GAP), 10)
    assert own._weight == 39
    own.step_alone(sample_of(), 10)  # 59 ms: an update
    assert (own._weight, own._update_ms, own._is_even) == (0, 0, 1)


@pytest.mark.parametrize(("ms", "updated"), [(49, 0), (50, 1)])
def test_a_sample_alone_updates_after_50_ms(ms: int, updated: int) -> None:
    own = begun()
    own._update_ms, own._weight = ms - 10, 20
    own.step_alone(sample_of(), 10)
    assert (own._update_ms == 0) == bool(updated)


@pytest.mark.parametrize(("ms", "weight", "updated"), [(120, 20, 0), (121, 20, 1), (90, 120, 0),
                                                       (90, 121, 1)])  # fmt: skip
def test_a_pending_sample_updates_at_once_where_nobody_did(
    ms: int, weight: int, updated: int
) -> None:
    own = begun()
    own._update_ms, own._weight = ms, weight
    own.step(sample_of(), 10)
    assert (own._update_ms == 0) == bool(updated)


def test_without_pairs_the_bias_is_learnt_in_samples_between_updates() -> None:
    own = begun()
    own._learn_ms = 99
    own.step_alone(sample_of(), 10)
    assert own._learn_ms == 99
    own._learn_ms = 100
    own.step_alone(sample_of(), 10)
    assert own._learn_ms == 0
    assert own._mean_q20[1] == ONE_Q20 * 100 // 3000


# ---- readings in doubt ----------------------------------------------------------------------


@pytest.mark.parametrize("axis", range(3))
@pytest.mark.parametrize("way", [1, -1])
@pytest.mark.parametrize(
    ("next_radps", "spikes", "turned_rad"),
    [(0.0, 1, 0.0), (10.0, 1, 5.0 * 0.01 + 0.1), (11.0, 0, (2 * 20 - 11 + 11) / 2 * 0.01 + 0.11),
     (20.0, 0, 0.4)],
)  # fmt: skip
def test_a_reading_that_leaps_waits_for_the_next(
    axis: int, way: int, next_radps: float, spikes: int, turned_rad: float
) -> None:
    """0, 20 and then less or more than half of it: taken back, or believed."""
    own = begun()
    pair(own, (0, 0, 0), (0, 0, 0))
    assert own.step(sample_of(along(axis, way * 20.0)), 10) == ALONE
    assert own.is_in_doubt
    assert turned_of(own) == pytest.approx([0, 0, 0])
    assert own.step(sample_of(along(axis, way * next_radps)), 10) == ALONE
    assert not own.is_in_doubt
    assert own.gyro_spikes == spikes
    assert turned_of(own) == pytest.approx(along(axis, way * turned_rad), abs=3e-4)
    assert own.step(sample_of(along(axis, way * next_radps)), 10) == PENDING


@pytest.mark.parametrize("axis", range(3))
@pytest.mark.parametrize(("radps", "doubted"), [(12.4, False), (12.6, True), (-12.4, False),
                                                (-12.6, True)])  # fmt: skip
def test_an_eighth_of_a_radian_is_a_leap_in_doubt(axis: int, radps: float, doubted: bool) -> None:
    own = begun()
    pair(own, (0, 0, 0), (0, 0, 0))
    own.step(sample_of(along(axis, radps)), 10)
    assert own.is_in_doubt is doubted
    assert (own.leap.pending() != 0) is not doubted


@pytest.mark.parametrize("axis", range(3))
@pytest.mark.parametrize(("radps", "leaps"), [(1.55, False), (1.6, True), (-1.55, False),
                                              (-1.6, True)])  # fmt: skip
def test_a_64th_of_a_radian_is_a_leap_to_compare(axis: int, radps: float, leaps: bool) -> None:
    """In pairs, and where a sample stands alone."""
    for step_alone in (False, True):
        own = begun()
        pair(own, (0, 0, 0), (0, 0, 0))
        sample = sample_of(along(axis, radps))
        own.step_alone(sample, 10) if step_alone else own.step(sample, 10)
        assert (own.leap.pending() != 0) is leaps
        if leaps:
            assert own.leap._leap_q17 == pytest.approx(
                [part * 1310 for part in along(axis, radps)], abs=4
            )


def test_what_isguessed_is_not_held_against_the_chip() -> None:
    own = begun()
    pair(own, (0, 0, 0), (0, 0, 0))
    own.leap.note_leap(1 << 18, 0, 0)
    own.step_alone(sample_of(), 10)
    assert own.leap.pending() != 0
    alone(own, (0, 0, 0), 30)
    assert own.leap.guessed == 1
    own.step_alone(sample_of(), 10)
    alone(own, (0, 0, 0), 50)
    assert (own.leap.pending(), own.leap.guessed) == (0, 0)


def test_the_chip_is_noted_unless_a_reading_is_in_doubt() -> None:
    own = begun()
    own.step(sample_of((3.0, 0, 0)), 10)
    own.note_chip(sample_of())
    assert own.leap._chip_came == 1
    assert own.leap._turned_now_q17 == pytest.approx([3.0 * 1310, 0, 0], abs=40)  # pending
    own.leap._chip_came = 0
    own.step(sample_of((30.0, 0, 0)), 10)
    assert own.is_in_doubt
    own.note_chip(sample_of())
    assert own.leap._chip_came == 0


# ---- the interval ---------------------------------------------------------------------------


@pytest.mark.parametrize("rate_hz", [80, 90, 100, 112, 125])
def test_the_interval_is_learnt_from_whole_milliseconds(rate_hz: int) -> None:
    """To 0.3 % after three seconds, and the time counted with it stays that of the samples."""
    own = begun()
    own._period = 0
    times = [round(1000 * i / rate_hz) for i in range(3 * rate_hz)]
    for before, now in zip(times, times[1:], strict=False):
        if own.step(sample_of(), now - before) == PENDING:
            own.do_deferred(sample_of())
    assert own._dt_q17 == pytest.approx(131072 / rate_hz, rel=0.004)
    assert own._period / 16384 == pytest.approx(1000 / rate_hz, rel=0.004)
    assert abs(own._time_error) < 16384 * 2
    assert type(own._period) is int and type(own._time_error) is int


def test_the_interval_of_an_update_by_hand() -> None:
    """Six samples in 66 ms, known as 10 ms: 6 ms late are 1/64 more, and a quarter in the next."""
    own = begun()
    own._period, own._dt_q17, own._weight = 10 << 14, 1310, 60
    assert own._learn_period(66) == 0
    late = 66 * 16384 - 6 * 1310 * 125
    assert own._time_error == late
    assert own._period == (10 << 14) + late // 384
    assert own._dt_q17 == (own._period + late // 24) // 125


@pytest.mark.parametrize(("late", "anew"), [(262_143, 0), (262_144, 1), (-262_143, 0),
                                            (-262_144, 1)])  # fmt: skip
def test_16_ms_late_is_another_rate(late: int, anew: int) -> None:
    own = begun()
    own._period, own._dt_q17, own._weight = 10 << 14, 1310, 60
    own._time_error = late - (60 * 16384 - 6 * 1310 * 125)
    assert own._learn_period(60) == anew
    assert own._time_error == late * (1 - anew)
    if anew:
        assert (own._period, own._dt_q17) == (163_840, 1310)


def test_before_it_is_learnt_the_interval_is_that_of_the_sample() -> None:
    own = begun()
    own._period = 0
    own.step(sample_of(), 12)
    assert own._dt_q17 == 12 * 16384 // 125
    own.step_alone(sample_of(), 30)
    assert own._dt_q17 == 10 * 16384 // 125
    own._period = 5
    own.step_alone(sample_of(), 8)
    assert own._dt_q17 == 10 * 16384 // 125


# ---- the deferred work ----------------------------------------------------------------------


def test_the_deferred_work_has_six_parts() -> None:
    """Update, observe, posture, update, bias, none."""
    own, sample = begun(), sample_of()
    done = []
    own._update = lambda _s: done.append("update")  # type: ignore[method-assign]
    own._observe_bias = lambda: done.append("observe")  # type: ignore[method-assign]
    own._follow_posture = lambda _s: done.append("posture")  # type: ignore[method-assign]
    own._learn_bias = lambda: done.append("learn")  # type: ignore[method-assign]
    answers = [own.do_deferred(sample) for _ in range(12)]
    assert answers == [1, 1, 1, 1, 1, 0] * 2
    assert done == ["update", "observe", "posture", "update", "learn"] * 2


def test_an_update_filters_the_mean_force() -> None:
    """During the first three seconds a plain mean: of 20 ms of 8 m/s² nothing is left of before."""
    own = begun()
    own.step(sample_of(a_q8=(0, 0, 2048)), 10)
    own.step(sample_of(a_q8=(0, 0, 2048)), 10)
    own._update(sample_of())
    assert own.settled_ms == 20
    assert np.array(own.lowpass.up_q20) / ONE_Q20 == pytest.approx([0, 0, 1], abs=0.001)
    assert own.lowpass.length_q16 == pytest.approx(8 * 65536, abs=300)
    assert (own._learn_ms, own._update_ms, own._weight) == (20, 0, 0)
    assert own._force == own._turned == [0, 0, 0]
    before = list(own.lowpass.up_q20)
    own._update(sample_of())  # nothing came
    assert (own.lowpass.up_q20, own._learn_ms) == (before, 20)


def test_an_update_without_a_force_coasts() -> None:
    own = begun()
    own.lowpass.rate_q22[:] = [9, 9, 9]
    own._update_ms, own._turned[0] = 20, 100
    own._is_even = 0
    own._update(sample_of())
    assert own.lowpass.rate_q22 == [0, 0, 0]
    assert own.bias.turned_q17 == [100, 0, 0]
    assert own.settled_ms == 0


class Called:
    """In the place of the low pass: notes how it is used."""

    def __init__(self, holds_mean: int = 0) -> None:
        self.holds_mean, self.lost_ms = holds_mean, 0
        self.did: list[Any] = []
        self.speed_change = SpeedChange()

    def hold_mean(self, mean: Any, force: Any, ms: int) -> None:
        self.did.append(("hold", mean[:], force[:], ms))

    def average(self, _force: Any, ms: int, over_ms: int) -> None:
        self.did.append(("average", ms, over_ms))

    def average_rest(self, _force: Any, ms: int, rest_ms: int, holds_ms: int) -> None:
        self.did.append(("average_rest", ms, rest_ms, holds_ms))

    def step(self, _force: Any, ms: int) -> None:
        self.did.append(("step", ms))

    def coast(self) -> None:
        self.did.append("coast")


@pytest.mark.parametrize(
    ("holds", "settled_ms", "rest_ms", "cornering", "travelling", "did"),
    [
        (1, SETTLE_MS, 2000, 1, 1, ("hold", [4, 5, 6], [1, 2, 3], 60)),
        (0, SETTLE_MS - 1, 2000, 1, 1, ("average", 60, SETTLE_MS + 59)),
        (0, SETTLE_MS, 2000, 1, 1, ("average_rest", 60, 2000, 65_000 // 51)),
        (0, SETTLE_MS, 0, 1, 1, "coast"),
        (0, SETTLE_MS, 0, 0, 1, ("step", 60)),
        (0, SETTLE_MS, 0, 1, 0, ("step", 60)),
    ],
)
def test_how_the_force_is_filtered(holds: int, settled_ms: int, rest_ms: int, cornering: int,
                                   travelling: int, did: Any) -> None:  # fmt: skip
    own = begun()
    called = Called(holds)
    own.lowpass = called  # type: ignore[assignment]
    own.settled_ms, own.bias.rest_ms, own.curve.cornering = settled_ms, rest_ms, cornering
    own.travelling = travelling
    own._mean_q20[:] = [4, 5, 6]
    own._filter([1, 2, 3], 60)
    assert called.did == [did]


@pytest.mark.parametrize(("waits", "then"), [(-1, -24), (0, 0), (20, 20)])
def test_after_a_corner_the_vertical_settles_anew(waits: int, then: int) -> None:
    own = begun()
    shift = own.lowpass.speed_change.accel_shift
    own.settled_ms, own.curve.cornering, own.travelling = 3000, 1, 1
    shift.waits = waits
    own._filter([0, 0, 643_000], 60)
    assert shift.waits == then


def test_a_vertical_that_is_led_settles_anew() -> None:
    own = begun()
    shift = own.lowpass.speed_change.accel_shift
    shift.waits, shift._moved_q20 = 5, 7
    own.lead([1, 2, 3])
    assert (shift.waits, shift._moved_q20) == (-24, 0)


@pytest.mark.parametrize(("travelling", "steady", "turn_rad", "taken"),
                         [(1, 1, 0.04, 1), (0, 1, 0.04, 0), (1, 0, 0.04, 0), (1, 1, 0.6, 0)])
def test_the_pull_of_a_curve_is_taken_off_a_steady_runner(
    travelling: int, steady: int, turn_rad: float, taken: int
) -> None:  # fmt: skip
    own, calls = begun(), []
    own.curve.remove_pull = lambda *args: calls.append(args[4])  # type: ignore[method-assign]
    own.travelling, own._steady = travelling, steady
    own._update_ms, own._weight, own._turned[1] = 50, 50, round(turn_rad * RAD_Q17)
    own._update(sample_of())
    assert calls == [50] * taken


def test_a_spike_that_the_chip_contradicts_is_turned_back() -> None:
    own = begun()
    own.chip_trusted = 1
    seen = []
    own.leap.judge = lambda trusted, turned: seen.append((trusted, list(turned))) or 1  # type: ignore[method-assign, func-returns-value]
    own.leap.off_q17 = [0, 0, round(0.1 * RAD_Q17)]
    own._update_ms, own._weight, own._turned[0] = 50, 50, 77
    own._update(sample_of())
    assert seen == [(1, [77, 0, 0])]
    assert own.gyro_spikes == 1
    assert own.bias.turned_q17 == [77, 0, round(0.1 * RAD_Q17)]


@pytest.mark.parametrize("blind_ms", [0, 5])
def test_the_bias_sees_a_second_at_most_and_nothing_while_blind(blind_ms: int) -> None:
    own = begun()
    told = []
    own.bias.observe = lambda up, rate, ms: told.append((up, rate, ms))  # type: ignore[method-assign]
    own._learn_ms, own.blind_ms = 1200, blind_ms
    own._observe_bias()
    assert told == [(own, own.lowpass.rate_q22, 0 if blind_ms else 1000)]
    assert (own._learn_ms, own._follow_ms) == (0, 1000)


@pytest.mark.parametrize("axis", range(3))
@pytest.mark.parametrize(("length_q20", "steady"), [(1_027_456, 1), (1_027_328, 0)])
def test_steady_is_a_mean_vertical_of_almost_full_length(
    axis: int, length_q20: int, steady: int
) -> None:
    """(8027 / 8192)² is 15731/16384, (8026 / 8192)² is 15726; the tilt varies by 11°."""
    own = begun(along(axis, 1.0))
    own._mean_q20[axis], own._follow_ms = length_q20, 0
    own._follow_posture(sample_of())
    assert own._steady == steady


def test_the_mean_posture_follows_in_three_seconds() -> None:
    own = begun((0.6, 0.8, 0))
    own._follow_ms = 300
    own._follow_posture(sample_of())
    assert np.array(own._mean_q20) / ONE_Q20 == pytest.approx([0.06, 0.08, 0], abs=0.0002)
    assert own._follow_ms == 0
    own.lowpass._hold_ms = own._follow_ms = 5
    before = list(own._mean_q20)
    own._follow_posture(sample_of())
    assert own._mean_q20 == before


@pytest.mark.parametrize(("settled_ms", "holds", "moving"), [(SETTLE_MS, 0, 1), (SETTLE_MS, 1, 0),
                                                             (SETTLE_MS - 1, 0, 0)])  # fmt: skip
def test_the_bias_is_learnt_where_the_vertical_is_reliable(
    settled_ms: int, holds: int, moving: int
) -> None:
    own = begun()
    told = []
    own.bias.learn = told.append  # type: ignore[method-assign]
    own.bias.q30[:] = [1 << 20, -(1 << 21), 3 << 12]
    own.settled_ms, own.lowpass._hold_ms = settled_ms, holds
    own._learn_bias()
    assert told == [moving]
    assert own._drift == [256, -512, 3]  # Q18


# ---- after a gap ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("steady", "settled_ms", "gap_ms", "from_mean"),
    [(1, SETTLE_MS, 45, 1), (1, SETTLE_MS, 44, 0), (0, SETTLE_MS, 45, 0),
     (1, SETTLE_MS - 1, 45, 0)],
)
def test_a_gap_goes_on_from_the_mean_posture(
    steady: int, settled_ms: int, gap_ms: int, from_mean: int
) -> None:  # fmt: skip
    own = begun()
    own._mean_q20[:] = [0, round(0.6 * ONE_Q20), round(0.79 * ONE_Q20)]
    own._steady, own.settled_ms = steady, settled_ms
    own.bias._effect_x[0] = 5
    assert alone(own, (0, 0, 0), gap_ms) == (0 if from_mean else ALONE)
    assert own.lowpass.holds_mean == from_mean
    assert own.bias._effect_x[0] == 5 * (1 - from_mean)
    expected = [0, 0.6, 0.79] if from_mean else [0, 1, 0]
    assert up_of(own) == pytest.approx(expected, abs=0.002)


def test_while_the_phase_is_lost_the_mean_posture_is_told() -> None:
    own = begun()
    own._mean_q20[:] = [0, round(0.6 * ONE_Q20), round(0.79 * ONE_Q20)]
    own.lowpass.lost_ms = 5
    assert own.step(sample_of((1.0, 0, 0)), 10) == PENDING
    assert own.now() == [own.ux, own.uy, own.uz]  # it does not turn
    assert own.step(sample_of((1.0, 0, 0)), 10) == 0
    assert up_of(own) == pytest.approx([0, 0.6, 0.79], abs=0.0002)
    own.ux = own.uy = own.uz = 0
    own.step(sample_of(), 10)
    own.flush()
    assert up_of(own) == pytest.approx([0, 0.6, 0.79], abs=0.0002)
    own.lowpass.lost_ms = 0
    own.step(sample_of(), 10)
    own.flush()
    assert up_of(own)[1] > 0.9


def test_it_goes_on_from_another_vertical() -> None:
    own = begun()
    own.step(sample_of((3.0, 0, 0)), 10)
    own._force[0], own._update_ms, own._weight = 5, 6, 7
    own.bias._effect_x[0] = 5
    own.leap.note_leap(1 << 20, 0, 0)
    own.restart_at(0, 9830, 13107)
    assert (own.ux, own.uy, own.uz) == (0, 9830, 13107)
    assert own.lowpass.up_q20 == [0, 9830 << 6, 13107 << 6]
    assert (own._pending, own._update_ms, own._weight, own._force[0]) == (0, 0, 0, 0)
    assert own._early[:3] == [0, 0, 0]
    assert (own.bias._effect_x[0], own.leap.pending()) == (0, 0)


def test_a_sine_of_half_a_degree_is_followed() -> None:
    """All of it together: a lying sensor that is rocked slowly, 3 s."""
    own, sample, angle = begun(), sample_of(), 0.0
    for i in range(300):
        rate = 0.05 * math.cos(2 * math.pi * i / 100)
        angle += rate * 0.01
        sample.gx = round(rate * RADPS)
        sample.ay, sample.az = round(G_Q8 * math.cos(angle)), round(-G_Q8 * math.sin(angle))
        if own.step(sample, 10) == PENDING:
            own.do_deferred(sample)
    assert math.atan2(-own.uz, own.uy) == pytest.approx(angle, abs=0.002)
