"""Centripetal acceleration is removed in curves, and not created by a rotating pelvis."""

from __future__ import annotations

import numpy as np
import pytest
from leancore.attitude.curve_speed import CurveSpeed
from leancore.attitude.force_lowpass import LowPass
from numpy.typing import NDArray

from boards.sim.motion import quaternion

UPDATE_MS = 60
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
    lowpass, taken = LowPass(), []
    travel_q8 = [0, round(SPEED_MPS * 256), 0]
    for turned, up in zip(turns, ups, strict=True):
        lowpass.up_q20[:] = np.rint(up * 2**20).astype(int).tolist()
        force_q16 = [0, 0, 0]
        turned_q17 = np.rint(turned * 2**17).astype(int).tolist()
        lowpass.remove_curve_pull(force_q16, turned_q17, travel_q8, UPDATE_MS, CurveSpeed())
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
