"""The whole clip on the simulated board, with a wearer who follows the plan "short"."""

from __future__ import annotations

from pathlib import Path

import pytest
from device_rig import (
    OVER_S,
    RUN_END_S,
    RUN_S,
    SLACK_END_S,
    SLACK_S,
    clip,
    cues,
    felt,
    logged,
    short_track,
    until,
    worn,
)
from leancore.posture import calibration
from leancore.runlog import log_reading, records
from leancore.schema import faults
from leancue.runs.verify import verify
from leandevice.feedback import feedback_patterns

from boards.sim.board import SimBoard
from boards.sim.motion.track import Track

TICKS_PERIOD_MS = 1 << 29


@pytest.fixture(scope="module")
def track() -> Track:
    return short_track()


@pytest.fixture(scope="module")
def ran(track: Track, tmp_path_factory: pytest.TempPathFactory) -> SimBoard:
    """A clip that was worn through the whole plan; its ticks wrapped in the last part of it."""
    board = worn(tmp_path_factory.mktemp("ran"), track)
    until(board, OVER_S)
    return board


def test_the_run_is_recorded_and_proved_to_the_byte(ran: SimBoard) -> None:
    (run,) = logged(ran)
    assert run.closed
    assert run.patient == "P01"
    proof = verify(run)
    assert proof.proved, proof
    assert proof.differing_bytes == 0
    assert proof.records > 100
    assert ran.app.recorder.faults == {}


def test_the_stand_and_the_bow_were_found_and_told(ran: SimBoard) -> None:
    (run,) = logged(ran)
    found = [fields["a"] for fields in run.device if fields["code"] == records.DEV_CALIBRATED]
    assert found == [calibration.STOOD, calibration.HINGED]
    ticks = felt(ran, 0, 10)
    assert len(ticks) == 1 + 2 + 3  # measuring, stood, hinged


def test_the_log_says_at_which_rate_the_sensor_ran(ran: SimBoard) -> None:
    (run,) = logged(ran)
    granted = {f["a"]: f["b"] for f in run.device if f["code"] == records.DEV_GRANTED}
    # All in the interval of the accelerometer's ladder, but the orientation: every 40 ms is more
    # than the record's 16 bits tell.
    assert granted == {0x08: 32_767, 0x01: 8_000, 0x02: 8_000}


def test_cues_are_felt_only_outside_the_band(ran: SimBoard) -> None:
    given = cues(ran)
    slack = [p for p in given if SLACK_S * 1000 <= p.start_ms <= (SLACK_END_S + 2) * 1000]
    assert len(slack) >= 4
    # The tick that says "back in the band" and nothing else may come after.
    assert all(p.end_ms - p.start_ms < 100 for p in given if p not in slack)


def test_nothing_is_felt_in_standing_and_walking_but_what_was_asked_for(ran: SimBoard) -> None:
    assert felt(ran, 10, RUN_S) == []
    assert [p for p in felt(ran, RUN_END_S + 1) if p.end_ms - p.start_ms > 100] == []
    assert len(felt(ran, RUN_END_S + 1)) == 2  # ended and saved


def test_the_light_is_dark_while_running(ran: SimBoard) -> None:
    offset_ms = ran.sim_clock.now_ms() - round(ran.worn_s * 1000)
    lit = [c for c in ran.light.changes
           if (RUN_S + 3) * 1000 < c.at_ms - offset_ms < RUN_END_S * 1000]  # fmt: skip
    assert lit == []


@pytest.mark.parametrize("wraps_at_s", [25.0, 40.0])
def test_a_wrap_of_the_ticks_changes_nothing(
    ran: SimBoard, track: Track, tmp_path: Path, wraps_at_s: float
) -> None:
    on_before_s = 1.6  # from power-on to wearing, about
    start_ms = TICKS_PERIOD_MS - round((wraps_at_s + on_before_s) * 1000)
    board = worn(tmp_path, track, start_ms=start_ms)
    until(board, OVER_S)
    assert verify(logged(board)[0]).proved
    assert len(cues(board)) == len(cues(ran))


def test_a_restart_finds_the_run_and_gives_the_next_one_another_number(
    track: Track, tmp_path: Path
) -> None:
    board = worn(tmp_path, track)
    until(board, 40)  # the battery goes in the middle of the run
    board.boot()
    (cut,) = board.app.store.runs
    assert (cut.run_id, cut.closed) == (1, 0)
    assert verify(logged(board)[0]).proved
    assert board.app.register.next_id() == 2


def test_an_unmeasured_runner_gets_a_baseline_run_without_cues(
    track: Track, tmp_path: Path
) -> None:
    board = clip(tmp_path, track, prescribed=False, presses=((1.0, 0.15), (71.0, 2.5)))
    board.app.config.settings["baseline_ms"] = 30_000
    board.app.configure()
    board.wear()
    until(board, OVER_S)
    assert cues(board) == []
    assert board.app.config.baseline_cdeg == pytest.approx(1310, abs=60)
    board.boot()
    assert board.app.config.effective_prescription()["baseline_cdeg"] > 1000


