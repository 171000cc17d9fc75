"""A realistic sensor: noise, drifting tilt, and fusion faults during the run."""

from __future__ import annotations

import numpy as np

from boards.sim.motion.motion_errors import Freeze, SelfReset, chip_view
from boards.sim.motion.track import Spell, Track, Truth

CHIP_TILT_DEG = 1.2  # RMS; the maximum is 2.5
_EDGE_S = 8.0  # faults happen in the middle of a run, so that starts and stops do not change


def noisy(track: Track, seed: int) -> Track:
    """Accelerometer and gyroscope as the part's; the orientation stays true."""
    return chip_view(track, seed, tilt_error_deg=0.0)


def worn(track: Track, seed: int, mean_hz: float | None = None) -> Track:
    """A chip without faults: noise and a tilt error.

    `mean_hz`: its readings will be averaged at this rate, and should be as noisy as others after
    that.
    """
    more = (track.rate_hz / mean_hz) ** 0.5 if mean_hz else 1.0
    return chip_view(
        track, seed, CHIP_TILT_DEG, gyro_noise_dps=0.3 * more, accel_noise_mps2=0.05 * more
    )


def gyro_late(track: Track, ms: float) -> Track:
    """The gyroscope's reading is this much earlier than the accelerometer's; negative: later."""
    t_s = track.t_s
    g = np.stack([np.interp(t_s - ms / 1000, t_s, axis) for axis in track.g.T], axis=1)
    return Track(track.rate_hz, track.q, track.a, g, track.t0_s, track.gaps)


def offset(track: Track, size_mps2: float, after_s: float = 30.0) -> Track:
    """An accelerometer that is off on every axis, from `after_s` on."""
    moved = size_mps2 * (track.t_s >= track.t0_s + after_s)[:, None]
    return Track(track.rate_hz, track.q, track.a + moved, track.g, track.t0_s, track.gaps)


def troubled(track: Track, truth: Truth, seed: int) -> Track:
    """The same, with one freeze, one self-reset and one gap in running."""
    rng = np.random.default_rng([seed, 17])
    runs = [spell for spell in truth.spells("run") if spell[1] - spell[0] > 2 * _EDGE_S + 4]
    freeze_s, reset_s, gap_s = (_within(rng, runs[i]) for i in rng.integers(0, len(runs), 3))
    return chip_view(
        track, seed, CHIP_TILT_DEG, freezes=[Freeze(freeze_s, float(rng.uniform(0.5, 4)))],
        resets=[SelfReset(reset_s, direction_deg=float(rng.uniform(0, 360)))],
        gaps=[(gap_s, gap_s + float(rng.uniform(0.05, 1.5)))],
    )  # fmt: skip


def _within(rng: np.random.Generator, spell: Spell) -> float:
    return float(rng.uniform(spell[0] + _EDGE_S, spell[1] - _EDGE_S - 4))
