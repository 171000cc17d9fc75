"""The vertical from the chip's quaternion, against rotation matrices."""

from __future__ import annotations

import numpy as np
import pytest
from core_motion import fill, pose, quaternion, random_mount, row, vertical_of
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


def test_each_part_is_the_nearest_to_the_matrix() -> None:
    """Third row of the rotation, 2 (xz - wy), 2 (yz + wx), 1 - 2 (xx + yy): half a unit at most."""
    for seed in range(50):
        w, x, y, z = (round(16384 * part) for part in quaternion(random_mount(seed)))
        vertical = SensorOrientation()
        assert vertical.take(w, x, y, z) == 1
        exact = (x * z - w * y, y * z + w * x, 16384 * 8192 - x * x - y * y)  # × 8192
        for part, of in zip((vertical.ux, vertical.uy, vertical.uz), exact, strict=True):
            assert type(part) is int
            assert abs(part * 8192 - of) <= 4096


@pytest.mark.parametrize(
    ("quarters", "taken"),
    [((4034, 26, 8, 2), 1), ((4033, 91, 23, 0), 0),  # 16 273 900, and one less
     ((4156, 88, 16, 14), 1), ((4156, 90, 9, 4), 0)],  # 17 280 532, and one more
)  # fmt: skip
def test_a_length_within_three_percent_of_one_is_taken(
    quarters: tuple[int, ...], taken: int
) -> None:
    for by in range(4):
        w, x, y, z = (4 * quarters[(i + by) % 4] for i in range(4))
        vertical = SensorOrientation()
        assert vertical.take(w, x, y, z) == taken
        assert (vertical.known, vertical.refused) == (taken, 1 - taken)


@pytest.mark.parametrize(("q", "ux"), [((2259, 0, 16219, 0), -4473), ((16251, 0, -2125, 0), 4215)])
def test_a_part_just_below_a_half_is_rounded_down(q: tuple[int, ...], ux: int) -> None:
    """2 (xz - wy) of 16384 is 4215 + 4095/8192, or -4473 + 4095/8192."""
    vertical = SensorOrientation()
    assert vertical.take(*q) == 1
    assert vertical.ux == ux
    assert vertical.take(q[0], -q[2], 0, 0) == 1
    assert vertical.uy == ux
