"""Samples of several sensors that take turns in one file."""

from __future__ import annotations

import numpy as np

from leancue.recordings.plausibility.content import Floats
from leancue.recordings.plausibility.examination import Examination

_SENSORS = (2, 3)
_NEARER = 0.5  # one sensor's force is never so much nearer to a later sample's than to the next


def check(seen: Examination) -> bool:
    """Look whether each sample is like the one after the next; return whether to go on."""
    beside = _change(seen.content.a, 1)
    for sensors in _SENSORS:
        if _change(seen.content.a, sensors) < _NEARER * beside:
            seen.problem(
                "the force jumps from sample to sample, and each sample resembles the one "
                f"{sensors} later",
                f"the samples of {sensors} sensors are in one file",
                "keep only the samples of one sensor",
            )
            return False
    return True


def _change(force: Floats, samples: int) -> float:
    """Return how much the force usually changes within so many samples."""
    return float(np.median(np.linalg.norm(force[samples:] - force[:-samples], axis=1)))
