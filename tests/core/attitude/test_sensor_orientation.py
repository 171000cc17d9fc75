"""The vertical from the chip's quaternion, against rotation matrices."""

from __future__ import annotations

import numpy as np
import pytest
from core_motion import fill, pose, random_mount, row, vertical_of
from leancore.attitude.sensor_orientation import SensorOrientation
from leancore.sensor.sample import HAS_A, Sample


def test_vertical_is_the_third_row_of_the_rotation() -> None:
    for seed in range(200):
        attitude = random_mount(seed)
        vertical = vertical_of(row(0, attitude, mount=np.eye(3)))
        truth = 16384 * attitude[2]
        assert np.abs(np.subtract((vertical.ux, vertical.uy, vertical.uz), truth)).max() <= 3


def test_heading_does_not_matter() -> None:
    for heading_deg in (0, 77, 180, 300):
        vertical = vertical_of(row(0, pose(10, 5, heading_deg)))
        here = vertical_of(row(0, pose(10, 5)))
        assert abs(vertical.ux - here.ux) <= 3
        assert abs(vertical.uz - here.uz) <= 3


@pytest.mark.parametrize(
    "q",
    [(0, 0, 0, 0), (32767,) * 4, (-32768,) * 4, (16384, 4000, 0, 0), (15900, 0, 0, 0)],
)
def test_what_is_no_rotation_is_refused_and_counted(q: tuple[int, ...]) -> None:
    vertical = vertical_of(row(0, pose(10)))
    before = (vertical.ux, vertical.uy, vertical.uz)
    bad = fill(Sample(), (10, 7, *q, 0, 0, 0, 0, 0, 0))
    assert vertical.step(bad) == 0
    assert vertical.refused == 1
    assert (vertical.ux, vertical.uy, vertical.uz) == before


def test_nothing_is_known_before_the_first_quaternion() -> None:
    vertical = SensorOrientation()
    sample = fill(Sample(), row(0, pose(10)))
    sample.flags = HAS_A
    assert vertical.step(sample) == 0
    assert not vertical.known
    assert vertical.refused == 0
