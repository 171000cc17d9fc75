"""The acts of a commissioning, as the clip's image does them."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import pytest
from device_rig import Desk, clip
from leancore.link import messages as m

from boards.sim.board import SimBoard
from boards.sim.motion.bench_motion import OnTheBench
from boards.sim.shaker import Shaker

REST = [0, 0, 2510]
MODULES = ("lean_check", "leandevice.link.self_check", "leandevice.sensing.bus_look")


@pytest.fixture
def board(tmp_path: Path) -> SimBoard:
    return clip(tmp_path, OnTheBench(), shaker=Shaker())


def ask(board: SimBoard, do: str, **values: Any) -> Any:
    kind, answer = Desk(board).ask(m.CHECK, {"do": do, **values}, 2.0)
    assert kind == m.CHECK | m.ANSWER, answer
    return answer


def refused(board: SimBoard, **request: Any) -> str:
    kind, answer = Desk(board).ask(m.CHECK, request, 2.0)
    assert kind == m.ERROR
    return str(answer["why"])


def test_a_look_at_the_bus_leaves_the_sensor_running(board: SimBoard) -> None:
    found = ask(board, "bus")
    assert found == {"sda": 1, "scl": 1, "joined": 0, "found": [0x4A], "swapped": []}
    board.forward(1.0)
    assert board.app.imu.running and not board.app.sensor_watchdog.stale
    assert board.app.recorder.faults == {}


def test_means_are_of_the_samples_and_the_shake_is_about_rest(board: SimBoard) -> None:
    rest = ask(board, "sense", ms=500)
    assert [round(part, -1) for part in rest["a"]] == REST
    assert 57 <= rest["n"] <= 69 and rest["square"] <= 2 and rest["same"] == 0
    assert rest["us"] == [40000, 8000, 8000] and rest["trouble"] == [0] * 5
    full = ask(board, "sense", percent=100, about=REST)
    assert (full["square"] / 1024) ** 0.5 == pytest.approx(9.0, rel=0.03)
    half = ask(board, "sense", percent=50, about=REST)
    assert (half["square"] / 1024) ** 0.5 == pytest.approx(9.0 / 4, rel=0.05)
    assert not board.coin.is_on and not board.app.haptic.is_on


def test_the_strength_is_the_one_asked_for_whatever_the_setting(board: SimBoard) -> None:
    board.app.haptic.strength_percent = 30
    assert ask(board, "sense", percent=100, about=REST)["square"] > 70_000
    assert board.coin.pulses[-1].strength == 65535


def test_no_act_takes_longer_than_a_desk_waits(board: SimBoard) -> None:
    assert ask(board, "sense", ms=60_000)["ms"] < 750
    assert ask(board, "button", ms=60_000)["ms"] < 750


@pytest.mark.parametrize("values", [
    {"percent": 101}, {"percent": -1}, {"about": [1, 2]}, {"about": [1, 2, 40_000]},
    {"about": "xyz"}, {"ms": "long"},
])  # fmt: skip
def test_what_makes_no_sense_is_refused_and_moves_nothing(
    board: SimBoard, values: dict[str, Any]
) -> None:
    before = len(board.coin.pulses)
    assert refused(board, do="sense", **values)
    assert len(board.coin.pulses) == before and not board.coin.is_on


def test_an_act_that_there_is_not_is_refused(board: SimBoard) -> None:
    assert "dance" in refused(board, do="dance")
    assert "do" in refused(board)


def test_a_run_goes_before_a_check(board: SimBoard) -> None:
    board.app.recorder.open = True
    assert "run is being recorded" in refused(board, do="sense")


def test_the_motor_goes_off_where_an_act_fails(
    board: SimBoard, monkeypatch: pytest.MonkeyPatch
) -> None:
    imu = board.app.imu
    began = []

    def poll() -> int:
        began.append(board.coin.is_on)
        if board.coin.is_on:
            raise OSError(5, "bus")
        return 0

    monkeypatch.setattr(imu, "poll", poll)
    assert refused(board, do="sense", percent=80)
    assert began[-1] is True or True in began
    assert not board.coin.is_on


def test_a_press_is_two_turns_and_contacts_that_bounce_more(board: SimBoard) -> None:
    board.press(0.2, 0.2)
    seen = ask(board, "button", ms=600)
    assert seen["turns"] == 2 and 180 <= seen["down"] <= 220 and 180 <= seen["short"] <= 220
    board.button.bounce_reads = 4
    board.press(0.2, 0.2)
    seen = ask(board, "button", ms=600)
    assert seen["turns"] > 4 and seen["short"] < 30
    board.forward(1.0)
    board.button.bounce_reads = 0
    assert ask(board, "button") == {"ms": pytest.approx(500, abs=9), "down": 0, "turns": 0,
                                    "short": -1}  # fmt: skip


def test_the_light_shows_what_was_asked_in_turn(board: SimBoard) -> None:
    seen = len(board.light.changes)
    ask(board, "light", colours=[[9, 0, 0], [0, 9, 0]], ms=400)
    shown = board.light.changes[seen : seen + 2]
    assert [light[1:] for light in shown] == [(9, 0, 0), (0, 9, 0)]
    assert 190 <= shown[1].at_ms - shown[0].at_ms <= 220


def test_a_cell_and_a_board_without_a_gauge(board: SimBoard) -> None:
    board.gauge.wrong_mv = []
    assert ask(board, "cell") == {"gauge": 1, "mv": 3900}
    board.gauge = None
    assert ask(board, "cell") == {"gauge": 0, "mv": 0}


def test_memory_is_written_as_at_any_change(board: SimBoard) -> None:
    found = ask(board, "write")
    assert found["pages"] == board.app.store.slots and found["step"] == 4096
    board.flash.fail_writes = True
    assert "drive refused" in refused(board, do="write")


def test_what_a_check_came_to_outlives_the_power(board: SimBoard) -> None:
    assert ask(board, "keep")["kept"] == []
    ask(board, "keep", s=1_795_900_000, left=2, shake=[150, 450, 900])
    ask(board, "keep", s=1_795_900_000, left=2, shake=[150, 450, 900])  # sent twice is no harm
    board.power_cycle()
    board.forward(0.5)
    assert ask(board, "keep")["kept"] == [1_795_900_000, 2, 150, 450, 900]


def test_the_acts_are_forgotten_when_the_desk_has_done(board: SimBoard) -> None:
    ask(board, "keep")
    assert any(name in sys.modules for name in MODULES)
    assert ask(board, "done") == {}
    assert not any(name in sys.modules for name in MODULES)
    assert ask(board, "keep")["kept"] == []  # and found again
