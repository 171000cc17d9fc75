"""A logger that is quicker than its sensor, and writes each value several times."""

from __future__ import annotations

import numpy as np

from leancue.recordings.plausibility.content import windows
from leancue.recordings.plausibility.examination import Examination
from leancue.recordings.recording_times import PERIOD_MOST_S

_WINDOW_S = 1.0
_MOVES_MPS2 = 1.0
_SHARE = 0.3  # of the samples: so many repeat the one before only where all do


def check(seen: Examination) -> None:
    """Look how often the force really changes, while its wearer moves."""
    content = seen.content
    repeats = np.append(False, (content.a[1:] == content.a[:-1]).all(axis=1))
    sway = np.sqrt(windows(content.t_s, content.a, _WINDOW_S).var(axis=1).sum(axis=1))
    moves = sway > _MOVES_MPS2
    if not moves.any():
        return
    share = float(windows(content.t_s, repeats, _WINDOW_S)[moves].mean())
    if share < _SHARE:
        return
    true_s = content.period_s / (1 - share)
    what = f"the force changes only every {true_s:.2g} s, though a sample comes every "
    what += f"{content.period_s:.2g} s"
    if true_s > PERIOD_MOST_S:
        seen.problem(
            f"{what}: too rarely to detect "
            "a step", "the logger repeats the values of a slower sensor",
            "set the sensor to at least 25 samples per second",
        )  # fmt: skip
    else:
        seen.doubt(what)
