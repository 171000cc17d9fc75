"""The clip's motion and its ground truth, sampled."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from struct import Struct

import numpy as np
import numpy.typing as npt

from boards.sim.motion import quaternion
from boards.sim.motion.quaternion import Floats

Reading = tuple[float, float, float, float, float, float, float, float, float, float]
Spell = tuple[float, float]

_ROW_BYTES = 80  # ten doubles
_two_rows = Struct("20d").unpack_from


class Track:
    """Motion of the clip, sampled evenly.

    `q` (N, 4): orientation sensor -> earth, w x y z, earth z up. `a` (N, 3): specific force in
    m/s2, sensor frame. `g` (N, 3): angular rate in rad/s, sensor frame. `t0_s`: time of the first
    sample. `gaps`: intervals (from_s, to_s) without reports.

    Raises ValueError for unequal lengths, fewer than two samples or a rate that is not positive.
    """

    def __init__(self, rate_hz: float, q: Floats, a: Floats, g: Floats,
                 t0_s: float = 0.0, gaps: Sequence[Spell] = ()) -> None:  # fmt: skip
        _check(rate_hz, q, a, g)
        self.rate_hz, self.t0_s, self.gaps = float(rate_hz), float(t0_s), tuple(gaps)
        rows = np.ascontiguousarray(np.hstack([_without_sign_jumps(q), a, g]), dtype=float)
        self.q, self.a, self.g = rows[:, :4], rows[:, 4:7], rows[:, 7:]
        self._rows = rows.data.cast("B")
        self._last = len(rows) - 1

    def __len__(self) -> int:
        return self._last + 1

    @property
    def duration_s(self) -> float:
        """Time from the first sample to the last."""
        return self._last / self.rate_hz

    @property
    def t_s(self) -> Floats:
        """Times (N,) of the samples."""
        return self.t0_s + np.arange(len(self)) / self.rate_hz

    def at(self, t_s: float) -> Reading:
        """qw qx qy qz ax ay az gx gy gz at a time, linear between samples, clamped at the ends."""
        place = (t_s - self.t0_s) * self.rate_hz
        place = min(max(place, 0.0), float(self._last))
        i = min(int(place), self._last - 1)
        v = place - i
        u = 1.0 - v
        rows = _two_rows(self._rows, i * _ROW_BYTES)
        (w0, x0, y0, z0, a0, b0, c0, p0, q0, r0,
         w1, x1, y1, z1, a1, b1, c1, p1, q1, r1) = rows  # fmt: skip
        w, x, y, z = u * w0 + v * w1, u * x0 + v * x1, u * y0 + v * y1, u * z0 + v * z1
        n = 1.0 / math.sqrt(w * w + x * x + y * y + z * z)
        return (w * n, x * n, y * n, z * n, u * a0 + v * a1, u * b0 + v * b1, u * c0 + v * c1,
                u * p0 + v * p1, u * q0 + v * q1, u * r0 + v * r1)  # fmt: skip

    def lost(self, t_s: float) -> bool:
        """Whether there are no reports at this time."""
        return any(start_s <= t_s < end_s for start_s, end_s in self.gaps)

    def rotated(self, mount_q: Sequence[float] | Floats) -> Track:
        """The same motion measured by a clip in another mount.

        `mount_q` (w x y z) transforms the new sensor's coordinates to this sensor's.
        """
        mount = np.asarray(mount_q, float).reshape(1, 4)
        mount = mount / np.linalg.norm(mount)
        back = quaternion.inverse(mount)
        return Track(self.rate_hz, quaternion.multiply(self.q, mount),
                     quaternion.rotate(back, self.a), quaternion.rotate(back, self.g),
                     self.t0_s, self.gaps)  # fmt: skip


def _check(rate_hz: float, q: Floats, a: Floats, g: Floats) -> None:
    if not rate_hz > 0:
        raise ValueError(f"a track needs a positive rate, not {rate_hz} Hz")
    n = len(q)
    if n < 2 or q.shape != (n, 4) or a.shape != (n, 3) or g.shape != (n, 3):
        raise ValueError(
            f"a track needs at least two samples as q (N, 4), a (N, 3), g (N, 3); "
            f"got {q.shape}, {a.shape}, {g.shape}"
        )


def _without_sign_jumps(q: Floats) -> Floats:
    """q and -q are the same orientation; choose signs that allow interpolation."""
    jumps = np.sum(q[1:] * q[:-1], axis=1) < 0
    sign = np.concatenate([[1.0], np.cumprod(np.where(jumps, -1.0, 1.0))])
    steady: Floats = q * sign[:, None] / np.linalg.norm(q, axis=1, keepdims=True)
    return steady


@dataclass(frozen=True)
class Truth:
    """Ground truth of the wearer, at the track's rate (N) and per foot strike (M).

    `strikes_s` (M,): initial contacts. `step_lean_deg` (M,): lean in the following step, without
    the swing. `lean_deg` (N,): forward lean of the pelvis relative to standing. `held_lean_deg`
    (N,): the held lean, without swing and step-to-step variation. `lateral_deg` (N,): lean to the
    wearer's right. `activity` (N,): still, walk, run or other.
    """

    rate_hz: float
    strikes_s: Floats
    step_lean_deg: Floats
    lean_deg: Floats
    held_lean_deg: Floats
    lateral_deg: Floats
    activity: npt.NDArray[np.str_]
    t0_s: float = 0.0

    @property
    def t_s(self) -> Floats:
        """Times (N,) of the samples."""
        return self.t0_s + np.arange(len(self.lean_deg)) / self.rate_hz

    def index(self, t_s: float) -> int:
        """Number of the sample nearest to a time, clamped at the ends."""
        return min(max(round((t_s - self.t0_s) * self.rate_hz), 0), len(self.lean_deg) - 1)

    def activity_at(self, t_s: float) -> str:
        """still, walk, run or other."""
        return str(self.activity[self.index(t_s)])

    def mean_lean_deg(self, start_s: float, end_s: float) -> float:
        """Mean of the lean over an interval, end excluded."""
        first = self.index(start_s)
        return float(np.mean(self.lean_deg[first : max(self.index(end_s), first + 1)]))

    def spells(self, activity: str) -> list[Spell]:
        """Intervals (from_s, to_s) of one activity, in order."""
        inside = np.concatenate([[False], self.activity == activity, [False]])
        edges = self.t0_s + np.flatnonzero(inside[1:] != inside[:-1]) / self.rate_hz
        return [(float(a), float(b)) for a, b in edges.reshape(-1, 2)]

    def strikes_between(self, start_s: float, end_s: float) -> Floats:
        """Foot strikes of an interval, end excluded."""
        return self.strikes_s[(self.strikes_s >= start_s) & (self.strikes_s < end_s)]
