"""Stretches without samples: what happened there, a replay cannot know."""

from __future__ import annotations

import numpy as np

from leancue.recordings.plausibility.content import Floats
from leancue.recordings.plausibility.examination import Examination
from leancue.recordings.recording_times import PERIOD_MOST_S, unit_of

_LEAST_S = 0.25  # from data that are older the clip gives no cue


def check(seen: Examination, t_s: Floats) -> None:
    """Say how long there are no samples, of the recording's times (all of them, not of parts)."""
    if unit_of(t_s) or len(t_s) < 3:
        return
    steps_s = np.diff(t_s)
    gaps = steps_s[steps_s > _LEAST_S]
    if len(gaps) and np.median(steps_s) <= PERIOD_MOST_S:
        at = int(np.argmax(steps_s))
        seen.doubt(
            f"there are no samples for {gaps.sum():.1f} s in all, the longest time from "
            f"{t_s[at]:.12g} s on"
        )
