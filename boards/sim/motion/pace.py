"""Gaining and losing speed between segments, which pushes the clip forward and back."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from boards.sim.motion.curves import arch
from boards.sim.motion.quaternion import Floats
from boards.sim.motion.runner_model import Runner
from boards.sim.motion.segments import Segment

# Mean acceleration: from a careful start to a hasty one, m/s².
_LEAST_MPS2, _MOST_MPS2 = 1.0, 2.0
_SHARE_MAX = 0.8  # of the segment in which the speed changes
_ARCH_MEAN = 2 / np.pi


def pace_changes(
    segments: Sequence[Segment], runner: Runner, n: int, rate_hz: float, rng: np.random.Generator
) -> Floats:
    """Forward acceleration (n,) of all changes of speed, m/s².

    A plan begins at the speed of its first segment. Speed is gained at the beginning of the faster
    segment and lost at the end of it.
    """
    t_s = np.arange(n) / rate_hz
    push, at_s, before = np.zeros(n), 0.0, None
    for segment in segments:
        if before is not None:
            change_mps = segment.pace_mps(runner) - before.pace_mps(runner)
            faster = segment if change_mps > 0 else before
            span_s = abs(change_mps) / float(rng.uniform(_LEAST_MPS2, _MOST_MPS2))
            span_s = min(span_s, _SHARE_MAX * faster.s)
            if span_s:
                start_s = at_s if change_mps > 0 else at_s - span_s
                push += change_mps / span_s / _ARCH_MEAN * arch(t_s, start_s, span_s)
        at_s, before = at_s + segment.s, segment
    return push
