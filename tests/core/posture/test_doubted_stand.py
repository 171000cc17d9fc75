"""A run with an implausible lean: its stand is doubted, reported once, and no cue is given."""

from __future__ import annotations

import pytest
from core_motion import G_MPS2, Wearer, random_mount
from core_runs import Run, calibrated, go_on
from leancore.posture.calibration import NO_STAND
from leancore.posture.wear_frame import NOMINAL
from leancore.runlog import records
from leancore.schema import faults


def told(run: Run) -> list[int]:
    """Times of the fault."""
    return [e["t_ms"] for e in run.events(records.FAULT) if e["a"] == faults.STAND_DOUBTED]


def bowed(wearer: Wearer, bow_deg: float) -> Run:
    """A run whose wearer held a bow for the stand and came up to run at once."""
    run = Run()
    run.pipeline.calibrate()
    return go_on(run, wearer.move(3.2, lambda _t: (bow_deg, G_MPS2, 0.0)))


@pytest.mark.parametrize("bow_deg", [25.0, 35.0, 50.0])
def test_a_run_after_a_held_bow_is_told_once(bow_deg: float) -> None:
    wearer = Wearer()
    run = bowed(wearer, bow_deg)
    assert run.pipeline.frame.source != NOMINAL
    go_on(run, wearer.run(60, 7.0))
    (t_ms,) = told(run)
    assert t_ms < 20_000
    assert all(cue["t_ms"] <= t_ms for cue in run.records(records.CUE))


@pytest.mark.parametrize("lean_deg", [-6.0, 0.0, 7.0, 18.0, 28.0])
def test_a_run_as_people_run_is_not_told(lean_deg: float) -> None:
    run, wearer = calibrated(Wearer(random_mount(3)))
    go_on(run, wearer.run(40, lean_deg))
    assert told(run) == []


def test_one_who_is_sent_further_is_not_told() -> None:
    run, wearer = calibrated(prescribed={"baseline_cdeg": 2000})
    go_on(run, wearer.run(40, 33.0))
    assert told(run) == []


def test_without_a_stand_the_clip_tells_that_it_was_not_calibrated() -> None:
    run, wearer = Run(), Wearer()
    go_on(run, wearer.run(30, -30.0))
    assert told(run) == []
    assert [e["a"] for e in run.events(records.FAULT)] == [faults.NOT_CALIBRATED]


def test_calibrated_again_it_is_coached() -> None:
    wearer = Wearer()
    run = bowed(wearer, 35.0)
    go_on(run, wearer.run(30, 7.0))
    run.pipeline.calibrate()
    go_on(run, wearer.stand(5).bow().stand(2))
    go_on(run, wearer.run(30, 25.0))
    assert len(told(run)) == 1
    assert run.cues()


def test_a_bow_held_in_a_pause_stops_the_cues() -> None:
    """The stand is withdrawn when the wearer stays upright after it."""
    run, wearer = calibrated()
    go_on(run, wearer.run(20, 7.0))
    go_on(run, wearer.stand(4))
    run.pipeline.calibrate()
    go_on(run, wearer.move(3.2, lambda _t: (35.0, G_MPS2, 0.0)).stand(12))
    assert NO_STAND in [e["a"] for e in run.events(records.CALIBRATED)]
    assert len(told(run)) == 1
    assert run.pipeline.moved
    before = len(run.cues())
    go_on(run, wearer.run(20, 30.0))
    assert len(run.cues()) == before
