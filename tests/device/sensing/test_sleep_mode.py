"""Sleep: after some minutes at rest, until a touch; and for an empty battery."""

from __future__ import annotations

from math import cos, radians, sin
from pathlib import Path

import pytest
from device_rig import NEAR_WRAP_MS, Desk, clip, short_track, until, worn
from leancore.link import messages as m
from leancore.schema import faults
from leancore.sensor.reports import ACCELEROMETER, GAME_ROTATION_VECTOR, GYROSCOPE

from boards.sim.board import SimBoard

SLEEP_S = 60
REPORTS = (ACCELEROMETER, GYROSCOPE, GAME_ROTATION_VECTOR)


class Body:
    """Keeps still; tilted by ``tilt_deg`` about the wearer's right, which a test may change."""

    tilt_deg = 0.0

    def at(self, t_s: float) -> tuple[float, ...]:
        half = radians(90 + self.tilt_deg) / 2
        tilt = radians(self.tilt_deg)
        return (cos(half), sin(half), 0.0, 0.0, 0.0, 9.81 * cos(tilt), -9.81 * sin(tilt),
                0.0, 0.0, 0.0)  # fmt: skip


@pytest.fixture
def body() -> Body:
    return Body()


@pytest.fixture
def board(tmp_path: Path, body: Body) -> SimBoard:
    made = clip(tmp_path, body, start_ms=NEAR_WRAP_MS)
    made.app.config.settings["sleep_ms"] = SLEEP_S * 1000
    return made


def asleep(board: SimBoard, after_s: int = SLEEP_S + 3) -> SimBoard:
    board.forward(after_s)
    assert board.app.sleep_mode.asleep
    return board


def intervals_us(board: SimBoard) -> list[int]:
    return [board.chip.interval_us(report) for report in REPORTS]


def test_at_rest_it_sleeps_and_costs_little(board: SimBoard) -> None:
    board.forward(SLEEP_S - 5)
    assert not board.app.sleep_mode.asleep
    board.forward(8)
    assert board.app.sleep_mode.asleep
    assert board.app.feedback.mode == "asleep"
    assert board.light.changes[-1][1:] == (0, 0, 0)
    assert intervals_us(board)[0] >= 60_000 and intervals_us(board)[1:] == [0, 0]
    before = board.bus.transactions
    lit = len(board.light.changes)
    board.forward(600)
    assert board.bus.transactions - before < 600 * 60  # awake: some 500 a second
    assert len(board.light.changes) == lit
    assert board.app.recorder.faults == {}


def test_a_touch_wakes_it(board: SimBoard, body: Body) -> None:
    asleep(board)
    body.tilt_deg = 5.0
    board.forward(0.5)
    assert not board.app.sleep_mode.asleep
    board.forward(0.5)
    assert intervals_us(board) == [8000, 8000, 40000]
    assert board.app.imu.age_ms(board.clock.ticks_ms()) < 100
    # This body is tilted while its rotation rate stays exactly 0: no gyroscope does that.
    assert board.app.recorder.faults.keys() <= {faults.CHIP_SILENT, faults.GYRO_FROZEN}


def test_a_press_wakes_it_and_counts(board: SimBoard) -> None:
    asleep(board)
    board.press(0.1, 0.15)
    board.forward(1)
    assert not board.app.sleep_mode.asleep
    assert board.app.pipeline.calibration.state  # pressed to calibrate


def test_a_desk_s_command_and_the_cable_wake_it(board: SimBoard) -> None:
    asleep(board)
    desk = Desk(board)
    assert desk.ask(m.INFO, {})[1]["mode"] == "asleep"
    assert desk.ask(m.COMMAND, {"do": "feel"})[0] == m.COMMAND | m.ANSWER
    assert not board.app.sleep_mode.asleep
    board.forward(15)
    asleep(board)
    board.on_usb = True
    board.forward(0.2)
    assert not board.app.sleep_mode.asleep
    board.forward(2 * SLEEP_S)
    assert not board.app.sleep_mode.asleep  # a clip on its charger stays awake


def test_a_sensor_that_resets_itself_goes_on_dozing(board: SimBoard, body: Body) -> None:
    asleep(board)
    board.chip.self_reset()
    board.forward(3)
    assert board.app.sleep_mode.asleep
    assert intervals_us(board)[1:] == [0, 0]
    assert board.app.recorder.faults == {faults.SENSOR_RESET: 1}
    body.tilt_deg = 5.0
    board.forward(0.5)
    assert not board.app.sleep_mode.asleep


def test_a_sensor_that_falls_silent_is_found_again_asleep(board: SimBoard, body: Body) -> None:
    asleep(board)
    board.chip.greets = False
    board.chip.self_reset()
    board.forward(5)
    board.chip.greets = True
    board.forward(3)
    body.tilt_deg = 5.0
    board.forward(0.5)
    assert not board.app.sleep_mode.asleep


def test_a_lost_sensor_keeps_it_awake(board: SimBoard) -> None:
    board.chip.mute = True
    board.forward(2 * SLEEP_S)
    assert not board.app.sleep_mode.asleep


def test_a_clip_that_was_taken_off_is_calibrated_anew(board: SimBoard, body: Body) -> None:
    for tilt_deg, mode in ((10.0, "ready"), (80.0, "needs calibration")):
        body.tilt_deg = 0.0
        board.forward(1)
        board.app.user_input.command("calibrate")
        board.forward(15)
        assert board.app.feedback.mode == "ready"
        body.tilt_deg = tilt_deg
        asleep(board, 3 * SLEEP_S)  # the vertical takes its time to believe it
        body.tilt_deg = 0.0
        board.forward(1)
        assert board.app.feedback.mode == mode


def test_an_empty_battery_ends_the_run_and_nothing_wakes_the_clip(tmp_path: Path) -> None:
    board = worn(tmp_path, short_track())
    until(board, 30)
    assert board.app.recorder.open
    board.gauge.level_mv = 3300
    board.forward(25)
    assert not board.app.recorder.open
    assert board.app.sleep_mode.empty
    pulses = len(board.coin.pulses)
    board.press(0.1, 0.15)
    board.forward(20)
    assert board.app.sleep_mode.empty
    assert len(board.coin.pulses) == pulses
    assert len(board.app.store.runs) == 1
    board.gauge.level_mv = 3800
    board.forward(20)
    assert not board.app.sleep_mode.asleep
