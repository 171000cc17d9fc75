"""Centripetal acceleration is removed in curves, and not created by a rotating pelvis."""

from __future__ import annotations

import math

import numpy as np
import pytest
from leancore.attitude.curve_speed import CurveSpeed
from numpy.typing import NDArray

from boards.sim.motion import quaternion

UPDATE_MS = 60
MPS2 = 65536  # Q16
SPEED_MPS = 3.2
STRIDE_S = 0.72
Array = NDArray[np.float64]


def pulls_mps2(heading_rad: Array, lean_deg: float, roll_deg: Array) -> Array:
    """What is taken off at each update, in the earth's frame, of a wearer with these angles.

    Body axes x = right, y = forward, z = up; the sensor's are the same.
    """
    q = quaternion.chain(
        quaternion.about("z", heading_rad),
        quaternion.about("x", np.radians(-lean_deg)),
        quaternion.about("y", np.radians(roll_deg)),
    )
    turns = quaternion.to_vector(quaternion.multiply(quaternion.inverse(q[:-1]), q[1:]))
    ups = quaternion.rotate(quaternion.inverse(q[1:]), np.array([[0.0, 0.0, 1.0]]))
    taken = []
    travel_q8 = [0, round(SPEED_MPS * 256), 0]
    for turned, up in zip(turns, ups, strict=True):
        up_q20 = np.rint(up * 2**20).astype(int).tolist()
        force_q16 = [0, 0, 0]
        turned_q17 = np.rint(turned * 2**17).astype(int).tolist()
        CurveSpeed().remove_pull(force_q16, turned_q17, travel_q8, up_q20, UPDATE_MS)
        taken.append(force_q16)
    return np.asarray(quaternion.rotate(q[1:], -np.array(taken) / 65536))


def updates(strides: int) -> Array:
    """Phase of the stride at the updates, rad."""
    return np.asarray(2 * np.pi * np.arange(strides * 12 + 1) / 12)


@pytest.mark.parametrize("lean_deg", [0.0, 14.0, 25.0])
@pytest.mark.parametrize("later_rad", [-1.5, 0.8, 1.5])
def test_a_pelvis_that_turns_and_rolls_on_a_straight_way_is_not_pulled(
    lean_deg: float, later_rad: float
) -> None:
    phase = updates(20)
    pull = pulls_mps2(0.12 * np.cos(phase), lean_deg, 5 * np.cos(phase + later_rad))
    assert np.abs(pull[:, 0]).max() > 1  # to and fro
    assert np.abs(pull[:, :2].mean(0)).max() < 0.008  # 0.05°


@pytest.mark.parametrize("rate_radps", [-0.8, 0.4, 0.8])
def test_a_curve_is_taken_off_whatever_the_lean_and_the_swing(rate_radps: float) -> None:
    phase = updates(20)
    heading = rate_radps * UPDATE_MS / 1000 * np.arange(len(phase))
    pull = pulls_mps2(heading + 0.12 * np.cos(phase), 14.0, 5 * np.cos(phase + 0.8))
    inwards = np.stack([-np.cos(heading), -np.sin(heading)], 1)[1:]
    assert (pull[:, :2] * inwards).sum(1).mean() == pytest.approx(SPEED_MPS * rate_radps, rel=0.06)


def test_one_who_falls_along_the_way_has_none() -> None:
    """Seen from above the way is then no way."""
    assert not pulls_mps2(np.linspace(0, 3, 60), 88.0, np.zeros(60)).any()


# ---- calculated by hand -----------------------------------------------------------------------


def rolled(vector: list[int], by: int) -> list[int]:
    return [vector[(i - by) % 3] for i in range(3)]


class Learns(CurveSpeed):
    """Notes what it is told."""

    def __init__(self) -> None:
        super().__init__()
        self.told: list[tuple[int, int, int]] = []

    def add(self, turned_q14: int, side_q8: int, ms: int) -> None:
        self.told.append((turned_q14, side_q8, ms))


