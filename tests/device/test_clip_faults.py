"""Faults in a run: the motor is off, no cue comes from doubtful data, the clip recovers."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from device_rig import (
    FAULT_BUZZ_MS,
    OVER_S,
    SLACK_S,
    Still,
    clip,
    felt,
    logged,
    short_track,
    until,
    worn,
)
from leancore.schema import faults
from leancue.runs.verify import verify
from leandevice.app import ROUND_MS

from boards.sim.board import SimBoard
from boards.sim.motion.track import Track
from boards.sim.sensor import sh2_messages
from boards.sim.sensor.shtp_out import CHANNEL_COMMAND, CHANNEL_CONTROL, CHANNEL_EXECUTABLE

FAULT_S = SLACK_S + 4.0  # amid cues
STALE_MS = 250
RECOVERY_MS = 1500


@pytest.fixture(scope="module")
def track() -> Track:
    return short_track()


def is_well(board: SimBoard) -> bool:
    imu = board.app.imu
    return imu.running and imu.age_ms(board.clock.ticks_ms()) < 100


def recovery_ms(board: SimBoard, limit_ms: int = 10_000) -> int:
    """Milliseconds until samples come again."""
    began_ms = board.sim_clock.now_ms()
    while not is_well(board):
        board.forward(0.005)
        assert board.sim_clock.now_ms() - began_ms < limit_ms
    return board.sim_clock.now_ms() - began_ms


def given(board: SimBoard, from_s: float, to_s: float) -> list[float]:
    """Lengths of the pulses begun between two moments, the fault's buzz apart."""
    return [p.end_ms - p.start_ms for p in felt(board, from_s, to_s)
            if abs(p.end_ms - p.start_ms - FAULT_BUZZ_MS) > 20]  # fmt: skip


def finished(board: SimBoard) -> None:
    """Run to the end of the plan and prove what was recorded."""
    until(board, OVER_S)
    (run,) = logged(board)
    assert run.closed
    proof = verify(run)
    assert proof.proved, proof
    assert proof.differing_bytes == 0
    assert faults.PROGRAM not in board.app.recorder.faults
    assert not board.watchdog.bitten(board.sim_clock.now_ms())


def test_a_sensor_that_resets_itself_is_set_up_again(track: Track, tmp_path: Path) -> None:
    board = worn(tmp_path, track)
    until(board, FAULT_S)
    board.chip.self_reset()
    board.forward(0.1)
    assert recovery_ms(board) + 100 <= RECOVERY_MS
    back_s = board.worn_s
    assert given(board, FAULT_S, back_s) == []
    finished(board)
    assert board.app.recorder.faults[faults.SENSOR_RESET] == 1
    assert given(board, back_s, OVER_S) != []  # cues came back too


UNTRUE = {
    "advertisement": (CHANNEL_COMMAND, sh2_messages.advertisement()),
    "short advertisement": (CHANNEL_COMMAND, b"\x01\x0e"),
    "reset notice": (CHANNEL_EXECUTABLE, sh2_messages.RESET_COMPLETE),
    "initialized": (CHANNEL_CONTROL, sh2_messages.initialize_response()),
}


@pytest.mark.parametrize("message", list(UNTRUE))
def test_a_reset_that_was_none_costs_no_sample(
    track: Track, tmp_path: Path, message: str
) -> None:
    """One message alone: the sensor goes on sending what it was asked for."""
    board = worn(tmp_path, track)
    until(board, FAULT_S)
    board.chip.say(*UNTRUE[message])
    assert recovery_ms(board) == 0
    finished(board)
    assert board.app.imu.health.resets == 0
    counted = {} if message == "initialized" else {faults.CARGO_DAMAGED: 1}
    assert board.app.recorder.faults == counted
    (run,) = logged(board)
    between_ms = [later - sooner for sooner, later in pairwise(run.raw.since_ms.tolist())]
    assert max(between_ms) <= 2 * board.app.imu.period_ms


@pytest.mark.parametrize("unheard", [CHANNEL_COMMAND, CHANNEL_EXECUTABLE])
def test_a_reset_of_which_half_is_heard_is_set_up_again(
    track: Track, tmp_path: Path, unheard: int
) -> None:
    board = worn(tmp_path, track)
    until(board, FAULT_S)
    board.chip.unheard = {unheard}
    board.chip.self_reset()
    board.forward(0.1)
    assert recovery_ms(board) + 100 <= RECOVERY_MS
    finished(board)
    assert board.app.recorder.faults[faults.SENSOR_RESET] == 1
    assert faults.CARGO_DAMAGED not in board.app.recorder.faults


