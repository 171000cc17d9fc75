"""What a test tells the comparison of gyroscope and chip: angles in rad, Q17."""

from __future__ import annotations

import math

from leancore.attitude.gyro_leap import GyroLeap
from leancore.sensor.sample import Sample

RAD = 131072  # Q17
HELD = (16384, 0, 0, 0)
ROUNDED = 200  # of the angle between two orientations in Q14: 0.09°


def about(axis: int, angle_rad: float) -> tuple[int, int, int, int]:
    q = [math.cos(angle_rad / 2), 0.0, 0.0, 0.0]
    q[1 + axis] = math.sin(angle_rad / 2)
    w, x, y, z = (round(16384 * part) for part in q)
    return w, x, y, z


def vector(axis: int, length: float) -> list[int]:
    return [round(RAD * length) if i == axis else 0 for i in range(3)]


def chip(leap: GyroLeap, q: tuple[int, ...], turned_q17: list[int], reading_q17: list[int],
         pending: int = 0) -> None:  # fmt: skip
    sample = Sample()
    sample.qw, sample.qx, sample.qy, sample.qz = q
    leap.note_chip(sample, turned_q17, [part << 6 for part in reading_q17], pending)


def leapt(leap: GyroLeap, angle_q17: list[int]) -> None:
    leap.note_leap(*(part << 6 for part in angle_q17))