def pulled(
    turn: list[int], travel_q8: list[int], force_q16: list[int], by: int = 0, ms: int = 50
) -> tuple[list[int], list[tuple[int, int, int]]]:
    """What is left of the force, the first axis up, and what the curve speed is told."""
    curve, force, up_q20 = Learns(), rolled(force_q16, by), rolled([1 << 20, 0, 0], by)
    curve.remove_pull(force, rolled(turn, by), rolled(travel_q8, by), up_q20, ms)
    assert all(type(part) is int for part in (*force, *(v for told in curve.told for v in told)))
    return rolled(force, -by), curve.told


@pytest.mark.parametrize("by", range(3))
@pytest.mark.parametrize("way", [1, -1])
def test_the_pull_of_a_curve_is_rate_times_speed(by: int, way: int) -> None:
    """0.04 rad in 50 ms, at 3.2 m/s along y: 2.56 m/s² to the left, which is along z."""
    turn = way * round(0.04 * 2**17)
    left, told = pulled([turn, 0, 0], [0, 819, 0], [0, 0, 0], by)
    assert left[0] == pytest.approx(0, abs=100)
    assert left[2] / MPS2 == pytest.approx(-way * 2.56, abs=0.03)
    ((turned_q14, side_q8, ms),) = told
    assert (turned_q14, ms) == (pytest.approx(way * 0.04 * 16384, abs=2), 50)
    assert abs(side_q8) <= 1


@pytest.mark.parametrize("by", range(3))
def test_the_force_to_the_left_is_told(by: int) -> None:
    """Along z, left of the way: in m/s² Q8, by the speed that the way has."""
    _, told = pulled([0, 0, 0], [0, 819, 0], [5 * MPS2, 0, 2 * MPS2], by)
    assert told == [(0, pytest.approx(512, abs=4), 50)]
    _, told = pulled([0, 0, 0], [0, 819, 0], [5 * MPS2, 3 * MPS2, -MPS2], by)
    assert told == [(0, pytest.approx(-256, abs=4), 50)]


@pytest.mark.parametrize(("speed_q8", "has_way"), [(160, 1), (159, 0)])
@pytest.mark.parametrize("by", range(3))
def test_a_way_that_leads_up_is_none(by: int, speed_q8: int, has_way: int) -> None:
    """Slower than 0.63 m/s as seen from above: (160²) / 64 = 400."""
    turn = round(0.04 * 2**17)
    left, told = pulled([turn, 0, 0], [900, speed_q8, 0], [0, 0, 0], by)
    assert len(told) == has_way
    assert (left != [0, 0, 0]) == bool(has_way)


@pytest.mark.parametrize("way", [1, -1])
@pytest.mark.parametrize(("angle_rad", "is_turn"), [(0.245, 1), (0.255, 0)])
def test_more_than_5_rad_a_second_is_no_curve(way: int, angle_rad: float, is_turn: int) -> None:
    turn = way * round(angle_rad * 2**17)
    left, told = pulled([turn, 0, 0], [0, 819, 0], [0, 0, 0])
    assert len(told) == is_turn
    assert bool(left[2]) == bool(is_turn)


@pytest.mark.parametrize("by", range(3))
def test_turning_about_the_way_itself_pulls_nowhere(by: int) -> None:
    left, told = pulled([0, round(0.04 * 2**17), 0], [0, 819, 0], [0, 0, 0], by)
    assert left == pytest.approx([0, 0, 0], abs=900)
    assert abs(told[0][0]) <= 2


def test_the_velocity_is_that_of_half_an_update_ago() -> None:
    """A turn of 0.2 rad to the left: the way then was 0.1 rad to the right, its left forward."""
    left, _ = pulled([round(0.2 * 2**17), 0, 0], [0, 819, 0], [0, 0, 0])
    assert math.atan2(-left[1], -left[2]) == pytest.approx(0.1, abs=0.01)