def test_a_session_counts_if_most_of_it_was_run(track: Track, tmp_path: Path) -> None:
    for minutes, sessions in ((1, 1), (2, 0)):
        board = worn(tmp_path / str(minutes), track)
        board.app.config.prescription["minutes"] = [minutes] * 8
        board.app.configure()
        until(board, OVER_S)
        assert board.app.config.sessions == sessions


def test_an_uncalibrated_run_is_told_and_has_no_cues(track: Track, tmp_path: Path) -> None:
    board = clip(tmp_path, track)
    board.wear()
    until(board, 60)
    assert board.app.recorder.faults == {faults.NOT_CALIBRATED: 1}
    assert cues(board) == []
    rough = [p for p in felt(board, RUN_S, 22) if p.end_ms - p.start_ms > 600]
    assert len(rough) == 1


def test_a_refused_calibration_is_felt(track: Track, tmp_path: Path) -> None:
    board = clip(tmp_path, track, presses=((22.0, 0.15),))
    board.app.config.settings["stand_wait_ms"] = 3000
    board.app.configure()
    board.wear()
    until(board, 12)
    board.app.user_input.command("calibrate")
    until(board, 17.5)  # walking: not still
    assert [p for p in felt(board, 12, 17.5) if p.end_ms - p.start_ms > 600]
    assert board.app.pipeline.calibration.state == calibration.IDLE
    calibrated = len(felt(board, 19))
    until(board, 30)  # the press at 22 s comes while running: it is nothing
    assert board.app.pipeline.calibration.state == calibration.IDLE
    assert calibrated == 0


def test_a_stand_without_a_bow_is_no_refusal(tmp_path: Path) -> None:
    board = clip(tmp_path)
    board.app.user_input.command("calibrate")
    board.forward(20)
    assert [p.end_ms - p.start_ms for p in board.coin.pulses if p.end_ms - p.start_ms > 600] == []
    assert board.app.feedback.mode == "ready"


def test_the_strength_test_gives_every_cue_weak_to_strong(tmp_path: Path) -> None:
    board = clip(tmp_path)
    before = len(board.coin.pulses)
    board.press(0.1, 0.1)
    board.press(0.3, 0.1)
    board.forward(8)
    lengths = [p.end_ms - p.start_ms for p in board.coin.pulses[before:]]
    assert lengths == pytest.approx([60, 120, 120, 120, 400, 600, 600], abs=6)


def test_a_blink_that_a_host_asks_for_is_seen_and_felt(track: Track, tmp_path: Path) -> None:
    board = clip(tmp_path)
    board.forward(3)
    lit, pulses = len(board.light.changes), len(board.coin.pulses)
    board.app.user_input.command("blink")
    board.forward(1)
    assert len(board.coin.pulses) == pulses + 1
    white = feedback_patterns.COLOURS[feedback_patterns.WHITE]
    assert [change[1:] for change in board.light.changes[lit:]].count(white) == 1
    running = worn(tmp_path / "running", track)
    until(running, 30)
    with pytest.raises(ValueError, match="not while running"):
        running.app.user_input.command("blink")


def test_the_hold_ends_the_run(track: Track, tmp_path: Path) -> None:
    board = worn(tmp_path, track)
    until(board, 30)
    board.press(0, 2.2)
    board.forward(3)
    (run,) = logged(board)
    assert run.closed
    assert verify(run).proved
    *_, ended = log_reading.split(run.decisions)
    assert board.app.store.runs[0].seconds == log_reading.unpack(*ended)["t_ms"] // 1000


def test_a_battery_at_its_end_closes_the_run(track: Track, tmp_path: Path) -> None:
    board = worn(tmp_path, track)
    until(board, 25)
    board.gauge.level_mv = 3300
    until(board, 45)
    assert board.app.store.runs[0].closed
    assert faults.BATTERY_LOW in board.app.recorder.faults
    assert verify(logged(board)[0]).proved


def test_edit_mode_is_shown_and_the_clip_lives(tmp_path: Path) -> None:
    board = clip(tmp_path)
    board.drive.writable = False
    board.boot()
    board.forward(3)
    assert board.light.changes[-1][1:] == feedback_patterns.COLOURS[feedback_patterns.BLUE]
    assert board.app.recorder.faults == {}


def test_a_restart_that_nobody_asked_for_is_noted_and_forgotten(tmp_path: Path) -> None:
    board = clip(tmp_path)
    for _ in range(2):
        board.memory.count_restart()
    board.boot()
    assert board.app.recorder.faults == {faults.WATCHDOG: 1}
    board.forward(61)
    assert board.memory.restarts == 0


def test_the_watchdog_is_fed_in_every_pass(ran: SimBoard) -> None:
    assert not ran.watchdog.bitten(ran.sim_clock.now_ms())
