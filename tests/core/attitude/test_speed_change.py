"""A change of speed is told by a level force that lasts for some steps."""

from __future__ import annotations

import math

import numpy as np
import pytest
from leancore.attitude.force_lowpass import LowPass
from leancore.attitude.speed_change import SpeedChange

from tools.accuracy.lean import intervals_found

UPDATE_MS, UPDATES = 60, 6  # of a step: 167 steps a minute
UP_Q20 = [0, 1 << 20, 0]
RAD_Q14 = 16384


def step(change: SpeedChange, push_mps2: float, axis: int = 2, runs: int = 1) -> int:
    """One step with a push forward, which is along an axis; the foot brakes, then it pushes."""
    change.forward = [16384 if i == axis else 0 for i in range(3)]
    for update in range(UPDATES):
        foot_mps2 = -4.0 if update < UPDATES // 2 else 4.0
        off_q16 = [0, 0, 0]
        off_q16[axis] = round((push_mps2 + foot_mps2) * 65536)
        change.add(off_q16, UP_Q20, UPDATE_MS)
    moves = change.strike(runs, list(UP_Q20))
    assert type(moves) is int
    for name in SpeedChange.FIELDS:
        value = getattr(change, name)
        if name != "accel_shift":
            values = value if isinstance(value, list) else [value]
            assert all(type(one) is int for one in values)
    return change.changing


def after(push_mps2: float, steps: int, axis: int = 2, runs: int = 1) -> list[int]:
    """What some steps with a push show, after a steady run."""
    change = SpeedChange()
    assert not any(step(change, 0.0, axis) for _ in range(10))
    return [step(change, push_mps2, axis, runs) for _ in range(steps)]


@pytest.mark.parametrize(
    ("push_mps2", "steps"), [(0.6, 4), (-0.6, 4), (1.0, 3), (3.0, 2), (-3.0, 2)]
)
@pytest.mark.parametrize("axis", [0, 2])
def test_who_gains_or_loses_speed_is_found_in_some_steps(
    push_mps2: float, steps: int, axis: int
) -> None:
    assert after(push_mps2, steps, axis) == [0] * (steps - 1) + [1]


@pytest.mark.parametrize("push_mps2", [0.6, 3.0])
def test_who_does_not_run_is_not_judged(push_mps2: float) -> None:
    assert not any(after(push_mps2, 10, runs=0))


def test_a_single_push_is_none_unless_it_is_large() -> None:
    for push_mps2, found in ((0.7, 0), (1.8, 1)):
        change = SpeedChange()
        seen = [step(change, push) for push in [0.0] * 10 + [push_mps2] + [0.0] * 10]
        assert max(seen) == found


def undone_q20(change: SpeedChange, moved_q20: list[int], push_mps2: float) -> list[int]:
    """What a step undoes in which the force has moved the vertical."""
    for _ in range(UPDATES):
        change.add([0, 0, round(push_mps2 * 65536)], UP_Q20, UPDATE_MS)
    change.moved_q20[:] = moved_q20
    up_q20 = list(UP_Q20)
    moves = change.strike(1, up_q20)
    assert moves or up_q20 == UP_Q20
    assert change.moved_q20 == [0, 0, 0]
    return [before - now for before, now in zip(UP_Q20, up_q20, strict=True)]


@pytest.mark.parametrize("forward", [(0, 0, 16384), (0, 9830, 13107)])
def test_where_it_begins_three_steps_are_undone_forward_only(forward: tuple[int, ...]) -> None:
    change = SpeedChange()
    change.forward = list(forward)
    undone_q20(change, [0, 0, 0], 0.0)  # here the run begins
    for _ in range(10):
        assert undone_q20(change, [500, 7000, -6000], 0.0) == [0, 0, 0]
    seen = [undone_q20(change, [500, 0, moved], 3.0) for moved in (3200, 6400, 9600, 800)]
    share = forward[2] / 16384
    moved_q20 = share * (3200 + 6400) + (7000 * forward[1] - 6000 * forward[2]) / 16384
    expected = [round(moved_q20 * part / 16384) for part in forward]
    assert seen[0] == seen[2] == seen[3] == [0, 0, 0]
    assert seen[1] == pytest.approx(expected, abs=80)


def test_at_the_first_step_of_a_run_it_is_undone_whatever_the_force() -> None:
    change = SpeedChange()
    for _ in range(5):
        step(change, 0.0, runs=0)
    assert undone_q20(change, [0, 0, 6400], 0.0) == [0, 0, 6400]
    assert undone_q20(change, [0, 0, 6400], 0.0) == [0, 0, 0]


