"""Sensor settings besides reports: it must not calibrate itself, and must confirm that."""

from __future__ import annotations

from pathlib import Path

import pytest
from device_rig import clip, short_track
from leancore.schema import faults

from boards.sim.board import SimBoard


@pytest.fixture
def board(tmp_path: Path) -> SimBoard:
    return clip(tmp_path, short_track())


def test_the_part_is_told_to_leave_its_accelerometer_alone(board: SimBoard) -> None:
    board.forward(0.5)
    assert not board.chip.calibrates_accelerometer
    assert board.app.imu.running and board.app.imu.unconfirmed == 0


def test_after_a_reset_it_is_told_again(board: SimBoard) -> None:
    board.forward(0.5)
    board.chip.self_reset()
    assert board.chip.calibrates_accelerometer
    board.forward(1.0)
    assert not board.chip.calibrates_accelerometer
    assert board.app.imu.running


def test_a_part_that_refuses_is_used_all_the_same_and_it_is_said(board: SimBoard) -> None:
    board.chip.refuse_calibration = True
    board.chip.self_reset()
    board.forward(12.0)
    assert board.chip.calibrates_accelerometer
    assert board.app.imu.running and board.app.imu.unconfirmed > 0
    assert faults.SENSOR_SETTINGS in board.app.recorder.faults


def test_an_interval_that_was_not_heard_is_asked_for_again(board: SimBoard) -> None:
    """The answers are lost with the reports that came with them; samples alone are not enough."""
    board.forward(0.5)
    board.chip.mute = True
    board.app.imu._enable(board.clock.ticks_ms())
    board.chip.mute = False
    assert not board.app.imu.running
    board.forward(2.0)
    assert board.app.imu.running
    assert board.app.imu.unconfirmed == 0


def granted_us(board: SimBoard) -> list[int]:
    return [board.chip.interval_us(kind) for kind in (0x01, 0x02)]


@pytest.mark.parametrize(
    ("accelerometer_us", "gyroscope_us"),
    [(8_000, 8_000), (10_000, 10_000), (5_000, 10_000), (12_500, 12_500), (14_000, 10_000)],
)
def test_forces_come_in_pairs_with_rates(
    board: SimBoard, accelerometer_us: int, gyroscope_us: int
) -> None:
    """Where the accelerometer grants another interval, the gyroscope is asked for it as well;
    but not where that would be more than the clip has time for, or so slow as no part grants.
    """
    board.chip.grants[0x01] = accelerometer_us
    board.power_cycle()
    board.forward(1.0)
    assert board.app.imu.running and board.app.imu.unconfirmed == 0
    assert granted_us(board) == [accelerometer_us, gyroscope_us]


def test_a_part_that_is_mute_does_not_count_as_sending(board: SimBoard) -> None:
    """Before its first sample too: it is reset until it answers, not taken as it is."""
    board.chip.mute = True
    board.power_cycle()
    board.forward(3.0)
    assert not board.app.imu.running and board.app.imu.unconfirmed == 0
    board.chip.mute = False
    board.forward(2.0)
    assert board.app.imu.running and board.app.imu.unconfirmed == 0
