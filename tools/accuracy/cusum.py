"""What the best sequential test could do with the same steps: theory beside our curve.

Page's cumulative sum is the quickest test for a given rate of false alarms (Moustakides 1986,
doi 10.1214/aos/1176350164). Siegmund's approximation (Sequential Analysis, 1985, ch. 2) gives
its run lengths: the sum drifts by `drift` standard deviations a step until it passes a
threshold, which is raised by 1.166 for the overshoot. The ideal test here is told the
difference of the sides, which the coach has to learn.
"""

from __future__ import annotations

import numpy as np

from boards.sim.quaternion import Floats

_OVERSHOOT = 1.166
INSIDE_DEG = 1.0


def run_length(drift: float, threshold: float) -> float:
    """Mean number of steps to an alarm; both in standard deviations of a step."""
    high = threshold + _OVERSHOOT
    if abs(drift) < 1e-9:
        return high * high
    return float((np.exp(-2 * drift * high) + 2 * drift * high - 1) / (2 * drift * drift))


def curve(
    out_deg: float, reference_deg: float, sd_deg: float, cadence_spm: float, thresholds_deg: Floats
) -> list[dict[str, float]]:
    """False alarms an hour against the mean delay in s, without the latency of a strike."""
    rows = []
    for threshold_deg in thresholds_deg:
        threshold = float(threshold_deg) / sd_deg
        steps = run_length((out_deg - reference_deg) / sd_deg, threshold)
        between = run_length(-(INSIDE_DEG + reference_deg) / sd_deg, threshold)
        rows.append({
            "threshold_deg": float(threshold_deg),
            "false_per_h": 60 * cadence_spm / between,
            "delay_s": steps * 60 / cadence_spm,
        })  # fmt: skip
    return rows
