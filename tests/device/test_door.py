"""The desk's part of the program: there while the desk is, and never in the way of a run."""

from __future__ import annotations

import builtins
import sys
from pathlib import Path
from typing import Any

import pytest
from device_rig import RUN_S, Desk, clip, short_track, until, worn
from leancore import faults, pages, wire
from leancore import messages as m
from leandevice.door import PARTS

from boards.sim.board import SimBoard

GONE_S = 62  # after it has left


@pytest.fixture
def board(tmp_path: Path) -> SimBoard:
    return clip(tmp_path)


def modules() -> set[str]:
    return {name for name in PARTS if name in sys.modules}


def leave(board: SimBoard) -> None:
    board.port.plugged = False
    board.forward(GONE_S)
    board.port.plugged = True


def test_a_page_lies_in_its_frame_where_the_wire_wants_it() -> None:
    assert pages.IN_FRAME_AT == wire.PAYLOAD_AT + m.PAGE_HEAD_BYTES
    assert wire.room_for(m.PAGE_HEAD_BYTES + pages.PAGE_BYTES) == pages.FRAME_BYTES


def test_it_comes_with_the_desks_first_byte_and_goes_a_minute_after_it(board: SimBoard) -> None:
    leave(board)
    board.forward(5)
    assert board.app.door.link is None  # a port that is open asks for nothing
    desk = Desk(board)
    assert desk.ask(m.HELLO)[0] == m.HELLO | m.ANSWER
    assert modules() == set(PARTS)
    board.port.plugged = False
    board.forward(GONE_S - 5)
    assert board.app.door.link is not None
    board.forward(5)
    assert board.app.door.link is None
    assert not modules()
    board.port.plugged = True
    assert desk.ask(m.INFO)[1]["mode"] == "needs calibration"  # and comes back


def test_a_desk_that_leaves_while_it_comes_in_leaves_nothing_behind(board: SimBoard) -> None:
    leave(board)
    board.port.host_write(b"\0")
    while board.app.door._loaded < 3:
        board.forward(0.005)
    board.port.plugged = False
    board.forward(1)
    assert not board.app.door.busy
    assert not modules()


def test_it_comes_in_one_part_a_pass(board: SimBoard) -> None:
    """Also in a pass that does all chores, and so asks more than once."""
    leave(board)
    board.forward(1)
    board.port.host_write(wire.encode(m.HELLO, 1, b"{}"))
    app = board.app
    seen = []
    while app.door.link is None:
        app._round_ms = board.clock.ticks_ms() - 1000
        before = app.door._loaded
        app.once()
        seen.append(app.door._loaded - before)
    assert seen.count(1) == len(PARTS)
    assert set(seen) <= {0, 1}


def test_it_does_not_come_in_while_the_motor_moves(board: SimBoard) -> None:
    leave(board)
    board.app.haptic.play(board.clock.ticks_ms(), 500, 0, 1, 80)
    began_ms = board.sim_clock.now_ms()
    board.port.host_write(wire.encode(m.HELLO, 1, b"{}"))
    while board.app.door._loaded == 0:
        board.forward(0.005)
    pulse = board.coin.pulses[-1]
    assert pulse.end_ms - pulse.start_ms <= 505
    assert board.sim_clock.now_ms() - began_ms >= 495


def test_a_run_goes_on_where_it_cannot_come_in(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No room in the heap, or a damaged file: told once, and tried again for the next desk."""
    real = builtins.__import__
    tried = []

    def no_room(name: str, *rest: Any, **named: Any) -> Any:
        if name == "leandevice.desk":
            tried.append(name)
            raise MemoryError("memory allocation failed")
        return real(name, *rest, **named)

    board = worn(tmp_path, short_track())
    until(board, RUN_S + 5)
    assert board.app.journal.open
    monkeypatch.setattr(builtins, "__import__", no_room)
    board.port.host_write(wire.encode(m.HELLO, 1, b"{}"))
    board.forward(3)
    assert len(tried) == 1
    assert board.app.journal.open
    assert board.app.journal.faults[faults.PROGRAM] == 1
    assert not board.app.door.busy
    monkeypatch.undo()
    board.port.plugged = False
    board.forward(0.2)
    board.port.reset_input_buffer()
    board.port.plugged = True
    assert Desk(board).ask(m.INFO, seconds=3)[1]["mode"] in ("running", "paused")


def test_frames_that_the_desk_never_read_stay_counted(board: SimBoard) -> None:
    desk = Desk(board)
    desk.ask(m.LIVE, {"on": 1})
    board.port.stalled = True
    board.forward(30)
    lost = board.app.door.stream_lost
    assert lost > 10
    board.port.stalled = False
    leave(board)
    desk.ask(m.HELLO)
    assert board.app.door.stream_lost == lost
