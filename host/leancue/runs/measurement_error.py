"""The method of measuring the lean, and its error, as shown in every report.

``tools/write_docs.py`` writes ``measured.json`` from the results of ``tools/bench_accuracy.py``.
"""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import NamedTuple

from leancue.language.formats import decimal
from leancue.language.words import N_, _

_MEASURED = json.loads(Path(__file__).with_name("measured.json").read_text(encoding="utf-8"))
LEAN_RMSE_DEG: float = _MEASURED["lean_rmse_deg"]
LEAN_RMSE_HIGH_DEG: float = _MEASURED["lean_rmse_high_deg"]
LEAN_RMSE_WORST_DEG: float = _MEASURED["lean_rmse_worst_deg"]
REMOUNT_RANGE_DEG: float = _MEASURED["remount_range_deg"]
CADENCE_PERCENT: float = _MEASURED["cadence_percent"]


class MethodError(NamedTuple):
    """Error of a running lean, in degrees, by the source of the vertical."""

    own_deg: float
    chip_deg: float


# Ours: twice the upper 95 % limit of the RMS error, rounded up. The chip's: CEVA, BNO08X data sheet
# 1000-3927, performance characteristics: non-heading error of the game rotation vector, dynamic.
METHOD_ERROR = MethodError(math.ceil(20 * LEAN_RMSE_HIGH_DEG) / 10, 2.5)

_METHOD = N_(
    "The lean is the angle between the clip and the direction of gravity, forward from where the "
    "clip was in quiet standing, averaged over the last two steps so that the swing of the pelvis "
    "cancels. It is lean at the lower back: the trunk above may lean differently, and hills of "
    "5° change it."
)
_HOW_SURE = N_(
    "±\u00a0{own}°: twice the RMS error ({rmse}°, with 95 % certainty below {rmse_high}°; {worst}° "
    "in the worst runner), measured on signals computed from optical capture of one real runner, "
    "worn in several ways, and of simulated runners; not yet with clips on people. Where the "
    "sensor chip's own orientation was used: ±\u00a0{chip}° by its data sheet. Put on again, the "
    "clip gave mean leans up to {remount}° apart. Differences within a run are more certain than "
    "the lean itself. Cadence: within {cadence} % of force plates."
)
_PURPOSE = N_("LeanCue coaches running posture; it makes no diagnosis and treats nothing.")


def purpose() -> str:
    """Return the intended use of LeanCue, and what it is not for."""
    return _(_PURPOSE)


def method() -> str:
    """Return how the lean is measured."""
    return _(_METHOD)


def how_sure() -> str:
    """Return the error of a lean, and how it was determined."""
    return _(
        _HOW_SURE,
        own=decimal(METHOD_ERROR.own_deg), chip=decimal(METHOD_ERROR.chip_deg),
        rmse=decimal(LEAN_RMSE_DEG, 2), rmse_high=decimal(LEAN_RMSE_HIGH_DEG, 2),
        worst=decimal(LEAN_RMSE_WORST_DEG, 2), remount=decimal(REMOUNT_RANGE_DEG),
        cadence=decimal(CADENCE_PERCENT),
    )  # fmt: skip
