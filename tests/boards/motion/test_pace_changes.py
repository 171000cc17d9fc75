"""Who begins to run gains speed, and loses it again at the end."""

from __future__ import annotations

import numpy as np
import pytest

from boards.sim.motion.alike_gaits import BriskWalk, SlowJog
from boards.sim.motion.pace import pace_changes
from boards.sim.motion.runner_model import ORDINARY
from boards.sim.motion.segments import Hinge, Jump, Run, Segment, StairsUp, Stand, Stumble, Walk

RATE_HZ = 200.0


def speed_mps(*segments: Segment) -> np.ndarray:
    """The speed over a plan that begins at rest."""
    n = int(sum(segment.s for segment in segments) * RATE_HZ) + 1
    push = pace_changes(segments, ORDINARY, n, RATE_HZ, np.random.default_rng(1))
    return np.cumsum(push) / RATE_HZ


@pytest.mark.parametrize(
    ("segment", "mps"),
    [(Run(20), 3.0), (Walk(20), 1.4), (BriskWalk(20), 2.2), (SlowJog(20), 1.8), (StairsUp(20), 0.5),
     (Jump(20), 0.0), (Hinge(), 0.0)],
)  # fmt: skip
def test_a_segment_has_its_speed(segment: Segment, mps: float) -> None:
    speed = speed_mps(Stand(5), segment, Stand(5))
    middle = int((5 + segment.s / 2) * RATE_HZ)
    assert speed[int(5 * RATE_HZ)] == 0
    assert speed[middle] == pytest.approx(mps, abs=0.02)
    assert speed[int((5 + segment.s + 0.1) * RATE_HZ)] == pytest.approx(0, abs=0.02)


def test_it_takes_some_seconds_at_what_a_runner_can_do() -> None:
    speed = speed_mps(Stand(5), Run(20), Stand(5))
    push = np.diff(speed) * RATE_HZ
    assert 1.5 < np.abs(push).max() < 3.3
    assert push.max() > 1.5 and push.min() < -1.5
    assert np.all(push[int(9 * RATE_HZ) : int(21 * RATE_HZ)] == 0)


def test_a_short_run_gains_and_loses_its_speed_within_it() -> None:
    speed = speed_mps(Stand(5), Run(1.0), Stand(5))
    assert speed[int(6.1 * RATE_HZ) :] == pytest.approx(0, abs=0.05)


def test_who_stumbles_keeps_the_speed() -> None:
    speed = speed_mps(Stand(5), Run(20), Stumble(), Run(20))
    assert speed[int(24 * RATE_HZ) :] == pytest.approx(3.0, abs=0.02)


def test_the_clip_feels_it_and_the_seed_decides_how_much() -> None:
    plan = (Stand(5), Run(20))
    pushes = [
        pace_changes(plan, ORDINARY, 5000, RATE_HZ, np.random.default_rng(seed)).max()
        for seed in (1, 1, 2)
    ]
    assert pushes[0] == pushes[1] != pushes[2]
