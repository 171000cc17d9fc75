"""A simulated wearer who holds a bow during the stand: it is withdrawn or reported."""

from __future__ import annotations

from pathlib import Path

import pytest
from leancore.coaching import prescription
from leancore.posture.calibration import HINGED, NO_STAND, STOOD
from leancore.posture.wear_frame import HINGE, NOMINAL
from leancore.schema import faults

from boards.sim.board import SimBoard
from boards.sim.motion.segments import HeldBow, Hinge, Run, Segment, Stand, Walk
from boards.sim.motion.wearer import Plan, synthesise
from tools.faults.watch import Watch


def worn(folder: Path, *segments: Segment) -> Watch:
    """A prescribed clip whose wearer pressed after a second and did all this."""
    plan = Plan(segments, pressed=((1.0, 0.15),))
    board = SimBoard(synthesise(plan, seed=4)[0], folder, presses=plan.pressed)
    board.forward(0.5)
    config = board.app.config
    config.prescription = prescription.checked({"patient": "P01", "baseline_cdeg": 620})
    config.save()
    board.app.configure()
    watch = Watch(board)
    board.wear()
    board.forward(plan.duration_s)
    return watch


@pytest.mark.parametrize("lean_deg", [25.0, 35.0])
def test_it_starts_bowed_and_ends_upright(lean_deg: float) -> None:
    track, truth = synthesise((HeldBow(lean_deg=lean_deg), Stand(3)), seed=4)
    assert abs(truth.lean_deg[:300].mean() - lean_deg) < 1.5
    assert abs(truth.lean_deg[-200:].mean()) < 1.5
    assert len(track.t_s) == len(truth.lean_deg)


def test_one_who_stays_upright_after_it_had_never_stood(tmp_path: Path) -> None:
    watch = worn(tmp_path, HeldBow(5), Stand(20))
    assert watch.board.app.pipeline.calibrated == NO_STAND
    assert watch.board.app.pipeline.frame.source == NOMINAL


def test_a_second_bow_after_it_is_no_hinge(tmp_path: Path) -> None:
    """It ends where the first one was held; whoever then stands still stands elsewhere."""
    watch = worn(tmp_path, HeldBow(5), Stand(1), Hinge(4), Stand(8))
    assert watch.board.app.pipeline.calibrated == NO_STAND
    assert watch.board.app.pipeline.frame.source == NOMINAL


@pytest.mark.parametrize(("lean_deg", "source"), [(-8.0, NOMINAL), (7.0, NOMINAL), (1.5, HINGE)])
def test_one_who_leaned_on_something_for_the_stand_has_to_stand_again(
    tmp_path: Path, lean_deg: float, source: int
) -> None:
    watch = worn(tmp_path, HeldBow(5, lean_deg=lean_deg), Stand(1), Hinge(4), Stand(5))
    assert watch.board.app.pipeline.frame.source == source


@pytest.mark.parametrize("lean_deg", [30.0, 40.0])
def test_one_who_runs_at_once_is_told_and_gets_no_cue(tmp_path: Path, lean_deg: float) -> None:
    watch = worn(tmp_path, HeldBow(5, lean_deg=lean_deg), Stand(1), Walk(3), Run(25, 7.0))
    assert watch.board.app.pipeline.calibrated == STOOD
    assert watch.board.app.recorder.faults == {faults.STAND_DOUBTED: 1}
    assert watch.cues == 0


def test_a_stand_and_a_bow_are_believed(tmp_path: Path) -> None:
    watch = worn(tmp_path, Stand(5), Hinge(4), Stand(3), Run(20, 7.0))
    assert watch.board.app.pipeline.calibrated == HINGED
    assert watch.board.app.pipeline.frame.source == HINGE
    assert watch.board.app.recorder.faults == {}
