"""What is wrong on the bus when the clip is switched on: freed or found as in a run."""

from __future__ import annotations

from pathlib import Path

import pytest
from device_rig import Still
from image_rig import code
from leancore.schema import faults

from boards.sim.board import SimBoard
from boards.sim.i2c import Claim


def board_at(folder: Path) -> SimBoard:
    folder.mkdir(exist_ok=True)
    return SimBoard(Still(), folder, code=code())


def restarted(board: SimBoard) -> None:
    """Everything of the program begins anew, and what holds the bus stays as it is."""
    board._claim = None
    board.power_cycle()


def test_a_bus_with_a_low_line_cannot_be_made(tmp_path: Path) -> None:
    board = board_at(tmp_path)
    for knob in ("sda_held", "wedged", "no_pull_up"):
        setattr(board.bus, knob, True)
        with pytest.raises(RuntimeError, match="No pull up"):
            Claim(board.bus)
        setattr(board.bus, knob, False)


def test_a_data_line_held_low_is_freed(tmp_path: Path) -> None:
    board = board_at(tmp_path)
    board.forward(1)
    board.bus.sda_held = True
    restarted(board)
    board.forward(1)
    assert not board.bus.sda_held
    assert board.app.imu.running
    assert faults.SENSOR_ABSENT not in board.app.recorder.faults


@pytest.mark.parametrize("knob", ["wedged", "no_pull_up"])
def test_a_bus_that_is_shorted_or_bare_is_told_and_tried_again(tmp_path: Path, knob: str) -> None:
    board = board_at(tmp_path)
    setattr(board.bus, knob, True)
    restarted(board)
    assert faults.SENSOR_ABSENT in board.app.recorder.faults
    worst_ms = 0
    for _ in range(400):
        before_ms = board.sim_clock.now_ms()
        board.forward(0.001)
        worst_ms = max(worst_ms, board.sim_clock.now_ms() - before_ms)
    assert worst_ms <= 1100  # the clip lives meanwhile
    setattr(board.bus, knob, False)
    board.forward(5)
    assert board.app.imu.running


def test_a_part_at_its_other_address_is_found(tmp_path: Path) -> None:
    board = board_at(tmp_path)
    board.bus.detach(0x4A)
    board.bus.attach(0x4B, board.chip)
    restarted(board)
    board.forward(1)
    assert board.app.imu.running
    assert faults.SENSOR_ABSENT not in board.app.recorder.faults


def test_a_part_at_its_other_address_is_found_late(tmp_path: Path) -> None:
    board = board_at(tmp_path)
    board.bus.detach(0x4A)
    restarted(board)
    board.forward(3)
    assert faults.SENSOR_ABSENT in board.app.recorder.faults
    board.bus.attach(0x4B, board.chip)
    board.forward(3)
    assert board.app.imu.running
