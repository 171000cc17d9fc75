"""The best possible sequential test on the same steps: theory next to our curve.

Page's cumulative sum is the quickest test for a given rate of false alarms (Moustakides 1986, doi
10.1214/aos/1176350164). Siegmund's approximation (Sequential Analysis, 1985, ch. 2) gives its run
lengths: the sum drifts by `drift` standard deviations a step until it passes a threshold, which is
raised by 1.166 for the overshoot. The ideal test knows the difference between the sides and the
variance, which the coach has to learn; of a step during which the exit happens, it counts the part
outside.
"""

from __future__ import annotations

import math

_OVERSHOOT = 1.166
INSIDE_DEG = 1.0
_MEAN_CADENCE_SPM = 172.0


def run_length(drift: float, threshold: float) -> float:
    """Mean number of steps to an alarm; both in standard deviations of a step."""
    high = threshold + _OVERSHOOT
    if abs(drift) < 1e-6:
        return high * high
    if -2 * drift * high > 700:
        return math.inf
    return (math.exp(-2 * drift * high) + 2 * drift * high - 1) / (2 * drift * drift)


def point(out_deg: float, threshold_deg: float, sd_deg: float) -> tuple[float, float]:
    """False alarms per hour and mean delay in s of the test designed for an exit by `out_deg`.

    Its reference is half way between the held lean and the lean after the exit.
    """
    reference_deg = (out_deg - INSIDE_DEG) / 2
    drift = (out_deg - reference_deg) / sd_deg
    steps = run_length(drift, threshold_deg / sd_deg)
    between = run_length(-drift, threshold_deg / sd_deg)
    return 60 * _MEAN_CADENCE_SPM / between, steps * 60 / _MEAN_CADENCE_SPM


def delay_s(out_deg: float, false_per_h: float, sd_deg: float) -> float:
    """Mean delay of the best test with this rate of false alarms."""
    low, high = 0.0, 40.0
    for _ in range(60):
        middle = (low + high) / 2
        low, high = (
            (middle, high) if point(out_deg, middle, sd_deg)[0] > false_per_h else (low, middle)
        )
    return point(out_deg, high, sd_deg)[1]
