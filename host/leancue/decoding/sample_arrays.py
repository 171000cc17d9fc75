"""Feeds arrays of samples to the core: one object, filled in place."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy.typing as npt
from leancore.sensor.sample import Sample

Integers = npt.NDArray[Any]

_CHUNK = 4096  # Python integers of a whole hour would take 200 MB


def filled(
    sample: Sample, t_ms: Integers, flags: Integers, q: Integers, a: Integers, g: Integers
) -> Iterator[int]:
    """Fill ``sample`` with each of n samples in turn; yield its time.

    ``t_ms``, ``flags`` [n]; ``q`` [n, 4] w x y z; ``a``, ``g`` [n, 3]; units as in the core.
    """
    for start in range(0, len(t_ms), _CHUNK):
        part = slice(start, start + _CHUNK)
        columns = (column[part].tolist() for column in (t_ms, flags, q, a, g))
        for sample.t_ms, sample.flags, quaternion, force, rate in zip(*columns, strict=True):
            sample.qw, sample.qx, sample.qy, sample.qz = quaternion
            sample.ax, sample.ay, sample.az = force
            sample.gx, sample.gy, sample.gz = rate
            yield sample.t_ms
