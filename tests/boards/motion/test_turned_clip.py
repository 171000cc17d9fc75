"""A simulated wearer whose clip does not point where the stand and the bow say, and who is told."""

from __future__ import annotations

import numpy as np
import pytest
from leancore.schema import faults

from boards.sim.motion import quaternion
from boards.sim.motion.runner_model import Runner
from boards.sim.motion.segments import Hinge, Run, Segment, Stand, Walk
from boards.sim.motion.wearer import Plan, Slip, synthesise
from tools.accuracy.feed import PipelineOutput, listen, new_trainer, sampled
from tools.accuracy.sensor_errors import worn

RUN = (Walk(5), Run(30, 14.7))
BOW = (Stand(4), Hinge(4), Stand(4))


def heard(
    *segments: Segment, mount_deg: float = 0.0, slips: tuple[Slip, ...] = ()
) -> PipelineOutput:
    """The clip turned round the waist by so much before it is switched on."""
    w, x, y, z = quaternion.about("y", np.radians(mount_deg))[0].tolist()
    runner = Runner(mount_q=(w, x, y, z))
    track, _ = synthesise(Plan(segments, slips=slips), runner, seed=5)
    return listen(new_trainer(), sampled(worn(track, 5), 125.0), (1.0,))


def told(found: PipelineOutput) -> list[int]:
    """Faults that end the cues."""
    return [code for _, code in found.faults if code in (faults.STAND_DOUBTED, faults.CLIP_MOVED)]


@pytest.mark.parametrize("mount_deg", [50.0, 90.0, -90.0, 180.0])
def test_worn_on_the_side_without_a_bow_it_is_told_and_with_one_all_is_well(
    mount_deg: float,
) -> None:
    without = heard(Stand(12), *RUN, mount_deg=mount_deg)
    assert told(without) == [faults.STAND_DOUBTED]
    at_s = next(t_s for t_s, code in without.faults if code == faults.STAND_DOUBTED)
    assert at_s < 28.0
    assert all(t_s <= at_s for t_s in without.cues[:, 0])
    assert told(heard(*BOW, *RUN, mount_deg=mount_deg)) == []


def test_on_the_back_no_bow_is_needed() -> None:
    found = heard(Stand(12), *RUN)
    assert told(found) == []
    assert len(found.cues) == 0


def test_a_bow_to_the_side_is_told() -> None:
    found = heard(Stand(4), Hinge(4, 0.01, lateral_deg=30.0), Stand(4), *RUN)
    assert told(found) == [faults.STAND_DOUBTED]


@pytest.mark.parametrize("turn_deg", [60.0, 180.0])
def test_turned_round_the_waist_after_the_bow_it_is_told(turn_deg: float) -> None:
    found = heard(*BOW, *RUN, slips=(Slip(13.0, y_deg=turn_deg),))
    assert told(found) == [faults.STAND_DOUBTED]
