"""The faults of the suite: how each begins and ends on the simulated board."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from leancore import messages as m
from leancore import wire

from boards.sim.board import SimBoard
from tools.faults.trial import FAULT_S, Fault

TICKS_PERIOD_MS = 1 << 29
BEFORE_WEARING_S = 1.6  # from power-on, about
SMALL_LOG_PAGES = 14
CLOCK_JUMP_MS = 7000

Act = Callable[[SimBoard], None]


def _nothing(board: SimBoard) -> None:
    """It ends by itself."""


def _set(part: str, knob: str, value: Any) -> Act:
    return lambda board: setattr(getattr(board, part), knob, value)


def _knob(part: str, knob: str, on: Any, off: Any) -> tuple[Act, Act]:
    return _set(part, knob, on), _set(part, knob, off)


def _lose_greeting(board: SimBoard) -> None:
    board.chip.self_reset()
    board.sim_clock.advance_us(150_000)
    board.chip.data_ready()
    board.chip._outbox.reset()


def _jump(ms: int) -> Act:
    def jump(board: SimBoard) -> None:
        board.clock.jump_ms += ms

    return jump


def _open_and_never_read(board: SimBoard) -> None:
    board.port.room = 300  # type: ignore[attr-defined]
    for sequence in range(40):
        _ask(board, m.INFO, sequence)
    _ask(board, m.LIVE, 41, b'{"on": 1}')


def _read_all(board: SimBoard) -> None:
    board.port.room = 1 << 20  # type: ignore[attr-defined]


def _pull_cable(board: SimBoard) -> None:
    frame = wire.encode(m.PRESCRIPTION_SET, 1, b'{"patient": "P02"}')
    board.port.host_write(frame[: len(frame) // 2])  # type: ignore[attr-defined]
    board.port.plugged = False  # type: ignore[attr-defined]


def _plug_in(board: SimBoard) -> None:
    board.port.plugged = True  # type: ignore[attr-defined]
    board.port.host_write(b"\0")  # type: ignore[attr-defined]
    _ask(board, m.INFO, 2)


def _ask(board: SimBoard, kind: int, sequence: int, payload: bytes = b"{}") -> None:
    board.port.host_write(wire.encode(kind, sequence, payload))  # type: ignore[attr-defined]


FAULTS = (
    Fault("no fault, to compare", _nothing, _nothing, 0.0),
    Fault("not acknowledged, 60 transfers", _set("bus", "nack_count", 60), _nothing, 0.3),
    Fault("wedged bus: the sensor holds the data line",
          _set("bus", "sda_held", True), _nothing, 0.0),
    Fault("wedged bus: a short of 2.5 s", *_knob("bus", "wedged", True, False), 2.5),
    Fault("bus reads 0xFF", *_knob("bus", "all_ones", True, False)),
    Fault("mute at start", *_knob("chip", "mute", True, False), 3.0, at_start=True),
    Fault("absent at start", *_knob("chip", "absent", True, False), 3.0, at_start=True),
    Fault("mute in the run", *_knob("chip", "mute", True, False), 3.0),
    Fault("self-reset", lambda board: board.chip.self_reset(), _nothing, 0.0),
    Fault("self-reset, its notice lost", _lose_greeting, _nothing, 0.0),
    Fault("flood of 300 reports", lambda board: board.chip.flood(300), _nothing, 0.0),
    Fault("batches of 40, 0.4 s old", *_knob("chip", "batch_hold_ms", 400, 0), 3.0),
    Fault("unknown report ids, every 5th", *_knob("chip", "unknown_every", 5, 700), 3.0),
    Fault("short cargo", _set("chip", "short_cargo", True), _nothing, 0.1),
    Fault("reports lost, 50", lambda board: board.chip.drop_next(50), _nothing, 0.5),
    Fault("frozen quaternion", *_knob("chip", "freeze_orientation", True, False), 8.0),
    Fault("all-zero quaternion", *_knob("chip", "zero_orientation", True, False), 8.0),
    Fault("quaternion of length 0.6", *_knob("chip", "non_unit", True, False), 8.0),
    Fault("reports 290 ms late", *_knob("chip", "latency_us", 290_000, 2000), 6.0),
    Fault("clock jumps 7 s ahead", _jump(CLOCK_JUMP_MS), _nothing, 0.0),
    Fault("clock jumps 7 s back", _jump(-CLOCK_JUMP_MS), _nothing, 0.0),
    Fault("ticks wrap", _nothing, _nothing, 0.0, options=(
        ("start_ms", TICKS_PERIOD_MS - round((FAULT_S + BEFORE_WEARING_S) * 1000)),)),
    Fault("full log", _nothing, _nothing, 0.0, options=(("log_pages", SMALL_LOG_PAGES),)),
    Fault("writes fail", *_knob("flash", "fail_writes", True, False), 4.0),
    Fault("host opens the port and never reads", _open_and_never_read, _read_all, 10.0),
    Fault("cable pulled in the middle of a frame", _pull_cable, _plug_in, 2.0),
)  # fmt: skip
