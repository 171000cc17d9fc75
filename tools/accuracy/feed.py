"""A track as the clip's samples, and a pipeline driven by them as fast as Python allows."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
from leancore import pipeline as core
from leancore.attitude.orientation_selector import BOTH, CHIP, OWN
from leancore.coaching import prescription
from leancore.gait.activity import RUN
from leancore.schema import settings
from leancore.sensor.sample import A_LIMIT_Q8, CLIPPED, G_LIMIT_Q9, GAP, HAS_A, HAS_G, HAS_Q, Sample

from boards.sim.motion.quaternion import Floats
from boards.sim.motion.track import Track

__all__ = ["BOTH", "CHIP", "OWN", "PipelineOutput", "Samples", "listen", "new_trainer", "sampled"]

# The part saturates at ±8 g and ±2000 °/s (BNO08x datasheet 1000-3927).
_A_MAX_Q8, _G_MAX_Q9, _Q_MAX_Q14 = 20090, 17872, 32767
_CHUNK = 8192
ORIENTED_EVERY = 4  # one sample in so many has the chip's orientation, as requested by the clip
BASELINE_CDEG = 620  # band 13.2 to 16.2°, cap 20.2°, with the default offsets
LOW_DEG, HIGH_DEG, CAP_DEG = 13.2, 16.2, 20.2

Integers = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Samples:
    """The sensor's reports: `t_s` (N,) times, `rows` (N, 12): t_ms, flags, q, a, g."""

    t_s: Floats
    rows: Integers


@dataclass(frozen=True)
class PipelineOutput:
    """The output of a pipeline.

    `steps` (K, 4): logged running steps: strike s, stride lean deg, step lean deg, seen at s.
    `strikes` (M, 2): every strike and when it was detected. `cues` (C, 3): time s, kind, ms. Per
    sample: `t_s`, `lean_deg`, `lateral_deg`, `activity`. `calibrated`, `faults`: (s, code).
    """

    steps: Floats
    strikes: Floats
    cues: Floats
    t_s: Floats
    lean_deg: Floats
    lateral_deg: Floats
    activity: Integers
    calibrated: list[tuple[float, int]]
    faults: list[tuple[float, int]]

    @property
    def calibration(self) -> list[int]:
        """Results of all calibrations in order."""
        return [code for _, code in self.calibrated]


def sampled(
    track: Track, rate_hz: float | None = None, phase_s: float = 0.0, means: bool = False
) -> Samples:  # fmt: skip
    """The track's reports at the sensor's rate (None: the track's own), in its integers.

    `means`: force and rate are means over the interval that ends with the report, as from a part
    with good filters; otherwise instantaneous values, so that faster motion is aliased.
    """
    if rate_hz is None or rate_hz == track.rate_hz and not phase_s:
        t_s, values = track.t_s, np.hstack([track.q, track.a, track.g])
    else:
        t_s = np.arange(track.t0_s + phase_s, track.t0_s + track.duration_s, 1 / rate_hz)
        values = _between(track, t_s)
        if means:
            values[:, 4:] = _means(track, t_s)
    kept, flags = _reported(track, t_s)
    numbers = _integers(values[kept])
    t_ms = np.rint(t_s[kept] * 1000).astype(np.int64)
    limits = (np.abs(numbers[:, 4:7]) >= A_LIMIT_Q8).any(1)
    limits |= (np.abs(numbers[:, 7:]) >= G_LIMIT_Q9).any(1)
    oriented = np.where(np.arange(len(t_s))[kept] % ORIENTED_EVERY == 0, HAS_Q, 0)
    flags = flags | oriented | HAS_A | HAS_G | np.where(limits, CLIPPED, 0)
    return Samples(t_s[kept], np.column_stack([t_ms, flags, numbers]))


def _between(track: Track, t_s: Floats) -> Floats:
    """Linear between the track's samples; the quaternions stay of unit length."""
    columns = np.hstack([track.q, track.a, track.g]).T
    values = np.stack([np.interp(t_s, track.t_s, column) for column in columns], axis=1)
    values[:, :4] /= np.linalg.norm(values[:, :4], axis=1, keepdims=True)
    return values


def _means(track: Track, t_s: Floats) -> Floats:
    """Force and rate (N, 6) as means over the time since the report before."""
    columns = np.hstack([track.a, track.g])
    pieces = (columns[1:] + columns[:-1]) / 2 / track.rate_hz
    total = np.vstack([np.zeros(6), np.cumsum(pieces, axis=0)])
    edges_s = np.concatenate([[2 * t_s[0] - t_s[1]], t_s])
    sums = np.stack([np.interp(edges_s, track.t_s, column) for column in total.T], axis=1)
    means = np.diff(sums, axis=0) / np.diff(edges_s)[:, None]
    means[0] = means[1]  # before the first one there is nothing
    return np.asarray(means)


