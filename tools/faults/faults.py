"""The faults of the suite: detection, start and end of each."""

from __future__ import annotations

from typing import Any

from leancore.link import framing
from leancore.link import messages as m
from leancore.schema import faults as f

from boards.sim import drv2605
from boards.sim.board import SimBoard
from boards.sim.motion.segments import HeldBow
from boards.sim.motion.wearer import Hinge, Plan, Run, Stand, Walk
from boards.sim.sensor.sensor_reports import ACCELEROMETER, GYROSCOPE
from tools.faults.trial import FAULT_S, FAULTLESS_CDEG, Act, Fault

TICKS_PERIOD_MS = 1 << 29
BEFORE_WEARING_S = 1.6  # from power-on, about
SMALL_LOG_PAGES = 14
CLOCK_JUMP_MS = 7000
NOTHING = 0


def _nothing(board: SimBoard) -> None:
    """Do nothing: the fault ends by itself."""


def _set(part: str, **knobs: Any) -> Act:
    def act(board: SimBoard) -> None:
        for knob, value in knobs.items():
            setattr(getattr(board, part), knob, value)

    return act


def _knob(part: str, knob: str, on: Any, off: Any) -> tuple[Act, Act]:
    return _set(part, **{knob: on}), _set(part, **{knob: off})


def _reset_silently(board: SimBoard) -> None:
    board.chip.greets = False
    board.chip.self_reset()


def _reset_and_refuse(board: SimBoard) -> None:
    board.chip.refuse_feature = True
    board.chip.self_reset()


def _jump(ms: int) -> Act:
    def jump(board: SimBoard) -> None:
        board.clock.jump_ms += ms

    return jump


def _raise(board: SimBoard) -> None:
    """Simulate a bug: a part of the clip raises an exception in every pass."""

    def step(now_ms: int) -> None:
        raise AttributeError("a bug")

    vars(board.app.wall_clock)["step"] = step


def _mend(board: SimBoard) -> None:
    del vars(board.app.wall_clock)["step"]


def _open_and_never_read(board: SimBoard) -> None:
    board.port.room = 300
    for sequence in range(40):
        _ask(board, m.INFO, sequence)
    _ask(board, m.LIVE, 41, b'{"on": 1}')


def _live_and_never_read(board: SimBoard) -> None:
    board.port.room = 300
    _ask(board, m.LIVE, 1, b'{"on": 1}')


def _read_all(board: SimBoard) -> None:
    board.port.room = 1 << 20


def _detach_motor(board: SimBoard) -> None:
    board.bus.detach(drv2605.ADDRESS)


def _attach_motor(board: SimBoard) -> None:
    assert board.driver_chip is not None
    board.bus.attach(drv2605.ADDRESS, board.driver_chip)