@pytest.mark.parametrize(("push_mps2", "changing"), [(0.1, 0), (0.6, 1), (-0.6, 1)])
def test_at_the_first_step_of_a_run_a_smaller_force_is_enough(
    push_mps2: float, changing: int
) -> None:
    change = SpeedChange()
    for push in [0.0] * 10 + [push_mps2]:
        step(change, push, runs=0)
    assert abs(change._push_q6) < 0.45 * 64
    assert [step(change, push_mps2) for _ in range(2)][0] == changing


def test_what_is_undone_has_a_limit() -> None:
    change = SpeedChange()
    for _ in range(3):
        assert undone_q20(change, [0, 0, 1 << 19], 0.0)[2] in (0, 1 << 19)
    for _ in range(2):
        undone = undone_q20(change, [0, 0, 1 << 19], 3.0)[2]
    assert undone == 1 << 19  # half a radian


@pytest.mark.parametrize("push_mps2", [0.0, 0.4, -0.4])
def test_a_small_force_is_none(push_mps2: float) -> None:
    assert not any(after(push_mps2, 40))


@pytest.mark.parametrize("up", [(0, 1, 0), (0.6, 0, 0.8), (-0.48, 0.6, 0.64)])
def test_a_force_along_the_vertical_is_none(up: tuple[float, float, float]) -> None:
    change = SpeedChange()
    for push_mps2 in [0.0] * 10 + [5.0] * 10:
        for _ in range(UPDATES):
            off_q16 = [round(push_mps2 * part * 65536) for part in up]
            change.add(off_q16, [round(part * (1 << 20)) for part in up], UPDATE_MS)
        change.strike(1, list(UP_Q20))
        assert change.changing == 0


def test_it_ends_with_the_force() -> None:
    change = SpeedChange()
    seen = [step(change, push) for push in [0.0] * 10 + [2.0] * 6 + [0.0] * 4]
    assert seen[9] == 0
    assert seen[12:16] == [1] * 4
    assert seen[-1] == 0


def test_a_tilt_that_grows_slowly_is_the_gyroscopes() -> None:
    """0.5 °/s, of which the filter leaves a constant part."""
    change = SpeedChange()
    assert not any(step(change, min(0.03 * i, 0.6)) for i in range(60))


def test_nobody_gains_speed_for_more_than_five_seconds() -> None:
    seen = after(1.0, 60)
    first = seen.index(1)
    assert sum(seen) == math.ceil(5000 / (UPDATES * UPDATE_MS))
    assert not any(seen[first + sum(seen) :])


def test_then_it_is_found_again_once_the_force_has_ended() -> None:
    change = SpeedChange()
    for push_mps2 in [0.0] * 10 + [1.0] * 40 + [0.0] * 80:
        step(change, push_mps2)
    assert [step(change, 1.0) for _ in range(3)][-1] == 1


def test_without_steps_nothing_is_averaged() -> None:
    change = SpeedChange()
    for push_mps2 in [0.0] * 10 + [1.0] * 4:
        step(change, push_mps2)
    assert change.changing == 1
    for _ in range(25):
        change.add([65536, 0, 0], UP_Q20, UPDATE_MS)
    assert change.changing == 1  # for 1.5 s
    change.add([65536, 0, 0], UP_Q20, UPDATE_MS)
    assert change.changing == 0
    fresh = SpeedChange()
    for name in SpeedChange.FIELDS:
        if name != "accel_shift":
            assert getattr(change, name) == getattr(fresh, name), name
    assert change.accel_shift.waits < 0  # it begins anew, too


def test_a_strike_without_an_update_is_skipped() -> None:
    change = SpeedChange()
    assert [change.strike(1, list(UP_Q20)) for _ in range(2)] == [1, 0]
    assert change.changing == 0
    assert [step(change, push) for push in [0.0] * 10 + [1.0] * 3][-1] == 1


def chip_at(share: float) -> SpeedChange:
    """The chip's vertical has moved by a share of the angle that the force of 1 m/s² points to."""
    change = SpeedChange()
    for push_mps2 in [0.0] * 10 + [1.0] * 3:
        step(change, push_mps2)
    assert change.changing == 1
    force_mps2 = change._push_q6 / 64
    change.look_at_chip([0, 0, round(share * force_mps2 / 9.81 * RAD_Q14)])
    return change


