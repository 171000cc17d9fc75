"""The fault suite: every fault of the table keeps its limits, and the limits can be missed."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
from leancore.schema import faults

from boards.sim.board import SimBoard
from tools import fault_table
from tools.faults.faults import FAULTS
from tools.faults.trial import Fault, Result


@pytest.mark.parametrize("number", range(len(FAULTS)), ids=[fault.name for fault in FAULTS])
def test_every_fault_keeps_its_limits(number: int) -> None:
    result = fault_table.trial(number)
    assert fault_table.misses(result) == []
    assert result.cues > 0  # before or after: the clip coaches


def test_every_limit_can_be_missed() -> None:
    good = Result("self-reset", recovery_ms=100, oldest_cue_ms=20, longest_pulse_ms=600)
    assert fault_table.misses(good) == []
    for bad in ({"recovery_ms": 1501}, {"oldest_cue_ms": 251}, {"overrun_ms": 51},
                {"differing_bytes": 1}, {"proved": False}, {"motor_off": False},
                {"longest_pulse_ms": 1501}, {"lean_off_cdeg": 251}, {"wanted": faults.BUS_ERROR},
                {"noticed": (faults.PROGRAM,)}, {"unlogged": (faults.BUS_ERROR,)}):  # fmt: skip
        assert len(fault_table.misses(replace(good, **bad))) == 1


def test_a_clip_without_its_guard_misses_the_limits(monkeypatch: pytest.MonkeyPatch) -> None:
    """With no guard nobody asks a sensor that was reset for its reports again."""
    from leandevice.sensing.sensor_watchdog import SensorWatchdog

    def look_away(self: SensorWatchdog, now_ms: int) -> None:
        self.stale = False

    def reset(board: SimBoard) -> None:
        board.chip.self_reset()

    monkeypatch.setattr(SensorWatchdog, "step", look_away)
    fault = Fault("self-reset", 0, reset, lambda board: None, 0.0)
    monkeypatch.setattr(fault_table, "FAULTS", (fault,))
    assert fault_table.misses(fault_table.trial(0))


def test_the_table_is_of_this_suite() -> None:
    rows = json.loads(fault_table.MEASURED.read_text("utf-8"))
    assert [row["name"] for row in rows] == [fault.name for fault in FAULTS]