def _pull_cable(board: SimBoard) -> None:
    frame = framing.encode(m.PRESCRIPTION_SET, 1, b'{"patient": "P02"}')
    board.port.host_write(frame[: len(frame) // 2])
    board.port.plugged = False


def _plug_in(board: SimBoard) -> None:
    board.port.plugged = True
    board.port.host_write(b"\0")
    _ask(board, m.INFO, 2)


def _ask(board: SimBoard, kind: int, sequence: int, payload: bytes = b"{}") -> None:
    board.port.host_write(framing.encode(kind, sequence, payload))


def _frozen(*kinds: int) -> tuple[Act, Act]:
    return _set("chip", frozen={*kinds}), _set("chip", frozen=set())


def _spikes(kind: int, every: int, *reading: float) -> tuple[Act, Act]:
    return _set("chip", spikes={kind: (every, reading)}), _set("chip", spikes={})


def _skew(kind: int, ms: float) -> tuple[Act, Act]:
    return _set("chip", skew_ms={kind: ms}), _set("chip", skew_ms={})


def _offset(where: str, x: float, y: float, z: float, wanted: int = NOTHING) -> Fault:
    """Return a sensor offset in a run; it tilts the vertical until it is found."""
    size = (x * x + y * y + z * z) ** 0.5
    begin = _set("chip", offset_m_s2=(x, y, z))
    end = _set("chip", offset_m_s2=(0.0, 0.0, 0.0))
    name = f"accelerometer off by {size:.1f} m/s2, {where}"
    most_cdeg = round(584 * size) + FAULTLESS_CDEG  # what it must do to the vertical
    return Fault(name, wanted, begin, end, 20.0, lean_most_cdeg=most_cdeg)


# Pressed while bowed; a run; then a proper stand and bow.
_HELD_BOW = Plan(
    (HeldBow(5), Stand(1), Walk(3), Run(10, 10.0), Stand(6), Hinge(4), Stand(2.5), Run(27, 10.0),
     Walk(6), Stand(13.5)),
    pressed=((1.0, 0.15), (20.4, 0.15), (74.0, 2.5)),
)  # fmt: skip
_MOTOR_CHIP = (("haptic", "drv2605"),)
_LATE = {"batch_hold_ms": 400, "batch_reports": 1000, "fifo_reports": 300}
_PROMPT = {"batch_hold_ms": 0, "batch_reports": 40, "fifo_reports": 100}

FAULTS = (
    Fault("no fault, to compare", NOTHING, _nothing, _nothing, 0.0),
    Fault("not acknowledged, 60 transfers", f.BUS_ERROR, _set("bus", nack_count=60), _nothing, 0.3),
    Fault("wedged bus: the sensor holds the data line", f.BUS_ERROR,
          _set("bus", sda_held=True), _nothing, 0.0),
    Fault("wedged bus: a short of 2.5 s", f.BUS_ERROR, *_knob("bus", "wedged", True, False), 2.5),
    Fault("bus reads 0xFF", f.CARGO_DAMAGED, *_knob("bus", "all_ones", True, False)),
    Fault("mute at start", f.SENSOR_ABSENT, *_knob("chip", "mute", True, False), 3.0,
          at_start=True),
    Fault("absent at start", f.SENSOR_ABSENT, *_knob("chip", "absent", True, False), 3.0,
          at_start=True),
    Fault("mute in the run", f.SENSOR_SILENT, *_knob("chip", "mute", True, False), 3.0),
    Fault("stuck until its reset pin is pulled", f.SENSOR_SILENT, _set("chip", stuck=True),
          _nothing, 0.0, options=(("reset_pin", True),)),
    Fault("self-reset", f.SENSOR_RESET, lambda board: board.chip.self_reset(), _nothing, 0.0),
    Fault("self-reset, its notice lost", f.SENSOR_SILENT, _reset_silently,
          _set("chip", greets=True), 0.3),
    Fault("self-reset, reports refused for 3 s", f.SENSOR_RESET, _reset_and_refuse,
          _set("chip", refuse_feature=False), 3.0),
    Fault("flood of 300 reports", f.REPORTS_LOST, lambda board: board.chip.flood(300), _nothing,
          0.0),
    Fault("batches of 40 reports", NOTHING, *_knob("chip", "batch_hold_ms", 400, 0), 3.0),
    Fault("batches held back for 0.4 s", f.SENSOR_SILENT, _set("chip", **_LATE),
          _set("chip", **_PROMPT), 6.0),
    Fault("unknown report ids, every 5th", NOTHING, *_knob("chip", "unknown_every", 5, 700), 3.0),
    Fault("short cargo", f.CARGO_DAMAGED, _set("chip", short_cargo=True), _nothing, 0.1),
    Fault("reports lost, 50", f.REPORTS_LOST, lambda board: board.chip.drop_next(50), _nothing,
          0.5),
    Fault("frozen quaternion", f.CHIP_FROZEN, *_knob("chip", "freeze_orientation", True, False),
          8.0),
    Fault("all-zero quaternion", f.ORIENTATION_REFUSED,
          *_knob("chip", "zero_orientation", True, False), 8.0),
    Fault("quaternion of length 0.6", f.ORIENTATION_REFUSED,
          *_knob("chip", "non_unit", True, False), 8.0),
    Fault("reports 290 ms late", f.SENSOR_SILENT, *_knob("chip", "latency_us", 290_000, 2000), 6.0),
    Fault("clock jumps 7 s ahead", f.CLOCK_JUMPED, _jump(CLOCK_JUMP_MS), _nothing, 0.0),
    Fault("clock jumps 7 s back", f.CLOCK_JUMPED, _jump(-CLOCK_JUMP_MS), _nothing, 0.0),
    Fault("ticks wrap", NOTHING, _nothing, _nothing, 0.0, options=(
        ("start_ms", TICKS_PERIOD_MS - round((FAULT_S + BEFORE_WEARING_S) * 1000)),)),
    Fault("full log", f.LOG_FULL, _nothing, _nothing, 0.0,
          options=(("log_pages", SMALL_LOG_PAGES),)),
    Fault("writes fail", f.LOG_WRITE, *_knob("flash", "fail_writes", True, False), 4.0),
    Fault("motor chip: not acknowledged", f.MOTOR, _detach_motor, _attach_motor, 12.0,
          options=_MOTOR_CHIP),
    Fault("motor chip: the bus is wedged for 2.5 s", f.BUS_ERROR,
          *_knob("bus", "wedged", True, False), 2.5, options=_MOTOR_CHIP),
    Fault("an error of the program in every pass", f.PROGRAM, _raise, _mend, 3.0),
    Fault("host opens the port and never reads", f.HOST_SLOW, _live_and_never_read, _read_all,
          12.0),
    Fault("host asks 40 times and never reads", NOTHING, _open_and_never_read, _read_all, 10.0),
    Fault("accelerometer frozen", f.ACCELEROMETER_FROZEN, *_frozen(ACCELEROMETER), 8.0),
    Fault("gyroscope frozen", f.GYRO_FROZEN, *_frozen(GYROSCOPE), 8.0),
    Fault("gyroscope says zero", f.GYRO_FROZEN, _set("chip", zeroed={GYROSCOPE}),
          _set("chip", zeroed=set()), 8.0),
    Fault("gyroscope: zeros in every 7th reading", f.GYRO_SPIKE,
          *_spikes(GYROSCOPE, 7, 0.0, 0.0, 0.0), 20.0),
    Fault("gyroscope: 30 rad/s every 5 s", f.GYRO_SPIKE, *_spikes(GYROSCOPE, 500, 30.0, 0.0, 0.0),
          20.0),
    Fault("gyroscope off by 2 °/s", f.GYRO_OFFSET,
          *_knob("chip", "offset_rad_s", (0.035, 0.0, 0.0), (0.0, 0.0, 0.0)), 20.0,
          lean_most_cdeg=600),  # within the seconds until it is found
    Fault("accelerometer: 47 m/s2 every second", f.ACCELEROMETER_SPIKE,
          *_spikes(ACCELEROMETER, 125, -4.0, -0.5, 46.6), 20.0),
    Fault("accelerometer 5 ms late", NOTHING, *_skew(ACCELEROMETER, 5.0), 20.0),
    Fault("gyroscope 5 ms late", NOTHING, *_skew(GYROSCOPE, 5.0), 20.0),
    _offset("sideways", 0.3, 0.0, 0.0),
    _offset("along the back", 0.0, 0.3, 0.0),
    _offset("backwards", 0.0, 0.0, 0.3),
    _offset("forwards", 0.0, 0.0, -0.3),
    _offset("forwards", 0.0, 0.0, -1.0, f.ACCELEROMETER_OFFSET),
    Fault("a bow held for the stand, put right in a pause", f.STAND_DOUBTED, _nothing, _nothing,
          0.0, plan=_HELD_BOW),
    Fault("cable pulled in the middle of a frame", NOTHING, _pull_cable, _plug_in, 2.0),
)  # fmt: skip
