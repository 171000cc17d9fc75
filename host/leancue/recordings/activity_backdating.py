"""Backdates activity: unlike the clip, a replay knows what came next.

The clip detects running after some running steps, and its end after a time without one; its cues
follow that. In a table of samples, running begins with the first of those steps and ends with the
last one.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from leancore.gait.activity import RUN

Integers = npt.NDArray[np.int64]


def backdated(
    t_ms: Integers, activity: Integers, step_t_ms: Integers, cadence_cspm: Integers
) -> Integers:
    """Return ``activity`` [n] with running aligned to its steps.

    ``t_ms`` [n]: times of the samples. ``step_t_ms``, ``cadence_cspm`` [m]: the running steps.
    """
    result = activity.copy()
    running = activity == RUN
    turns = np.flatnonzero(np.diff(running.astype(np.int8))) + 1
    for i in turns.tolist():
        if running[i]:
            _begin_earlier(result, t_ms, running, i, step_t_ms, cadence_cspm)
        else:
            _end_earlier(result, t_ms, activity[i], i, step_t_ms, cadence_cspm)
    return result


def _begin_earlier(
    result: Integers, t_ms: Integers, running: npt.NDArray[np.bool_], i: int,
    step_t_ms: Integers, cadence_cspm: Integers,
) -> None:  # fmt: skip
    """Start running with the step that ended in the first strike of this stretch."""
    before = np.flatnonzero(running[:i])
    since_ms = t_ms[before[-1]] if len(before) else t_ms[0] - 1
    first = int(np.searchsorted(step_t_ms, since_ms, side="right"))
    if first < len(step_t_ms) and step_t_ms[first] <= t_ms[i]:
        start_ms = step_t_ms[first] - _step_ms(cadence_cspm[first])
        begin = int(np.searchsorted(t_ms, max(start_ms, since_ms + 1)))
        result[begin:i] = RUN


def _end_earlier(
    result: Integers, t_ms: Integers, now: int, i: int, step_t_ms: Integers, cadence_cspm: Integers
) -> None:
    """End running with the stance after the last strike."""
    last = int(np.searchsorted(step_t_ms, t_ms[i], side="right")) - 1
    if last >= 0:
        end_ms = step_t_ms[last] + _step_ms(cadence_cspm[last]) // 2
        end = int(np.searchsorted(t_ms, end_ms))
        result[min(end, i) : i] = now


def _step_ms(cadence_cspm: int) -> int:
    return 6_000_000 // max(int(cadence_cspm), 6000)
