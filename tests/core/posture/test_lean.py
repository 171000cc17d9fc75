"""Lean and lateral angle against floating point, for any mount and pose."""

from __future__ import annotations

import math
import random

import numpy as np
import pytest
from core_motion import NOMINAL_MOUNT, pose, random_mount, row, unit, vertical_of
from leancore.posture.lean import Lean
from leancore.posture.wear_frame import WearFrame

WORST_CDEG = 2.0  # 0.02°


def frame_of(mount: np.ndarray) -> WearFrame:
    """The frame of a perfect calibration."""
    frame = WearFrame()
    _right, forward, up = np.rint(16384 * mount).astype(int).tolist()
    assert frame.set_up(*up)
    assert frame.set_forward(*forward)
    return frame


def float_angles_cdeg(vertical, frame: WearFrame) -> tuple[float, float]:
    """The same angles from the same axes, in floating point."""
    u = np.array((vertical.ux, vertical.uy, vertical.uz))
    right, up, forward = (u @ unit(axis) for axis in (frame.right, frame.up, frame.forward))
    lean = math.atan2(-forward, up)
    return math.degrees(lean) * 100, math.degrees(math.atan2(-right, math.hypot(up, forward))) * 100


def angles_cdeg(lean: Lean, vertical, frame: WearFrame) -> tuple[int, int]:
    """What it says of a vertical."""
    return lean.angles_cdeg((vertical.ux, vertical.uy, vertical.uz), frame)


def test_any_mount_and_pose() -> None:
    chance = random.Random(11)
    for seed in range(300):
        mount = random_mount(seed)
        frame, lean = frame_of(mount), Lean()
        for _ in range(10):
            attitude = pose(
                chance.uniform(-70, 110), chance.uniform(-40, 40), chance.uniform(0, 360)
            )
            vertical = vertical_of(row(0, attitude, mount=mount))
            found_cdeg = angles_cdeg(lean, vertical, frame)
            for one, true_cdeg in zip(found_cdeg, float_angles_cdeg(vertical, frame), strict=True):
                assert abs(one - true_cdeg) <= WORST_CDEG


@pytest.mark.parametrize("lean_deg", [-30, -5, 0, 3.5, 8, 10, 14, 45])
def test_true_lean_is_found(lean_deg: float) -> None:
    """Against the pose itself: rounding of the quaternion and of the axes comes in too."""
    for seed in range(50):
        mount = random_mount(seed)
        lean = Lean()
        vertical = vertical_of(row(0, pose(lean_deg, 0, 7 * seed), mount=mount))
        lean_cdeg, lateral_cdeg = angles_cdeg(lean, vertical, frame_of(mount))
        assert abs(lean_cdeg - 100 * lean_deg) <= 3
        assert abs(lateral_cdeg) <= 3


def test_signs() -> None:
    lean, frame = Lean(), frame_of(NOMINAL_MOUNT)
    lean_cdeg, _ = angles_cdeg(lean, vertical_of(row(0, pose(10, 0))), frame)
    assert 995 <= lean_cdeg <= 1005  # forward is positive
    _, lateral_cdeg = angles_cdeg(lean, vertical_of(row(0, pose(0, 10))), frame)
    assert 995 <= lateral_cdeg <= 1005  # to the right is positive


def test_over_the_top_has_no_jump() -> None:
    lean, frame = Lean(), frame_of(NOMINAL_MOUNT)
    for lean_deg in range(-175, 176, 5):
        lean_cdeg, _ = angles_cdeg(lean, vertical_of(row(0, pose(lean_deg))), frame)
        assert abs(lean_cdeg - 100 * lean_deg) <= 3


@pytest.mark.parametrize("gain_permille", [300, 999, 1000, 1001, 1500, 3000])
def test_gain_scales_the_lean_alone(gain_permille: int) -> None:
    plain, scaled, frame = Lean(), Lean(), frame_of(NOMINAL_MOUNT)
    scaled.gain_permille = gain_permille
    for lean_deg in (-50.0, -7.3, 0.0, 8.1, 55.0):
        vertical = vertical_of(row(0, pose(lean_deg, 6)))
        plain_cdeg, side_cdeg = angles_cdeg(plain, vertical, frame)
        scaled_cdeg, scaled_side_cdeg = angles_cdeg(scaled, vertical, frame)
        assert abs(scaled_cdeg - plain_cdeg * gain_permille / 1000) <= 1
        assert scaled_side_cdeg == side_cdeg


def test_gain_never_leaves_the_circle() -> None:
    lean, frame = Lean(), frame_of(NOMINAL_MOUNT)
    lean.gain_permille = 3000
    for lean_deg, limit_cdeg in ((170, 18000), (-170, -18000)):
        assert angles_cdeg(lean, vertical_of(row(0, pose(lean_deg))), frame)[0] == limit_cdeg


@pytest.mark.parametrize("side", [1, -1])
def test_the_lean_is_rounded_and_not_cut(side: int) -> None:
    """A bias of half a centidegree would stand in every mean."""
    lean, up = Lean(), 16384
    offs = []
    for forward in range(37, 13000, 37):
        cdeg = lean.cdeg(-side * forward, up)
        assert type(cdeg) is int
        offs.append(cdeg - side * math.degrees(math.atan2(forward, up)) * 100)
    assert abs(sum(offs) / len(offs)) < 0.15
    assert max(abs(off) for off in offs) < 1.2


@pytest.mark.parametrize(
    ("gain_permille", "cdeg"), [(1000, 801), (1377, 1102), (999, 800), (1001, 801)]
)
def test_gain_gives_whole_centidegrees_rounded_down(gain_permille: int, cdeg: int) -> None:
    lean = Lean()
    lean.gain_permille = gain_permille
    found = lean.cdeg(-2306, 16384)
    assert type(found) is int
    assert found == cdeg
