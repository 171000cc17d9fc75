"""The motor behind a driver chip: Adafruit's driver on the simulated chip."""

from __future__ import annotations

from pathlib import Path

import pytest
from device_rig import Still, clip
from leancore.schema import faults

from boards.sim import drv2605
from boards.sim.board import SimBoard

OPEN_LOOP = drv2605.OPEN_LOOP


@pytest.fixture
def board(tmp_path: Path) -> SimBoard:
    return clip(tmp_path, Still(), haptic="drv2605")


def control(board: SimBoard) -> int:
    assert board.driver_chip is not None
    return board.driver_chip.registers[drv2605.CONTROL3]


def lengths_ms(board: SimBoard) -> list[int]:
    return [pulse.end_ms - pulse.start_ms for pulse in board.coin.pulses]


def feel(board: SimBoard) -> list[int]:
    """Lengths of what is felt in a strength test by the button."""
    board.forward(0.5)
    before = len(board.coin.pulses)
    for start_s in (0.1, 0.35):
        board.press(start_s, 0.12)
    board.forward(12)
    return lengths_ms(board)[before:]


def test_pulses_are_played_and_end(board: SimBoard) -> None:
    board.app.haptic.play(board.clock.ticks_ms(), 200, 100, 2, 50)
    board.forward(1)
    assert [round(length, -1) for length in lengths_ms(board)[-2:]] == [200, 200]
    assert board.coin.pulses[-1].strength == 65535 * (63 * 100 // 127) // 100
    assert board.app.haptic.errors == 0


def test_the_strength_test_finds_and_calibrates_the_motor(board: SimBoard, tmp_path: Path) -> None:
    assert control(board) & OPEN_LOOP
    test_ms, *cues = feel(board)
    assert 1100 < test_ms < 1300  # the calibration itself
    assert len(cues) >= 6  # all cues in turn, after it
    assert not control(board) & OPEN_LOOP
    assert board.app.config.motor == (0x0D, 0x6D, 0x36)
    board.power_cycle()  # what was found is used from the next start on
    board.forward(0.5)
    assert not control(board) & OPEN_LOOP
    assert board.app.haptic.errors == 0


def test_without_a_motor_the_test_says_so(board: SimBoard) -> None:
    assert board.driver_chip is not None
    board.driver_chip.motor_connected = False
    assert feel(board) == []
    board.forward(10)
    assert board.app.recorder.faults[faults.MOTOR] == 1
    assert board.app.config.motor == ()


def test_a_calibration_that_fails_leaves_the_motor_as_it_was(board: SimBoard) -> None:
    assert board.driver_chip is not None
    board.driver_chip.converges = False
    assert len(feel(board)) >= 7
    assert control(board) & OPEN_LOOP
    assert board.app.config.motor == ()


def test_a_cue_breaks_a_test_off(board: SimBoard) -> None:
    board.app.haptic.test(board.clock.ticks_ms())
    board.forward(0.4)
    assert board.coin.is_on
    board.app.haptic.play(board.clock.ticks_ms(), 100, 0, 1, 100)
    board.forward(0.3)
    assert not board.app.haptic.testing
    assert not board.coin.is_on
    assert 95 <= lengths_ms(board)[-1] <= 115


def test_a_motor_whose_bus_hangs_is_stopped_by_its_enable_pin(board: SimBoard) -> None:
    board.app.haptic.play(board.clock.ticks_ms(), 600, 0, 1, 100)
    board.forward(0.1)
    board.bus.wedged = True
    board.forward(6)
    assert max(lengths_ms(board)) <= 1110  # the sensor's transfer takes a second
    assert not board.coin.is_on
    board.bus.wedged = False
    board.forward(3)
    board.app.haptic.play(board.clock.ticks_ms(), 200, 0, 1, 100)
    board.forward(1)
    assert 195 <= lengths_ms(board)[-1] <= 215


def test_a_bus_that_was_made_anew_is_found_again(board: SimBoard) -> None:
    board.bus.sda_held = True  # the sensor's reader frees it: its old object is worth nothing then
    board.forward(3)
    board.app.haptic.play(board.clock.ticks_ms(), 200, 0, 1, 100)
    board.forward(1)
    assert not board.coin.is_on
    assert 195 <= lengths_ms(board)[-1] <= 215
    assert faults.PROGRAM not in board.app.recorder.faults


def test_a_chip_that_does_not_acknowledge_is_told_again_to_stop(board: SimBoard) -> None:
    board.app.haptic.play(board.clock.ticks_ms(), 100, 0, 1, 100)
    board.bus.detach(drv2605.ADDRESS)
    board.forward(0.3)
    assert not board.coin.is_on  # by its enable pin
    assert board.app.haptic.errors > 1
    board.forward(10)
    assert board.app.recorder.faults[faults.MOTOR] >= 1
    assert board.driver_chip is not None
    board.bus.attach(drv2605.ADDRESS, board.driver_chip)
    board.forward(0.1)
    errors = board.app.haptic.errors
    board.forward(1)
    assert board.app.haptic.errors == errors


def test_a_clip_lives_without_its_driver_chip(tmp_path: Path) -> None:
    board = clip(tmp_path, Still(), haptic="drv2605")
    board.bus.detach(drv2605.ADDRESS)
    board.boot()
    board.forward(1)
    assert board.app.imu.health.lost == 0
    assert not board.watchdog.bitten(board.sim_clock.now_ms())


@pytest.fixture
def linear(tmp_path: Path) -> SimBoard:
    board = clip(tmp_path, Still(), haptic="drv2605", motor_kind="lra")
    assert board.driver_chip is not None
    board.driver_chip.motor_kind = "lra"
    return board


def test_a_linear_motor_is_driven_as_one(linear: SimBoard) -> None:
    assert linear.driver_chip is not None
    registers = linear.driver_chip.registers
    linear.app.haptic.play(linear.clock.ticks_ms(), 200, 0, 1, 100)
    linear.forward(0.5)
    assert registers[drv2605.FEEDBACK] & drv2605.LRA
    # 2.0 V RMS and 2.1 V at most near 175 Hz, by the datasheet's equations for an LRA.
    assert registers[0x16] == round(2.0 * (1 - 1500e-6 * 175) ** 0.5 / 20.58e-3)
    assert registers[0x17] == round(2.1 * 2**0.5 / 21.33e-3)
    assert 0.5 + 0.1 * (registers[0x1B] & 31) == pytest.approx(1000 / 175 / 2, abs=0.05)
    assert linear.app.haptic.errors == 0


def test_a_linear_motor_is_found_and_calibrated(linear: SimBoard) -> None:
    assert feel(linear)
    assert linear.app.config.motor != () and linear.app.haptic.errors == 0


def test_a_motor_of_the_other_kind_does_not_calibrate(board: SimBoard) -> None:
    assert board.driver_chip is not None
    board.driver_chip.motor_kind = "lra"
    feel(board)
    assert board.app.config.motor == ()
