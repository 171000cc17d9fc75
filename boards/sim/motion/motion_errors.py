"""Errors of the fusion chip's reports of a motion.

Tilt error of the game rotation vector is 2.5 degrees while moving and 1.5 at rest according to the
maker (CEVA BNO08X datasheet); it drifts slowly. Applied to a track on demand; the truth is
unchanged.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import radians

import numpy as np

from boards.sim.motion import quaternion
from boards.sim.motion.curves import wander
from boards.sim.motion.moves import G_MPS2
from boards.sim.motion.quaternion import Floats
from boards.sim.motion.track import Spell, Track


@dataclass(frozen=True)
class Freeze:
    """The fusion repeats its last orientation; with `raw_too` also acceleration and rate."""

    at_s: float
    s: float
    raw_too: bool = False


@dataclass(frozen=True)
class SelfReset:
    """The fusion starts again: silence, then a wrong tilt that settles, and a new heading.

    `direction_deg`: direction of the wrong tilt in the horizontal plane; 0 tips about earth x.
    """

    at_s: float
    tilt_deg: float = 8.0
    direction_deg: float = 0.0
    heading_deg: float = 40.0
    silent_s: float = 0.3
    settle_s: float = 6.0


def chip_view(
    track: Track,
    seed: int,
    tilt_error_deg: float = 1.0,
    tilt_limit_deg: float = 2.5,
    tilt_time_s: float = 12.0,
    heading_drift_dpm: float = 2.0,
    gyro_bias_dps: float = 0.3,
    gyro_noise_dps: float = 0.3,
    accel_noise_mps2: float = 0.05,
    accel_range_g: float = 8.0,
    gyro_range_dps: float = 2000.0,
    freezes: Sequence[Freeze] = (),
    resets: Sequence[SelfReset] = (),
    gaps: Sequence[Spell] = (),
) -> Track:
    """The track as the chip reports it.

    `tilt_error_deg`: RMS of the tilt error, which drifts over about `tilt_time_s` and never exceeds
    `tilt_limit_deg` (except in resets). `heading_drift_dpm`: degrees a minute. Bias: length of a
    constant vector of random direction. Noise: standard deviation of every sample and axis. Ranges:
    where the reading saturates. `gaps`: spells (from_s, to_s) without reports. Same seed, same
    bits.
    """
    rng = np.random.default_rng([seed, 0xC41])
    tilt = _tilt_error(track, tilt_error_deg, tilt_limit_deg, tilt_time_s, rng)
    drift_deg = heading_drift_dpm * track.t_s / 60
    for reset in resets:
        tilt += _reset_tilt(track.t_s, reset)
        drift_deg = drift_deg + reset.heading_deg * (track.t_s >= reset.at_s)
    q = quaternion.chain(
        quaternion.about("z", np.radians(drift_deg)),
        quaternion.from_vector(np.radians(tilt)),
        track.q,
    )
    a = _read(track.a, 0.0, accel_noise_mps2, accel_range_g * G_MPS2, rng)
    bias, noise, full_scale = map(radians, (gyro_bias_dps, gyro_noise_dps, gyro_range_dps))
    g = _read(track.g, bias, noise, full_scale, rng)
    for freeze in freezes:
        _hold(track, freeze, [q, a, g] if freeze.raw_too else [q])
    silent = [(reset.at_s, reset.at_s + reset.silent_s) for reset in resets]
    return Track(track.rate_hz, q, a, g, track.t0_s, (*track.gaps, *gaps, *silent))


def tilt_between_deg(p: Floats, q: Floats) -> Floats:
    """Angle (N,) between the two ideas of "up" of orientations (N, 4); heading is left out."""
    up = np.array([[0.0, 0.0, 1.0]])
    a = quaternion.rotate(quaternion.inverse(p), up)
    b = quaternion.rotate(quaternion.inverse(q), up)
    sine = np.linalg.norm(np.cross(a, b), axis=1)
    angle_deg: Floats = np.degrees(np.arctan2(sine, np.sum(a * b, axis=1)))
    return angle_deg


def _tilt_error(
    track: Track, rms_deg: float, limit_deg: float, time_s: float, rng: np.random.Generator
) -> Floats:
    """Drifting rotation vectors (N, 3) about horizontal axes, in degrees, within the limit."""
    n = len(track)
    error = np.stack([wander(n, track.rate_hz, time_s, 1.0, rng) for _ in "xy"] + [np.zeros(n)], 1)
    size = np.linalg.norm(error, axis=1, keepdims=True)
    error *= rms_deg / max(float(np.sqrt(np.mean(size**2))), 1e-9)
    size = np.linalg.norm(error, axis=1, keepdims=True)
    error *= np.minimum(1.0, limit_deg / np.maximum(size, 1e-9))
    return error


def _reset_tilt(t_s: Floats, reset: SelfReset) -> Floats:
    """A tilt error that jumps and then settles exponentially."""
    since_s = t_s - reset.at_s
    left = np.where(since_s >= 0, np.exp(-np.maximum(since_s, 0) / reset.settle_s), 0.0)
    way = np.radians(reset.direction_deg)
    return np.outer(reset.tilt_deg * left, [np.cos(way), np.sin(way), 0.0])


def _read(
    values: Floats, bias: float, noise: float, full_scale: float, rng: np.random.Generator
) -> Floats:
    """A three-axis sensor's reading: bias of random direction, white noise, saturation."""
    way = rng.standard_normal(3)
    read = values + bias * way / np.linalg.norm(way) + noise * rng.standard_normal(values.shape)
    return np.clip(read, -full_scale, full_scale)


def _hold(track: Track, freeze: Freeze, columns: list[Floats]) -> None:
    """Repeat the last row before the spell throughout it."""
    first = int(np.ceil((freeze.at_s - track.t0_s) * track.rate_hz))
    last = int(np.ceil((freeze.at_s + freeze.s - track.t0_s) * track.rate_hz))
    for column in columns:
        column[max(first, 0) : max(last, 0)] = column[min(max(first - 1, 0), len(column) - 1)]