@pytest.mark.parametrize("knob", ["mute", "absent"])
def test_a_silent_sensor_stops_the_motor_in_time_and_is_found_again(
    track: Track, tmp_path: Path, knob: str
) -> None:
    board = worn(tmp_path, track)
    until(board, FAULT_S)
    board.app.haptic.play(board.clock.ticks_ms(), 1400, 0, 1, 80)  # the longest cue there is
    setattr(board.chip, knob, True)
    board.forward(3)
    (pulse,) = [p for p in felt(board, FAULT_S - 0.01) if p.strength < 65535]
    assert pulse.end_ms - FAULT_S * 1000 <= STALE_MS
    assert len(given(board, FAULT_S + 0.3, board.worn_s)) == 0
    setattr(board.chip, knob, False)
    assert recovery_ms(board) <= RECOVERY_MS
    finished(board)
    assert board.app.recorder.faults[faults.SENSOR_SILENT] == 1


def reset_silently(board: SimBoard) -> None:
    """A reset whose notice is lost: only silence tells."""
    board.chip.greets = False
    board.chip.self_reset()


def hold_back(board: SimBoard) -> None:
    board.chip.batch_hold_ms = 400


def wedge(board: SimBoard) -> None:
    board.bus.wedged = True


FAULTS: dict[str, tuple[Callable[[SimBoard], None], float]] = {
    "greeting lost": (reset_silently, 0.3),
    "bus of ones": (lambda board: setattr(board.bus, "all_ones", True), 1.0),
    "not acknowledged": (lambda board: setattr(board.bus, "nack_count", 60), 0.0),
    "wedged bus": (wedge, 2.5),
    "short cargo": (lambda board: setattr(board.chip, "short_cargo", True), 0.0),
    "flood": (lambda board: board.chip.flood(300), 0.0),
    "unknown reports": (lambda board: setattr(board.chip, "unknown_every", 5), 3.0),
    "reports lost": (lambda board: board.chip.drop_next(50), 0.0),
    "no orientation": (lambda board: setattr(board.chip, "zero_orientation", True), 2.0),
    "batches": (hold_back, 3.0),
}


def mend(board: SimBoard) -> None:
    board.bus.all_ones = board.bus.wedged = board.chip.zero_orientation = False
    board.chip.greets = True
    board.chip.batch_hold_ms = 0
    board.chip.unknown_every = 700


@pytest.mark.parametrize("name", FAULTS)
def test_every_fault_passes_and_the_log_stays_provable(
    track: Track, tmp_path: Path, name: str
) -> None:
    begin, lasts_s = FAULTS[name]
    board = worn(tmp_path, track)
    until(board, FAULT_S)
    begin(board)
    board.forward(max(lasts_s, 0.3))
    mend(board)
    assert recovery_ms(board) <= RECOVERY_MS
    finished(board)


def test_samples_that_were_long_on_their_way_give_no_cue(track: Track, tmp_path: Path) -> None:
    board = worn(tmp_path, track)
    until(board, SLACK_S - 3)
    latency_us, board.chip.latency_us = board.chip.latency_us, 290_000
    until(board, SLACK_S + 10)
    assert board.app.pipeline.steps.cadence_cspm > 16_000  # it saw the steps, late
    assert given(board, SLACK_S, SLACK_S + 10) == []
    board.chip.latency_us = latency_us
    finished(board)


def test_a_sensor_that_is_absent_at_the_start_is_found_when_it_comes(tmp_path: Path) -> None:
    for knob in ("absent", "mute"):
        board = clip(tmp_path / knob)
        setattr(board.chip, knob, True)
        board.boot()
        assert board.app.recorder.faults == {faults.SENSOR_ABSENT: 1}
        board.forward(3)
        setattr(board.chip, knob, False)
        assert recovery_ms(board) <= RECOVERY_MS


def test_a_sensor_without_orientation_is_not_called_healthy(tmp_path: Path) -> None:
    board = clip(tmp_path)
    board.forward(1)
    resets = board.app.imu.health.resets
    board.chip.switch(0x08, 0, board.sim_clock.now_us())  # one of the reports stops
    board.forward(1.5)
    assert board.app.imu.health.resets == resets + 1
    assert is_well(board)


