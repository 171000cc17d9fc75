"""What the sensor is asked for beside reports: to leave its calibration alone, and to say so."""

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