def _reported(track: Track, t_s: Floats) -> tuple[npt.NDArray[np.bool_], Integers]:
    """Which samples arrive, and their flags: the first one after a gap is flagged."""
    lost = np.zeros(len(t_s), bool)
    for start_s, end_s in track.gaps:
        lost |= (t_s >= start_s) & (t_s < end_s)
    after = np.concatenate([[False], lost[:-1]])[~lost]
    return ~lost, np.where(after, GAP, 0)


def _integers(values: Floats) -> Integers:
    most = np.repeat([_Q_MAX_Q14, _A_MAX_Q8, _G_MAX_Q9], (4, 3, 3))
    scale = np.repeat([1 << 14, 1 << 8, 1 << 9], (4, 3, 3))
    return np.clip(np.rint(values * scale), -most, most).astype(np.int64)


def new_trainer(nominal: bool = False, **values: Any) -> core.Pipeline:
    """A pipeline with the default settings; `values`: keys of settings and of the prescription."""
    known = settings.checked({})
    chosen = {key: value for key, value in values.items() if key in known}
    prescribed = {key: value for key, value in values.items() if key not in known}
    prescribed.setdefault("baseline_cdeg", BASELINE_CDEG)
    return core.Pipeline(
        settings.checked(chosen), prescription.checked(prescribed), nominal=nominal
    )


def listen(
    pipeline: core.Pipeline, samples: Samples, calibrate_s: tuple[float, ...] = ()
) -> PipelineOutput:
    """Drive a pipeline through samples; `calibrate_s`: when the button is pressed."""
    ear = _OutputCollector(pipeline)
    sample, step, steps = Sample(), pipeline.step, pipeline.steps
    activity = pipeline.activity
    rows, presses, strike_ms = ear.rows, sorted(calibrate_s, reverse=True), steps.strike_ms
    for row in _one_by_one(samples.rows):
        (sample.t_ms, sample.flags, sample.qw, sample.qx, sample.qy, sample.qz,
         sample.ax, sample.ay, sample.az, sample.gx, sample.gy, sample.gz) = row  # fmt: skip
        if presses and sample.t_ms >= presses[-1] * 1000:
            presses.pop()
            pipeline.calibrate()
        happened = step(sample)
        if happened:
            ear.take(happened, sample.t_ms)
        if steps.strike_ms != strike_ms:
            strike_ms = steps.strike_ms
            ear.strikes.append((strike_ms / 1000, sample.t_ms / 1000))
        rows.append((*pipeline.angles_cdeg(), activity.now))
    return ear.heard(samples.t_s)


def _one_by_one(rows: Integers) -> Iterator[list[int]]:
    """Rows as lists of Python integers, in parts: an hour at once would need 200 MB."""
    for start in range(0, len(rows), _CHUNK):
        yield from rows[start : start + _CHUNK].tolist()


class _OutputCollector:
    """Collects the output of a pipeline."""

    def __init__(self, pipeline: core.Pipeline) -> None:
        self.pipeline = pipeline
        self.rows: list[tuple[int, int, int]] = []
        self.steps: list[tuple[float, float, float, float]] = []
        self.strikes: list[tuple[float, float]] = []
        self.cues: list[tuple[float, int, int]] = []
        self.calibrated: list[tuple[float, int]] = []
        self.faults: list[tuple[float, int]] = []

    def take(self, happened: int, t_ms: int) -> None:
        pipeline, t_s = self.pipeline, t_ms / 1000
        if happened & core.ACTIVITY:
            self._opening(t_s)
        if happened & core.STEP:
            stride = pipeline.stride
            self._step(pipeline.steps.strike_ms, stride.stride_lean_cdeg, stride.step_cdeg, t_s)
        if happened & core.CUE:
            self.cues.append((t_s, pipeline.cue, pipeline.coach.duration_ms))
        if happened & core.CALIBRATED:
            self.calibrated.append((t_s, pipeline.calibrated))
        if happened & core.FAULT:
            self.faults.append((t_s, pipeline.fault))

    def _opening(self, t_s: float) -> None:
        """The first steps of a run, which were logged only when there were enough of them."""
        opening = self.pipeline.run_onset
        if self.pipeline.activity.now != RUN:
            return
        for at in range(0, opening.count * opening.WIDTH, opening.WIDTH):
            strike_ms, stride_lean_cdeg, step_cdeg = opening.rows[at : at + 3]
            self._step(strike_ms, stride_lean_cdeg, step_cdeg, t_s)

    def _step(self, strike_ms: int, stride_lean_cdeg: int, step_cdeg: int, t_s: float) -> None:
        self.steps.append((strike_ms / 1000, stride_lean_cdeg / 100, step_cdeg / 100, t_s))

    def heard(self, t_s: Floats) -> PipelineOutput:
        rows = np.array(self.rows, dtype=np.int64).reshape(-1, 3)
        return PipelineOutput(
            np.array(self.steps, float).reshape(-1, 4),
            np.array(self.strikes, float).reshape(-1, 2),
            np.array(self.cues, float).reshape(-1, 3),
            t_s, rows[:, 0] / 100, rows[:, 1] / 100, rows[:, 2], self.calibrated, self.faults,
        )  # fmt: skip
