"""What the desk asks of a clip that it installs: a restart, edit mode, and what the files are."""

from __future__ import annotations

import binascii
from pathlib import Path

import pytest
from device_rig import RUN_S, Desk, clip, short_track, until, worn
from leancore.link import messages as m
from leancue.basis import times
from leandevice.power import wall_clock
from leandevice.storage import run_list

NOW_S = 1_700_000_000


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(clip(tmp_path))


def test_a_file_is_told_as_the_clip_reads_it(desk: Desk) -> None:
    data = bytes(range(256)) * 9 + b"end"
    desk.board.flash.real_path("/boot.py").write_bytes(data)
    _kind, answer = desk.ask(m.FILES, {"path": "/boot.py"})
    assert answer == {"path": "/boot.py", "bytes": len(data), "crc": binascii.crc32(data)}
    assert desk.ask(m.FILES, {"path": "/gone.py"})[1]["bytes"] == -1


@pytest.mark.parametrize("request_", [{}, {"path": 7}, {"path": "/../x"}, {"path": "/" * 400}])
def test_a_path_that_makes_no_sense_is_refused(desk: Desk, request_: dict[str, object]) -> None:
    assert desk.ask(m.FILES, request_)[0] == m.ERROR


def test_edit_mode_and_back(desk: Desk) -> None:
    first = desk.board.app
    assert desk.ask(m.COMMAND, {"do": "edit"})[1] == {"done": "edit"}
    desk.ask(m.COMMAND, {"do": "edit"})  # sent twice is no harm
    desk.board.forward(1)
    assert desk.board.app is not first
    assert desk.ask(m.INFO)[1]["mode"] == "edit mode"
    assert desk.ask(m.INFO)[1]["pages"] == 0
    desk.ask(m.COMMAND, {"do": "reset"})
    desk.board.forward(1)
    assert desk.ask(m.INFO)[1]["pages"] > 0


@pytest.mark.parametrize("told_s", [5.0, 40.0, 78.0])
def test_a_run_is_dated_whenever_the_time_is_told(tmp_path: Path, told_s: float) -> None:
    """Before the run, in it, or after it: as long as the clip was not switched off."""
    desk = Desk(worn(tmp_path, short_track()))
    until(desk.board, told_s)
    desk.ask(m.HELLO, {"protocol": 1, "time_s": NOW_S})
    until(desk.board, 80.0)
    (row,) = desk.ask(m.RUNS)[1]["runs"]
    began_worn_s = row[2] - NOW_S + told_s
    assert RUN_S < began_worn_s < RUN_S + 5


def test_every_run_of_this_start_is_dated_and_none_of_an_earlier_one(desk: Desk) -> None:
    app = desk.board.app
    for run_id, up_s in ((1, run_list.UNKNOWN_S), (2, 0), (3, 7)):
        run = run_list.Run(run_id)
        run.up_s = up_s
        app.store.runs.keep(run)
    desk.board.forward(20)
    up_s = app.wall_clock.up_s
    desk.ask(m.HELLO, {"protocol": 1, "time_s": NOW_S})
    began_s = [row[2] for row in desk.ask(m.RUNS)[1]["runs"]]
    assert began_s == [0, NOW_S - up_s, NOW_S - up_s + 7]


def test_no_restart_while_a_run_is_recorded(desk: Desk) -> None:
    app = desk.board.app
    app.recorder.begin(1, app.pipeline, 0, 0, {})
    assert desk.ask(m.COMMAND, {"do": "reset"})[0] == m.ERROR
    assert desk.ask(m.FILES, {"path": "/boot.py"})[0] == m.ERROR
    desk.board.forward(1)
    assert desk.board.app is app


def test_clip_and_desk_have_one_span_of_times_that_can_be() -> None:
    """The core holds no number of that size, so each has it."""
    assert (wall_clock.FIRST_S, wall_clock.LAST_S) == (times.EARLIEST_S, times.LATEST_S)
