"""Recorded motion for the simulator: the project's recording CSV as a track."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from boards.sim.motion.quaternion import Floats
from boards.sim.motion.track import Track

NEEDED = ("t_s", "qw", "qx", "qy", "qz", "ax", "ay", "az")
GYRO = ("gx", "gy", "gz")


def read_recording(path: str | Path) -> Track:
    """Read `t_s, qw..qz, ax..az` [`, gx..gz`] (s, sensor -> earth, m/s2, rad/s).

    Missing gyro columns read as zero. Uneven times are resampled to their median rate.

    Raises ValueError when a column is missing, a value is not a number, the file holds fewer
    than two samples, times do not rise or a quaternion has no length; OSError when the file
    cannot be read.
    """
    path = Path(path)
    names, values = _table(path)
    missing = [name for name in NEEDED if name not in names]
    if missing:
        raise ValueError(f"{path}: no column {', '.join(missing)}; found {', '.join(names)}")
    columns = {name: values[:, names.index(name)] for name in names}
    wanted = [columns.get(name, np.zeros(len(values))) for name in NEEDED + GYRO]
    return _track(path, np.stack(wanted, axis=1))


def _table(path: Path) -> tuple[list[str], Floats]:
    lines = [line for line in path.read_text(encoding="utf-8-sig").splitlines() if line.strip()]
    if len(lines) < 3:
        raise ValueError(f"{path}: fewer than two samples")
    names = [name.strip() for name in lines[0].split(",")]
    try:
        values = np.loadtxt(lines[1:], delimiter=",", ndmin=2, comments=None)
    except ValueError as error:
        raise ValueError(f"{path}: {error}") from error
    if values.shape[1] != len(names):
        raise ValueError(f"{path}: {len(names)} column names but {values.shape[1]} values a line")
    return names, values


def _track(path: Path, rows: Floats) -> Track:
    """Columns in the order NEEDED + GYRO as a track with even times."""
    bad = np.flatnonzero(~np.isfinite(rows).all(axis=1))
    if len(bad):
        raise ValueError(f"{path}: sample {bad[0] + 1} holds a value that is not a number")
    steps_s = np.diff(rows[:, 0])
    if (steps_s <= 0).any():
        late = int(np.argmax(steps_s <= 0)) + 2
        raise ValueError(f"{path}: time does not rise at sample {late} ({rows[late - 1, 0]} s)")
    if (np.linalg.norm(rows[:, 1:5], axis=1) < 0.5).any():
        raise ValueError(f"{path}: a quaternion is not of unit length")
    rate_hz = 1 / float(np.median(steps_s))
    even = _evenly(rows, rate_hz)
    return Track(rate_hz, even[:, 1:5], even[:, 5:8], even[:, 8:11], float(rows[0, 0]))


def _evenly(rows: Floats, rate_hz: float) -> Floats:
    """Rows on an even grid; as they are where the recording is even already."""
    offset_s = rows[:, 0] - rows[0, 0]
    if np.max(np.abs(offset_s - np.arange(len(rows)) / rate_hz)) < 0.1 / rate_hz:
        return rows
    # Align signs before interpolating: halfway between q and -q lies no orientation.
    flips = np.cumsum(np.sum(rows[1:, 1:5] * rows[:-1, 1:5], axis=1) < 0)
    rows = rows.copy()
    rows[1:, 1:5] *= np.where(flips % 2, -1.0, 1.0)[:, None]
    grid_s = np.arange(int(offset_s[-1] * rate_hz + 1e-6) + 1) / rate_hz
    return np.stack([np.interp(grid_s, offset_s, column) for column in rows.T], axis=1)