@pytest.mark.parametrize(("share", "changing"), [(-1.0, 1), (0.0, 1), (0.6, 1), (0.8, 0), (1.2, 0)])
def test_the_chip_contradicts_if_it_agrees_with_the_force(share: float, changing: int) -> None:
    change = chip_at(share)
    assert change.changing == changing
    assert step(change, 1.0) == changing  # at the next strike too
    assert step(change, 1.0) == 1  # unless it says so again


def test_a_chip_that_is_off_aside_does_not() -> None:
    change = chip_at(0.0)
    change.look_at_chip([RAD_Q14 // 5, RAD_Q14 // 5, 0])
    assert change.changing == 1


def test_before_there_is_a_force_the_chip_has_nothing_to_contradict() -> None:
    change = SpeedChange()
    for _ in range(10):
        step(change, 0.1)
    change.look_at_chip([0, 0, RAD_Q14 // 5])
    assert [step(change, 2.0) for _ in range(3)][-1] == 1


def test_a_hard_fall_on_every_axis_stays_within_thirty_bits() -> None:
    change = SpeedChange()
    third = round((1 << 20) / math.sqrt(3))
    for _ in range(8):
        for _ in range(25):
            change.add([157 << 16] * 3, [-third, third, third], UPDATE_MS)
        change.strike(1, list(UP_Q20))
        assert abs(change._sum_before) < 1 << 30 and abs(change._usual_q10) < 1 << 30


def moved_deg(changing: int) -> float:
    """How far a push of 2 m/s² for 2 s moves the vertical."""
    lowpass = LowPass()
    lowpass.restart_at(0, 1 << 20, 0)
    lowpass.speed_change.changing = changing
    for _ in range(24):
        lowpass.step([0, round(9.81 * 65536), 2 << 16], 60)
    return math.degrees(math.atan2(lowpass.up_q20[2], lowpass.up_q20[1]))


def test_the_vertical_follows_no_force_meanwhile() -> None:
    assert moved_deg(changing=1) == 0
    assert moved_deg(changing=0) > 1.5


def tilt_deg(runs: int, steps: int, since_rest_ms: int = 0, regain_ms: int = 0) -> float:
    """How far a push of 2 m/s² in some steps tilts the vertical, after a steady run."""
    lowpass = LowPass()
    lowpass.restart_at(0, 1 << 20, 0)
    for step_number in range(10 + steps):
        if step_number == 10:
            lowpass._since_rest_ms, lowpass._regain_ms = since_rest_ms, regain_ms
        push_q16 = 2 << 16 if step_number >= 10 else 0
        for _ in range(UPDATES):
            lowpass.step([0, round(9.81 * 65536), push_q16], UPDATE_MS)
        lowpass.strike(runs)
    return math.degrees(math.atan2(lowpass.up_q20[2], lowpass.up_q20[1]))


def test_what_it_did_to_the_vertical_is_undone() -> None:
    before_deg = tilt_deg(0, 2)
    assert 0.5 < before_deg < 1.0
    assert abs(tilt_deg(1, 2)) < 0.4 * before_deg
    assert abs(tilt_deg(1, 8)) < 0.4 * before_deg
    assert tilt_deg(0, 8) > 5


def test_after_a_rest_less_was_done_and_less_is_undone() -> None:
    """Ending 3.0 s after a rest whose vertical is held for 6 s."""
    before_deg = tilt_deg(0, 2, 2280, 6000)
    assert 0.05 < before_deg < 0.3
    assert abs(tilt_deg(1, 2, 2280, 6000)) < before_deg


def test_after_a_gap_it_starts_anew() -> None:
    lowpass = LowPass()
    lowpass.speed_change.changing = lowpass.speed_change._ms_before = 1
    lowpass.restart_at(0, 1 << 20, 0)
    assert (lowpass.speed_change.changing, lowpass.speed_change._ms_before) == (0, 0)


@pytest.mark.parametrize("seed", [4, 16])
def test_who_runs_and_walks_in_turns_leans_as_before(seed: int) -> None:
    """Without it the lean of these two is off by 1.6° RMS, and by 6° at most."""
    (_, errors_deg), warnings, _ = intervals_found(seed)
    assert len(errors_deg) > 400
    assert np.sqrt(np.mean(errors_deg**2)) < 0.5
    assert np.abs(errors_deg).max() < 2
    assert warnings == 0
