"""The vertical, (N, 3) in the sensor frame, by every source from the same samples.

VQF is the PyPI package `vqf`, its 6D orientation, default parameters (Laidig & Seel 2023, doi
10.1016/j.inffus.2022.10.014). It gets the values of the track, ours gets them as the sensor's
integers; the difference is negligible.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
from leancore.attitude.gyro_integration import PENDING
from leancore.attitude.own_orientation import OwnOrientation
from leancore.sensor.sample import A_LIMIT_Q8, HAS_G, Sample
from vqf import VQF

from boards.sim.motion import quaternion
from boards.sim.motion.quaternion import Floats
from boards.sim.motion.track import Track
from tools.accuracy.feed import Samples
from tools.orientation.twin import Twin

_DT_MAX_MS = 150  # as in the pipeline
GYRO_COLUMNS = slice(9, 12)
Bools = npt.NDArray[np.bool_]
Integers = npt.NDArray[np.int64]


def true_up(track: Track) -> Floats:
    """Return the vertical of the track's true orientation."""
    return quaternion.rotate(quaternion.inverse(track.q), np.array([[0.0, 0.0, 1.0]]))


def true_up_at(track: Track, t_s: Floats) -> Floats:
    """Return the same at other times."""
    up = np.stack([np.interp(t_s, track.t_s, part) for part in true_up(track).T], axis=1)
    return np.asarray(up / np.linalg.norm(up, axis=1, keepdims=True))


def own_up(samples: Samples) -> Floats:
    """Return the vertical of our own filter."""
    return _verticals(OwnOrientation(), samples)


def _verticals(filter_: Any, samples: Samples) -> Floats:
    sample, step, up = Sample(), filter_.step, []
    for row, dt_ms in zip(samples.rows.tolist(), steps_ms(samples), strict=True):
        fill(sample, row)
        if step(sample, dt_ms) == PENDING:
            filter_.do_deferred(sample)
        up.append(tuple(filter_.now()))
    return np.array(up, float)


def fill(sample: Sample, row: list[int]) -> None:
    """Put a row of `Samples` into a sample."""
    (sample.t_ms, sample.flags, sample.qw, sample.qx, sample.qy, sample.qz,
     sample.ax, sample.ay, sample.az, sample.gx, sample.gy, sample.gz) = row  # fmt: skip


def steps_ms(samples: Samples) -> list[int]:
    """Return the time since the previous sample, as the pipeline passes it on."""
    t_ms = samples.rows[:, 0]
    dt_ms = np.diff(t_ms, prepend=t_ms[0] - 10)
    return [int(dt) for dt in np.minimum(dt_ms, _DT_MAX_MS)]


def twin_up(samples: Samples) -> Floats:
    """Return the vertical of our filter's float64 twin, from the same integers."""
    a, g = _unclipped(samples.rows[:, 6:9]) / 256, samples.rows[:, GYRO_COLUMNS] / 512
    twin, up = Twin(a[0]), [a[0] / np.linalg.norm(a[0])]
    for force, rate, dt_ms in zip(a[1:], g[1:], steps_ms(samples)[1:], strict=True):
        up.append(twin.step(force, rate, dt_ms / 1000))
    return np.array(up)


def _unclipped(force_q8: Integers) -> Integers:
    """Return the force with 12 m/s² added to readings at the range's end, as `clipped_force`."""
    lacks_q8 = 12 * 256 * np.sign(force_q8)
    return np.asarray(force_q8 + np.where(np.abs(force_q8) >= A_LIMIT_Q8, lacks_q8, 0))


def vqf_q(a: Floats, g: Floats, rate_hz: float) -> Floats:
    """Return VQF's orientations (N, 4)."""
    force, rate = np.ascontiguousarray(a), np.ascontiguousarray(g)
    return np.asarray(VQF(1 / rate_hz).updateBatch(rate, force)["quat6D"])


def vqf_up(a: Floats, g: Floats, rate_hz: float) -> Floats:
    """Return VQF's vertical."""
    q = vqf_q(a, g, rate_hz)
    return quaternion.rotate(quaternion.inverse(q), np.array([[0.0, 0.0, 1.0]]))


def apart_deg(u: Floats, v: Floats) -> Floats:
    """Return the angles between rows of vectors of any length."""
    sine = np.linalg.norm(np.cross(u, v), axis=1)
    return np.asarray(np.degrees(np.arctan2(sine, (u * v).sum(axis=1))))


def without_gyro(samples: Samples, start_s: float, end_s: float) -> Samples:
    """Return the samples without the gyroscope's reports from `start_s` to `end_s`."""
    rows = samples.rows.copy()
    lost = (samples.t_s >= start_s) & (samples.t_s < end_s)
    rows[lost, 1] &= ~HAS_G
    rows[lost, GYRO_COLUMNS] = 0
    return Samples(samples.t_s, rows)
