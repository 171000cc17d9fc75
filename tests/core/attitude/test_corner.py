"""In a corner the vertical follows only the gyroscope: remaining acceleration does not move it."""

from __future__ import annotations

import pytest
from leancore.attitude.gyro_integration import PENDING
from leancore.attitude.own_orientation import OwnOrientation
from leancore.sensor.sample import HAS_A, HAS_G, Sample

G_Q8 = 2510
PULL_Q8 = 384  # 1.5 m/s²: what a speed that is wrong by 1.9 m/s leaves at 0.8 rad/s


def after(own: OwnOrientation, seconds: float, pull_q8: int) -> float:
    """How far the vertical is off after so long with a pull along z, degrees."""
    sample = Sample()
    sample.flags = HAS_A | HAS_G
    for i in range(round(seconds * 100)):
        sample.ax, sample.ay, sample.az = 0, G_Q8, pull_q8
        sample.gx = 150 if i // 30 % 2 else -150  # not at rest: a runner's pelvis
        sample.gz = i % 2  # and never twice the same
        if own.step(sample, 10) == PENDING:
            own.do_deferred(sample)
    return own.uz / 16384 * 57.3


def moved_deg(travelling: int, cornering: int) -> float:
    """How far such a pull of 2.4 s moves the vertical."""
    own = OwnOrientation()
    start_deg = after(own, 12.0, 0)
    own.travelling, own.curve.cornering = travelling, cornering
    return after(own, 2.4, PULL_Q8) - start_deg


def test_a_pull_that_is_left_does_not_move_it() -> None:
    assert abs(moved_deg(travelling=1, cornering=1)) < 0.3


@pytest.mark.parametrize(("travelling", "cornering"), [(1, 0), (0, 1)])
def test_elsewhere_it_does(travelling: int, cornering: int) -> None:
    """Nor does a corner whose end was not seen switch the accelerometer off for good."""
    assert moved_deg(travelling, cornering) > 2.5