def test_a_sensor_lost_for_good_ends_the_run(track: Track, tmp_path: Path) -> None:
    board = worn(tmp_path, track)
    board.app.config.settings["run_end_ms"] = 30_000
    board.app.configure()
    until(board, FAULT_S)
    board.chip.mute = True
    board.forward(35)
    (run,) = logged(board)
    assert run.closed
    assert verify(run).proved


def test_a_drive_that_fails_in_a_run_is_told_and_the_run_goes_on(
    track: Track, tmp_path: Path
) -> None:
    board = worn(tmp_path, track)
    until(board, FAULT_S)
    board.flash.fail_writes = True
    board.forward(4)
    board.flash.fail_writes = False
    until(board, OVER_S)
    assert board.app.recorder.faults[faults.LOG_WRITE] >= 1
    (run,) = logged(board)
    assert run.holes
    assert verify(run).proved  # up to the hole
    assert given(board, FAULT_S + 1, OVER_S) != []


def test_a_full_log_does_not_stop_the_cues(track: Track, tmp_path: Path) -> None:
    board = worn(tmp_path, track, log_pages=8)
    until(board, OVER_S)
    assert board.app.recorder.faults[faults.LOG_FULL] >= 1
    assert given(board, SLACK_S, OVER_S) != []
    assert verify(logged(board)[0]).proved


def test_an_error_nobody_foresaw_stops_the_motor_and_the_loop_goes_on(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    board = clip(tmp_path, Still())

    class Broken:
        connected = True

        @property
        def in_waiting(self) -> int:
            raise AttributeError("a bug")

    link = board.app.host_links.links[0][0]
    port, link._port = link._port, Broken()
    board.app.haptic.play(board.clock.ticks_ms(), 1400, 0, 1, 80)
    board.forward(ROUND_MS / 1000)
    pulse = board.coin.pulses[-1]
    assert pulse.end_ms - pulse.start_ms <= ROUND_MS
    fed_ms = board.watchdog._fed_ms
    board.forward(1)
    assert board.watchdog._fed_ms == fed_ms  # an error in every pass: the watchdog will bite
    told = capsys.readouterr().out
    assert told.count("LeanCue:") == 1 and told.endswith("AttributeError: a bug\n\n")
    assert board.app.loop.last_error.endswith("AttributeError: a bug\n")
    link._port = port
    board.forward(1)
    assert board.watchdog._fed_ms > fed_ms
    assert board.app.recorder.faults[faults.PROGRAM] > 30


@pytest.mark.parametrize("part", ["motor", "trace", "idle"])
def test_what_deals_with_an_error_may_fail_itself_and_the_loop_goes_on(
    tmp_path: Path, part: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever it needs fails with what it was called for; nothing is written meanwhile."""
    board = clip(tmp_path, Still())
    app = board.app

    def broken(*_: object) -> None:
        raise AttributeError("a bug")

    written = board.flash.write_count
    monkeypatch.setattr(app, "tick", broken)
    owner: Any = {"motor": app.haptic, "trace": app, "idle": app.clock}[part]
    with monkeypatch.context() as inner:
        inner.setattr(owner, {"motor": "off", "trace": "_describe", "idle": "idle"}[part], broken)
        for _ in range(3):
            app.once()
    assert app.loop.errors_lost == 3
    assert board.flash.write_count == written
    app.once()
    assert app.loop.errors_lost == 3
    assert app.loop.last_error.endswith("AttributeError: a bug\n")


def test_a_fault_is_felt_at_most_every_five_minutes(tmp_path: Path) -> None:
    board = clip(tmp_path, Still())
    board.app.config.settings["sleep_ms"] = 3_600_000
    before = len(board.coin.pulses)
    assert before == 1
    for _ in range(12):
        board.chip.self_reset()
        board.forward(60)
    buzzes = board.coin.pulses[before:]
    assert 2 <= len(buzzes) <= 3
    assert board.app.recorder.faults[faults.SENSOR_RESET] == 12


def test_what_the_runner_cannot_mend_is_noted_and_not_felt(track: Track, tmp_path: Path) -> None:
    board = worn(tmp_path, track)
    until(board, FAULT_S)
    board.chip.freeze_orientation = True
    board.forward(8)
    board.chip.freeze_orientation = False
    assert faults.CHIP_FROZEN in board.app.recorder.faults
    rough = [p for p in felt(board, FAULT_S) if p.end_ms - p.start_ms > FAULT_BUZZ_MS - 20]
    assert rough == []
    finished(board)
